from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from recycling import clock
from recycling.policy.models import Policy
from reservations.domain import booking, slots
from reservations.domain.refusals import DayHasBookings, SlotFull
from reservations.models import ClosedDay, OpeningHours, PickupSlot
from tests.factories import (
    NOW,
    booked,
    first_slot,
    later,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


def wall(site, at):
    return clock.local(at, site.tz).strftime("%a %d.%m. %H.%M")


def test_a_day_is_cut_into_times_of_the_sites_own_clock():
    site = open_site(opens=time(9), closes=time(10, 45))
    today = PickupSlot.objects.filter(site=site, starts_at__lt=later(hours=12))
    assert [wall(site, slot.starts_at) for slot in today] == [
        "Mon 16.11. 09.00",
        "Mon 16.11. 09.30",
        "Mon 16.11. 10.00",
    ]


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2026, 10, 23), 6), (date(2026, 10, 26), 7), (date(2027, 3, 26), 7), (date(2027, 3, 29), 6)],
)
def test_nine_oclock_stays_nine_oclock_when_the_clocks_change(day, utc_hour):
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=5)
    site = open_site(at=at)
    opening = PickupSlot.objects.filter(site=site, starts_at__date=day).first()
    assert (opening.starts_at.hour, wall(site, opening.starts_at)[-5:]) == (utc_hour, "09.00")


def test_planning_twice_changes_nothing_and_longer_hours_add_times():
    site = open_site()
    before = PickupSlot.objects.count()
    assert slots.plan(site, at=NOW) == 0
    OpeningHours.objects.filter(weekday=0).update(closes=time(16))
    assert slots.plan(site, at=NOW) == 6  # three Mondays ahead, today among them, two times each
    assert PickupSlot.objects.count() == before + 6


def test_shorter_hours_close_empty_times_and_keep_booked_ones():
    site = open_site()
    reservation = make_reservation(slot=first_slot(skip=3))
    OpeningHours.objects.all().delete()
    slots.plan(site, at=NOW)
    assert PickupSlot.objects.filter(capacity__gt=0).get() == reservation.slot
    assert list(slots.offered(site, at=NOW).free()) == []


def test_times_are_offered_from_four_open_hours_ahead():
    site = open_site(opens=time(9), closes=time(12))
    # Monday 9.00 now: three open hours today, one tomorrow.
    assert wall(site, first_slot().starts_at) == "Tue 17.11. 10.00"


def test_on_a_friday_afternoon_the_first_time_is_on_monday():
    site = open_site(opens=time(9), closes=time(15))
    friday = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 14.00
    slots.plan(site, at=friday)
    assert wall(site, first_slot(at=friday).starts_at) == "Mon 23.11. 12.00"


def test_times_end_after_the_policys_days():
    site = open_site()
    Policy.objects.update(booking_days=3, lead_hours=0)
    last = slots.offered(site, at=NOW).last()
    assert wall(site, last.starts_at) == "Wed 18.11. 14.30"


def test_a_booking_takes_a_place_until_none_is_left():
    open_site(capacity=2)
    slot = first_slot()
    slots.book(slot, 2)
    with pytest.raises(SlotFull):
        slots.book(slot, 1)
    slots.free(slot.pk, 1)
    slots.book(slot, 1)
    assert booked(slot) == 2


def test_giving_back_more_places_than_are_booked_is_never_papered_over():
    open_site()
    with pytest.raises(RuntimeError):
        slots.free(first_slot().pk, 1)


@pytest.mark.parametrize("wrong", [{"booked": 9}, {"ends_at": NOW}])
def test_the_database_refuses_an_impossible_time(wrong):
    open_site()
    with pytest.raises(IntegrityError), transaction.atomic():
        PickupSlot.objects.filter(pk=first_slot().pk).update(**wrong)


def closing(site, day):
    return slots.close_day(
        site=site,
        day=day,
        reasons={"fi": "Inventaario", "sv": "Inventering", "en": "Stock-take"},
        by=make_worker(),
        at=NOW,
    )


def test_a_closed_day_has_no_times_and_says_why_and_opens_again():
    site = open_site()
    wednesday = date(2026, 11, 18)
    closed = closing(site, wednesday)
    days = {clock.local(slot.starts_at, site.tz).date() for slot in slots.offered(site, at=NOW)}
    assert wednesday not in days
    assert slots.closed_days(site, first=wednesday, last=wednesday)[wednesday].reason_en == "Stock-take"
    slots.reopen_day(closed, by=make_worker(), at=NOW)
    days = {clock.local(slot.starts_at, site.tz).date() for slot in slots.offered(site, at=NOW)}
    assert wednesday in days


