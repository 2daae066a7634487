"""What is scanned at the shelves: the right thing, the wrong thing, an equal thing."""

import pytest

from inventory.domain import moving, stock
from recycling.audit.models import AuditEntry
from reservations.domain import booking, handover, swapping
from reservations.domain import counters as all_counters
from reservations.domain.refusals import (
    BadCount,
    CountFirst,
    NotAlike,
    NotEnoughAlike,
    StandsInQuarantine,
    WrongPiece,
    WrongState,
)
from reservations.models import Reservation
from tests.factories import NOW, counters, hold, later, make_item, make_reservation, make_shelf, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def line_of(reservation, item):
    return reservation.lines.get(item=item)


def status(reservation):
    return Reservation.objects.get(pk=reservation.pk).status


def promised(reservation):
    return {line.item: line.pieces for line in reservation.lines.select_related("item")}


def test_the_right_piece_is_picked_and_verified(sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    line = handover.verify(reservation, chair, by=sari, at=NOW)
    assert (line.picked_by, line.picked_at, line.verified_at, line.counted) == (sari, NOW, NOW, 1)
    assert status(reservation) == "ready"


def test_scanning_what_is_verified_changes_nothing_whoever_does_it(sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    handover.verify(reservation, chair, by=sari, at=NOW)
    again = handover.verify(reservation, chair, by=make_worker(), at=later(minutes=5))
    assert (again.picked_by, again.verified_at) == (sari, NOW)


def test_what_was_ticked_and_is_scanned_stays_with_who_ticked_it(sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    handover.pick(reservation.lines.get(), by=sari, at=NOW)
    line = handover.verify(reservation, chair, by=make_worker(), at=later(minutes=5))
    assert (line.picked_by, line.picked_at, line.verified_at) == (sari, NOW, later(minutes=5))


def test_of_several_pieces_the_number_is_asked_and_all_of_them_make_it_verified(sari):
    chairs = make_item(quantity=30)
    reservation = make_reservation({chairs: 4})
    with pytest.raises(CountFirst, match=r"\b4\b"):
        handover.verify(reservation, chairs, by=sari, at=NOW)
    for number in (0, -1, 5):
        with pytest.raises(BadCount):
            handover.verify(reservation, chairs, counted=number, by=sari, at=NOW)
    fewer = handover.verify(reservation, chairs, counted=3, by=sari, at=NOW)
    assert (fewer.counted, fewer.picked_at, fewer.verified_at, status(reservation)) == (
        3,
        None,
        None,
        "booked",
    )
    all_of_them = handover.verify(reservation, chairs, counted=4, by=sari, at=NOW)
    assert (all_of_them.counted, all_of_them.verified_at, status(reservation)) == (4, NOW, "ready")


def test_a_tick_without_a_count_does_not_stand_against_a_count(sari):
    chairs = make_item(quantity=4)
    reservation = make_reservation({chairs: 4})
    handover.pick(reservation.lines.get(), by=sari, at=NOW)
    handover.verify(reservation, chairs, counted=3, by=sari, at=NOW)
    assert (reservation.lines.get().picked_at, status(reservation)) == (None, "booked")


def test_unticking_takes_the_scan_back_too(sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    handover.verify(reservation, chair, by=sari, at=NOW)
    handover.pick(reservation.lines.get(), by=sari, at=NOW, picked=False)
    line = reservation.lines.get()
    assert (line.picked_at, line.picked_by, line.counted, line.verified_at) == (None, None, 0, None)


def test_a_wrong_piece_says_what_it_is_and_what_is_wanted(sari):
    chair, sofa = make_item(), make_item(category="sofa", colour="red")
    reservation = make_reservation({chair: 1})
    with pytest.raises(WrongPiece) as refused:
        handover.verify(reservation, sofa, by=sari, at=NOW)
    assert (sofa.shown_code in str(refused.value), chair.shown_code in str(refused.value)) == (True, True)
    assert reservation.lines.get().picked_at is None


def test_nothing_is_verified_off_a_shelf_in_quarantine_or_for_what_is_over(sari):
    shelf = make_shelf()
    chair = make_item(shelf=shelf)
    reservation = make_reservation({chair: 1})
    moving.block(shelf, by=sari, at=NOW)
    with pytest.raises(StandsInQuarantine):
        handover.verify(reservation, chair, by=sari, at=NOW)
    booking.cancel(reservation, by=sari, at=NOW)
    with pytest.raises(WrongState):
        handover.verify(reservation, chair, by=sari, at=NOW)


# -- An equal thing instead


def test_a_free_equal_piece_is_given_instead_and_the_first_one_is_free_again(sari):
    wanted, equal = make_item(shelf=make_shelf("H1-01-A")), make_item(shelf=make_shelf("H9-01-A"))
    reservation = make_reservation({wanted: 1})
    line = swapping.swap(line_of(reservation, wanted), equal, by=sari, at=NOW)
    assert promised(reservation) == {equal: 1}
    assert (counters(wanted), counters(equal)) == ((1, 0), (1, 1))
    assert swapping.swap(line, equal, by=sari, at=NOW) == line  # once more is no error
    assert handover.verify(reservation, equal, by=sari, at=NOW).verified_at == NOW
    actions = AuditEntry.objects.filter(action__endswith="_swapped").values_list("target_type", "target_id")
    assert sorted(actions) == sorted(
        [("item", equal.pk), ("item", wanted.pk), ("reservation", reservation.pk)]
    )


def test_what_is_promised_to_somebody_else_makes_the_two_change_places(sari):
    wanted, equal, bystanders = make_item(), make_item(), make_item()
    mine, theirs = make_reservation({wanted: 1}), make_reservation({equal: 1}, contact="b@example.org")
    other = make_reservation({bystanders: 1}, contact="c@example.org")
    handover.verify(theirs, equal, by=sari, at=NOW)
    swapping.swap(line_of(mine, wanted), equal, by=sari, at=NOW)
    assert (promised(mine), promised(theirs), promised(other)) == ({equal: 1}, {wanted: 1}, {bystanders: 1})
    assert [counters(item) for item in (wanted, equal, bystanders)] == [(1, 1)] * 3
    # What they had is in other hands: it has to be picked again.
    assert (status(theirs), theirs.lines.get().verified_at) == ("booked", None)
    assert AuditEntry.objects.filter(action="reservation_swapped", target_id=theirs.pk).count() == 1
    assert all_counters.drifts() == []


def test_of_several_only_as_many_change_places_as_are_wanted(sari):
    wanted, equal = make_item(quantity=2), make_item(quantity=5)
    mine = make_reservation({wanted: 1})
    theirs = make_reservation({equal: 5}, contact="b@example.org")
    swapping.swap(line_of(mine, wanted), equal, by=sari, at=NOW)
    assert (promised(mine), promised(theirs)) == ({equal: 1}, {equal: 4, wanted: 1})
    assert (counters(wanted), counters(equal)) == ((2, 1), (5, 5))


def test_who_has_some_of_it_already_gets_the_more_of_it(sari):
    wanted, equal = make_item(quantity=2), make_item()
    mine = make_reservation({wanted: 1})
    theirs = make_reservation({equal: 1, wanted: 1}, contact="b@example.org")
    swapping.swap(line_of(mine, wanted), equal, by=sari, at=NOW)
    assert (promised(mine), promised(theirs)) == ({equal: 1}, {wanted: 2})
    assert (counters(wanted), counters(equal)) == ((2, 2), (1, 1))


UNEQUAL = ({"colour": "red"}, {"condition": "worn"}, {"price": 5}, {"width_cm": 80}, {"defects": "Naarmu"})


@pytest.mark.parametrize("other", [*UNEQUAL, {"category": "stool"}])
def test_what_is_not_equal_is_not_given_instead(sari, other):
    wanted, unequal = make_item(width_cm=60), make_item(**{"width_cm": 60} | other)
    reservation = make_reservation({wanted: 1})
    line = line_of(reservation, wanted)
    assert swapping.alike(unequal, [line]) == []
    with pytest.raises(NotAlike):
        swapping.swap(line, unequal, by=sari, at=NOW)
    assert (promised(reservation), counters(wanted), counters(unequal)) == ({wanted: 1}, (1, 1), (1, 0))


def test_too_few_equal_pieces_are_not_given_instead(sari):
    wanted, equal = make_item(quantity=3), make_item(quantity=2)
    reservation = make_reservation({wanted: 3})
    line = line_of(reservation, wanted)
    assert swapping.alike(equal, [line]) == []
    with pytest.raises(NotEnoughAlike):
        swapping.swap(line, equal, by=sari, at=NOW)


def test_what_somebody_is_booking_just_now_is_not_taken_from_them(sari):
    wanted, equal = make_item(), make_item()
    line = make_reservation({wanted: 1}).lines.get()
    hold({equal: 1})
    with pytest.raises(NotEnoughAlike):
        swapping.swap(line, equal, by=sari, at=NOW)


def test_what_is_set_aside_or_in_quarantine_is_not_given_instead(sari):
    wanted, broken, shelved = make_item(), make_item(), make_item(shelf=make_shelf())
    line = make_reservation({wanted: 1}).lines.get()
    stock.set_aside(broken, 1, reason="repair", by=sari, at=NOW)
    moving.block(shelved.shelf, by=sari, at=NOW)
    with pytest.raises(NotEnoughAlike):
        swapping.swap(line, broken, by=sari, at=NOW)
    with pytest.raises(StandsInQuarantine):
        swapping.swap(line, shelved, by=sari, at=NOW)
    assert swapping.alike(shelved, [line]) == []


def test_a_promised_equal_piece_is_offered_while_it_is_not_in_the_same_hands(sari):
    wanted, equal = make_item(), make_item()
    both = make_reservation({wanted: 1, equal: 1})
    assert swapping.alike(equal, list(both.lines.all())) == []
    with pytest.raises(NotEnoughAlike):
        swapping.swap(line_of(both, wanted), equal, by=sari, at=NOW)
    booking.cancel(both, by=sari, at=NOW)
    with pytest.raises(WrongState):
        swapping.swap(line_of(both, wanted), equal, by=sari, at=NOW)
