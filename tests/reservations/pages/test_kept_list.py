"""Picked and handed over from a list that the phone kept: what fits is done once, everything else is said in words."""

import pytest

from inventory.domain import moving
from inventory.models import Errand, SiteRole
from recycling.audit.models import AuditEntry
from reservations.domain import booking, handover
from reservations.models import Handover, ReservationStatus
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
)
from tests.inventory.hall import address as hall_address
from tests.inventory.hall import words_of

from .desk import address, fresh

pytestmark = pytest.mark.django_db

HOUR = 60 * 60 * 1000
# The session, the person, who waits for an answer, the sites where they work, the day's reservations with their lines, what is
# still kept, the rules.
KEPT_PAGE = 7


@pytest.fixture
def reservation(chair):
    return make_reservation({chair: 2})


def send(browser, kind, who, reservation, *, key="k1", ago=HOUR, **fields):
    told = {"errand": key, "who": str(who.pk), "ago": str(ago), "reservation": reservation.code}
    return browser.post(address(f"outbox_{kind}"), told | fields)


def tick(browser, who, reservation, **fields):
    return send(browser, "pick", who, reservation, **{"line": reservation.lines.get().pk} | fields)


def shown(reservation):
    return [f"{line.pk}:{line.pieces}" for line in reservation.lines.all()]


def give(browser, who, reservation, **fields):
    all_of_it = {f"given-{line.pk}": line.pieces for line in reservation.lines.all()}
    return send(browser, "handover", who, reservation, **{"shown": shown(reservation)} | all_of_it | fields)


# -- the list


def test_the_list_holds_first_names_last_digits_and_lines_and_nothing_more(desk, reservation, clock):
    clock.move_to(reservation.slot.starts_at)
    page = desk.get(address("day_kept")).content.decode()
    assert "Aino" in page
    assert reservation.pickup_code[3:] in page
    assert reservation.lines.get().item.shown_code in page
    for secret in ("Asukas", "aino@example.org", reservation.pickup_code, reservation.token):
        assert secret not in page


