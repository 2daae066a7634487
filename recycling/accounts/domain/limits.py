"""How often something may be tried. Counted in the database, so that four web processes count as one."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F
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

    One guarded UPDATE decides. Call it where the try itself commits: a rolled-back transaction forgets its count.
    """
    start = _window(per, at)
    row = Tally.objects.filter(what=what, who=hashed(who), window_start=start)
    if row.filter(count__lt=limit).update(count=F("count") + 1):
        return
    Tally.objects.bulk_create(
        [Tally(what=what, who=hashed(who), window_start=start, window_end=start + per, count=0)],
        ignore_conflicts=True,
    )
    if not row.filter(count__lt=limit).update(count=F("count") + 1):
        raise TooOften


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
