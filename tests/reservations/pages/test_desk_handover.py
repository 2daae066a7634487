"""The hand-over, as its page is served."""

import pytest
from django.utils import translation

from inventory.models import SetAside
from reservations.models import Handover, Reservation
from tests.factories import (
    counters,
    first_slot,
    make_item,
    make_reservation,
)
from tests.inventory.hall import problems, words_of
from tests.reservations.pages.desk import address, fresh, give

pytestmark = pytest.mark.django_db


def test_everything_is_handed_over_with_one_button(desk, sari):
    chairs, lamp = make_item(quantity=4), make_item(category="desk_lamp")
    reservation = make_reservation({chairs: 3, lamp: 1})
    several = reservation.lines.get(item=chairs)
    answer = give(desk, reservation, **{f"given-{several.pk}": "3"})
    assert answer["Location"] == address("handover", reservation.code)
    assert (fresh(reservation).status, counters(chairs), counters(lamp)) == ("collected", (1, 0), (0, 0))
    page = desk.get(answer["Location"])
    assert "Handed over: 4 pieces Mon 16 Nov 09:00, Sari" in words_of(page)
    assert 'id="handover"' not in page.content.decode()


def test_part_is_handed_over_with_a_reason_for_each_line(desk):
    chairs, broken, unwanted = make_item(quantity=4), make_item(), make_item()
    reservation = make_reservation({chairs: 3, broken: 1, unwanted: 1})
    first, second, third = (reservation.lines.get(item=item).pk for item in (chairs, broken, unwanted))
    answer = give(
        desk, reservation,
        **{f"given-{first}": "1", f"why-{first}": "later", f"why-{second}": "broken", f"why-{third}": "not_wanted"},
    )  # fmt: skip
    said = words_of(desk.get(answer["Location"]))
    assert "Handed over: 1 piece" in said
    for line in (
        "Stayed here: 2 × Office chair, black, it is collected another time",
        "Stayed here: 1 × Office chair, black, it is broken",
        "Stayed here: 1 × Office chair, black, the person does not want it",
    ):
        assert line in said
    assert [counters(item) for item in (chairs, broken, unwanted)] == [(3, 2), (1, 1), (1, 0)]
    assert [(row.item, row.reason) for row in SetAside.objects.all()] == [(broken, "repair")]
    assert Reservation.objects.filter(status="held", person=reservation.person).count() == 1


def test_what_stays_without_a_reason_is_asked_about_and_what_was_typed_is_kept(desk):
    reservation = make_reservation({make_item(quantity=4): 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": "1"})
    assert (answer.status_code, problems(answer)) == (
        422, ["Why does it stay?: Say why not everything was handed over."],
    )  # fmt: skip
    assert f'name="given-{line.pk}" value="1"' in answer.content.decode()
    assert '<details class="stays" open>' in answer.content.decode()
    assert ">1/3</span>" in answer.content.decode()
    assert fresh(reservation).status == "booked"


def test_a_reason_while_everything_leaves_is_asked_about(desk):
    reservation = make_reservation({make_item(quantity=4): 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": "3", f"why-{line.pk}": "broken"})
    assert (answer.status_code, problems(answer)) == (
        422, ["How many are handed over?: Something stays, so write a number below 3."],
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["-1", "4", "1000000000", "9" * 5000, "x", "", "²"])
def test_a_number_that_cannot_be_is_refused_and_nothing_moves(desk, typed):
    chairs = make_item(quantity=4)
    reservation = make_reservation({chairs: 3})
    line = reservation.lines.get()
    answer = give(desk, reservation, **{f"given-{line.pk}": typed, f"why-{line.pk}": "broken"})
    assert (answer.status_code, len(problems(answer)), counters(chairs)) == (422, 1, (4, 3))
    assert Handover.objects.count() == 0


def test_a_reason_that_nobody_offers_is_refused(desk):
    reservation = make_reservation()
    answer = give(desk, reservation, **{f"why-{reservation.lines.get().pk}": "stolen"})
    assert (answer.status_code, fresh(reservation).status) == (422, "booked")


def test_nothing_at_all_is_no_hand_over(desk):
    reservation = make_reservation()
    answer = give(desk, reservation, **{f"why-{reservation.lines.get().pk}": "not_wanted"})
    assert (answer.status_code, problems(answer)) == (
        422, ["Nothing was marked as handed over. If the person takes nothing, cancel the reservation."],
    )  # fmt: skip
    assert fresh(reservation).status == "booked"


def test_a_double_tap_hands_over_once(desk):
    chair = make_item(quantity=2)
    reservation = make_reservation({chair: 1})
    assert [give(desk, reservation).status_code for _tap in range(2)] == [302, 302]
    assert (counters(chair), Handover.objects.count()) == ((1, 0), 1)


def test_another_day_is_said_and_hands_over_all_the_same(desk, clock):
    reservation = make_reservation(slot=first_slot(skip=12))
    said = words_of(desk.get(address("handover", reservation.code)))
    assert "The time of this reservation is Tue 17 Nov" in said
    assert give(desk, reservation).status_code == 302


def test_a_qr_code_leads_the_worker_to_the_hand_over(desk):
    reservation = make_reservation()
    with translation.override(None):
        short = f"/r/{reservation.token}"
    assert desk.get(short)["Location"].endswith(f"/wh/handover/{reservation.code}")


def test_the_screen_turned_to_the_person_speaks_their_language_and_leads_back_in_the_workers(desk):
    reservation = make_reservation(language="sv")
    give(desk, reservation)
    page = desk.get(address("thanks", reservation.code)).content.decode()
    assert '<html lang="sv"' in page
    assert f'href="{address("handover", reservation.code)}"' in page
    assert [word in page for word in ("Asukas", "aino@")] == [False, False]


def test_a_reservation_whose_name_was_removed_is_still_shown(desk):
    reservation = make_reservation()
    give(desk, reservation)
    Reservation.objects.filter(pk=reservation.pk).update(contact_name="", contact="")
    assert f"<h1>{reservation.code}" in desk.get(address("handover", reservation.code)).content.decode()
    assert desk.get(address("thanks", reservation.code)).status_code == 200
