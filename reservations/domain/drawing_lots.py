"""Lots instead of the fastest finger, for items that the city has marked: everybody has the same chance until a moment.

Until then nobody can reserve it for themselves, and whoever wants it joins its queue. The draw puts the queue into a random
order, once, and what is free is offered in that order.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from inventory.domain import stock
from inventory.domain.refusals import OnlyLead
from inventory.domain.writing_off import leads
from inventory.models import Item, ItemStatus
from recycling import clock
from recycling.audit.domain import record
from reservations.models import Draw, QueueEntry

from . import queue_messages, queueing
from .queue_refusals import DrawnLater, DrawTooSoon, NotForDraw
from .refusals import WrongState

SHORTEST = timedelta(hours=24)


def without_draw(items):
    """Those of the items that are anybody's who presses first: no draw of them is still to come.

    A condition of its own and no join: the guarded UPDATE stays one, whose conditions the database looks at again when it
    has waited for the row.
    """
    return items.exclude(Exists(Draw.objects.filter(item=OuterRef("pk"), drawn_at=None)))


def to_come(item):
    """The draw of this item that has not been held, or None."""
    return Draw.objects.filter(item=item, drawn_at=None).first()


def refusal_for(item):
    """What whoever presses the button hears while the draw is still to come; None where there is none."""
    draw = to_come(item)
    return draw and DrawnLater(when=clock.moment_text(draw.at, item.site.tz))


@transaction.atomic
def mark(item, *, draw_at, by, at):
    """From now on it is not reserved but drawn for, at ``draw_at``; marking it again moves the draw.

    Refuses `only_lead`, `draw_too_soon`, `not_for_draw`, and `wrong_state` when it was drawn already.
    """
    stock.lock(item)
    locked = Item.objects.select_related("site").get(pk=item.pk)
    if not leads(by, locked):
        raise OnlyLead
    if draw_at < at + SHORTEST:
        raise DrawTooSoon
    if locked.status != ItemStatus.PUBLISHED or not locked.residents_may_come:
        raise NotForDraw
    draw, made = Draw.objects.get_or_create(item=locked, defaults={"at": draw_at, "by": by})
    if draw.drawn_at:
        raise WrongState
    if not made:
        draw.at, draw.by = draw_at, by
        draw.save(update_fields=["at", "by"])
    _page_changed(locked)
    record("draw_marked", locked, by=by, at=at, when=draw_at.isoformat())
    return draw


@transaction.atomic
def unmark(item, *, by, at):
    """No draw after all: whoever waits is served as they joined, at once. Twice is once. Refuses `only_lead`."""
    stock.lock(item)
    if not leads(by, item):
        raise OnlyLead
    deleted, _rows = Draw.objects.filter(item=item, drawn_at=None).delete()
    if deleted:
        _page_changed(item)
        record("draw_unmarked", item, by=by, at=at)
        queueing.offer_next(item, at=at)


@transaction.atomic
def hold(draw, *, at):
    """Hold the draw: lots order whoever joined, and what is free is offered. Once. Refuses `wrong_state` before its time."""
    stock.lock(draw.item)
    locked = Draw.objects.filter(pk=draw.pk).first()
    if locked is None or locked.drawn_at or locked.at > at:
        raise WrongState
    entries = list(QueueEntry.objects.waiting_for(locked.item_id).select_related("item__site", "person"))
    secrets.SystemRandom().shuffle(entries)
    for lot, entry in enumerate(entries, start=1):
        entry.lot = lot
    QueueEntry.objects.bulk_update(entries, ["lot"])
    locked.drawn_at = at
    locked.save(update_fields=["drawn_at"])
    _page_changed(locked.item)
    # Which lot was whose stands in the audit log, by what is no secret and no name.
    record("draw_held", locked.item, by=None, at=at, order=[entry.pk for entry in entries])
    queueing.offer_next(locked.item, at=at)
    # Whoever waits for what there will never be hears that nothing comes, and no place before.
    told = QueueEntry.objects.waiting_for(locked.item_id).exclude(pk__in=QueueEntry.objects.in_vain())
    queue_messages.drawn(list(told.select_related("person")), at=at)
    return locked


def _page_changed(item):
    """Pages that browsers and proxies keep look at the item's version."""
    Item.objects.filter(pk=item.pk).update(version=F("version") + 1)
