"""The one place where a reservation's status is written."""

from django.db import IntegrityError

from recycling.audit.domain import record
from reservations.models import NEXT, Reservation

from .refusals import WrongState


def lock(reservation):
    """The reservation as it is now, locked until the transaction ends. The first lock of every verb."""
    locked = (
        Reservation.objects.select_for_update(of=("self",))
        .select_related("site", "slot", "person")
        .get(pk=reservation.pk)
    )
    # Whoever had to wait gets the row as it is now beside the slot and the person that it pointed to before.
    for name in ("slot", "person"):
        kept = locked._state.fields_cache.get(name)
        if getattr(locked, f"{name}_id") != (kept and kept.pk):
            del locked._state.fields_cache[name]
    return locked


def lock_in_order(*reservations):
    """``lock`` for several, in the order of their keys: ``{key: the reservation as it is now}``."""
    return {one.pk: lock(one) for one in sorted(set(reservations), key=lambda one: one.pk)}


def move(locked, to, *, by, at, held_until=None, **details):
    """Write the step of an already locked reservation, with its audit row. Refuses `wrong_state`.

    ``held_until`` is the new status's deadline. Other fields that the verb changed are saved with it.
    """
    if to not in NEXT.get(locked.status, ()):
        raise WrongState
    before, locked.status = locked.status, to
    locked.held_until = held_until
    locked.closed_at = None if to in NEXT else at
    try:
        locked.save()
    except IntegrityError:
        locked.status = before  # the caller may try again with another pickup code
        raise
    record(f"reservation_{to}", locked, by=by, at=at, before=str(before), **details)
    return locked


def lines_of(locked):
    """The lines with their items, in the order in which items are locked."""
    return list(locked.lines.select_related("item__category__parent").order_by("item_id"))
