"""A set: so many pieces alike, from as many lots and places as it takes, all of them or at least so many."""

from django.db import transaction

from inventory.domain import alike
from inventory.models import MAX_PIECES, Item
from recycling.audit.domain import record

from . import lapsing, requests
from .request_holds import Held, ask_for_more
from .unit_refusals import BadSet, SetTooSmall


def add_set(request, item, pieces, *, at_least=None, by, at):
    """Put ``pieces`` like ``item`` on the list, from the lots alike at every site: all, or ``at_least`` so many, or none at all.

    Gives ``{item: pieces}`` as they were taken: of ``item`` itself first, then of the largest lots, so that they come from few
    places. Refuses `set_too_small` with how many there are, `bad_set`, and what ``requests.set_pieces`` refuses.
    """
    at_least = pieces if at_least is None else at_least
    if not 1 <= at_least <= pieces <= MAX_PIECES:
        raise BadSet
    try:
        return _add_set(request, item, pieces, at_least, by=by, at=at)
    except SetTooSmall:
        if not lapsing.let_go(_keys(item, by=by, at=at), at=at, besides=request):
            raise
    return _add_set(request, item, pieces, at_least, by=by, at=at)


def _keys(item, *, by, at):
    """Everything of the kind, also what seems to be gone: its hold may have ended."""
    return list(
        Item.objects.visible_to(by, at=at).filter(category=item.category_id).values_list("pk", flat=True)
    )


@transaction.atomic
def _add_set(request, item, pieces, at_least, *, by, at):
    locked = requests.own_list(request, by=by)
    held = Held(locked, by=by, at=at)
    found = alike.lots(item, by=by, at=at)
    # What is left of each now is left until the end: the rows are locked before they are read, in primary-key order.
    rows = (
        Item.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in found]).order_by("pk")
    )
    left = {row.pk: row.available for row in rows}
    plan, still = {}, pieces
    for one in found:
        if take := min(still, left[one.pk]):
            plan[one] = take
            still -= take
    if pieces - still < at_least:
        raise SetTooSmall(left=pieces - still, at_least=at_least)
    for one in sorted(plan, key=lambda one: one.pk):
        held.change(one, held.pieces(one) + plan[one])
        ask_for_more(locked, one, plan[one])
    held.renew()
    record("request_list_changed", locked, by=by, at=at, item=item.pk, pieces=pieces - still, lots=len(plan))
    return plan
