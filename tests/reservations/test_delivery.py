"""Fetched or brought: which half-days are offered, where to, and what becomes of a time when the way changes."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from inventory.models import Category
from recycling import clock
from recycling.accounts.models import Department
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations import tasks
from reservations.domain import booking, delivery, handover, slots, timetable
from reservations.domain.delivery_refusals import (
    AddressMissing,
    BadDoor,
    DeliveryCosts,
    NotACityPlace,
    ReceiverMissing,
    VanPlanned,
)
from reservations.domain.refusals import HoldOver, SlotFull, SlotNotOffered, TooLate, WrongState
from reservations.domain.unit_refusals import NotYourList
from reservations.models import ClosedDay, Delivery, OpeningHours, PickupSlot
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.driving import (
    DELIVERY,
    accept,
    first_window,
    fresh,
    make_delivery,
    make_request,
    make_school,
    open_van,
    to_school,
    wait,
)

pytestmark = pytest.mark.django_db
CONTACT = {"contact_name": "Risto Rinne", "contact_phone": "040 123 4567"}


@pytest.fixture(autouse=True)
def risto():
    return make_member(name="Risto Rinne", cost_centre="31250")


@pytest.fixture
def van():
    return open_van(open_site())


def wall(slot):
    return clock.local(slot.starts_at, slot.site.tz).strftime("%a %d.%m. %H.%M")


def only(request):
    return request.reservations.get()


# -- which half-days


def test_deliveries_are_offered_some_working_days_ahead_as_half_days(van):
    assert [wall(slot) for slot in slots.offered_deliveries(van, at=NOW)[:3]] == [
        "Wed 18.11. 08.00",
        "Wed 18.11. 12.00",
        "Thu 19.11. 08.00",
    ]


def test_a_weekend_and_a_public_holiday_are_no_working_days():
    # Friday 4 December; Monday is the 7th, Independence Day falls on the Sunday between.
    friday = datetime(2026, 12, 4, 9, tzinfo=UTC)
    assert wall(first_window(open_van(at=friday), at=friday)) == "Tue 08.12. 08.00"
    christmas_week = datetime(2026, 12, 22, 9, tzinfo=UTC)
    slots.close_holidays(2026)
    open_van(at=christmas_week)
    assert wall(first_window(at=christmas_week)) == "Mon 28.12. 08.00"


def test_a_closed_day_has_no_van(van):
    ClosedDay.objects.create(site=van, day=date(2026, 11, 18))
    slots.plan(van, at=NOW)
    assert wall(first_window(van)) == "Thu 19.11. 08.00"


def test_deliveries_are_offered_longer_than_pickups(van):
    Policy.objects.update(booking_days=3, delivery_days=10)
    slots.plan(van, at=NOW)
    assert wall(slots.offered_deliveries(van, at=NOW).last()) == "Thu 26.11. 08.00"


def test_neither_kind_of_times_sees_the_other(van):
    pickups = set(slots.offered(van, at=NOW).values_list("fulfilment", flat=True))
    deliveries = set(slots.offered_deliveries(van, at=NOW).values_list("fulfilment", flat=True))
    assert (pickups, deliveries) == ({"pickup"}, {"delivery"})
    item = make_item()
    lines = only(make_request({item: 1})).lines.all()
    days = timetable.of(van, lines=lines, at=NOW).days
    assert {slot.fulfilment for day in days for slot in day.slots} == {"pickup"}
    days = timetable.of(van, lines=lines, at=NOW, fulfilment=DELIVERY).days
    assert {slot.fulfilment for day in days for slot in day.slots} == {"delivery"}


def test_the_van_comes_only_while_the_thing_stands_there_and_the_page_offers_no_other_day(van):
    item = make_item(available_from=date(2026, 11, 19), available_until=date(2026, 11, 20))
    request = to_school_of({item: 1})
    table = timetable.free_by_day(van, lines=only(request).lines.all(), at=NOW, fulfilment=DELIVERY)
    assert list(table) == [date(2026, 11, 19), date(2026, 11, 20)]
    for slot in slots.offered_deliveries(van, at=NOW):
        offered = slot in table.get(clock.today(van.tz, slot.starts_at), [])
        assert takes(only(request), slot, by=request.by) == offered


def to_school_of(wishes):
    request = make_request(wishes)
    to_school(request)
    return request


def takes(reservation, slot, *, by):
    try:
        delivery.choose_time(reservation, slot, by=by, at=NOW)
    except SlotNotOffered:
        return False
    return True


def test_the_vans_hours_are_no_open_hours():
    """Neither for the first pickup time nor for how long something is kept."""
    site = open_site(opens=time(9), closes=time(12))
    before = slots.earliest(site, at=NOW), slots.open_days_after(site, day=NOW.date(), count=3)
    open_van(site)
    assert (slots.earliest(site, at=NOW), slots.open_days_after(site, day=NOW.date(), count=3)) == before


def test_where_pickups_are_by_arrangement_the_van_drives_all_the_same():
    site = open_van(open_site(make_site(by_arrangement=True)))
    assert list(slots.offered(site, at=NOW)) == []
    assert slots.offered_deliveries(site, at=NOW).exists()


def test_a_site_with_a_pickup_and_a_delivery_at_the_same_hour_plans_both_once():
    site = open_van(open_site(opens=time(8)))
    assert slots.plan(site, at=NOW) == 0
    both = PickupSlot.objects.filter(site=site, starts_at=first_window(site).starts_at)
    assert sorted(both.values_list("fulfilment", "capacity")) == [("delivery", 4), ("pickup", 2)]


def test_shorter_rounds_close_empty_half_days_and_keep_booked_ones(van):
    brought = make_delivery({make_item(): 1})
    OpeningHours.objects.filter(fulfilment=DELIVERY).delete()
    slots.plan(van, at=NOW)
    kept = PickupSlot.objects.filter(fulfilment=DELIVERY, capacity__gt=0)
    assert list(kept) == [brought.slot]
    assert slots.offered(van, at=NOW).exists()


def test_a_stop_takes_its_share_of_the_half_day_and_a_big_load_takes_several(van):
    """Four stops in 240 minutes: an hour for each; chairs of two minutes: 30 in a stop."""
    Category.objects.filter(key="office_chair").update(loading_minutes=2)
    chairs = make_item(quantity=201)
    window = first_window(van)
    places = [
        slots.places_for(only(make_request({chairs: pieces}, by=member)).lines.all(), window)
        for pieces, member in zip((1, 30, 31, 139), members(4), strict=True)
    ]
    assert places == [1, 1, 2, 4]


def members(count):
    return [make_member(code=f"unit{number}", cost_centre=f"{number}") for number in range(count)]


# -- where to


def test_a_delivery_is_written_with_where_it_goes(van):
    request = make_request({make_item(): 1})
    to_school(request, floor="2", lift="no", door_cm=82, unloading="Pihan puoli")
    row = Delivery.objects.get(request=request)
    assert (row.site, row.street, row.floor, row.lift, row.door_cm, row.unloading) == (
        *(make_school(), "", "2", "no", 82, "Pihan puoli"),
    )
    request = fresh(request)
    assert (request.fulfilment, request.contact_name, request.contact_phone) == (
        *("delivery", "Risto Rinne", "040 123 4567"),
    )
    assert AuditEntry.objects.get(action="request_way_chosen").details == {"way": "delivery"}


def test_choosing_again_changes_the_one_row(van):
    request = make_request({make_item(): 1})
    to_school(request)
    to_school(request, site=None, street="Rantatie 5 B")
    row = Delivery.objects.get()
    assert (row.site, row.street) == (None, "Rantatie 5 B")


def test_a_place_of_the_city_has_its_own_address_and_a_wide_door_is_no_news(van):
    request = make_request({make_item(): 1})
    to_school(request, street="Rantatie 5 B", door_cm=100)
    row = Delivery.objects.get()
    assert (row.street, row.door_cm) == ("", None)


def test_a_pickup_needs_no_address_and_forgets_the_one_there_was(van):
    request = make_request({make_item(): 1})
    to_school(request)
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    assert (fresh(request).fulfilment, Delivery.objects.count()) == ("pickup", 0)


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({}, AddressMissing),
        ({"street": "Rantatie 5", "door_cm": 12}, BadDoor),
        ({"street": "Rantatie 5", "door_cm": 820}, BadDoor),
        ({"street": "Rantatie 5", "contact_phone": ""}, ReceiverMissing),
        ({"street": "Rantatie 5", "contact_name": ""}, ReceiverMissing),
    ],
)
def test_what_the_driver_could_not_use_is_refused_and_nothing_is_written(where, refusal, van):
    request = make_request({make_item(): 1})
    with pytest.raises(refusal):
        delivery.choose(request, DELIVERY, by=request.by, at=NOW, **(CONTACT | where))
    assert (fresh(request).fulfilment, Delivery.objects.count()) == ("", 0)


def test_a_place_that_is_not_in_use_is_refused_unless_a_unit_calls_it_its_own(van):
    closed = make_site("closed", is_active=False)
    request = make_request({make_item(): 1})
    with pytest.raises(NotACityPlace):
        to_school(request, site=closed)
    request.department.default_site = closed
    request.department.save()
    to_school(request, site=closed)
    assert Delivery.objects.get().site == closed


@pytest.mark.parametrize("status", ["waiting", "cancelled"])
def test_the_way_is_chosen_while_it_is_written_or_approved(status, van):
    request = make_request({make_item(): 1}, status="waiting")
    if status == "cancelled":
        delivery.request_states.end(delivery.request_states.lock(request), "cancelled", by=request.by, at=NOW)
    assert isinstance(delivery.why_not_choose(fresh(request), at=NOW), WrongState)
    with pytest.raises(WrongState):
        to_school(request)


# -- when, while it is written


def test_a_time_is_taken_while_it_is_written_and_given_back_for_later(van):
    request = make_request({make_item(): 1})
    to_school(request)
    window, reservation = first_window(van), only(request)
    delivery.choose_time(reservation, window, by=request.by, at=NOW)
    assert (fresh(reservation).slot, fresh(reservation).places, booked(window)) == (window, 1, 1)
    delivery.choose_time(reservation, None, by=request.by, at=NOW)
    assert (fresh(reservation).slot, fresh(reservation).places, booked(window)) == (None, 0, 0)
    assert (fresh(reservation).status, Notification.objects.count()) == ("held", 0)


def test_while_it_waits_for_approval_the_time_may_still_be_chosen(van):
    request = make_request({make_item(): 1})
    to_school(request)
    wait(request)
    delivery.choose_time(only(request), first_window(van), by=request.by, at=NOW)
    assert (only(request).status, only(request).slot) == ("awaiting_approval", first_window(van))


def test_the_other_way_gives_up_the_time(van):
    request = make_request({make_item(): 1})
    to_school(request)
    window = first_window(van)
    delivery.choose_time(only(request), window, by=request.by, at=NOW)
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    assert (only(request).slot, only(request).fulfilment, booked(window)) == (None, "pickup", 0)
    delivery.choose_time(only(request), first_slot(van), by=request.by, at=NOW)
    assert booked(first_slot(van)) == 1


def test_what_was_held_after_the_way_was_chosen_goes_the_same_way(van):
    request = make_request({make_item(): 1})
    to_school(request)
    request.reservations.update(fulfilment="pickup")
    delivery.choose_time(only(request), first_window(van), by=request.by, at=NOW)
    assert (only(request).fulfilment, only(request).slot) == ("delivery", first_window(van))


def test_a_pickup_never_takes_a_half_day_of_the_van_nor_the_other_way_round(van):
    request = make_request({make_item(): 1})
    to_school(request)
    with pytest.raises(SlotNotOffered):
        delivery.choose_time(only(request), first_slot(van), by=request.by, at=NOW)
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    with pytest.raises(SlotNotOffered):
        delivery.choose_time(only(request), first_window(van), by=request.by, at=NOW)
    with pytest.raises(SlotNotOffered):
        booking.reschedule(make_reservation({make_item(): 1}), first_window(van), at=NOW)


def test_a_full_half_day_and_one_that_is_not_offered_are_refused(van):
    request = make_request({make_item(): 1})
    to_school(request)
    window = first_window(van)
    slots.book(window, 4)
    with pytest.raises(SlotFull):
        delivery.choose_time(only(request), window, by=request.by, at=NOW)
    too_soon = PickupSlot.objects.filter(fulfilment=DELIVERY).order_by("starts_at")[0]
    with pytest.raises(SlotNotOffered):
        delivery.choose_time(only(request), too_soon, by=request.by, at=NOW)
    assert booked(window) == 4


def test_no_time_without_a_way_nor_when_the_hold_is_over(van):
    request = make_request({make_item(): 1})
    with pytest.raises(WrongState):
        delivery.choose_time(only(request), first_window(van), by=request.by, at=NOW)
    to_school(request)
    with pytest.raises(HoldOver):
        delivery.choose_time(only(request), first_window(van), by=request.by, at=later(hours=24))


# -- when, once it is approved


def test_approved_with_a_time_it_is_booked_and_the_requester_is_told(van):
    reservation = make_delivery({make_item(): 1})
    assert (reservation.status, reservation.contact, reservation.contact_name) == (
        *("booked", reservation.request.by.email, "Risto Rinne"),
    )
    assert sorted(Notification.objects.values_list("kind", flat=True)) == [
        *("booked", "reminder", "reminder_delivery"),
    ]


def test_approved_without_a_time_it_waits_for_one_and_is_booked_then(van):
    request = make_request({make_item(): 1})
    to_school(request)
    accept(request)
    assert (only(request).status, only(request).is_kept) == ("held", True)
    delivery.choose_time(only(request), first_window(van), by=request.by, at=NOW)
    assert (only(request).status, booked(first_window(van))) == ("booked", 1)
    with pytest.raises(WrongState):
        delivery.choose_time(only(request), None, by=request.by, at=NOW)


def test_approved_when_the_van_is_planned_already_the_time_is_chosen_anew(van):
    request = make_request({make_item(): 1})
    to_school(request)
    window = first_window(van)
    delivery.choose_time(only(request), window, by=request.by, at=NOW)
    accept(request, at=later(hours=20))  # Tuesday: the notice of two working days is over
    assert (only(request).status, only(request).slot, booked(window)) == ("held", None, 0)


def test_a_booked_delivery_is_moved_until_its_van_is_planned(van):
    reservation = make_delivery({make_item(): 1})
    first, third = first_window(van), first_window(van, skip=2)
    delivery.choose_time(reservation, third, by=reservation.request.by, at=NOW)
    assert (fresh(reservation).slot, booked(first), booked(third)) == (third, 0, 1)
    assert Notification.objects.filter(kind="moved").count() == 1
    tuesday, wednesday = later(days=1), later(days=2)
    assert delivery.why_not_time(one_with_request(reservation), at=tuesday) is None
    assert isinstance(delivery.why_not_time(one_with_request(reservation), at=wednesday), VanPlanned)
    with pytest.raises(VanPlanned):
        delivery.choose_time(reservation, first_window(van, skip=8), by=reservation.request.by, at=wednesday)


def one_with_request(reservation):
    return type(reservation).objects.select_related("request", "slot__site").get(pk=reservation.pk)


def test_by_the_link_it_is_the_same_and_a_worker_may_move_it_late(van):
    reservation = make_delivery({make_item(): 1})
    window = slots.offered_deliveries(van, at=later(days=1)).last()
    with pytest.raises(VanPlanned):
        booking.reschedule(reservation, window, at=later(days=1))
    booking.reschedule(reservation, window, by=make_worker(), at=later(days=1))
    assert fresh(reservation).slot == window


def test_an_approved_pickup_is_moved_until_it_begins(van):
    request = make_request({make_item(): 1})
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    slot = first_slot(van)
    delivery.choose_time(only(request), slot, by=request.by, at=NOW)
    accept(request)
    with pytest.raises(TooLate):
        delivery.choose_time(only(request), first_slot(van, skip=9), by=request.by, at=slot.starts_at)


def test_after_the_approval_the_way_may_change_and_the_time_is_chosen_anew(van):
    chairs = make_item(quantity=2)
    reservation = make_delivery({chairs: 2})
    request, window = reservation.request, reservation.slot
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    row = fresh(reservation)
    assert (row.status, row.fulfilment, row.slot, row.is_kept, booked(window)) == (
        *("held", "pickup", None, True, 0),
    )
    assert (row.held_until, Delivery.objects.count()) == (later(days=7, hours=15), 0)
    assert Notification.objects.filter(kind__startswith="reminder", status="skipped").count() == 2
    delivery.choose_time(row, first_slot(van), by=request.by, at=NOW)
    assert (fresh(reservation).status, counters(chairs)) == ("booked", (2, 2))


def test_only_who_writes_a_list_says_how_it_gets_there_until_it_is_sent(van):
    request, colleague = make_request({make_item(): 1}), make_member(name="Raija Rinne")
    with pytest.raises(NotYourList):
        delivery.choose(request, "pickup", by=colleague, at=NOW)
    delivery.choose(request, "pickup", by=request.by, at=NOW)
    with pytest.raises(NotYourList):
        delivery.choose_time(only(request), first_slot(van), by=colleague, at=NOW)
    delivery.choose_time(only(accept(request)), first_slot(van), by=colleague, at=NOW)
    assert only(request).status == "booked"


def test_nobody_has_approved_what_a_delivery_costs(van):
    request = accept(make_request({make_item(): 1}))
    Policy.objects.update(delivery_price=45)
    with pytest.raises(DeliveryCosts):
        to_school(request)
    Policy.objects.update(delivery_price=0)
    to_school(request)
    Policy.objects.update(delivery_price=45)
    to_school(request, floor="3")
    assert (Delivery.objects.get().floor, Delivery.objects.get().price) == ("3", 0)


def test_what_is_picked_goes_as_it_was_chosen(van):
    reservation = make_delivery({make_item(): 1})
    handover.pick(reservation.lines.get(), by=make_worker(), at=NOW)
    with pytest.raises(WrongState):
        to_school(reservation.request)


def test_the_address_changes_until_the_van_is_planned(van):
    reservation = make_delivery({make_item(): 1})
    to_school(reservation.request, floor="4")
    assert (Delivery.objects.get().floor, fresh(reservation).slot) == ("4", reservation.slot)
    with pytest.raises(VanPlanned):
        to_school(reservation.request, floor="5", at=later(days=1))


def test_a_request_from_two_sites_has_two_vans(van):
    there = open_van(make_site("north", name_fi="Varasto 2"))
    request = make_request({make_item(): 1, make_item(site=there): 1})
    to_school(request)
    for one in request.reservations.all():
        delivery.choose_time(one, first_window(one.site), by=request.by, at=NOW)
    accept(request)
    assert sorted(request.reservations.values_list("site__code", "status")) == [
        ("north", "booked"),
        ("warehouse", "booked"),
    ]


# -- what the page fills in


def test_the_first_time_the_units_own_place_and_oneself_are_filled_in(van, risto):
    Department.objects.update(default_site=make_school())
    where, places = delivery.presets(make_request({make_item(): 1}), by=risto)
    assert (where.site, places, where.contact_name, where.contact_phone) == (
        *(make_school(), [make_school()], "Risto Rinne", ""),
    )


def test_the_next_time_what_was_said_the_last_time(van, risto):
    first = make_request({make_item(): 1})
    to_school(first, site=make_site("library"), floor="2", door_cm=80, contact_name="Aamu Aho")
    accept(first)
    Department.objects.update(default_site=make_school())
    where, places = delivery.presets(make_request({make_item(): 1}), by=risto)
    assert (where.floor, where.door_cm, where.contact_name) == ("2", 80, "Aamu Aho")
    assert places == [make_site("library"), make_school()]


# -- nobody there


def test_a_delivery_that_nobody_received_is_nobodys_miss_and_waits_for_another_time(van):
    Policy.objects.update(misses_allowed=1)
    reservation = make_delivery({make_item(): 1})
    at = reservation.slot.ends_at
    for _turn in range(3):  # as often as it takes
        booking.mark_missed(reservation, by=make_worker(), at=at)
        row = fresh(reservation)
        assert (row.status, row.miss_excused, row.person.booking_paused_until) == ("missed", True, None)
        assert row.held_until > at
        delivery.choose_time(row, first_window(van, at=at), by=reservation.request.by, at=at)
        at = fresh(reservation).slot.ends_at
        slots.plan(van, at=at)
    assert fresh(reservation).status == "booked"


def test_what_nobody_received_may_be_fetched_instead(van):
    reservation = make_delivery({make_item(): 1})
    at = reservation.slot.ends_at
    booking.mark_missed(reservation, by=make_worker(), at=at)
    delivery.choose(reservation.request, "pickup", by=reservation.request.by, at=at)
    row = fresh(reservation)
    assert (row.status, row.fulfilment, row.slot, row.is_kept) == ("held", "pickup", None, True)


def test_no_job_says_that_nobody_was_there(van, clock_at):
    reservation = make_delivery({make_item(): 1})
    with clock_at(later(reservation.slot.ends_at, days=2)):
        tasks.mark_missed()
    assert fresh(reservation).status == "booked"


@pytest.fixture
def clock_at():
    return lambda moment: time_machine.travel(moment, tick=False)


# -- what it saves


@pytest.mark.parametrize(("replaces", "percent"), [("purchase", 80), ("addition", 50), ("temporary", 50)])
def test_what_is_instead_of_a_purchase_saves_more(replaces, percent, van):
    reservation = make_delivery({make_item(): 1}, replaces=replaces)
    lines = {line.pk: line.pieces for line in reservation.lines.all()}
    handover.hand_over(reservation, given=lines, why_not={}, by=make_worker(), at=NOW)
    assert reservation.handover.lines.get().displacement_percent == percent


def test_what_did_not_fit_in_the_van_is_brought_another_time(van):
    reservation = make_delivery({make_item(quantity=5): 5})
    line = reservation.lines.get()
    handover.hand_over(
        reservation,
        given={line.pk: 3},
        why_not={line.pk: "later"},
        by=make_worker(),
        at=reservation.slot.starts_at,
    )
    rest = reservation.request.reservations.get(status="held")
    assert (rest.is_delivery, rest.is_kept, rest.lines.get().pieces) == (True, True, 2)
    at = reservation.slot.starts_at
    delivery.choose_time(rest, first_window(van, at=at), by=reservation.request.by, at=at)
    assert fresh(rest).status == "booked"
