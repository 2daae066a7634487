"""An item's way into the catalogue and out of it."""

from datetime import time

from django.db import transaction

from inventory.models import NEXT, Alerted, Item, ItemStatus
from recycling import clock, publications
from recycling.audit.domain import record

from . import search, stages, stock, titles
from .refusals import NotComplete, WrongStep


def _move(item, to):
    """Lock the row, check the step and write it. Returns the locked row; the caller saves what else changes."""
    locked = (
        Item.objects.select_for_update(of=("self",))
        .select_related("category__parent", "site")
        .get(pk=item.pk)
    )
    if to not in NEXT[ItemStatus(locked.status)]:
        raise WrongStep
    if locked.merged_into_id and to != ItemStatus.WITHDRAWN:
        raise WrongStep
    locked.status = to
    locked.version += 1
    return locked


def why_not_publish(item):
    """The refusal that publishing would meet for what is missing, or None."""
    return None if item.photos.exists() else NotComplete()


@transaction.atomic
def publish(item, *, by, at, public_from=None, part_of=None):
    """Put the item into the catalogue: at once for units, for residents when the units' first days are over.

    A unit that waits for such a thing is offered it in the same transaction. ``public_from`` is given for what residents may
    have from another moment on. What was in the catalogue before as a ``part_of`` a published lot keeps the stage and the
    dates of that. What a unit gives away from a later day on is as new on that day as anything
    else, and its first days begin then.
    """
    locked = _move(item, ItemStatus.PUBLISHED)
    if refusal := why_not_publish(locked):
        raise refusal
    begins = begins_at(locked, at=at)
    locked.published_at = begins
    stages.begin(locked, at=begins, public_from=public_from, part_of=part_of)
    # Whoever has a search alert for such a thing is told of it by the job, once they can see it.
    locked.alerted = part_of.alerted if part_of else Alerted.NOBODY
    locked.search_keys = search.keys_for(titles.searchable(locked))
    locked.save(update_fields=["status", "version", "published_at", "alerted", "search_keys", *stages.FIELDS])
    record("item_published", locked, by=by, at=at)
    publications.published(locked, at=at)
    return locked


def begins_at(item, *, at):
    """When the item, published at ``at``, is there: at once, or with its first day."""
    return max(at, clock.resolve(item.available_from, time(0), item.site.tz)) if item.available_from else at


@transaction.atomic
def withdraw(item, *, by, at, reason=""):
    """Take the item out of the catalogue. Refuses `still_promised` while pieces of it are reserved."""
    locked = _move(item, ItemStatus.WITHDRAWN)
    if locked.reserved:
        raise stock.why_not_less(locked)
    # Out of the catalogue nothing moves on by itself; publishing it anew begins anew.
    locked.stage_until = None
    locked.save(update_fields=["status", "version", "stage_until"])
    record("item_withdrawn", locked, by=by, at=at, reason=reason)
    return locked


@transaction.atomic
def relist(item, *, by, at):
    """What has stood too long is looked at again: among the newest in the catalogue. Who may see it stays as it was."""
    locked = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if locked.status != ItemStatus.PUBLISHED:
        raise WrongStep
    locked.published_at = at
    locked.alerted = Alerted.NOBODY
    locked.version += 1
    locked.save(update_fields=["published_at", "alerted", "version"])
    record("item_relisted", locked, by=by, at=at)
    return locked


@transaction.atomic
def reopen(item, *, by, at):
    """Make a withdrawn item a draft again, to be mended and published anew."""
    locked = _move(item, ItemStatus.DRAFT)
    locked.save(update_fields=["status", "version"])
    record("item_reopened", locked, by=by, at=at)
    return locked


def reindex(category, *, chunk=500):
    """The category's names or synonyms have changed: its items are found by the new ones. Returns how many."""
    items = (
        Item.objects.published().filter(category=category).select_related("category__parent").order_by("pk")
    )
    changed = 0
    for item in items.iterator(chunk_size=chunk):
        keys = search.keys_for(titles.searchable(item))
        changed += Item.objects.filter(pk=item.pk).exclude(search_keys=keys).update(search_keys=keys)
    return changed
