"""The page that says whether messages go out, and the notice on the list of pickups."""

from datetime import timedelta

import pytest
from django.test import Client

from recycling.notifications.domain import silence
from recycling.notifications.models import Notification, Tick
from tests.factories import NOW, make_item, make_reservation, make_site, make_user, open_site
from tests.inventory.hall import words_of
from tests.reservations.pages.desk import address

pytestmark = pytest.mark.django_db


def fail(reservation, why="too_many_tries"):
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}", kind="booked")
    rows.update(status="failed", why_not=why, failed_at=NOW, claimed_at=NOW, attempts=8)


def test_while_all_is_well_it_says_so(desk):
    said = words_of(desk.get(address("wh_sending")))
    assert "Messages go out as they should." in said
    assert "Nothing. Every message that could be delivered was." in said


def test_what_failed_is_named_with_its_reason_and_leads_to_the_reservation_without_a_name(desk):
    reservation = make_reservation(name="Aino Asukas")
    fail(reservation)
    page = desk.get(address("wh_sending"))
    assert "Confirmation (e-mail): Mon 16 Nov 09:00. It was tried many times and never taken" in words_of(
        page
    )
    assert address("handover", reservation.code) in page.content.decode()
    assert [word in page.content.decode() for word in ("Aino", "aino@")] == [False, False]


def test_a_reservation_of_elsewhere_has_no_link(desk):
    elsewhere = open_site(make_site("other", name_fi="Varasto 2", name_sv="Lager 2"))
    fail(there := make_reservation({make_item(site=elsewhere): 1}))
    page = desk.get(address("wh_sending"))
    assert "Confirmation (e-mail)" in words_of(page)
    assert there.code not in page.content.decode()


def test_a_manager_who_works_nowhere_reads_it_too(clock):
    browser = Client()
    browser.force_login(make_user(is_manager=True))
    assert browser.get(address("wh_sending")).status_code == 200


def test_silence_is_said_on_the_list_of_today_and_not_on_another_days(desk):
    Tick.objects.create(name=silence.TICK, at=NOW - timedelta(minutes=10))
    fail(make_reservation())
    today = words_of(desk.get(address("today")))
    assert "The clock of the service has not rung since Mon 16 Nov 08:50." in today
    assert "No e-mail leaves, though some are due." in today
    assert "Messages do not go out" not in words_of(desk.get(address("today"), {"day": "2026-11-17"}))


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_for_one_that_failed_and_for_three(desk, django_assert_num_queries, rows):
    for _number in range(rows):
        fail(make_reservation({make_item(): 1}))
    desk.get(address("wh_sending"))
    with django_assert_num_queries(SENDING_PAGE):
        desk.get(address("wh_sending"))


# The session, the person, where they work in two, who waits for an answer; the alarm in four, the figures, what failed and whose.
SENDING_PAGE = 12
