"""Every message at the right time of the site's clock: over both clock changes, at midnight, at ends of months, on a leap day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from recycling import clock
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import approval_calls, booking, monthly, queueing, reminders, slots
from reservations.models import OpeningHours, PickupSlot
from tests.factories import first_slot, make_item, make_reservation, make_site, make_worker

pytestmark = pytest.mark.django_db

HELSINKI = ZoneInfo("Europe/Helsinki")
# The day on which the clocks change, and how many hours it has.
CHANGES = [
    (date(2026, 10, 25), 25),
    (date(2027, 3, 28), 23),
    (date(2027, 10, 31), 25),
    (date(2028, 3, 26), 23),
]
TEN = time(10)


def wall(*when, fold=0):
    """The moment at which a clock in Helsinki shows this."""
    return datetime(*when, tzinfo=HELSINKI, fold=fold).astimezone(UTC)


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def shown(moment):
    """Day and time on a clock in Helsinki."""
    here = moment.astimezone(HELSINKI)
    return here.date(), here.time()


def always_open(at, minutes=60):
    """The warehouse, open around the clock, every day; with a chair for everybody."""
    Policy.objects.update(lead_hours=0)
    site = make_site()
    for weekday in range(7):
        hours = {"opens": time(0), "closes": time(23, 59), "slot_minutes": minutes, "capacity": 5}
        OpeningHours.objects.create(site=site, weekday=weekday, **hours)
    slots.plan(site, at=at)
    return site


def reminder():
    """The one reminder that is still to come."""
    return Notification.objects.get(kind="reminder", status="due")


# -- reminders


@pytest.mark.parametrize(("day", "hours"), CHANGES)
def test_whatever_the_hour_of_the_pickup_the_reminder_comes_at_ten_on_the_day_before(day, hours):
    at = wall(day.year, day.month, day.day - 4, 9)
    site, sari = always_open(at), make_worker()
    reservation = make_reservation({make_item(at=at): 1}, at=at, slot=first_slot(at=at, skip=1))
    starts = [
        wall(day.year, day.month, day.day - 1, 12)
    ]  # and over midnight, through the night, to the next noon but one
    while starts[-1] < wall(day.year, day.month, day.day, 12) + timedelta(hours=24):
        starts.append(starts[-1] + timedelta(hours=1))
    of_the_day = 0
    for starts_at in starts:
        slot = PickupSlot.objects.filter(site=site, starts_at=starts_at).first()
        if slot is None:  # the last hour before midnight is not offered
            continue
        booking.reschedule(reservation, slot, by=sari, at=at)
        pickup_day = shown(starts_at)[0]
        of_the_day += pickup_day == day
        assert shown(reminder().send_after) == (pickup_day - timedelta(days=1), TEN)
        assert reminder().send_before == starts_at
    assert of_the_day == hours - 1


@pytest.mark.parametrize(
    ("pickup", "planned"),
    [
        # midnight belongs to the day that begins
        (wall(2026, 11, 18, 0), utc(2026, 11, 17, 8)),
        (wall(2026, 11, 18, 22), utc(2026, 11, 17, 8)),
        # ends of months and of a year
        (wall(2026, 12, 1, 9), utc(2026, 11, 30, 8)),
        (wall(2027, 1, 1, 0), utc(2026, 12, 31, 8)),
        (wall(2027, 3, 1, 9), utc(2027, 2, 28, 8)),
        (wall(2027, 5, 1, 9), utc(2027, 4, 30, 7)),
        # a leap day
        (wall(2028, 2, 29, 9), utc(2028, 2, 28, 8)),
        (wall(2028, 3, 1, 9), utc(2028, 2, 29, 8)),
        # ten o'clock of summer before the autumn night, of winter after it
        (wall(2026, 10, 25, 9), utc(2026, 10, 24, 7)),
        (wall(2026, 10, 26, 9), utc(2026, 10, 25, 8)),
        # and the other way round in spring
        (wall(2027, 3, 28, 9), utc(2027, 3, 27, 8)),
        (wall(2027, 3, 29, 9), utc(2027, 3, 28, 7)),
    ],
)
def test_the_day_before_is_a_day_of_the_calendar(pickup, planned):
    at = pickup - timedelta(days=5)
    site = always_open(at)
    make_reservation({make_item(at=at): 1}, at=at, slot=site.slots.get(starts_at=pickup))
    assert reminder().send_after == planned
    assert sending.send_due(at=at) == {"sent": 1}  # the confirmation
    assert sending.send_due(at=planned - timedelta(seconds=1)) == {}
    assert sending.send_due(at=planned) == {"sent": 1}
    assert sending.send_due(at=planned + timedelta(hours=1)) == {}


@pytest.mark.parametrize(
    ("pickup", "last"),
    [
        (wall(2026, 10, 25, 11), wall(2026, 10, 24, 16)),  # the night has an hour more
        (wall(2027, 3, 28, 11), wall(2027, 3, 27, 14)),  # and here one less
    ],
)
def test_hours_of_notice_are_hours_that_pass(pickup, last):
    site = always_open(last - timedelta(days=1))
    chairs = make_item(quantity=2, at=last)
    slot = site.slots.get(starts_at=pickup)
    make_reservation({chairs: 1}, at=last, slot=slot)
    assert reminder().send_after == last  # ten o'clock has passed: at once
    make_reservation({chairs: 1}, at=last + timedelta(seconds=1), slot=slot, contact="bea@example.org")
    assert Notification.objects.filter(kind="reminder").count() == 1


def test_a_clock_that_ticks_through_the_autumn_night_sends_each_reminder_once_in_its_hour(mailoutbox):
    at = wall(2026, 10, 23, 9)
    site = always_open(at)
    chairs = make_item(quantity=4, at=at)
    pickups = [
        wall(2026, 10, 25, 3),
        wall(2026, 10, 25, 3, fold=1),
        wall(2026, 10, 25, 20),
        wall(2026, 10, 26, 0),
    ]
    assert len(set(pickups)) == 4
    for number, pickup in enumerate(pickups):
        slot = site.slots.get(starts_at=pickup)
        make_reservation({chairs: 1}, at=at, slot=slot, contact=f"p{number}@example.org")
    sending.send_due(at=at)
    mailoutbox.clear()
    went = {}
    for tick in range(4 * 24 * 4):
        now = at + timedelta(minutes=15 * tick)
        sending.send_due(at=now)
        went |= {mail.to[0]: shown(now) for mail in mailoutbox if mail.to[0] not in went}
    assert len(mailoutbox) == 4
    saturday, sunday = (date(2026, 10, 24), TEN), (date(2026, 10, 25), TEN)
    assert went == {
        "p0@example.org": saturday,
        "p1@example.org": saturday,
        "p2@example.org": saturday,
        "p3@example.org": sunday,
    }


def test_a_new_time_for_today_is_told_before_many_reminders_for_tomorrow(mailoutbox):
    at = wall(2026, 11, 17, 9)
    site = always_open(at - timedelta(days=2))
    chairs, sari = make_item(quantity=4, at=at - timedelta(days=2)), make_worker()
    tomorrow, today = (site.slots.get(starts_at=wall(2026, 11, day, 15)) for day in (18, 17))
    for number in range(3):
        address = f"p{number}@example.org"
        make_reservation({chairs: 1}, at=at - timedelta(days=1), slot=tomorrow, contact=address)
    hurried = make_reservation({chairs: 1}, at=at, slot=tomorrow, contact="now@example.org")
    sending.send_due(at=at)
    mailoutbox.clear()
    ten = wall(2026, 11, 17, 10)
    booking.reschedule(hurried, today, by=sari, at=ten)
    sending.send_due(at=ten)
    assert [mail.to[0] for mail in mailoutbox][:2] == ["now@example.org", "p0@example.org"]
    assert len(mailoutbox) == 4


# -- what nobody asked for waits until eight


@pytest.mark.parametrize(
    ("at", "when"),
    [
        (wall(2026, 11, 16, 19, 59), wall(2026, 11, 16, 19, 59)),
        (wall(2026, 11, 16, 20), wall(2026, 11, 17, 8)),
        (wall(2026, 11, 17, 0), wall(2026, 11, 17, 8)),
        (wall(2026, 11, 17, 7, 59), wall(2026, 11, 17, 8)),
        (wall(2026, 11, 17, 8), wall(2026, 11, 17, 8)),
        # months, a year, a leap day
        (wall(2026, 11, 30, 23, 59), wall(2026, 12, 1, 8)),
        (wall(2026, 12, 31, 23, 59), wall(2027, 1, 1, 8)),
        (wall(2027, 2, 28, 21), wall(2027, 3, 1, 8)),
        (wall(2028, 2, 28, 21), wall(2028, 2, 29, 8)),
        (wall(2028, 2, 29, 21), wall(2028, 3, 1, 8)),
        # the autumn night, with its hour that comes twice
        (wall(2026, 10, 24, 21), utc(2026, 10, 25, 6)),
        (wall(2026, 10, 25, 3, 30), utc(2026, 10, 25, 6)),
        (wall(2026, 10, 25, 3, 30, fold=1), utc(2026, 10, 25, 6)),
        # the spring night, which jumps over one
        (wall(2027, 3, 27, 21), utc(2027, 3, 28, 5)),
        (utc(2027, 3, 28, 0, 59), utc(2027, 3, 28, 5)),
        (utc(2027, 3, 28, 1, 0), utc(2027, 3, 28, 5)),
    ],
)
def test_quiet_hours_end_at_eight_by_the_clock(at, when):
    assert reminders.after_quiet_hours(at, tz=HELSINKI) == when


@pytest.mark.parametrize(("day", "_hours"), CHANGES)
def test_around_a_clock_change_nothing_unasked_comes_at_night_and_nothing_waits_longer_than_it(day, _hours):
    midnight = wall(day.year, day.month, day.day)
    for quarter in range(-96, 2 * 96):
        at = midnight + timedelta(minutes=15 * quarter)
        when = reminders.after_quiet_hours(at, tz=HELSINKI)
        assert time(8) <= shown(when)[1] < time(20)
        assert when == at or (shown(when)[1] == time(8) and at < when <= at + timedelta(hours=13))


@pytest.mark.parametrize("hour", range(9))
def test_quiet_hours_that_end_in_the_hour_that_is_jumped_over_end_with_the_jump(hour):
    Policy.objects.update(quiet_until=hour)
    when = reminders.after_quiet_hours(wall(2027, 3, 27, 23), tz=HELSINKI)
    assert shown(when) == (date(2027, 3, 28), time(4 if hour == 3 else hour))


# -- what is kept for somebody is kept until midnight


@pytest.mark.parametrize(
    ("pickup", "until"),
    [
        (wall(2026, 10, 24, 12), utc(2026, 10, 27, 22)),  # three open days, one of them of 25 hours
        (wall(2027, 3, 27, 12), utc(2027, 3, 30, 21)),
        (wall(2026, 12, 29, 12), utc(2027, 1, 1, 22)),
        (wall(2028, 2, 27, 12), utc(2028, 3, 1, 22)),
        (wall(2027, 2, 26, 12), utc(2027, 3, 1, 22)),
    ],
)
def test_a_missed_one_is_kept_until_the_last_day_is_over(pickup, until):
    at = pickup - timedelta(days=2)
    site = always_open(at)
    reservation = make_reservation({make_item(at=at): 1}, at=at, slot=site.slots.get(starts_at=pickup))
    missed = booking.mark_missed(reservation, at=pickup + timedelta(hours=2))
    assert missed.held_until == until
    assert clock.local(until, site.tz).time() == time(0)
    told = Notification.objects.get(kind="missed")
    assert (told.send_after, told.send_before) == (pickup + timedelta(hours=2), until)
    booking.expire(missed, at=until)
    assert shown(Notification.objects.get(kind="let_go").send_after) == (shown(until)[0], time(8))


# -- by working days


@pytest.mark.parametrize(
    ("offered", "until"),
    [
        (wall(2026, 10, 23, 15), wall(2026, 10, 26, 16)),  # over the long night, from a Friday to a Monday
        (wall(2027, 3, 24, 15), wall(2027, 3, 25, 16)),
        (wall(2027, 3, 25, 15), wall(2027, 3, 30, 16)),  # over Easter and the short night
        (wall(2026, 12, 31, 15), wall(2027, 1, 4, 16)),
        (wall(2028, 2, 28, 15), wall(2028, 2, 29, 16)),
        (wall(2026, 10, 22, 17), wall(2026, 10, 26, 16)),  # never less than a day
    ],
)
def test_a_turn_in_the_queue_may_be_answered_until_four_on_a_working_day(offered, until):
    assert queueing.answer_until(offered, HELSINKI) == until


@pytest.mark.parametrize(
    ("sent", "days", "when"),
    [
        (wall(2026, 10, 23, 15, 20), 1, wall(2026, 10, 26, 15, 20)),
        (wall(2027, 3, 25, 15, 20), 1, wall(2027, 3, 30, 15, 20)),
        (wall(2028, 2, 28, 9), 2, wall(2028, 3, 1, 9)),
    ],
)
def test_an_approver_is_reminded_at_the_hour_of_the_request(sent, days, when):
    assert approval_calls.working_days_later(sent, days) == when


@pytest.mark.parametrize(
    ("begins", "month"),
    [
        (wall(2026, 11, 2, 8), (2026, 10)),  # the first is a Sunday
        (wall(2027, 1, 4, 8), (2026, 12)),  # a holiday and a week-end
        (wall(2027, 4, 1, 8), (2027, 3)),
        (wall(2028, 3, 1, 8), (2028, 2)),
    ],
)
def test_the_summary_of_a_month_comes_at_eight_on_the_first_working_day(begins, month):
    told = monthly.last_month(begins)
    assert (told.year, told.month) == month
    assert monthly.last_month(begins - timedelta(seconds=1)) is None
