"""Local time is resolved once and written in one way, on every night of the year."""

import os
import time as system_time
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from recycling import clock
from recycling.clock import NoSuchTime

HELSINKI = "Europe/Helsinki"
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]
SPRING = [date(2027, 3, 28), date(2028, 3, 26)]
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]

STARTS = datetime(2026, 9, 16, 11, 0, tzinfo=UTC)
ENDS = datetime(2026, 9, 16, 11, 30, tzinfo=UTC)


def _around(day):
    return [(day + timedelta(days=step), quarter) for step in (-1, 0, 1) for quarter in QUARTERS]


def _in_three(function, *arguments):
    return [function(*arguments, language=language) for language in ("fi", "sv", "en")]


# Resolving


def test_a_wall_time_in_winter_and_in_summer_becomes_its_utc_moment():
    assert clock.resolve(date(2026, 1, 15), time(14, 0), HELSINKI) == datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    summer = clock.resolve(date(2026, 7, 15), time(14, 0), ZoneInfo(HELSINKI))
    assert summer == datetime(2026, 7, 15, 11, 0, tzinfo=UTC)
    assert summer.tzinfo is UTC


@pytest.mark.parametrize("night", AUTUMN + SPRING)
def test_every_quarter_hour_around_a_clock_change_goes_to_utc_and_back(night):
    moments, refused = [], []
    for day, quarter in _around(night):
        try:
            moment = clock.resolve(day, quarter, HELSINKI)
        except NoSuchTime:
            refused.append((day, quarter))
            continue
        here = clock.local(moment, HELSINKI)
        assert (here.date(), here.time(), here.fold) == (day, quarter, 0)
        moments.append(moment)

    jumped = [(night, time(3, minute)) for minute in (0, 15, 30, 45)] if night in SPRING else []
    assert refused == jumped
    assert len(moments) + len(refused) == 3 * 96
    assert all(earlier < later for earlier, later in pairwise(moments))


@pytest.mark.parametrize("night", AUTUMN + SPRING)
def test_every_utc_quarter_around_a_clock_change_has_a_writing_of_its_own(night):
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=1)
    written = [
        clock.moment_text(start + timedelta(minutes=15 * step), HELSINKI, "fi") for step in range(3 * 96)
    ]

    assert len(set(written)) == len(written)
    labelled = [text for text in written if "aikaa" in text]
    assert len(labelled) == (8 if night in AUTUMN else 0)


def test_of_two_times_that_repeat_the_first_is_taken():
    first = clock.resolve(date(2026, 10, 25), time(3, 30), HELSINKI)

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.resolve(date(2026, 10, 25), time(3, 30, fold=1), HELSINKI) == first
    assert clock.resolve(date(2026, 10, 25), time(4, 0), HELSINKI) - first == timedelta(minutes=90)


def test_times_that_look_the_same_say_which_they_are():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)

    assert _in_three(clock.clock_text, first, HELSINKI) == [
        "klo 3.30 (kesäaikaa)",
        "kl. 3.30 (sommartid)",
        "03:30 (summer time)",
    ]
    assert _in_three(clock.clock_text, second, HELSINKI) == [
        "klo 3.30 (talviaikaa)",
        "kl. 3.30 (vintertid)",
        "03:30 (winter time)",
    ]
    assert clock.span_text(first, second, HELSINKI, "en") == (
        "Sun 25 Oct 03:30 (summer time)-03:30 (winter time)"
    )


def test_a_time_that_the_clocks_jump_over_is_refused_with_a_sentence():
    with pytest.raises(NoSuchTime) as refusal:
        clock.resolve(date(2027, 3, 28), time(3, 30), HELSINKI)

    assert refusal.value.code == "no_such_time"
    with translation.override("en"):
        assert str(refusal.value) == (
            "The time 03:30 does not exist on Sunday 28 March 2027. Choose another time."
        )


def test_the_hours_before_and_after_the_jump_exist():
    assert clock.resolve(date(2027, 3, 28), time(2, 59), HELSINKI) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert clock.resolve(date(2027, 3, 28), time(4, 0), HELSINKI) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_what_has_to_happen_on_every_day_happens_after_the_jump():
    night = date(2027, 3, 28)
    assert clock.first_moment(night, time(2, 59), HELSINKI) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert clock.first_moment(night, time(3), HELSINKI) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert clock.first_moment(night, time(3, 30), HELSINKI) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert clock.first_moment(night, time(4), HELSINKI) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "tz"), [(date.min, HELSINKI), (date.max, "America/Los_Angeles")])
def test_a_day_at_the_end_of_the_calendar_is_refused_not_a_crash(day, tz):
    with pytest.raises(NoSuchTime):
        clock.resolve(day, time(0) if day == date.min else time(23, 59), tz)


def test_a_time_with_a_zone_of_its_own_is_a_programming_error():
    with pytest.raises(ValueError, match="no zone of its own"):
        clock.resolve(date(2026, 9, 16), time(14, 0, tzinfo=UTC), HELSINKI)


