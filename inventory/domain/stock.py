"""The only writer of an item's two counters, ``quantity`` (pieces that are here) and ``reserved`` (promised ones).

Each verb is one guarded UPDATE: it moves the numbers or changes nothing. Whoever moves several items in one
transaction takes them in primary-key order. The helpers open no transaction; the verb that calls them does.
"""

from django.db import transaction
from django.db.models import F, Sum

from inventory.models import Item, SetAside
from recycling.audit.domain import record

from .refusals import FewerHere, FewerLeft, NotEnoughLeft, NotOnOffer, StillAside, StillPromised


def hold(item, pieces, *, visible):
    """Promise ``pieces`` of ``item``, or refuse: `not_enough_left`, `not_on_offer`.

    ``visible`` is the set of items that the person may see (``Item.objects.visible_to``): what one cannot see one cannot take.
    """
    moved = visible.filter(pk=item.pk, quantity__gte=F("reserved") + pieces).update(
        reserved=F("reserved") + pieces
    )
    if not moved:
        raise why_not_held(item, visible=visible)


def why_not_hold(item, pieces, *, visible):
    """The refusal that holding would meet by what the row says now, or None. Advice: the row may change."""
    now = visible.filter(pk=item.pk).first()
    return None if now and now.available >= pieces else _refusal(item, now)


def why_not_held(item, *, visible):
    """The refusal that fits what the row says after it could not be held."""
    return _refusal(item, visible.filter(pk=item.pk).first())


def _refusal(item, now):
    if now is None:
        return NotOnOffer(item=item.pk)
    if now.available > 0:
        return FewerLeft(item=item.pk, left=now.available)
    return NotEnoughLeft(item=item.pk)


def release(item, pieces):
    """Put promised ``pieces`` back on offer."""
    moved = Item.objects.filter(pk=item.pk, reserved__gte=pieces).update(reserved=F("reserved") - pieces)
    if not moved:
        # The lines say that these pieces are promised and the counter says they are not: never paper over it.
        raise RuntimeError(f"item {item.pk} has fewer than {pieces} reserved")


def hand_over(item, pieces):
    """Promised ``pieces`` leave the house: they are no longer here, and no longer promised."""
    moved = Item.objects.filter(pk=item.pk, reserved__gte=pieces, quantity__gte=pieces).update(
        reserved=F("reserved") - pieces, quantity=F("quantity") - pieces, version=F("version") + 1
    )
    if not moved:
        raise RuntimeError(f"item {item.pk} has fewer than {pieces} reserved")


@transaction.atomic
def correct(item, *, quantity, by, at, reason):
    """Set the number of pieces that are here after somebody counted. Refuses `still_promised` below what is promised."""
    moved = Item.objects.filter(pk=item.pk, reserved__lte=quantity).update(
        quantity=quantity, version=F("version") + 1
    )
    if not moved:
        raise why_not_less(item)
    record("item_counted", item, by=by, at=at, quantity=quantity, reason=reason)


def why_not_less(item):
    """The refusal for what takes away pieces that are spoken for: promised to somebody, or only set aside."""
    reserved = Item.objects.values_list("reserved", flat=True).get(pk=item.pk)
    aside = SetAside.objects.lasting().filter(item=item).aggregate(sum=Sum("pieces"))["sum"] or 0
    return StillPromised(pieces=reserved - aside) if reserved > aside else StillAside(pieces=aside)


def keep_aside(item, pieces, *, reason, by, at):
    """Promised ``pieces`` become pieces set aside: still here, still nobody's to reserve, with a reason."""
    aside = SetAside.objects.create(item=item, pieces=pieces, reason=reason, since=at, by=by)
    record("item_set_aside", item, by=by, at=at, pieces=pieces, reason=str(reason))
    return aside


@transaction.atomic
def set_aside(item, pieces, *, reason, by, at):
    """Take free ``pieces`` off the offer, for repair or because they cannot be found. Refuses `fewer_here`."""
    moved = Item.objects.filter(pk=item.pk, quantity__gte=F("reserved") + pieces).update(
        reserved=F("reserved") + pieces
    )
    if not moved:
        raise FewerHere
    return keep_aside(item, pieces, reason=reason, by=by, at=at)


@transaction.atomic
def put_back(aside, *, by, at):
    """What was set aside is repaired or found: back on offer. Doing it twice does it once."""
    if SetAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=at):
        release(aside.item, aside.pieces)
        record("item_put_back", aside.item, by=by, at=at, pieces=aside.pieces)


@transaction.atomic
def write_off(aside, *, by, at):
    """What was set aside is gone for good: neither here nor promised any more. Doing it twice does it once."""
    if SetAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=at):
        hand_over(aside.item, aside.pieces)
        record("item_written_off", aside.item, by=by, at=at, pieces=aside.pieces, reason=aside.reason)
