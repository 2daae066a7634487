"""How often something may be tried. Counted in the database, so that four web processes count as one."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import Tally
from recycling.errors import Refused


class TooOften(Refused):
    code = "too_often"
    message = _("That was too many tries. Wait a while and try again.")
    status = 429


def hashed(value: str) -> str:
    """A keyed hash, so that a counter never holds an address, a contact or a cookie."""
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def count(what: str, who: str, *, limit: int, per: timedelta, at: datetime) -> None:
    """Count one try by ``who``. Refuses `too_often` from the try after ``limit`` on, in windows of ``per``.

    Call it where the try itself commits: a rolled-back transaction forgets its count.
    """
    count_all({what: (who, limit)}, per=per, at=at)


def count_all(tries: Mapping[str, tuple[str, int]], *, per: timedelta, at: datetime) -> None:
    """Count one try in each counter of ``{what: (who, limit)}``; refuses `too_often` when one of them is full.

    One statement makes the counters that are not there yet, and its guard decides. It takes their rows in the order given,
    and keeps them until the transaction ends.
    """
    start = _window(per, at)
    window = [connection.ops.adapt_datetimefield_value(moment) for moment in (start, start + per)]
    rows = [value for what, (who, _limit) in tries.items() for value in (what, hashed(who), *window)]
    limits = [value for what, (_who, limit) in tries.items() for value in (what, limit)]
    with connection.cursor() as cursor:
        cursor.execute(_count(len(tries)), [*rows, *limits])
        counted = cursor.fetchall()
    if len(counted) < len(tries):
        raise TooOften


@cache
def _count(counters):
    """The statement that counts in so many counters. A full one is locked like the others, and gives no row back."""
    return f"""
        INSERT INTO accounts_tally AS tally (what, who, window_start, window_end, count)
        VALUES {", ".join(["(%s, %s, %s, %s, 1)"] * counters)}
        ON CONFLICT (what, who, window_start) DO UPDATE SET count = tally.count + 1
        WHERE tally.count < CASE tally.what {" WHEN %s THEN %s" * counters} END
        RETURNING 1
    """  # noqa: S608  (nothing but the number of counters is put into it)


def check(what: str, who: str, *, limit: int, per: timedelta, at: datetime) -> None:
    """Refuse `too_often` once ``limit`` tries have been counted, without counting this one."""
    row = Tally.objects.filter(what=what, who=hashed(who), window_start=_window(per, at))
    if row.filter(count__gte=limit).exists():
        raise TooOften


def _window(per, at):
    seconds = per.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, tz=UTC)


def forget_ended(*, at: datetime) -> int:
    """Remove the counters whose window is over."""
    return Tally.objects.filter(window_end__lt=at).delete()[0]
