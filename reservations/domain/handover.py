"""At the desk: found by its code, handed over in whole or in part, with what became of the rest."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from inventory.domain import impact, not_usable, stock, titles
from inventory.models import Item, SetAsideReason
from recycling.accounts.domain import limits
from recycling.audit.domain import record
from recycling.codes import new_token, normalise_pickup
from recycling.policy.models import Policy
from reservations.models import (
    OPEN_AT_DESK,
    Handover,
    HandoverLine,
    NotGiven,
    Replaces,
    Reservation,
    ReservationLine,
    ReservationStatus,
    Signature,
    Signed,
)

from . import booking, reminders, states
from .refusals import (
    BadCount,
    CountFirst,
    InQuarantine,
    NoSuchPickup,
    NothingGiven,
    NothingWanted,
    SayWhyNot,
    StandsInQuarantine,
    WrongPiece,
    WrongState,
)

S = ReservationStatus
# What a line copies of the impact, for all its pieces together.
FIGURES = ("weight_kg", "co2e_low", "co2e_central", "co2e_high")
# What becomes of the pieces that did not leave, by the reason given; the others go back on offer.
KEPT_ASIDE = {NotGiven.BROKEN: SetAsideReason.REPAIR, NotGiven.MISSING: SetAsideReason.MISSING}
ENDS_IT = set(NotGiven.values) - {NotGiven.LATER}
TO_PICK = (S.BOOKED, S.READY)
# A line as it is before anybody has taken anything from the shelf.
NOT_PICKED = {"picked_at": None, "picked_by": None, "counted": 0, "verified_at": None}
WRONG_CODES, WRONG_CODES_PER = 20, timedelta(minutes=10)


def find(typed, *, by, at, among=None):
    """The open reservation with this pickup code at a site where ``by`` works; or ``among`` others that are theirs to give.

    Wrong tries are counted; after too many of them the right code is refused too, or the limit would limit nothing.
    Refuses `no_such_pickup`, `pickup_code_unreadable`, `too_often`.
    """
    digits = normalise_pickup(typed)
    limits.check("pickup_code", f"user:{by.pk}", limit=WRONG_CODES, per=WRONG_CODES_PER, at=at)
    found = (
        (Reservation.objects.handed_over_by(by) if among is None else among)
        .open_at_desk()
        .filter(pickup_code=digits)
        .order_by("slot__starts_at")
        .first()
    )
    if found is None:
        limits.count("pickup_code", f"user:{by.pk}", limit=WRONG_CODES, per=WRONG_CODES_PER, at=at)
        raise NoSuchPickup
    return found


@transaction.atomic
def pick(line, *, by, at, picked=True):
    """Tick a line as taken from its shelf, or untick it. When all are ticked, the reservation is ready."""
    locked = states.lock(line.reservation)
    if locked.status not in TO_PICK:
        raise WrongState
    # Ticking what is ticked changes nothing: who took it first took it.
    ReservationLine.objects.filter(pk=line.pk, picked_at__isnull=picked).update(
        **({"picked_at": at, "picked_by": by} if picked else NOT_PICKED)
    )
    ready_or_not(locked, by=by, at=at)
    return locked


@transaction.atomic
def verify(reservation, item, *, counted=None, by, at):
    """The code of ``item`` was scanned for the reservation: its line is picked, and known to be the right thing.

    Where several pieces are wanted, ``counted`` says how many are there; all of them make it verified, fewer are only
    written down. Scanning again what is verified changes nothing. Gives the line. Refuses `wrong_state`, `wrong_piece`,
    `count_first`, `bad_count`, `in_quarantine`.
    """
    locked = states.lock(reservation)
    if locked.status not in TO_PICK:
        raise WrongState
    line = wanted(locked, item)
    if line.verified_at:
        return line
    if stock.is_blocked(item):
        raise StandsInQuarantine(code=item.shown_code)
    line.counted = 1 if line.pieces == 1 else counted
    if line.counted is None:
        raise CountFirst(pieces=line.pieces)
    if not 1 <= line.counted <= line.pieces:
        raise BadCount(pieces=line.pieces)
    if line.counted == line.pieces:
        line.verified_at, line.picked_at, line.picked_by = at, line.picked_at or at, line.picked_by or by
    else:
        # Whoever ticked it before had not counted.
        line.picked_at = line.picked_by = None
    line.save(update_fields=list(NOT_PICKED))
    ready_or_not(locked, by=by, at=at)
    return line


def wanted(reservation, item):
    """The reservation's line of this item. Refuses `wrong_piece`, with what is wanted."""
    lines = states.lines_of(reservation)
    for line in lines:
        if line.item_id == item.pk:
            return line
    raise wrong_piece(item, [line for line in lines if not line.picked_at] or lines)