@pytest.mark.parametrize(
    "function", [clock.local, clock.moment_text, clock.clock_text, lambda at, tz: clock.today(tz, at)]
)
def test_a_moment_without_a_zone_is_a_programming_error(function):
    with pytest.raises(ValueError, match="needs its zone"):
        function(datetime(2026, 9, 16, 14, 0), HELSINKI)  # noqa: DTZ001  (the mistake under test)


@pytest.mark.parametrize(
    "tz", ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
)
def test_other_zones_go_to_utc_and_back(tz):
    for day in (date(2026, 3, 8), date(2026, 4, 5), date(2026, 10, 4), date(2026, 11, 1)):
        for quarter in QUARTERS:
            try:
                here = clock.local(clock.resolve(day, quarter, tz), tz)
            except NoSuchTime:
                assert (tz, day) in {
                    ("America/New_York", date(2026, 3, 8)),
                    ("Australia/Lord_Howe", date(2026, 10, 4)),
                }
                continue
            assert (here.date(), here.time()) == (day, quarter)


def test_a_half_hour_clock_change_jumps_over_two_quarters():
    refused = []
    for quarter in QUARTERS:
        try:
            clock.resolve(date(2026, 10, 4), quarter, "Australia/Lord_Howe")
        except NoSuchTime:
            refused.append(quarter)
    assert refused == [time(2, 0), time(2, 15)]


# Which day it is


@pytest.mark.parametrize(
    ("at", "tz", "expected"),
    [
        (datetime(2026, 9, 16, 20, 59, 59, tzinfo=UTC), HELSINKI, date(2026, 9, 16)),
        (datetime(2026, 9, 16, 21, 0, tzinfo=UTC), HELSINKI, date(2026, 9, 17)),
        (datetime(2026, 12, 31, 21, 59, tzinfo=UTC), HELSINKI, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), HELSINKI, date(2027, 1, 1)),
        (datetime(2028, 2, 28, 22, 0, tzinfo=UTC), HELSINKI, date(2028, 2, 29)),
        (datetime(2028, 2, 29, 22, 0, tzinfo=UTC), HELSINKI, date(2028, 3, 1)),
        (datetime(2027, 2, 28, 22, 0, tzinfo=UTC), HELSINKI, date(2027, 3, 1)),
        (datetime(2026, 9, 17, 3, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 9, 16)),
        (datetime(2026, 9, 17, 0, 30, tzinfo=ZoneInfo(HELSINKI)), HELSINKI, date(2026, 9, 17)),
    ],
)
def test_the_day_changes_at_the_midnight_of_the_place(at, tz, expected):
    assert clock.today(tz, at) == expected


# Writing


def test_days_are_written_in_three_languages():
    day = date(2026, 9, 16)

    assert _in_three(clock.day_text, day) == ["ke 16.9.", "ons 16.9", "Wed 16 Sep"]
    assert _in_three(clock.day_long, day) == [
        "keskiviikko 16.9.2026",
        "onsdag 16.9.2026",
        "Wednesday 16 September 2026",
    ]


def test_every_weekday_has_its_word():
    week = [date(2026, 9, 14) + timedelta(days=step) for step in range(7)]

    assert [clock.day_text(day, "fi").split()[0] for day in week] == [
        "ma",
        "ti",
        "ke",
        "to",
        "pe",
        "la",
        "su",
    ]
    assert [clock.day_text(day, "sv").split()[0] for day in week] == [
        *("mån", "tis", "ons", "tors", "fre", "lör", "sön")
    ]
    for step, day in enumerate(week):
        for language in ("fi", "sv", "en"):
            long, short = clock.day_long(day, language).split()[0], clock.day_text(day, language).split()[0]
            assert long.startswith(short)
            assert long == clock.WEEKDAYS[language][step]


def test_every_month_has_its_english_word():
    months = [clock.day_text(date(2026, month, 1), "en").split()[2] for month in range(1, 13)]

    assert months == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 31), ["to 31.12.", "tors 31.12", "Thu 31 Dec"]),
        (date(2027, 1, 1), ["pe 1.1.", "fre 1.1", "Fri 1 Jan"]),
        (date(2028, 2, 29), ["ti 29.2.", "tis 29.2", "Tue 29 Feb"]),
    ],
)
def test_month_ends_and_the_leap_day_are_written_right(day, expected):
    assert _in_three(clock.day_text, day) == expected


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        (time(14, 0), ["14.00", "14.00", "14:00"]),
        (time(9, 5), ["9.05", "9.05", "09:05"]),
        (time(0, 0), ["0.00", "0.00", "00:00"]),
        (time(23, 59, 59), ["23.59", "23.59", "23:59"]),
    ],
)
def test_times_are_written_in_three_languages(wall, expected):
    assert _in_three(clock.time_text, wall) == expected


def test_a_span_is_written_in_three_languages():
    assert _in_three(clock.span_text, STARTS, ENDS, HELSINKI) == [
        "ke 16.9. klo 14.00-14.30",
        "ons 16.9 kl. 14.00-14.30",
        "Wed 16 Sep 14:00-14:30",
    ]
    assert _in_three(clock.span_long, STARTS, ENDS, HELSINKI) == [
        "keskiviikko 16.9.2026 klo 14.00-14.30",
        "onsdag 16.9.2026 kl. 14.00-14.30",
        "Wednesday 16 September 2026, 14:00-14:30",
    ]


