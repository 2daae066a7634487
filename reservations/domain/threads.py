"""What a unit and the warehouse write to each other about a request: a plain thread, read by both.

For the unit write those who see its request, for the warehouse those who work where a part of it is. Locks: the request.
"""

from datetime import timedelta

from django.db import transaction

from recycling.audit.domain import record
from reservations.models import MOST_TEXT, FurnitureRequest, RequestMessage

from . import approval_notes, request_states
from .unit_refusals import MessageTooLong, NothingWritten, NotInThread, ThreadOver

# A missing screw shows when the things are put together; later than that nobody remembers the load.
OPEN_AFTER = timedelta(days=60)


def is_open(request, *, at) -> bool:
    """Whether somebody would read a message: it was sent, and the warehouse has its things or had them lately. One query."""
    if request.sent_at is None or request.forgotten_at is not None:
        return False
    ended = list(request.reservations.of_warehouses().values_list("closed_at", flat=True))
    return any(one is None or one > at - OPEN_AFTER for one in ended)


@transaction.atomic
def write(request, text, *, from_unit, by, at, client_key=None, seen=0):
    """Write a message for the unit or for the warehouse; what the other side has written up to ``seen`` is read with it.

    The same ``client_key`` again gives the message that it wrote the first time. Refuses `not_in_thread`, `nothing_written`,
    `message_too_long`, `thread_over`.
    """
    locked = _lock(request, from_unit=from_unit, by=by)
    if client_key and (known := RequestMessage.objects.filter(by=by, client_key=client_key).first()):
        return known
    text = text.strip()
    if not text:
        raise NothingWritten
    if len(text) > MOST_TEXT:
        raise MessageTooLong(most=MOST_TEXT)
    if not is_open(locked, at=at):
        raise ThreadOver
    _read(locked, from_unit=from_unit, at=at, seen=seen)
    message = locked.messages.create(by=by, from_unit=from_unit, text=text, at=at, client_key=client_key)
    if not from_unit:
        approval_notes.written(locked, locked.messages.unread(from_unit=False).earliest("pk"), at=at)
    record("request_message_written", locked, by=by, at=at, message=message.pk)
    return message


@transaction.atomic
def read(request, *, from_unit, by, at, seen):
    """Somebody of the unit, or of the warehouse, has read what the other side wrote up to ``seen``. Refuses `not_in_thread`."""
    locked = _lock(request, from_unit=from_unit, by=by)
    if _read(locked, from_unit=from_unit, at=at, seen=seen):
        record("request_messages_read", locked, by=by, at=at, seen=seen)
    return locked


def _lock(request, *, from_unit, by):
    theirs = FurnitureRequest.objects
    seen = theirs.visible_to(by).filter(sent_at__isnull=False) if from_unit else theirs.served_by(by)
    locked = request_states.lock(request)
    if not seen.filter(pk=locked.pk).exists():
        raise NotInThread
    return locked


def _read(locked, *, from_unit, at, seen):
    return locked.messages.unread(from_unit=not from_unit).filter(pk__lte=seen).update(read_at=at)
