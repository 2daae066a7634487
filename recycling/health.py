"""Whether the service is alive and well, for whoever watches it: numbers and yes or no, nothing about anybody.

``/readyz`` never talks to the broker. A worker that runs but does nothing is as bad as one that is not there, so
what counts is what the worker last did, how long the oldest message has been waiting, and whether anything leaves at all.
"""

import logging
import secrets
import time
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recycling.notifications.domain.silence import TICK, silent_channels
from recycling.notifications.models import Notification, Tick

log = logging.getLogger(__name__)

TICK_STALE_AFTER = timedelta(seconds=60)
MESSAGE_STALE_AFTER = timedelta(minutes=5)

# Writing to the storage may cost money and anybody may ask, so one answer is good for this long.
STORAGE_ANSWER_SECONDS = 10
_storage_answer = {"until": 0.0, "ok": False}


@login_not_required
@never_cache
@require_safe
def healthz(_request):
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(_request):
    """The service can do its work, or which part cannot: 200 or 503."""
    checks = look(at=timezone.now())
    ok = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if ok else "failing", "checks": checks}, status=200 if ok else 503)


def look(*, at):
    """Each part of the service with ``ok`` and the number behind it."""
    return {
        "database": _asked(_database),
        "worker": _asked(lambda: _worker(at)),
        "messages": _asked(lambda: _messages(at)),
        "silence": _asked(lambda: _silence(at)),
        "storage": {"ok": _storage_works()},
    }


def _asked(check):
    try:
        return check()
    except DatabaseError:
        log.exception("The database does not answer")
        return {"ok": False}


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _worker(at):
    ticked_at = Tick.objects.filter(name=TICK).values_list("at", flat=True).first()
    if ticked_at is None:
        return {"ok": False, "seconds_since_tick": None}
    return {"ok": at - ticked_at <= TICK_STALE_AFTER, "seconds_since_tick": _seconds(at - ticked_at)}


def _messages(at):
    oldest = Notification.objects.due(at).aggregate(oldest=Min("send_after"))["oldest"]
    waited = at - oldest if oldest else timedelta(0)
    return {"ok": waited <= MESSAGE_STALE_AFTER, "oldest_due_seconds": _seconds(waited)}


def _silence(at):
    channels = silent_channels(at=at)
    return {"ok": not channels, "channels": list(channels)}


def _seconds(duration):
    return max(0, round(duration.total_seconds()))


def _storage_works():
    """A few bytes can be written, read back and deleted."""
    if time.monotonic() < _storage_answer["until"]:
        return _storage_answer["ok"]
    written = secrets.token_bytes(16)
    try:
        name = default_storage.save(f"health/{secrets.token_hex(8)}", ContentFile(written))
        try:
            with default_storage.open(name) as file:
                ok = file.read() == written
        finally:
            default_storage.delete(name)
    except Exception:  # every kind of storage fails in its own way, and this page must answer
        log.exception("The storage of the photos does not answer")
        ok = False
    _storage_answer.update(until=time.monotonic() + STORAGE_ANSWER_SECONDS, ok=ok)
    return ok