def test_a_moment_is_written_in_three_languages():
    assert _in_three(clock.moment_text, STARTS, HELSINKI) == [
        "ke 16.9. klo 14.00",
        "ons 16.9 kl. 14.00",
        "Wed 16 Sep 14:00",
    ]
    assert _in_three(clock.moment_long, STARTS, HELSINKI) == [
        "keskiviikko 16.9.2026 klo 14.00",
        "onsdag 16.9.2026 kl. 14.00",
        "Wednesday 16 September 2026, 14:00",
    ]
    at = datetime(2026, 9, 16, 11, 25, tzinfo=UTC)
    assert _in_three(clock.clock_text, at, HELSINKI) == ["klo 14.25", "kl. 14.25", "14:25"]


def test_a_span_over_midnight_names_both_days():
    starts = datetime(2026, 9, 30, 20, 30, tzinfo=UTC)
    ends = starts + timedelta(hours=1)

    assert _in_three(clock.span_text, starts, ends, HELSINKI) == [
        "ke 30.9. klo 23.30 - to 1.10. klo 0.30",
        "ons 30.9 kl. 23.30 - tors 1.10 kl. 0.30",
        "Wed 30 Sep 23:30 - Thu 1 Oct 00:30",
    ]
    assert clock.span_long(starts, ends, HELSINKI, "en") == (
        "Wednesday 30 September 2026, 23:30 - Thursday 1 October 2026, 00:30"
    )


def test_the_same_moment_is_written_in_the_time_of_each_place():
    assert clock.moment_text(STARTS, "Europe/Stockholm", "sv") == "ons 16.9 kl. 13.00"
    assert clock.moment_text(STARTS, "Pacific/Auckland", "en") == "Wed 16 Sep 23:00"
    assert clock.moment_text(STARTS.astimezone(ZoneInfo("Asia/Tokyo")), HELSINKI, "en") == "Wed 16 Sep 14:00"


def test_without_a_language_the_active_one_is_used():
    written = {}
    for language in ("fi", "sv", "en", "de", None):
        with translation.override(language):
            written[language] = clock.span_text(STARTS, ENDS, HELSINKI)
    assert written == {
        "fi": "ke 16.9. klo 14.00-14.30",
        "sv": "ons 16.9 kl. 14.00-14.30",
        "en": "Wed 16 Sep 14:00-14:30",
        "de": "ke 16.9. klo 14.00-14.30",
        None: "ke 16.9. klo 14.00-14.30",
    }


def test_what_is_written_fits_the_alphabet_of_text_messages():
    gsm = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:-()åäöÅÄÖ")
    for step in range(366):
        starts = STARTS + timedelta(days=step)
        for language in ("fi", "sv", "en"):
            text = clock.span_long(starts, starts + timedelta(minutes=30), HELSINKI, language)
            assert set(text) <= gsm


@pytest.fixture
def zone_of_the_machine():
    """Lets a test move the machine to another zone, and brings it home."""
    home = os.environ.get("TZ")

    def move(tz):
        os.environ["TZ"] = tz
        system_time.tzset()

    yield move
    if home is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = home
    system_time.tzset()


def test_the_zone_of_the_machine_changes_nothing(zone_of_the_machine):
    written = []
    for tz in ("UTC", "America/Los_Angeles", HELSINKI):
        zone_of_the_machine(tz)
        lines = []
        for step in range(-60, 60, 5):  # 23.00-01.00 in Helsinki
            at = datetime(2026, 9, 16, 21, 0, tzinfo=UTC) + timedelta(minutes=step)
            day = clock.today(HELSINKI, at)
            resolved = clock.resolve(day, time(9, 0), HELSINKI)
            lines.append((day, resolved, clock.span_long(at, resolved, HELSINKI, "fi")))
        written.append(lines)
    assert written[0] == written[1] == written[2]


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (12, 0, ["12", "12", "12"]),
        (1.7, 1, ["1,7", "1,7", "1.7"]),
        (Decimal("0.5"), 2, ["0,50", "0,50", "0.50"]),
        (2.5, 0, ["3", "3", "3"]),
        (2.675, 2, ["2,68", "2,68", "2.68"]),
        (1234567.89, 1, ["1 234 567,9", "1 234 567,9", "1,234,567.9"]),
        (-4.25, 1, ["-4,3", "-4,3", "-4.3"]),
        (-0.04, 1, ["0,0", "0,0", "0.0"]),
        (10**9, 0, ["1 000 000 000", "1 000 000 000", "1,000,000,000"]),
    ],
)
def test_numbers_have_a_decimal_comma_in_finnish_and_swedish(value, decimals, expected):
    written = [text.replace("\N{NO-BREAK SPACE}", " ") for text in _in_three(clock.number, value, decimals)]

    assert written == expected


def test_a_number_never_breaks_over_two_lines():
    assert clock.number(1234, language="fi") == "1\N{NO-BREAK SPACE}234"
