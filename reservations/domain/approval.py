"""A unit's request is approved, lowered, returned or rejected by somebody else of the unit, or needs no approval at all."""

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.domain import stock
from recycling import clock, working_days
from recycling.audit.domain import record
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.models import (
    BEING_WRITTEN,
    Delivery,
    Fulfilment,
    FurnitureRequest,
    RequestStatus,
    ReservationStatus,
)

from . import approval_notes, approvers, booking, estimate, request_states, slots, states
from .approval_refusals import (
    AlreadyDecided,
    ApprovalOver,
    CannotApprove,
    NoApprover,
    NotApprover,
    NothingApproved,
    NotWaiting,
    OnlyLowered,
    OnlyUnitLead,
    OwnRequest,
    SayReason,
    SentAgain,
)

R, S = RequestStatus, ReservationStatus


class Verdict(models.TextChoices):
    APPROVE = "approve", gettext_lazy("Approve")
    RETURN = "return", gettext_lazy("Return")
    REJECT = "reject", gettext_lazy("Reject")


DECIDED = {Verdict.APPROVE: R.ACCEPTED, Verdict.RETURN: R.RETURNED, Verdict.REJECT: R.REJECTED}


# -- whether, and by whom


def why_needed(request: FurnitureRequest, policy: Policy, *, at=None) -> list[str]:
    """Why this request has to be approved, in words; an empty list when it has not.

    Prices as new are those of ``at``, or of the day when its list was last changed. Where no category has prices, the value
    does not count.
    """
    lines = request.lines.select_related("item__category__parent", "item__site")
    figures = estimate.of(lines, at=at or request.changed_at)
    unit, reasons = request.department, []
    if unit.always_approve:
        reasons.append(_("Each request of this unit needs an approval."))
    limit = policy.approval_pieces if unit.approval_pieces is None else unit.approval_pieces
    if figures.pieces > limit:
        said = _("%(pieces)s pieces: more than %(limit)s need an approval.")
        reasons.append(said % {"pieces": clock.number(figures.pieces), "limit": clock.number(limit)})
    if figures.new_about > policy.approval_value:
        said = _("About %(value)s € as new: more than %(limit)s € needs an approval.")
        value, limit = clock.number(figures.new_about), clock.number(policy.approval_value)
        reasons.append(said % {"value": value, "limit": limit})
    if price := delivery_price(request, policy):
        said = _("The delivery costs %(price)s €.")
        reasons.append(said % {"price": clock.number(price, 0 if price == int(price) else 2)})
    return reasons


def delivery_price(request, policy):
    """What bringing the things costs the unit; 0 for what it collects itself.

    That is today's price while the list is written, and afterwards the one at which it was sent.
    """
    if request.fulfilment != Fulfilment.DELIVERY:
        return 0
    if request.status in BEING_WRITTEN:
        return policy.delivery_price
    return Delivery.objects.filter(request=request).values_list("price", flat=True).first() or 0


def approvers_of(department, day, besides=None) -> list:
    """The people who may approve for the unit, but ``besides``, in the order in which they are asked (``approvers.ranked``)."""
    return [one.person for one in approvers.ranked(department, day, besides)]


def ask(locked, at):
    """The locked request waits for its approver from now on, and its reservations with it. Refuses `no_approver`.

    For the verb that sends it, in its transaction: what a sent request has to say (cost centre, needed by, ...) is set on
    ``locked`` by then, and what was changed is saved here. The approver whom the requester chose is asked if they may
    approve and are not away.
    """
    people = approvers.ranked(locked.department, clock.city_day(at), besides=locked.by)
    if not people:
        raise NoApprover
    until = working_days.end_of(at, Policy.current().approval_expires_days, settings.TIME_ZONE)
    locked.approver = approvers.asked_first(people, locked.approver)
    locked.sent_at, locked.reminded = at, 0
    locked.decided_at, locked.decided_by, locked.decision_reason = None, None, ""
    request_states.move(
        locked, R.WAITING, by=locked.by, at=at, waiting_until=until, approver=locked.approver_id
    )
    for one in request_states.held_by(locked):
        states.move(one, S.AWAITING_APPROVAL, by=locked.by, at=at, held_until=until)
    approval_notes.asked(locked, at=at)
    return locked


@transaction.atomic
def reassign(request, approver, *, by, at):
    """The unit's lead asks somebody else: the approver has left, or is away. The deadline stays.

    Refuses `only_unit_lead`, `not_waiting`, `approval_over`, `cannot_approve`.
    """
    locked = request_states.lock(request)
    if not approvers.leads(by, locked.department):
        raise OnlyUnitLead
    _check_waiting(locked, at=at)
    if approver not in approvers_of(locked.department, clock.city_day(at), locked.by):
        raise CannotApprove
    if approver != locked.approver:
        ask_instead(locked, approver, by=by, at=at)
    return locked


def ask_instead(locked, approver, *, by, at):
    """Another approver is asked; who was asked before may still decide while they have the role."""
    record("request_reassigned", locked, by=by, at=at, before=locked.approver_id, approver=approver.pk)
    locked.approver = approver
    locked.save(update_fields=["approver"])
    approval_notes.asked_instead(locked, at=at)


# -- deciding


