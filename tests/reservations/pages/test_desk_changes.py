"""What a worker does with a reservation beside handing it over: missed, excused, cancelled, another time."""

import re
from datetime import date, time

import pytest
from django.test import Client

from inventory.models import SiteRole
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from reservations.domain import booking, slots
from reservations.domain.refusals import DayHasBookings
from reservations.models import Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.inventory.hall import problems, words_of
from tests.reservations.pages.desk import address, find, fresh, give

pytestmark = pytest.mark.django_db

# -- Nobody came, excused, cancelled


def test_nobody_came_is_said_after_the_time_has_begun_and_not_before(desk, clock):
    reservation = make_reservation()
    where = address("desk_act", reservation.code, "missed")
    page = desk.get(address("handover", reservation.code))
    assert where not in page.content.decode()
    assert desk.post(where).status_code == 409
    clock.move_to(reservation.slot.starts_at)
    assert where in desk.get(address("handover", reservation.code)).content.decode()
    answer = desk.post(where)
    assert (answer.status_code, fresh(reservation).status) == (302, "missed")
    assert "Written down: nobody came." in words_of(desk.get(answer["Location"]))


def test_a_miss_is_excused_once_and_what_was_missed_is_still_handed_over(desk, clock):
    reservation = make_reservation()
    clock.move_to(reservation.slot.ends_at)
    desk.post(address("desk_act", reservation.code, "missed"))
    excuse = address("desk_act", reservation.code, "excuse")
    assert excuse in desk.get(address("handover", reservation.code)).content.decode()
    desk.post(excuse)
    assert fresh(reservation).miss_excused
    assert excuse not in desk.get(address("handover", reservation.code)).content.decode()
    assert give(desk, reservation).status_code == 302


def test_there_is_nothing_to_excuse_where_nothing_was_missed(desk):
    assert desk.post(address("desk_act", make_reservation().code, "excuse")).status_code == 409


def test_a_reservation_is_cancelled_with_a_reason_and_its_pieces_are_free(desk):
    chair = make_item(quantity=2)
    reservation = make_reservation({chair: 2})
    answer = desk.post(address("desk_cancel", reservation.code), {"reason": "no_time"})
    assert (answer.status_code, fresh(reservation).status, fresh(reservation).cancel_reason) == (
        *(302, "cancelled"), "no_time",
    )  # fmt: skip
    assert counters(chair) == (2, 0)
    assert desk.post(address("desk_cancel", reservation.code), {"reason": "other"}).status_code == 302
    assert fresh(reservation).cancel_reason == "no_time"


@pytest.mark.parametrize("reason", ["", "because", "\0"])
def test_cancelling_without_a_reason_that_exists_changes_nothing(desk, reason):
    reservation = make_reservation()
    answer = desk.post(address("desk_cancel", reservation.code), {"reason": reason})
    assert (answer.status_code, fresh(reservation).status) == (422, "booked")
    assert 'href="#cancel_reason"' in answer.content.decode()


# -- Another time on somebody's behalf


def as_posted(slot):
    return {"slot": slot.starts_at.strftime("%Y-%m-%dT%H:%MZ")}


def messages_about(reservation, kind):
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}", kind=kind)
    return list(rows.values_list("status", flat=True))


@pytest.mark.parametrize("role", SiteRole.values)
def test_a_worker_gives_a_booking_another_time_and_the_person_is_told(client, warehouse, role):
    worker = make_worker(warehouse, role=role, name="Lasse Lead")
    client.force_login(worker)
    reservation, new = make_reservation(), first_slot(skip=12)
    where = address("desk_time", reservation.code)
    assert f'href="{where}"' in client.get(address("handover", reservation.code)).content.decode()
    assert "The time now: Mon 16 Nov" in words_of(client.get(where))
    old = reservation.slot
    answer = client.post(where, as_posted(new))
    assert answer["Location"] == address("handover", reservation.code)
    said = words_of(client.get(answer["Location"]))
    assert "The new time is booked, and the person is told." in said
    assert re.search(r"Time changed Mon 16 Nov 09:00, Lasse", said)
    assert (fresh(reservation).slot, fresh(reservation).status) == (new, "booked")
    assert [booked(slot) for slot in (old, new)] == [0, 1]
    assert messages_about(reservation, "moved") == ["due"]
    entry = AuditEntry.objects.get(action="reservation_moved")
    assert (entry.actor, entry.target_id, entry.details) == (worker, reservation.pk, {"slot": new.pk})