def wrong_piece(item, lines):
    """The refusal that names what was scanned, and what is wanted on these lines."""
    names = [named(line.item) for line in lines]
    if not names:
        return NothingWanted(found=named(item))
    return WrongPiece(found=named(item), wanted="; ".join(names[:3]) + ("; …" if names[3:] else ""))


def named(item):
    return f"{titles.title(item)}, {item.shown_code}"


def ready_or_not(locked, *, by, at):
    """A locked reservation is ready exactly while each of its lines is picked."""
    all_picked = not locked.lines.filter(picked_at=None).exists()
    if all_picked and locked.status == S.BOOKED:
        states.move(locked, S.READY, by=by, at=at)
    elif not all_picked and locked.status == S.READY:
        states.move(locked, S.BOOKED, by=by, at=at)


@transaction.atomic
def hand_over(
    reservation, *, given, why_not, by, at, by_other=False, signed=Signed.NO, strokes="", found=None
):
    """Hand over ``given[line.pk]`` pieces of each line; ``why_not[line.pk]`` says why the rest stayed.

    The rest goes back on offer, is set aside (broken, missing), or is kept for another time (`later`) as a reservation
    of its own. ``found[line.pk]`` says what is wrong with what is broken (`not_usable.Found`); then the unit that gave it is
    told. ``by_other``, ``signed`` and ``strokes`` are as in `Handover` and `Signature`. The same said once more by
    the same worker changes nothing. Refuses `wrong_state`, `nothing_given`, `say_why_not`, `in_quarantine`.
    """
    locked = states.lock(reservation)
    lines = states.lines_of(locked)
    if locked.status == S.COLLECTED and _said_before(locked, lines, given, why_not, by=by):
        return locked
    if locked.status not in OPEN_AT_DESK:
        raise WrongState
    counts = _counted(lines, given, why_not)
    _not_from_quarantine(lines, counts)
    early = _leave_early(locked, at=at)
    states.move(locked, S.COLLECTED, by=by, at=at)
    handover = write_down(locked, lines, counts, why_not, by=by, at=at, by_other=by_other, signed=signed)
    if signed == Signed.SCREEN and strokes:
        Signature.objects.create(handover=handover, strokes=strokes)
    kept: dict[Item, int] = {}
    for line in lines:
        rest = line.pieces - counts[line.pk]
        if counts[line.pk]:
            stock.hand_over(line.item, counts[line.pk])
        if rest:
            _settle_rest(line, rest, why_not[line.pk], kept, found=found, by=by, at=at)
    if early:
        booking.slots.free(locked.slot_id, early)
    if kept:
        _keep_rest(locked, kept, by=by, at=at)
    reminders.collected(locked, at=at)
    return locked


@transaction.atomic
def take_nothing(reservation, *, why_not, by, at, found=None):
    """Whoever came takes nothing at all: it is cancelled, and each line settled by its reason as in ``hand_over``.

    ``by`` is empty when nobody handed over. Refuses `wrong_state`, and `say_why_not` where a line has no reason or is to be
    collected another time.
    """
    locked = states.lock(reservation)
    if locked.status not in OPEN_AT_DESK:
        raise WrongState
    lines = states.lines_of(locked)
    if not all(why_not.get(line.pk) in ENDS_IT for line in lines):
        raise SayWhyNot
    early = _leave_early(locked, at=at)
    states.move(locked, S.CANCELLED, by=by or locked.person, at=at)
    for line in lines:
        _settle_rest(line, line.pieces, why_not[line.pk], {}, found=found, by=by, at=at)
    if early:
        booking.slots.free(locked.slot_id, early)
    reminders.cancelled(locked, by_city=bool(found), at=at)
    return locked


def _leave_early(locked, *, at):
    """How many places of a time still ahead are free again when somebody comes early; 0 when it has begun."""
    early = locked.places if locked.slot.starts_at > at else 0
    if early:
        locked.places = 0
    return early


def _said_before(locked, lines, given, why_not, *, by):
    """Whether this worker has handed over exactly so already: a form sent twice, or kept by a phone for a while."""
    said = set()
    for line in lines:
        count = _within(line, given)
        said.add((line.item_id, count, "" if count == line.pieces else why_not.get(line.pk, "")))
    done = HandoverLine.objects.filter(handover__reservation=locked, handover__by=by)
    return said == set(done.values_list("item", "given", "why_not"))