def test_the_list_is_of_today(desk, reservation, clock):
    clock.move_to(later(reservation.slot.starts_at, days=1))
    assert reservation.code not in desk.get(address("day_kept")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_for_one_reservation_and_for_several(
    desk, django_assert_num_queries, clock, rows
):
    for _number in range(rows):
        made = make_reservation({make_item(): 1})
    clock.move_to(made.slot.starts_at)
    desk.get(address("day_kept"))
    with django_assert_num_queries(KEPT_PAGE):
        desk.get(address("day_kept"))


# -- the tick


def test_a_tick_is_made_at_its_time_and_twice_is_once(desk, sari, reservation):
    for _time in range(2):
        assert tick(desk, sari, reservation).json()["state"] == "done"
    line = reservation.lines.get()
    assert (line.picked_at, line.picked_by, fresh(reservation).status) == (later(hours=-1), sari, "ready")
    assert Errand.objects.count() == 1


def test_a_tick_is_taken_back(desk, sari, reservation):
    tick(desk, sari, reservation, ago=2 * HOUR)
    assert tick(desk, sari, reservation, key="k2", undo="1").json()["state"] == "done"
    assert reservation.lines.get().picked_at is None


def test_a_tick_that_somebody_made_later_stays(desk, sari, reservation):
    kai = make_worker(name="Kai Kuikka")
    handover.pick(reservation.lines.get(), by=kai, at=NOW)
    answer = tick(desk, sari, reservation, undo="1").json()
    assert (answer["state"], answer["words"].endswith("The tick stays. (Kai)")) == ("conflict", True)
    assert reservation.lines.get().picked_by == kai


def test_a_tick_on_what_is_cancelled_is_a_conflict(desk, sari, reservation):
    booking.cancel(reservation, by=None, at=NOW)
    answer = tick(desk, sari, reservation).json()
    assert answer["address"] == address("handover", reservation.code)
    assert (answer["state"], "is over: cancelled" in answer["words"]) == ("conflict", True)


def test_a_line_of_another_reservation_is_none_of_this_one(desk, sari, reservation):
    other = make_reservation()
    answer = tick(desk, sari, reservation, line=other.lines.get().pk).json()
    assert (answer["state"], "has changed" in answer["words"]) == ("conflict", True)
    assert other.lines.get().picked_at is None


# -- the hand-over


def test_a_hand_over_is_done_once(desk, sari, reservation, chair):
    for _time in range(2):
        answer = give(desk, sari, reservation).json()
        assert (answer["state"], answer["words"]) == ("done", "Handed over: 2 pieces.")
    assert (counters(chair), Handover.objects.count(), Errand.objects.count()) == ((1, 0), 1, 1)


def test_a_part_of_it_is_handed_over_with_its_reason(desk, sari, reservation, chair):
    line = reservation.lines.get()
    give(desk, sari, reservation, **{f"given-{line.pk}": "1", f"why-{line.pk}": "not_wanted"})
    assert counters(chair) == (2, 0)
    assert Handover.objects.get().lines.get().given == 1


def test_what_somebody_handed_over_meanwhile_is_told_and_does_not_leave_twice(desk, sari, reservation, chair):
    kai = make_worker(name="Kai Kuikka")
    handover.hand_over(reservation, given={reservation.lines.get().pk: 2}, why_not={}, by=kai, at=NOW)
    answer = give(desk, sari, reservation).json()
    assert answer["state"] == "conflict"
    assert answer["words"] == (
        f"Reservation {reservation.code} was handed over already, Mon 16 Nov 09:00. Check that nothing left twice. (Kai)"
    )
    assert counters(chair) == (1, 0)


def test_what_was_cancelled_meanwhile_and_has_left_is_on_the_leads_list_and_in_the_history(
    client, sari, reservation, chair
):
    booking.cancel(reservation, by=None, at=NOW)
    client.force_login(sari)
    assert give(client, sari, reservation).json()["state"] == "conflict"
    client.force_login(make_worker(role=SiteRole.LEAD))
    assert f"Reservation {reservation.code} is over: cancelled" in words_of(
        client.get(hall_address("wh_outbox"))
    )
    assert AuditEntry.objects.filter(action="sent_too_late", target_id=reservation.pk).count() == 1
    assert (counters(chair), fresh(reservation).status) == ((3, 0), ReservationStatus.CANCELLED)


@pytest.mark.parametrize("seen", [[], ["1:1"], ["nonsense"], ["0:2"]])
def test_what_has_changed_since_the_phone_saw_it_is_a_conflict(desk, sari, reservation, chair, seen):
    assert give(desk, sari, reservation, shown=seen).json()["state"] == "conflict"
    assert counters(chair) == (3, 2)


def test_what_stands_in_quarantine_is_a_conflict(desk, sari):
    chair = make_item(shelf=make_shelf())
    reservation = make_reservation({chair: 1})
    moving.block(chair.shelf, by=sari, at=NOW)
    assert give(desk, sari, reservation).json()["state"] == "conflict"


def test_nobody_is_blamed_for_a_pickup_that_was_only_told_late(desk, sari, reservation, clock):
    """They came at their time; the phone was without a network, and meanwhile the clock wrote down that nobody came."""
    clock.move_to(later(reservation.slot.ends_at, hours=3))
    booking.mark_missed(reservation, by=None, at=later(reservation.slot.ends_at, hours=1))
    assert give(desk, sari, reservation, ago=3 * HOUR).json()["state"] == "done"
    assert (fresh(reservation).status, fresh(reservation).miss_excused) == (ReservationStatus.COLLECTED, True)


def test_whoever_came_after_a_miss_has_missed_it(desk, sari, reservation, clock):
    """The control of the one above."""
    clock.move_to(later(reservation.slot.ends_at, hours=3))
    booking.mark_missed(reservation, by=None, at=later(reservation.slot.ends_at, hours=1))
    give(desk, sari, reservation, ago=HOUR)
    assert (fresh(reservation).status, fresh(reservation).miss_excused) == (
        ReservationStatus.COLLECTED,
        False,
    )


def test_a_reservation_of_another_site_is_not_found(client, reservation):
    eino = make_worker(make_site("other", name_fi="Varasto 2", name_sv="Lager 2"))
    client.force_login(eino)
    answer = give(client, eino, reservation)
    assert (answer.status_code, answer.json()["keep"]) == (404, False)
    assert fresh(reservation).status == ReservationStatus.BOOKED
