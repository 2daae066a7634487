"""The one place where the status of a place in a queue is written.

An entry that waits is locked by its item; one that is offered something, by that reservation.
"""

from inventory.domain import stock
from inventory.models import Item
from recycling.audit.domain import record
from reservations.models import QUEUE_NEXT, QueueEntry, QueueStatus

from .refusals import WrongState


def lock(entry):
    """The entry as it is now, its item locked until the transaction ends. Refuses `wrong_state` while its lot is being merged."""
    rows = QueueEntry.objects.filter(pk=entry.pk)
    item = rows.values_list("item", flat=True).get()
    stock.lock(Item(pk=item))
    locked = rows.select_related("item__site", "item__category__parent", "person").get()
    if locked.item_id != item:
        raise WrongState
    return locked


def offered(reservation):
    """The entry to which the locked reservation is offered; None when it is none, or was answered before."""
    if reservation.queued_id is None:
        return None
    rows = QueueEntry.objects.filter(pk=reservation.queued_id, status=QueueStatus.OFFERED)
    return rows.select_related("item").first()


def move(entry, to, *, by, at, **details):
    """Write the step of an entry, with its audit row. Refuses `wrong_state`.

    Other fields that the verb changed are saved with it.
    """
    if to not in QUEUE_NEXT.get(QueueStatus(entry.status), ()):
        raise WrongState
    before, entry.status = entry.status, to
    entry.closed_at = None if to in QUEUE_NEXT else at
    entry.save()
    record(f"queue_{to}", entry, by=by, at=at, before=str(before), **details)
    return entry
