"""Messages sent again and words changed at the same moment. The bystander is another reservation's message, another text."""

import pytest

from recycling.notifications.domain import city_texts, sending
from recycling.notifications.domain.text_refusals import ChangedMeanwhile
from recycling.notifications.models import CityText, Notification
from reservations.domain import resending
from tests.concurrency import race, unexpected
from tests.factories import NOW, make_item, make_reservation, make_site, make_user, make_worker, open_site

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def copies(reservation):
    return Notification.objects.filter(recipient=f"reservation:{reservation.pk}", kind="booked").count()


def test_six_workers_who_send_it_again_at_once_send_one_copy():
    open_site(make_site())
    asked, bystander = make_reservation(), make_reservation({make_item(): 1}, contact="bea@example.org")
    sending.send_due(at=NOW)
    first = Notification.objects.get(recipient=f"reservation:{asked.pk}", kind="booked")
    workers = [make_worker(make_site()) for _number in range(6)]
    got = race(lambda number: resending.send_again(asked, first.pk, by=workers[number], at=NOW), runners=6)
    assert unexpected(got, resending.NotSentYet) == []
    assert sum(isinstance(one, Notification) for one in got) == 1, got
    assert (copies(asked), copies(bystander)) == (2, 1)


def test_of_four_who_write_the_same_text_at_once_the_first_is_kept_and_the_others_are_told():
    managers = [make_user(is_manager=True) for _number in range(4)]
    city_texts.write("moved", "subject", "fi", "Uusi aika {start}", seen=0, by=managers[0], at=NOW)

    def write(number):
        words = f"Nouto {number} {{start}}"
        return city_texts.write("booked", "subject", "fi", words, seen=0, by=managers[number], at=NOW)

    got = race(write, runners=4)
    assert unexpected(got, ChangedMeanwhile) == []
    assert sum(isinstance(one, CityText) for one in got) == 1, got
    assert set(CityText.objects.values_list("kind", "version")) == {("booked", 1), ("moved", 1)}
