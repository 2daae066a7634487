"""Pieces that leave for good without an owner: why and where to, the lead's word over a limit, undone the same day."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q, Sum

from inventory.models import (
    Destination,
    Item,
    SetAside,
    SetAsideReason,
    Site,
    WriteOff,
    WriteOffReason,
    WriteOffStatus,
)
from recycling import clock, turns
from recycling.audit.domain import record
from recycling.policy.models import Policy

from . import impact, stock
from .refusals import OnlyLead, TooLate, WaitsForLead, WrongStep

S = WriteOffStatus


@dataclass(frozen=True)
class Preset:
    """What one piece weighs and is worth, as far as anybody knows."""

    weight_kg: Decimal
    is_estimate: bool
    value: Decimal


def preset(item, *, at) -> Preset:
    """The weight that the form begins with, and the value that the lead's limit asks for.

    The value is the price, or for what is given away the rules' share of the lowest price of a new one.
    """
    figures = impact.of(item, 1, at=at)
    value = item.price
    if not value and figures.factor and figures.factor.price_low:
        value = figures.factor.price_low * Policy.current().used_value_percent / 100
    return Preset(figures.weight_kg, figures.weight_is_estimate, Decimal(value))


def needs_lead(pieces, value) -> bool:
    """Whether somebody else than a worker must say yes."""
    rules = Policy.current()
    return pieces > rules.write_off_pieces or value > rules.write_off_value


@transaction.atomic
def write_off(item, pieces, *, reason, destination, by, at, weight_kg=None, aside=None, client_key=None):
    """Write ``pieces`` off: free ones, or all that were set ``aside`` together. ``weight_kg`` is that of one piece.

    Over the limit it waits for the lead, unless ``by`` is one, and the pieces are set aside meanwhile. Refuses `fewer_here`,
    `wrong_step`, `waits_for_lead`. The same ``client_key`` again gives the row that it made the first time.
    """
    stock.lock(item)
    if client_key and (known := WriteOff.objects.filter(client_key=client_key, by=by).first()):
        return known
    known_of = preset(item, at=at)
    weight = known_of.weight_kg if weight_kg is None else weight_kg
    if aside:
        aside, pieces = _still_aside(aside, item), aside.pieces
    value = known_of.value * pieces
    waits = needs_lead(pieces, value) and not leads(by, item)
    if waits and not aside:
        aside = stock.take_aside(item, pieces, reason=SetAsideReason.WRITE_OFF, by=by, at=at)
    row = WriteOff.objects.create(
        item=item,
        pieces=pieces,
        reason=reason,
        destination=destination,
        weight_kg=weight * pieces,
        weight_is_estimate=weight == known_of.weight_kg and known_of.is_estimate,
        value=value,
        status=S.WAITING if waits else S.DONE,
        aside=aside,
        at=at,
        by=by,
        client_key=client_key,
    )
    if waits:
        record("item_write_off_asked", item, by=by, at=at, pieces=pieces, reason=str(reason))
    else:
        _leave(row, by=by, at=at)
    return row


@transaction.atomic
def to_auction(item, *, by, at):
    """All free pieces of what nobody took leave for the auction. Refuses `only_lead`, `wrong_step` when it is not leaving."""
    stock.lock(item)
    if not leads(by, item):
        raise OnlyLead
    now = Item.objects.leaving().filter(pk=item.pk).select_related("category__parent").first()
    if now is None:
        raise WrongStep
    details = {"reason": WriteOffReason.UNWANTED, "destination": Destination.AUCTION}
    return write_off(now, now.available, **details, by=by, at=at)


def leads(person, item) -> bool:
    return Site.objects.led_by(person).filter(pk=item.site_id).exists()


def _still_aside(aside, item):
    """The row as it is now; the item is locked before it."""
    locked = SetAside.objects.select_for_update(of=("self",)).get(pk=aside.pk)
    if locked.ended_at or locked.item_id != item.pk:
        raise WrongStep
    if locked.write_offs.filter(status=S.WAITING).exists():
        raise WaitsForLead
    return locked


def _leave(row, *, by, at):
    """The pieces are no longer here."""
    if row.aside is None:
        stock.leave(row.item, row.pieces)
    elif SetAside.objects.filter(pk=row.aside_id, ended_at=None).update(ended_at=at):
        stock.hand_over(row.item, row.pieces)
    else:
        raise WrongStep
    record(
        *("item_written_off", row.item),
        by=by,
        at=at,
        pieces=row.pieces,
        reason=row.reason,
        destination=row.destination,
        was_missing=bool(row.aside and row.aside.reason == SetAsideReason.MISSING),
    )


def _decide(row, to, *, when, by, at):
    """Write the answer; False when somebody has given it already. Whoever comes first decides."""
    return WriteOff.objects.filter(pk=row.pk, status=when).update(status=to, decided_at=at, decided_by=by)


@transaction.atomic
def confirm(row, *, by, at):
    """The lead says yes: the pieces are gone. Twice is once. Refuses `only_lead`, `wrong_step`."""
    row = stock.lock_row(row)
    _only_lead(row, by)
    if _decide(row, S.DONE, when=S.WAITING, by=by, at=at):
        _leave(row, by=by, at=at)
    elif WriteOff.objects.filter(pk=row.pk).exclude(status=S.DONE).exists():
        raise WrongStep


@transaction.atomic
def reject(row, *, by, at):
    """No, says the lead, or whoever asked takes it back: what was set aside for it is back on offer. Twice is once."""
    row = stock.lock_row(row)
    if by != row.by:
        _only_lead(row, by)
    if _decide(row, S.REJECTED, when=S.WAITING, by=by, at=at):
        record("item_write_off_rejected", row.item, by=by, at=at, pieces=row.pieces)
        if goes_back(row):
            stock.put_back(row.aside, by=by, at=at)
    elif WriteOff.objects.filter(pk=row.pk).exclude(status=S.REJECTED).exists():
        raise WrongStep


def goes_back(row) -> bool:
    """Whether pieces that are not written off are on offer again: they were set aside for that alone."""
    return row.aside.reason == SetAsideReason.WRITE_OFF


def _only_lead(row, person):
    if not leads(person, row.item):
        raise OnlyLead


def can_undo(row, *, at) -> bool:
    """A write-off is undone on the day on which the pieces left, by the site's clock."""
    tz = row.item.site.tz
    left = row.decided_at or row.at
    return row.status == S.DONE and clock.today(tz, left) == clock.today(tz, at)