def test_a_worker_may_move_it_late_and_as_often_as_it_takes(desk, clock, sari):
    reservation = make_reservation(slot=first_slot())
    for number in range(1, 6):
        slot = first_slot(skip=number)
        assert desk.post(address("desk_time", reservation.code), as_posted(slot)).status_code == 302
    clock.move_to(slot.ends_at)
    desk.force_login(sari)
    later_on = first_slot(at=slot.ends_at, skip=9)
    assert desk.post(address("desk_time", reservation.code), as_posted(later_on)).status_code == 302
    assert fresh(reservation).slot == later_on


def test_the_rest_that_was_kept_gets_its_time_at_the_desk_too(desk):
    reservation = make_reservation({make_item(quantity=2): 2})
    line = reservation.lines.get()
    give(desk, reservation, **{f"given-{line.pk}": "1", f"why-{line.pk}": "later"})
    rest = Reservation.objects.get(status="held")
    where = address("desk_time", rest.code)
    assert f'href="{where}"' in desk.get(address("handover", rest.code)).content.decode()
    assert "Choose a time" in words_of(desk.get(where))
    assert desk.post(where, as_posted(first_slot(skip=2))).status_code == 302
    assert (fresh(rest).status, messages_about(rest, "booked")) == ("booked", ["due"])


def test_a_time_that_is_full_or_is_none_of_this_site_leaves_the_booking_as_it_was(desk):
    reservation = make_reservation()
    full = first_slot(skip=4)
    for number in range(2):
        make_reservation(slot=full, contact=f"p{number}@example.org")
    elsewhere = first_slot(open_site(make_site("other", name_en="Other"), opens=time(10, 10)))
    sentences = [
        "That time has just gone. Choose another time.",
        *["That time is not offered. Choose one of these times."] * 3,
    ]
    for fields, sentence in zip(
        [as_posted(full), as_posted(elsewhere), {}, {"slot": "\0"}], sentences, strict=True
    ):
        answer = desk.post(address("desk_time", reservation.code), fields)
        assert (answer.status_code, problems(answer)) == (409, [sentence])
    assert fresh(reservation).slot == reservation.slot


def test_what_is_over_or_still_being_booked_has_no_time_to_change(desk, sari):
    cancelled, unfinished = make_reservation(), hold({make_item(): 1})[0]
    booking.cancel(cancelled, by=sari, at=NOW)
    for one in (cancelled, unfinished):
        where = address("desk_time", one.code)
        assert f'href="{where}"' not in desk.get(address("handover", one.code)).content.decode()
        assert desk.get(where).status_code == 409
        assert desk.post(where, as_posted(first_slot(skip=3))).status_code == 409
    assert messages_about(cancelled, "moved") == []


def test_a_day_can_be_closed_once_its_bookings_have_another_time(desk, warehouse, sari):
    reservation = make_reservation(slot=first_slot(skip=12))
    day = {"site": warehouse, "day": date(2026, 11, 17), "reasons": {"en": "Move"}, "by": sari, "at": NOW}
    with pytest.raises(DayHasBookings, match=reservation.code):
        slots.close_day(**day)
    desk.post(address("desk_time", reservation.code), as_posted(first_slot(skip=24)))
    slots.close_day(**day)


def test_what_has_been_handed_over_is_not_cancelled(desk):
    reservation = make_reservation()
    give(desk, reservation)
    assert desk.post(address("desk_cancel", reservation.code), {"reason": "other"}).status_code == 409
    assert fresh(reservation).status == "collected"


def test_a_form_from_elsewhere_changes_nothing(sari):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sari)
    reservation = make_reservation()
    assert [give(strict, reservation).status_code, find(strict, reservation.pickup_code).status_code] == [
        403,
        403,
    ]
    assert fresh(reservation).status == "booked"