def why_not_decide(request, *, by, at):
    """The refusal that this person's answer would meet, or None. Advice for the page; `decide` asks the locked row."""
    try:
        _check_person(request, by)
        _check_waiting(request, at=at)
    except Refused as refusal:
        return refusal
    return None


@transaction.atomic
def decide(request, verdict, *, by, at, pieces=None, reason="", seen=None):
    """Approve, return or reject a request that waits. ``pieces`` lowers its lines: ``{key of a line: how many}``.

    Any approver or lead of the unit may, not only the one who was asked. The same person saying the same again has said it
    once. ``seen`` is the ``sent_at`` that was looked at: a list that was sent anew since then is looked at anew. Refuses
    `own_request`, `not_approver`, `already_decided`, `not_waiting`, `approval_over`, `sent_again`, `say_reason`,
    `only_lowered`, `nothing_approved`.
    """
    verdict, reason = Verdict(verdict), reason.strip()
    locked = request_states.lock(request)
    _check_person(locked, by)
    if _said_before(locked, verdict, by, pieces):
        return locked
    _check_waiting(locked, at=at)
    if seen is not None and seen != locked.sent_at:
        raise SentAgain
    if verdict != Verdict.APPROVE and not reason:
        raise SayReason
    locked.decided_at, locked.decided_by, locked.decision_reason = at, by, reason
    kind = _DO[verdict](locked, pieces or {}, by=by, at=at)
    approval_notes.decided(locked, kind, at=at)
    return locked


def _said_before(locked, verdict, by, pieces):
    """Whether this is the second of two taps."""
    if locked.status != DECIDED[verdict] or locked.decided_by_id != by.pk:
        return False
    known = dict(locked.lines.values_list("pk", "pieces"))
    return all(known.get(pk) == count for pk, count in (pieces or {}).items())


def _check_person(request, by):
    if request.by_id == by.pk:
        raise OwnRequest
    if not approvers.may_approve(by, request.department):
        raise NotApprover


def _check_waiting(locked, *, at):
    if locked.status == R.WAITING:
        if locked.waiting_until <= at:
            raise ApprovalOver
        return
    what = locked.get_status_display()
    if locked.status in DECIDED.values() and locked.decided_by:
        raise AlreadyDecided(what=what, who=str(locked.decided_by))
    raise ApprovalOver if locked.status == R.EXPIRED else NotWaiting(what=what)


def _approve(locked, pieces, *, by, at):
    lowered = _lower(locked, pieces, by=by, at=at)
    request_states.accept(locked, by=by, at=at)
    return "decision_lowered" if lowered else "decision_approved"


def _return(locked, _pieces, *, by, at):
    """Back to whoever asked; what it holds stays theirs for as long as any list being written."""
    until = request_states.writing_until(at)
    request_states.move(locked, R.RETURNED, by=by, at=at)
    for one in request_states.held_by(locked):
        states.move(one, S.HELD, by=by, at=at, held_until=until)
    return "decision_returned"


def _reject(locked, _pieces, *, by, at):
    request_states.end(locked, R.REJECTED, by=by, at=at)
    return "decision_rejected"


_DO = {Verdict.APPROVE: _approve, Verdict.RETURN: _return, Verdict.REJECT: _reject}


def _lower(locked, pieces, *, by, at):
    """Give back what the approver does not approve. ``asked`` of a lowered line keeps how many there were."""
    lines = {line.pk: line for line in locked.lines.all()}
    for pk, count in pieces.items():
        if pk not in lines or not 0 <= count <= lines[pk].pieces:
            raise OnlyLowered(pieces=lines[pk].pieces if pk in lines else 0)
    lowered = [line for pk, line in lines.items() if pieces.get(pk, line.pieces) < line.pieces]
    if not lowered:
        return False
    before = sum(line.pieces for line in lines.values())
    for line in lowered:
        line.asked = line.asked or line.pieces
        line.pieces = pieces[line.pk]
        line.save(update_fields=["pieces", "asked"])
    left = sum(line.pieces for line in lines.values())
    if not left:
        raise NothingApproved
    record("request_lowered", locked, by=by, at=at, pieces=left, asked=before)
    _give_back(locked, {line.item_id: line.pieces for line in lowered}, by=by, at=at)
    return True


def _give_back(locked, left, *, by, at):
    """Keep ``{item: pieces}`` of what the reservations hold: items by key, then places by key."""
    held = request_states.held_by(locked)
    lines = [line for one in held for line in states.lines_of(one) if line.item_id in left]
    for line in sorted(lines, key=lambda line: line.item_id):
        kept = min(line.pieces, left[line.item_id])
        left[line.item_id] -= kept
        if kept == line.pieces:
            continue
        stock.release(line.item, line.pieces - kept, at=at)
        line.pieces = kept
        if kept:
            line.save(update_fields=["pieces"])
        else:
            line.delete()
    for one in sorted(held, key=lambda one: one.slot_id or 0):
        rest = states.lines_of(one)
        if not rest:
            states.move(one, S.REJECTED, by=by, at=at)
            booking.let_go(one, at=at)
        elif one.slot_id and one.slot.starts_at > at:
            _take_fewer_places(one, slots.places_for(rest, one.slot))


def _take_fewer_places(one, places):
    if places < one.places:
        slots.free(one.slot_id, one.places - places)
        one.places = places
        one.save(update_fields=["places"])
