"""Local time of a place: the one resolver of wall times and the one renderer of dates, times and numbers.

Page, mail, text message, .ics and PDF all write times through this module, so that they cannot disagree. The
words are our own small tables, the same on every machine. Days and times are plain enough for a text message:
the hyphen of a span is the ASCII one.
"""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused
from recycling.translated import reading_language

WEEKDAYS = {
    "fi": ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
# English alone names its months; Finnish and Swedish write their numbers.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
AT = {"fi": " klo ", "sv": " kl. ", "en": " "}
AT_AFTER_YEAR = {"fi": " klo ", "sv": " kl. ", "en": ", "}
SUMMER_TIME = {"fi": "kesäaikaa", "sv": "sommartid", "en": "summer time"}
WINTER_TIME = {"fi": "talviaikaa", "sv": "vintertid", "en": "winter time"}


class NoSuchTime(Refused):
    """The clocks jump over this time, or the calendar does not reach it."""

    code = "no_such_time"
    message = _("The time %(time)s does not exist on %(day)s. Choose another time.")


def zone(tz):
    """The time zone of a name such as ``Europe/Helsinki``; a zone is returned as it is."""
    return ZoneInfo(tz) if isinstance(tz, str) else tz


def resolve(day, wall_time, tz):
    """The UTC moment when the clock on the wall shows ``wall_time`` on ``day``.

    Refuses a time that the clocks jump over in spring; of two that repeat in autumn, takes the first.
    """
    if wall_time.tzinfo is not None:
        raise ValueError("A time on the wall has no zone of its own.")
    wall = datetime.combine(day, wall_time).replace(fold=0)
    try:
        moment = wall.replace(tzinfo=zone(tz)).astimezone(UTC)
        exists = local(moment, tz).replace(tzinfo=None) == wall
    except OverflowError:  # the first or the last day of the calendar
        exists = False
    if not exists:
        raise NoSuchTime(time=lazy(time_text, str)(wall_time), day=lazy(day_long, str)(day))
    return moment


def first_moment(day, wall_time, tz):
    """`resolve`, but a time that the clocks jump over is as long after the jump as it is after its beginning.

    For what has to happen on every day there is.
    """
    try:
        return resolve(day, wall_time, tz)
    except NoSuchTime:
        return datetime.combine(day, wall_time, tzinfo=zone(tz)).astimezone(UTC)


def local(at, tz):
    """The moment ``at`` as the clock in ``tz`` shows it."""
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone: without it nobody knows when it is.")
    return at.astimezone(zone(tz))


def today(tz, at):
    """The calendar day in ``tz`` at the moment ``at``."""
    return local(at, tz).date()


def last_day(tz, ends):
    """The calendar day in ``tz`` before the moment ``ends``: what is over at midnight lasts until the day before."""
    return today(tz, ends - timedelta(microseconds=1))


def city_day(at):
    """The calendar day of the city at the moment ``at``: by it units wait, approve, offer and are away, wherever a site lies."""
    return today(settings.TIME_ZONE, at)


def day_text(day, language=None):
    """``ke 16.9.`` / ``ons 16.9`` / ``Wed 16 Sep``."""
    language = reading_language(language)
    name = SHORT_WEEKDAYS[language][day.weekday()]
    if language == "en":
        return f"{name} {day.day} {MONTHS[day.month - 1][:3]}"
    return f"{name} {day.day}.{day.month}" + ("." if language == "fi" else "")


def weekday_text(weekday, language=None):
    """``ma`` / ``mån`` / ``Mon``, of a number from 0 for Monday."""
    return SHORT_WEEKDAYS[reading_language(language)][weekday]


def day_long(day, language=None):
    """``keskiviikko 16.9.2026`` / ``onsdag 16.9.2026`` / ``Wednesday 16 September 2026``."""
    language = reading_language(language)
    name = WEEKDAYS[language][day.weekday()]
    if language == "en":
        return f"{name} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{name} {day.day}.{day.month}.{day.year}"


def month_text(day, language=None):
    """The month of ``day``: ``9/2026`` in Finnish and Swedish, ``September 2026`` in English."""
    if reading_language(language) == "en":
        return f"{MONTHS[day.month - 1]} {day.year}"
    return f"{day.month}/{day.year}"


def time_text(wall_time, language=None):
    """``14.00`` and ``9.05`` in Finnish and Swedish, ``14:00`` and ``09:05`` in English."""
    if reading_language(language) == "en":
        return f"{wall_time.hour:02}:{wall_time.minute:02}"
    return f"{wall_time.hour}.{wall_time.minute:02}"


def span_text(starts, ends, tz, language=None):
    """``ke 16.9. klo 14.00-14.30`` / ``ons 16.9 kl. 14.00-14.30`` / ``Wed 16 Sep 14:00-14:30``."""
    return _span(starts, ends, tz, reading_language(language), day_text, AT)


def span_long(starts, ends, tz, language=None):
    """``keskiviikko 16.9.2026 klo 14.00-14.30`` / ``Wednesday 16 September 2026, 14:00-14:30``."""
    return _span(starts, ends, tz, reading_language(language), day_long, AT_AFTER_YEAR)


def moment_text(at, tz, language=None):
    """``ke 16.9. klo 14.00`` / ``ons 16.9 kl. 14.00`` / ``Wed 16 Sep 14:00``."""
    language = reading_language(language)
    here = local(at, tz)
    return day_text(here, language) + AT[language] + _hour(here, language)


def moment_long(at, tz, language=None):
    """``keskiviikko 16.9.2026 klo 14.00`` / ``Wednesday 16 September 2026, 14:00``."""
    language = reading_language(language)
    here = local(at, tz)
    return day_long(here, language) + AT_AFTER_YEAR[language] + _hour(here, language)


def clock_text(at, tz, language=None):
    """``klo 14.25`` / ``kl. 14.25`` / ``14:25``."""
    language = reading_language(language)
    return AT[language].lstrip() + _hour(local(at, tz), language)


def number(value, decimals=0, language=None):
    """``1 234,5`` in Finnish and Swedish, ``1,234.5`` in English; a half is rounded away from zero."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{exact + 0:,f}"  # adding nothing makes -0 a plain 0
    if reading_language(language) == "en":
        return text
    return text.translate({ord(","): "\N{NO-BREAK SPACE}", ord("."): ","})


def _span(starts, ends, tz, language, day_words, at_words):
    first, last = local(starts, tz), local(ends, tz)
    text = day_words(first, language) + at_words[language] + _hour(first, language)
    if first.date() == last.date():
        return f"{text}-{_hour(last, language)}"
    return f"{text} - {day_words(last, language)}{at_words[language]}{_hour(last, language)}"


def _hour(here, language):
    """The time of a local moment; the two that look the same on an autumn night say which they are."""
    text = time_text(here, language)
    if here.utcoffset() == here.replace(fold=1 - here.fold).utcoffset():
        return text
    return f"{text} ({(WINTER_TIME if here.fold else SUMMER_TIME)[language]})"