@transaction.atomic
def undo(row, *, by, at):
    """It was a mistake: the pieces are here again, free, or set aside as they were. Twice is once. Refuses `too_late`."""
    row = stock.lock_row(row)
    if row.status == S.DONE and not can_undo(row, at=at):
        raise TooLate
    if not _decide(row, S.UNDONE, when=S.DONE, by=by, at=at):
        if WriteOff.objects.filter(pk=row.pk).exclude(status=S.UNDONE).exists():
            raise WrongStep
        return
    item = row.item.merged_into or row.item
    stock.arrive(item, row.pieces)
    record("item_write_off_undone", item, by=by, at=at, pieces=row.pieces)
    # On a shelf in quarantine everything that arrives is set aside already.
    if row.aside and row.aside.reason != SetAsideReason.WRITE_OFF and not stock.is_blocked(item):
        stock.take_aside(item, row.pieces, reason=row.aside.reason, by=by, at=at)
    turns.came_free(item, at=at)


def totals(rows):
    """By destination, what has left: pieces and kilograms, the heaviest first. What was undone has not left."""
    return (
        rows.filter(status=S.DONE)
        .order_by()
        .values("destination")
        .annotate(
            sum_pieces=Sum("pieces"),
            sum_kg=Sum("weight_kg"),
            estimates=Count("pk", filter=Q(weight_is_estimate=True)),
        )
        .order_by("-sum_kg", "destination")
    )