def test_closing_a_day_with_bookings_is_refused_with_their_codes_and_changes_nothing():
    site = open_site()
    reservation = make_reservation()
    day = clock.local(reservation.slot.starts_at, site.tz).date()
    with transaction.atomic(), pytest.raises(DayHasBookings) as refused:
        closing(site, day)
    assert refused.value.details == {"count": 1, "codes": reservation.code}
    assert ClosedDay.objects.count() == 0
    booking.cancel(reservation, at=NOW)
    closing(site, day)


def test_one_site_closes_while_the_other_stays_open():
    here, there = open_site(), open_site(make_site("north"))
    day = date(2026, 11, 18)
    closing(here, day)
    open_days = {clock.local(slot.starts_at, there.tz).date() for slot in slots.offered(there, at=NOW)}
    assert day in open_days


# The Finnish public holidays that fall on a weekday, each year's list written out to be checked by a person.
WEEKDAY_HOLIDAYS = {
    2026: ["1.1.", "6.1.", "3.4.", "6.4.", "1.5.", "14.5.", "19.6.", "24.12.", "25.12."],
    2027: ["1.1.", "6.1.", "26.3.", "29.3.", "6.5.", "25.6.", "6.12.", "24.12."],
    2028: ["6.1.", "14.4.", "17.4.", "1.5.", "25.5.", "23.6.", "6.12.", "25.12.", "26.12."],
    2029: ["1.1.", "30.3.", "2.4.", "1.5.", "10.5.", "22.6.", "6.12.", "24.12.", "25.12.", "26.12."],
    2030: ["1.1.", "19.4.", "22.4.", "1.5.", "30.5.", "21.6.", "6.12.", "24.12.", "25.12.", "26.12."],
}


@pytest.mark.parametrize("year", WEEKDAY_HOLIDAYS)
def test_finnish_public_holidays_are_closed(year):
    slots.close_holidays(year)
    closed = ClosedDay.objects.filter(day__year=year, day__week_day__in=range(2, 7)).values_list(
        "day", flat=True
    )
    assert [f"{day.day}.{day.month}." for day in closed] == WEEKDAY_HOLIDAYS[year]


def test_a_holiday_has_its_name_in_three_languages_and_is_suggested_once():
    slots.close_holidays(2026)
    epiphany = ClosedDay.objects.get(day=date(2026, 1, 6))
    assert (epiphany.reason_fi, epiphany.reason_sv, epiphany.reason_en) == (
        "Loppiainen",
        "Trettondag",
        "Epiphany",
    )
    epiphany.delete()
    assert slots.close_holidays(2026) == 0
    assert not ClosedDay.objects.filter(day=date(2026, 1, 6)).exists()


def test_no_time_is_planned_on_a_public_holiday():
    at = datetime(2026, 12, 21, 7, 0, tzinfo=UTC)
    slots.close_holidays(2026)
    site = open_site(at=at)
    days = {clock.local(slot.starts_at, site.tz).day for slot in slots.offered(site, at=at)}
    assert not {24, 25, 26} & days
    assert {22, 23, 28} <= days


@pytest.mark.parametrize(
    ("hours", "fits"),
    [
        ({"opens": time(10), "closes": time(14)}, False),
        ({"opens": time(15), "closes": time(18)}, True),
        ({"opens": time(9), "closes": time(15), "weekday": 5}, True),
        (
            {
                "opens": time(15),
                "closes": time(18),
                "valid_from": date(2027, 1, 2),
                "valid_until": date(2027, 1, 1),
            },
            False,
        ),
    ],
)
def test_hours_that_overlap_others_or_end_before_they_begin_are_refused(hours, fits):
    site = open_site(opens=time(9), closes=time(15))
    row = OpeningHours(site=site, **{"weekday": 0} | hours)
    if fits:
        row.full_clean()
    else:
        with pytest.raises(ValidationError):
            row.full_clean()


def test_hours_may_meet_others_that_are_over_by_then():
    site = open_site()
    OpeningHours.objects.filter(site=site).update(valid_until=date(2026, 12, 31))
    OpeningHours(
        site=site, weekday=0, opens=time(10), closes=time(14), valid_from=date(2027, 1, 1)
    ).full_clean()
