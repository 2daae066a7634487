"""The only writer of an item's two counters, ``quantity`` (pieces that are here) and ``reserved`` (promised ones).

Each verb is one guarded UPDATE: it moves the numbers or changes nothing. Whoever moves several items in one
transaction takes them in primary-key order. The helpers open no transaction; the verb that calls them does.
"""

from django.db import transaction
from django.db.models import Case, F, IntegerField, Sum, Value, When
from django.db.models.functions import Coalesce

from inventory.models import MAX_PIECES, Item, SetAside, SetAsideReason, Shelf, WriteOffStatus
from recycling import turns
from recycling.audit.domain import record

from .refusals import (
    FewerHere,
    FewerLeft,
    Merged,
    NotEnoughLeft,
    NotOnOffer,
    ShelfBlocked,
    StillAside,
    StillPromised,
    TooManyPieces,
    WaitsForLead,
    WrongStep,
)


def hold(item, pieces, *, visible):
    """Promise ``pieces`` of ``item``, or refuse: `not_enough_left`, `not_on_offer`.

    ``visible`` is the set of items that the person may see (``Item.objects.visible_to``): what one cannot see one cannot take.
    """
    moved = visible.filter(pk=item.pk, quantity__gte=F("reserved") + pieces).update(
        reserved=F("reserved") + pieces
    )
    if not moved:
        raise why_not_held(item, visible=visible)


def hold_many(promises):
    """Promise pieces of several items, ``{key: pieces}``, in one statement; all of them or a broken promise.

    The caller has locked the rows and looked at what is free.
    """
    pieces = Case(
        *(When(pk=pk, then=Value(number)) for pk, number in sorted(promises.items())),
        output_field=IntegerField(),
    )
    moved = Item.objects.filter(pk__in=promises, quantity__gte=F("reserved") + pieces).update(
        reserved=F("reserved") + pieces
    )
    if moved != len(promises):
        raise RuntimeError(f"items {sorted(promises)} changed under their lock")


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


def release(item, pieces, *, at):
    """Promised ``pieces`` are free: whoever waits first is offered them at once, everybody else what is left."""
    moved = Item.objects.filter(pk=item.pk, reserved__gte=pieces).update(reserved=F("reserved") - pieces)
    if not moved:
        # The lines say that these pieces are promised and the counter says they are not: never paper over it.
        raise RuntimeError(f"item {item.pk} has fewer than {pieces} reserved")
    _keep_in_quarantine(item)
    turns.came_free(item, at=at)


def hand_over(item, pieces):
    """Promised ``pieces`` leave the house: they are no longer here, and no longer promised."""
    moved = Item.objects.filter(pk=item.pk, reserved__gte=pieces, quantity__gte=pieces).update(
        reserved=F("reserved") - pieces, quantity=F("quantity") - pieces, version=F("version") + 1
    )
    if not moved:
        raise RuntimeError(f"item {item.pk} has fewer than {pieces} reserved")


def leave(item, pieces):
    """Free ``pieces`` are no longer among this item's. Refuses `fewer_here`."""
    moved = Item.objects.filter(pk=item.pk, quantity__gte=F("reserved") + pieces).update(
        quantity=F("quantity") - pieces, version=F("version") + 1
    )
    if not moved:
        raise FewerHere


def arrive(item, pieces):
    """``pieces`` more of this item are here, free. Refuses `too_many_pieces` past what one lot may hold.

    Whoever calls decides what becomes of them, and says what stays free (``turns.came_free``).
    """
    moved = Item.objects.filter(
        pk=item.pk, quantity__lte=MAX_PIECES - pieces, merged_into__isnull=True
    ).update(quantity=F("quantity") + pieces, version=F("version") + 1)
    if not moved:
        raise TooManyPieces(limit=MAX_PIECES)
    _keep_in_quarantine(item)


def pour(item, *, into):
    """All pieces of ``item`` become pieces of ``into``, those set aside as well; promised ones are refused (`still_promised`).

    Both rows are locked by the caller.
    """
    aside = set_aside_of(item)
    if item.reserved != aside:
        raise StillPromised(pieces=item.reserved - aside)
    moved = Item.objects.filter(pk=into.pk, quantity__lte=MAX_PIECES - item.quantity).update(
        quantity=F("quantity") + item.quantity, reserved=F("reserved") + aside, version=F("version") + 1
    )
    if not moved:
        raise TooManyPieces(limit=MAX_PIECES)
    emptied = Item.objects.filter(pk=item.pk, quantity=item.quantity, reserved=aside)
    if not emptied.update(quantity=0, reserved=0, version=F("version") + 1):
        raise RuntimeError(f"item {item.pk} changed under its lock")
    SetAside.objects.lasting().filter(item=item).update(item=into)


def lock(item):
    """Nobody else changes the item's row until the caller's transaction ends: a form sent twice at once comes one by one."""
    Item.objects.select_for_update(of=("self",)).values_list("pk").get(pk=item.pk)


