"""Where things stand: moved to a shelf one by one or together, and a shelf put into quarantine and out of it again."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q

from inventory.models import Item, SetAside, SetAsideReason, Shelf
from recycling import clock
from recycling.audit.domain import record
from recycling.audit.models import AuditEntry
from recycling.errors import Refused

from . import stock
from .intake import lock_shelves, shelf_code
from .refusals import Merged, MovedMeanwhile, OtherSite, ShelfBlocked


@dataclass
class Moved:
    """What stands on the shelf now, and what stayed where it was, each with its own refusal."""

    done: list[Item] = field(default_factory=list)
    stayed: list[tuple[Item, Refused]] = field(default_factory=list)


@transaction.atomic
def put_on_shelf(item, *, shelf, by, at, across=True):
    """The item now stands on ``shelf``, at that shelf's site. Moving it to where it stands changes nothing.

    Refuses `shelf_blocked`, `still_promised` to leave a site with promised pieces, and `other_site` unless ``across``.
    """
    _put(item, _locked(shelf), by=by, at=at, across=across)


@transaction.atomic
def move(items, *, shelf, by, at, across=False, is_late=False):
    """Put each of the ``items`` on ``shelf``, or say why it stays. One that stays keeps none of the others back.

    ``is_late``: it was done at ``at``, and is told only now. What somebody has moved since then stays (`moved_meanwhile`).
    """
    return _put_each(items, _locked(shelf), by=by, at=at, across=across, is_late=is_late)


@transaction.atomic
def clear(shelf, *, to, by, at):
    """Move everything that stands on ``shelf`` to another one."""
    # Both shelves in the order of their keys: two people who swap the contents of two shelves do not wait in a circle.
    locked = {one.pk: one for one in lock_shelves(Q(pk__in=[shelf.pk, to.pk]))}
    return _put_each(standing_on(shelf), locked[to.pk], by=by, at=at, across=False)


def _put_each(items, shelf, **how):
    """Each of the ``items`` onto the locked shelf, in the order of their keys; what is refused stays where it is."""
    moved = Moved()
    for item in sorted(items, key=lambda one: one.pk):
        try:
            _put(item, shelf, **how)
        except Refused as refusal:
            moved.stayed.append((item, refusal))
        else:
            moved.done.append(item)
    return moved


def standing_on(shelf):
    """The items of which there are pieces on the shelf."""
    return Item.objects.filter(shelf=shelf, quantity__gt=0)


def _locked(shelf):
    return lock_shelves(Q(pk=shelf.pk)).select_related("site").get()


def _put(item, shelf, *, by, at, across, is_late=False):
    # Read under its lock: whoever blocks the shelf that it leaves has either set it aside by now, or does not find it there.
    stock.lock(item)
    now = Item.objects.select_related("shelf", "site", "merged_into").get(pk=item.pk)
    if now.merged_into:
        raise Merged(code=now.merged_into.shown_code)
    if now.shelf_id == shelf.pk:
        return
    if is_late and (later := _moved_since(item, at)):
        raise MovedMeanwhile(
            code=now.shown_code,
            shelf=now.shelf or now.site,
            when=clock.moment_text(later.at, now.site.tz),
            rival=later.actor,
        )
    if shelf.blocked_at or (now.shelf and now.shelf.blocked_at):
        raise ShelfBlocked
    if now.site_id != shelf.site_id and not across:
        raise OtherSite(site=now.site.name)
    moved = Item.objects.filter(Q(site=shelf.site) | Q(reserved=0), pk=item.pk).update(
        shelf=shelf, site=shelf.site, version=F("version") + 1
    )
    if not moved:
        raise stock.why_not_less(now)
    record(
        *("item_moved", item),
        by=by,
        at=at,
        shelf=shelf.code,
        from_shelf=now.shelf.code if now.shelf else "",
    )


def _moved_since(item, at):
    """The last time that the item got another place after ``at``; None if it did not."""
    rows = AuditEntry.objects.filter(target_type="item", target_id=item.pk, at__gt=at).select_related("actor")
    changes = rows.filter(action__in=("item_moved", "item_edited")).order_by("-at", "-pk")
    return next(
        (row for row in changes if row.action == "item_moved" or "shelf" in row.details["fields"]), None
    )


@transaction.atomic
def add_shelf(site, typed, *, by, at):
    """A shelf with this code at the site: a new one, or the one that is there already."""
    shelf, made = Shelf.objects.get_or_create(site=site, code=shelf_code(typed))
    if made:
        record("shelf_added", shelf, by=by, at=at, shelf=shelf.code)
    return shelf


@transaction.atomic
def block(shelf, *, by, at):
    """Put the shelf into quarantine: all free pieces on it are set aside, and nothing comes or goes. Twice is once.

    Promised pieces stay promised; nobody hands them over until the quarantine has ended or their people were told.
    """
    if not Shelf.objects.filter(pk=shelf.pk, blocked_at=None).update(blocked_at=at):
        return
    record("shelf_blocked", shelf, by=by, at=at, shelf=shelf.code)
    for item in _lock_all_of(shelf):
        if item.available:
            stock.take_aside(item, item.available, reason=SetAsideReason.QUARANTINE, by=by, at=at)


def _lock_all_of(shelf):
    """Every item of the shelf, locked. Also those without a piece here: one may be coming back at this very moment."""
    return list(Item.objects.select_for_update(of=("self",)).filter(shelf=shelf).order_by("pk"))


@transaction.atomic
def unblock(shelf, *, by, at):
    """The quarantine of the shelf has ended: what was set aside for it is back on offer. Twice is once."""
    if not Shelf.objects.filter(pk=shelf.pk, blocked_at__isnull=False).update(blocked_at=None):
        return
    record("shelf_unblocked", shelf, by=by, at=at, shelf=shelf.code)
    _lock_all_of(shelf)
    kept = SetAside.objects.filter(
        item__shelf=shelf, ended_at=None, reason=SetAsideReason.QUARANTINE, since__gte=shelf.blocked_at
    ).exclude(write_offs__status="waiting")
    for aside in kept.select_related("item").order_by("item_id", "pk"):
        if SetAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=at):
            stock.free_again(aside, by=by, at=at)
