"""The round of a van: its order, what it carries, and that it was received."""

import pytest

from inventory.domain.refusals import OnlyLead
from inventory.models import SiteRole
from recycling.accounts.domain.limits import TooOften
from reservations.domain import booking, handover, vans
from reservations.domain.delivery_refusals import NotReceived, WrongReceiptCode
from reservations.domain.refusals import NothingGiven, SayWhyNot, WrongState
from reservations.models import PickupSlot, Reservation
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.driving import first_window, fresh, make_delivery, open_van

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def risto():
    return make_member(name="Risto Rinne", cost_centre="31250")


@pytest.fixture(autouse=True)
def van():
    return open_van(open_site())


@pytest.fixture
def lasse():
    return make_worker(role=SiteRole.LEAD)


def three():
    return [make_delivery({make_item(): 1}, slot=first_window()) for _number in range(3)]


def order():
    return list(vans.stops().filter(slot=first_window()))


# -- the round


def test_stops_stand_as_they_were_booked_until_a_lead_puts_them_in_order(lasse):
    first, second, third = three()
    assert order() == [first, second, third]
    vans.move_stop(third, vans.EARLIER, by=lasse, at=NOW)
    assert order() == [first, third, second]
    vans.move_stop(first, vans.LATER, by=lasse, at=NOW)
    assert order() == [third, first, second]


def test_at_its_end_a_stop_stays(lasse):
    first, second, third = three()
    vans.move_stop(first, vans.EARLIER, by=lasse, at=NOW)
    vans.move_stop(third, vans.LATER, by=lasse, at=NOW)
    assert order() == [first, second, third]


def test_one_that_is_booked_later_comes_last(lasse):
    first, second, third = three()
    vans.move_stop(third, vans.EARLIER, by=lasse, at=NOW)
    late = make_delivery({make_item(): 1}, slot=first_window())
    assert order() == [first, third, second, late]


def test_another_half_day_forgets_the_turn(lasse):
    first, *_others = three()
    vans.move_stop(first, vans.LATER, by=lasse, at=NOW)
    booking.reschedule(first, first_window(skip=1), by=lasse, at=NOW)
    assert fresh(first).stop is None


def test_only_a_lead_of_the_site_puts_it_in_order(sari):
    first, *_others = three()
    for other in (sari, make_worker(make_site("north"), SiteRole.LEAD)):
        with pytest.raises(OnlyLead):
            vans.move_stop(first, vans.LATER, by=other, at=NOW)


def test_what_is_no_stop_any_more_has_no_turn(lasse):
    first, *_others = three()
    booking.cancel(first, by=lasse, at=NOW)
    with pytest.raises(WrongState):
        vans.move_stop(first, vans.LATER, by=lasse, at=NOW)


def test_the_rounds_of_the_next_days_with_their_stops(van):
    stops = three()
    rounds = list(vans.rounds([van], at=NOW))
    assert [len(one.stops) for one in rounds if one.booked] == [3]
    assert rounds[0].starts_at < rounds[-1].starts_at < later(days=14)
    assert next(one.stops for one in rounds if one.booked) == stops
    assert list(vans.rounds([], at=NOW)) == []


def test_what_a_round_carries():
    chairs = make_item(quantity=9, weight_kg=7)
    load = vans.load_of([make_delivery({chairs: 4}), make_delivery({chairs: 5})])
    assert (load.stops, load.pieces, load.kilograms, load.is_estimate) == (2, 9, 63, False)
    assert load.minutes == 9 * chairs.category.inherited("loading_minutes")


def test_what_nobody_has_said_anything_about_is_asked_for(van, sari):
    brought, said = make_delivery({make_item(): 1}), make_delivery({make_item(): 1})
    receive(said, sari, typed=said.pickup_code)
    assert list(vans.unrecorded([van], at=brought.slot.ends_at)) == [brought]
    assert list(vans.unrecorded([van], at=brought.slot.starts_at)) == []


# -- received


def receive(reservation, worker, *, at=NOW, given=None, why_not=None, **proof):
    lines = {line.pk: line.pieces for line in reservation.lines.all()}
    return vans.receive(
        reservation, given=lines | (given or {}), why_not=why_not or {}, by=worker, at=at, **proof
    )


def test_it_is_received_by_the_six_digits(sari):
    chairs = make_item(quantity=3)
    reservation = make_delivery({chairs: 3})
    code = reservation.pickup_code
    receive(reservation, sari, typed=f" {code[:3]} {code[3:]}")
    assert (fresh(reservation).status, reservation.handover.signed) == ("collected", "code")
    assert counters(chairs) == (0, 0)


def test_it_is_received_by_a_signature(sari):
    reservation = make_delivery({make_item(): 1})
    receive(reservation, sari, signed="screen", strokes="M1 1L2 2")
    assert (reservation.handover.signed, reservation.handover.signature.strokes) == ("screen", "M1 1L2 2")


def test_without_either_it_is_not_received(sari):
    reservation = make_delivery({make_item(): 1})
    with pytest.raises(NotReceived):
        receive(reservation, sari, typed="  ")
    assert fresh(reservation).status == "booked"


@pytest.mark.parametrize("typed", ["000 000", "12", "koodi"])
def test_other_digits_are_refused(typed, sari):
    reservation = make_delivery({make_item(): 1})
    Reservation.objects.filter(pk=reservation.pk).update(pickup_code="482915")
    with pytest.raises(WrongReceiptCode):
        receive(fresh(reservation), sari, typed=typed)
    assert fresh(reservation).status == "booked"


def test_wrong_digits_are_counted_until_the_right_ones_are_refused_too(sari):
    reservation = make_delivery({make_item(): 1})
    wrong = f"{(int(reservation.pickup_code) + 1) % 10**6:06}"
    for _try in range(handover.WRONG_CODES):
        with pytest.raises(WrongReceiptCode):
            receive(reservation, sari, typed=wrong)
    with pytest.raises(TooOften):
        receive(reservation, sari, typed=reservation.pickup_code)


def test_fewer_are_received_with_a_reason(sari):
    chairs = make_item(quantity=24)
    reservation = make_delivery({chairs: 24})
    (line,) = reservation.lines.all()
    with pytest.raises(SayWhyNot):
        receive(reservation, sari, given={line.pk: 23}, typed=reservation.pickup_code)
    with pytest.raises(NothingGiven):
        receive(reservation, sari, given={line.pk: 0}, why_not={line.pk: "missing"}, signed="paper")
    receive(
        reservation, sari, given={line.pk: 23}, why_not={line.pk: "missing"}, typed=reservation.pickup_code
    )
    assert counters(chairs) == (1, 1)  # here somewhere, set aside as missing


def test_twice_received_is_received_once(sari):
    reservation = make_delivery({make_item(): 1})
    for _tap in range(2):
        receive(reservation, sari, typed=reservation.pickup_code)
    assert Reservation.objects.filter(handover__isnull=False).count() == 1


def test_a_pickup_is_not_received_at_a_door(sari):
    pickup = make_reservation({make_item(): 1})
    with pytest.raises(WrongState):
        receive(pickup, sari, typed=pickup.pickup_code)


def test_a_place_of_a_delivery_that_came_early_is_free_again(sari):
    reservation = make_delivery({make_item(): 1})
    receive(reservation, sari, typed=reservation.pickup_code, at=NOW)
    assert PickupSlot.objects.get(pk=reservation.slot_id).booked == 0