def _within(line, given):
    return min(max(given.get(line.pk, 0), 0), line.pieces)


def _counted(lines, given, why_not):
    """How many of each line leave, never more than promised; with a reason where it is fewer."""
    counts = {line.pk: _within(line, given) for line in lines}
    if not any(counts.values()):
        raise NothingGiven
    if any(counts[line.pk] < line.pieces and why_not.get(line.pk) not in NotGiven.values for line in lines):
        raise SayWhyNot
    return counts


def _not_from_quarantine(lines, counts):
    """Nothing leaves a shelf that may have bed bugs or mould, also what was promised before."""
    for line in lines:
        if counts[line.pk] and stock.is_blocked(line.item):
            raise InQuarantine(code=line.item.shown_code)


def write_down(locked, lines, counts, why_not, *, by, at, by_other=False, signed=Signed.NO):
    """The hand-over's own rows, with the impact of what was given as it is today."""
    percent = _displaced(locked)
    factors = impact.factors_for([line.item.category for line in lines], day=at.date())
    handover = Handover.objects.create(
        reservation=locked, at=at, by=by, by_other=by_other, signed=signed or Signed.NO
    )
    HandoverLine.objects.bulk_create(
        _line(
            handover,
            line,
            counts[line.pk],
            why_not.get(line.pk, ""),
            percent,
            impact.of(line.item, counts[line.pk], at=at, factors=factors),
        )
        for line in lines
    )
    return handover


def _displaced(reservation):
    """The share of a new purchase that it replaces, %: higher where a unit has said that it is instead of one."""
    policy = Policy.current()
    if reservation.request_id and reservation.request.replaces == Replaces.PURCHASE:
        return policy.displacement_instead_percent
    return policy.displacement_percent


def _line(handover, line, given, why_not, percent, figures):
    return HandoverLine(
        handover=handover,
        item=line.item,
        promised=line.pieces,
        given=given,
        why_not="" if given == line.pieces else why_not,
        weight_kg=figures.weight_kg,
        weight_is_estimate=figures.weight_is_estimate,
        co2e_low=figures.co2e_low,
        co2e_central=figures.co2e_central,
        co2e_high=figures.co2e_high,
        displacement_percent=percent,
        factor=figures.factor,
    )


def _settle_rest(line, rest, reason, kept, *, found, by, at):
    if reason == NotGiven.LATER:
        kept[line.item] = rest  # still promised, now by the reservation that keeps the rest
    elif reason in KEPT_ASIDE:
        aside = stock.keep_aside(line.item, rest, reason=KEPT_ASIDE[reason], by=by, at=at)
        if found and line.pk in found:
            not_usable.write_down(aside, found[line.pk], at=at)
    else:
        stock.release(line.item, rest, at=at)


def _keep_rest(locked, kept, *, by, at):
    """A reservation of its own for what is collected another time: held for some open days until a time is chosen."""
    rest = Reservation.objects.create(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        person=locked.person,
        department=locked.department,
        cost_centre=locked.cost_centre,
        made_by=locked.made_by,
        request=locked.request,
        fulfilment=locked.fulfilment,
        contact_name=locked.contact_name,
        contact_channel=locked.contact_channel,
        contact=locked.contact,
        contact_proved_at=locked.contact_proved_at,
        wants_reminder=locked.wants_reminder,
        language=locked.language,
        site=locked.site,
        held_until=booking.waits_until(locked, at=at),
        created_at=at,
    )
    ReservationLine.objects.bulk_create(
        ReservationLine(reservation=rest, item=item, pieces=pieces) for item, pieces in kept.items()
    )
    record("reservation_held", rest, by=by, at=at, rest_of=locked.code)
    reminders.rest_kept(rest, at=at)


def totals(handover):
    """What the hand-over saved in all: pieces, kilograms and the CO2e range. What came back (`returned`) saved nothing."""
    sums: defaultdict[str, int] = defaultdict(int)
    for line in handover.lines.all():
        sums["pieces"] += line.given
        sums["returned"] += line.returned
        for name in FIGURES:
            sums[name] += getattr(line, name)
        for back in line.returns.all() if line.returned else ():
            sums["pieces"] -= back.pieces
            for name in FIGURES:
                sums[name] -= getattr(back, name)
        sums["is_estimate"] |= line.weight_is_estimate
    return dict(sums)
