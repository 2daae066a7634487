"""The one place where the status of a wanted entry is written.

Locks: after the reservation and its items, as in every other verb; several by key.
"""

from recycling.audit.domain import record
from reservations.models import WANTED_NEXT, WantedEntry, WantedStatus

from .refusals import WrongState

W = WantedStatus


def lock(pk):
    """The entry as it is now, locked until the transaction ends."""
    return WantedEntry.objects.select_for_update(of=("self",)).select_related("by", "department").get(pk=pk)


def move(locked, to, *, by, at, **details):
    """Write the step of an already locked entry, with its audit row. Refuses `wrong_state`.

    Other fields that the verb changed are saved with it.
    """
    if to not in WANTED_NEXT.get(WantedStatus(locked.status), ()):
        raise WrongState
    before, locked.status = locked.status, to
    locked.closed_at = None if to in WANTED_NEXT else at
    locked.save()
    record(f"wanted_{to}", locked, by=by, at=at, before=str(before), **details)
    return locked


def offered(locked):
    """Many open entries, locked by the caller, have an offer: one statement, whose audit rows are the caller's."""
    keys = [entry.pk for entry in locked]
    if WantedEntry.objects.filter(pk__in=keys, status=W.OPEN).update(status=W.OFFERED) != len(keys):
        raise RuntimeError(f"wanted entries {keys} changed under their lock")
    for entry in locked:
        entry.status = W.OFFERED
