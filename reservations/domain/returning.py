"""What was handed over and comes back: here again, in the condition it is in now, and no longer counted as given away."""

from django.db import transaction
from django.db.models import F, Q

from inventory.domain import intake, lots, stock
from inventory.domain.refusals import ShelfBlocked, WrongStep
from inventory.models import Item
from recycling import turns
from recycling.audit.domain import record
from reservations.models import HandoverLine, Returned

from .handover import FIGURES
from .refusals import NothingToReturn


def still_out(item):
    """The lines of hand-overs of which pieces may come back, the latest first; of the lots that it took in as well."""
    return (
        HandoverLine.objects.filter(Q(item=item) | Q(item__merged_into=item), given__gt=F("returned"))
        .select_related("handover__reservation__department", "item__site")
        .order_by("-handover__at", "-pk")
    )


@transaction.atomic
def take_back(line, pieces, *, condition, shelf, by, at, client_key=None):
    """``pieces`` of what was handed over came back and stand on ``shelf`` (one of the site's, its code, or empty).

    They join their lot where condition and shelf are the lot's own. Where the lot has no pieces left, it takes theirs;
    else they become a lot with a code of its own. Their share of the impact is taken off. Refuses `nothing_to_return`,
    `shelf_blocked`, and `wrong_step` while somebody moves or merges the lot.
    The same ``client_key`` again gives the row that it made the first time.
    """
    # The line's row is locked by this change, so that a form sent twice at once comes one by one.
    moved = HandoverLine.objects.filter(pk=line.pk, given__gte=F("returned") + pieces)
    known = Returned.objects.filter(client_key=client_key) if client_key else Returned.objects.none()
    if not moved.update(returned=F("returned") + pieces):
        if row := known.first():
            return row
        raise NothingToReturn
    if row := known.first():
        HandoverLine.objects.filter(pk=line.pk).update(returned=F("returned") - pieces)
        return row
    locked = HandoverLine.objects.select_related("handover__reservation", "item").get(pk=line.pk)
    into = _bring_in(locked.item, pieces, condition=condition, shelf=shelf, by=by, at=at)
    row = Returned.objects.create(
        line=locked,
        pieces=pieces,
        condition=condition,
        at=at,
        by=by,
        into=into,
        client_key=client_key,
        **_shares(locked, pieces),
    )
    code = locked.handover.reservation.code
    record("item_returned", into, by=by, at=at, pieces=pieces, reservation=code)
    record("reservation_returned", locked.handover.reservation, by=by, at=at, pieces=pieces)
    return row


def _shares(line, pieces):
    """The part of each figure that these pieces had. The last ones take what rounding has left, so that nothing remains."""
    if line.returned == line.given:
        before = line.returns.all()
        return {name: getattr(line, name) - sum(getattr(one, name) for one in before) for name in FIGURES}
    return {
        name: (getattr(line, name) * pieces / line.given).quantize(getattr(line, name)) for name in FIGURES
    }


def _bring_in(item, pieces, *, condition, shelf, by, at):
    """The pieces are here again: in their lot, as the lot, or as a new lot. Returns where they are."""
    now = Item.objects.select_related("site", "shelf").get(pk=item.merged_into_id or item.pk)
    shelf = intake.lock_shelf(intake.shelf_at(now.site, shelf) or now.shelf)
    stock.lock(now)
    lot = Item.objects.select_related("site", "shelf").get(pk=now.pk)
    if lot.merged_into_id or (lot.site_id, lot.shelf_id) != (now.site_id, now.shelf_id):
        raise WrongStep  # somebody merges or moves it at this very moment
    as_the_lot = lot.condition == condition and shelf == lot.shelf
    if stock.is_blocked(lot) and not as_the_lot:
        raise ShelfBlocked
    if not lot.quantity and not as_the_lot:
        lot = intake.edit(lot, by=by, at=at, version=lot.version, condition=condition, shelf=shelf)
        as_the_lot = True
    stock.arrive(lot, pieces)
    if as_the_lot:
        turns.came_free(lot, at=at)
        return lot
    return lots.split(lot, pieces, by=by, at=at, condition=condition, shelf=shelf)
