from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.models import SetAside
from recycling.accounts.domain.limits import TooOften
from recycling.notifications.models import Notification
from reservations.domain import booking, handover
from reservations.domain.refusals import NoSuchPickup, NothingGiven, SayWhyNot, WrongState
from reservations.models import Handover, Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    open_site()


@pytest.fixture
def sari():
    return make_worker()


def give(reservation, by, counts, reasons=()):
    lines = list(reservation.lines.order_by("pk"))
    return handover.hand_over(
        reservation,
        given={line.pk: count for line, count in zip(lines, counts, strict=True)},
        why_not={line.pk: reason for line, reason in zip(lines, reasons, strict=False)},
        by=by,
        at=NOW,
    )


def test_the_code_finds_the_reservation_only_at_the_workers_own_site(sari):
    reservation = make_reservation()
    shown = f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"
    assert handover.find(shown, by=sari, at=NOW) == reservation
    with pytest.raises(NoSuchPickup):
        handover.find(shown, by=make_worker(site=make_site("north")), at=NOW)


def test_guessing_codes_is_stopped_after_twenty_wrong_ones(sari):
    reservation = make_reservation()
    wrong = "000000" if reservation.pickup_code != "000000" else "111111"
    for _try in range(20):
        with pytest.raises(NoSuchPickup):
            handover.find(wrong, by=sari, at=NOW)
    with pytest.raises(TooOften):
        handover.find(wrong, by=sari, at=NOW)


def test_handing_over_everything_closes_it_and_copies_the_impact(sari):
    chairs = make_item(quantity=4, weight_kg=Decimal(12))
    reservation = make_reservation({chairs: 3})
    done = give(reservation, sari, [3])
    assert (done.status, counters(chairs)) == ("collected", (1, 0))
    [line] = Handover.objects.get().lines.all()
    assert (line.weight_kg, line.co2e_low, line.co2e_high) == (Decimal(36), Decimal(105), Decimal(270))
    assert (line.displacement_percent, line.factor.key, line.weight_is_estimate) == (
        50,
        "office_chair",
        False,
    )
    assert Notification.objects.filter(kind="receipt").count() == 1


def test_what_is_not_wanted_goes_back_on_offer(sari):
    chairs = make_item(quantity=4)
    give(make_reservation({chairs: 3}), sari, [1], ["not_wanted"])
    assert counters(chairs) == (3, 0)


@pytest.mark.parametrize(("reason", "aside"), [("broken", "repair"), ("missing", "missing")])
def test_what_is_broken_or_missing_is_set_aside(sari, reason, aside):
    chairs = make_item(quantity=4)
    give(make_reservation({chairs: 3}), sari, [1], [reason])
    assert counters(chairs) == (3, 2)
    assert list(SetAside.objects.values_list("pieces", "reason")) == [(2, aside)]


def test_what_is_collected_later_becomes_a_reservation_of_its_own(sari):
    chairs = make_item(quantity=4)
    first = make_reservation({chairs: 3})
    give(first, sari, [1], ["later"])
    rest = Reservation.objects.get(status="held")
    assert counters(chairs) == (3, 2)
    assert (rest.person, rest.contact) == (first.person, first.contact)
    assert rest.held_until.isoformat() == "2026-11-19T22:00:00+00:00"
    again = booking.reschedule(rest, first_slot(skip=3), at=NOW)
    assert (again.status, again.lines.get().pieces, len(again.pickup_code)) == ("booked", 2, 6)


def test_the_rest_without_a_reason_is_refused_and_nothing_moves(sari):
    chairs = make_item(quantity=4)
    reservation = make_reservation({chairs: 3})
    with pytest.raises(SayWhyNot):
        give(reservation, sari, [1])
    with pytest.raises(SayWhyNot):
        give(reservation, sari, [1], ["stolen by pirates"])
    assert counters(chairs) == (4, 3)
    assert Handover.objects.count() == 0


def test_giving_nothing_is_not_a_hand_over(sari):
    reservation = make_reservation()
    with pytest.raises(NothingGiven):
        give(reservation, sari, [0], ["not_wanted"])


def test_the_same_hand_over_said_again_changes_nothing(sari):
    chairs = make_item(quantity=4)
    reservation = make_reservation({chairs: 3})
    first = give(reservation, sari, [2], ["broken"])
    assert give(reservation, sari, [2], ["broken"]) == first
    assert (counters(chairs), Handover.objects.count()) == ((2, 1), 1)


def test_handing_over_twice_is_refused_to_somebody_else_and_with_other_numbers(sari):
    reservation = make_reservation({make_item(quantity=4): 3})
    give(reservation, sari, [3])
    with pytest.raises(WrongState):
        give(reservation, sari, [2], ["broken"])
    with pytest.raises(WrongState):
        give(reservation, make_worker(), [3])


def test_somebody_else_collects_and_signs_on_the_screen(sari):
    reservation = make_reservation()
    line = reservation.lines.get()
    handover.hand_over(
        *(reservation,), given={line.pk: 1}, why_not={}, by=sari, at=NOW, by_other=True, signed="screen", strokes="M1 1L2 2"
    )  # fmt: skip
    done = Handover.objects.get()
    assert (done.by_other, done.signed, done.signature.strokes) == (True, "screen", "M1 1L2 2")


def test_coming_early_frees_the_place_and_coming_late_does_not(sari):
    slot = first_slot()
    give(make_reservation(slot=slot), sari, [1])
    assert booked(slot) == 0
    late = make_reservation({make_item(): 1}, slot=slot)
    missed = booking.mark_missed(late, at=slot.ends_at + timedelta(hours=1))
    line = missed.lines.get()
    handover.hand_over(missed, given={line.pk: 1}, why_not={}, by=sari, at=slot.ends_at + timedelta(hours=2))
    assert booked(slot) == 1


def test_picking_every_line_makes_it_ready_and_unticking_takes_it_back(sari):
    reservation = make_reservation({make_item(): 1, make_item(): 1})
    first, second = reservation.lines.all()
    assert handover.pick(first, by=sari, at=NOW).status == "booked"
    assert handover.pick(second, by=sari, at=NOW).status == "ready"
    assert handover.pick(first, by=sari, at=NOW, picked=False).status == "booked"


def test_the_totals_add_up_over_the_lines(sari):
    reservation = make_reservation({make_item(weight_kg=Decimal(10)): 1, make_item(weight_kg=Decimal(5)): 1})
    give(reservation, sari, [1, 1])
    totals = handover.totals(Handover.objects.get())
    assert (totals["pieces"], totals["weight_kg"], totals["co2e_low"]) == (2, Decimal(15), Decimal(70))