def lock_row(row):
    """``row`` (set aside, or written off) as it is now, the lot that has its pieces locked before it, as in every verb.

    A merge may have given them to another lot since the row was read; one at this very moment refuses `wrong_step`.
    """
    rows = type(row).objects.filter(pk=row.pk)
    place = rows.values_list(Coalesce("item__merged_into", "item"), flat=True)
    lot = place.get()
    lock(Item(pk=lot))
    if place.get() != lot:
        raise WrongStep
    return rows.select_related("item__site", "item__merged_into").get()


def is_blocked(item):
    """Whether the item's shelf is in quarantine."""
    return Shelf.objects.filter(items=item.pk, blocked_at__isnull=False).exists()


def set_aside_of(item):
    """How many of the item's reserved pieces are set aside; the rest of them are promised to people."""
    return SetAside.objects.lasting().filter(item=item).aggregate(sum=Sum("pieces"))["sum"] or 0


def _keep_in_quarantine(item):
    """What has just become free on a shelf in quarantine is set aside at once, like all that stands there.

    The item's row is locked by the change before: whoever blocks the shelf at this moment comes before it or after it.
    """
    blocked = Shelf.objects.filter(items=item.pk, blocked_at__isnull=False).first()
    if blocked is None or blocked.blocked_at is None:
        return
    free = Item.objects.values_list(F("quantity") - F("reserved"), flat=True).get(pk=item.pk)
    if free > 0:
        Item.objects.filter(pk=item.pk, quantity__gte=F("reserved") + free).update(
            reserved=F("reserved") + free
        )
        SetAside.objects.create(
            item=item, pieces=free, reason=SetAsideReason.QUARANTINE, since=blocked.blocked_at
        )


@transaction.atomic
def correct(item, *, quantity, by, at, reason):
    """Set the number of pieces that are here after somebody counted.

    Refuses `still_promised` below what is promised, and `too_many_pieces` past what one lot may hold.
    """
    if quantity > MAX_PIECES:
        raise TooManyPieces(limit=MAX_PIECES)
    lock(item)
    was = Item.objects.values_list("quantity", flat=True).get(pk=item.pk)
    moved = Item.objects.filter(pk=item.pk, reserved__lte=quantity, merged_into__isnull=True).update(
        quantity=quantity, version=F("version") + 1
    )
    if not moved:
        now = Item.objects.get(pk=item.pk)
        raise Merged(code=now.merged_into.shown_code) if now.merged_into else why_not_less(item)
    _keep_in_quarantine(item)
    record("item_counted", item, by=by, at=at, quantity=quantity, was=was, reason=reason)
    turns.came_free(item, at=at)


def why_not_less(item):
    """The refusal for what takes away pieces that are spoken for: promised to somebody, or only set aside."""
    reserved = Item.objects.values_list("reserved", flat=True).get(pk=item.pk)
    aside = set_aside_of(item)
    return StillPromised(pieces=reserved - aside) if reserved > aside else StillAside(pieces=aside)


def keep_aside(item, pieces, *, reason, by, at, client_key=None):
    """Promised ``pieces`` become pieces set aside: still here, still nobody's to reserve, with a reason."""
    aside = SetAside.objects.create(
        item=item, pieces=pieces, reason=reason, since=at, by=by, client_key=client_key
    )
    record("item_set_aside", item, by=by, at=at, pieces=pieces, reason=str(reason))
    return aside


def take_aside(item, pieces, *, reason, by, at, client_key=None):
    """Take free ``pieces`` off the offer. Refuses `fewer_here`."""
    moved = Item.objects.filter(pk=item.pk, quantity__gte=F("reserved") + pieces).update(
        reserved=F("reserved") + pieces, version=F("version") + 1
    )
    if not moved:
        raise FewerHere
    return keep_aside(item, pieces, reason=reason, by=by, at=at, client_key=client_key)


@transaction.atomic
def set_aside(item, pieces, *, reason, by, at, client_key=None):
    """Take free ``pieces`` off the offer: for repair, in quarantine, not safe, not found. Refuses `fewer_here`.

    The same ``client_key`` again gives the row that it made the first time.
    """
    lock(item)
    if client_key and (known := SetAside.objects.filter(client_key=client_key, item=item).first()):
        return known
    return take_aside(item, pieces, reason=reason, by=by, at=at, client_key=client_key)


@transaction.atomic
def put_back(aside, *, by, at):
    """What was set aside is repaired, found or clean: back on offer. Doing it twice does it once.

    Refuses `shelf_blocked` while the whole shelf is in quarantine, `waits_for_lead` while a write-off of it waits, and
    `wrong_step` when its lot is being merged into another.
    """
    locked = lock_row(aside)
    if SetAside.objects.filter(pk=locked.pk, ended_at=None).update(ended_at=at):
        if is_blocked(locked.item):
            raise ShelfBlocked
        if locked.write_offs.filter(status=WriteOffStatus.WAITING).exists():
            raise WaitsForLead
        free_again(locked, by=by, at=at)


def free_again(aside, *, by, at):
    """The pieces of a row that has just been ended are back on offer. Its item is locked by the caller."""
    release(aside.item, aside.pieces, at=at)
    record("item_put_back", aside.item, by=by, at=at, pieces=aside.pieces, reason=aside.reason)
