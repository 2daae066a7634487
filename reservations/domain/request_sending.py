"""The end of writing: a unit's list is sent, all of it or nothing, or given up."""

from django.db import transaction

from recycling import clock
from recycling.errors import Refused
from recycling.notifications.domain import outbox
from recycling.policy.models import Policy
from reservations.models import (
    OPEN_AT_DESK,
    Delivery,
    Fulfilment,
    RequestStatus,
    ReservationStatus,
)

from . import approval, approvers, lapsing, reminders, request_states, requests, wanted_taken
from .refusals import TooLate
from .request_holds import Held, tell
from .unit_refusals import (
    CentreMissing,
    NothingOnList,
    NotYourList,
    PartCollected,
    PiecesGone,
    SayNeededBy,
    SayReplaces,
    SayWay,
    UnitClosed,
)

KIND = "request_sent"


def why_not_facts(request, *, day):
    """The refusal that its facts would meet at sending, or None: unit and cost centre, instead of what, by when."""
    if not request.cost_centre_id:
        return CentreMissing()
    if not request.replaces:
        return SayReplaces()
    if not request.needed_by:
        return SayNeededBy()
    try:
        requests.check_facts(request, day=day)
    except Refused as refusal:
        return refusal
    return None


def why_not_way(request):
    """Whether it is said how the things get there, and where to."""
    if not request.fulfilment:
        return SayWay()
    if request.fulfilment == Fulfilment.DELIVERY and not Delivery.objects.filter(request=request).exists():
        return SayWay()
    return None


def send(request, *, by, at):
    """Send the list: to whoever has to approve it, or, where nobody has to, it is theirs at once. Sent twice is sent once.

    What it does not hold any more is held again; if not all of it is left, nothing is done. Refuses `unit_closed`,
    `not_requester`, `nothing_on_list`, `centre_missing`, `centre_of_another`, `centre_closed`, `say_replaces`,
    `say_needed_by`, `needed_by_past`, `say_way`, `pieces_gone`, `not_your_list`, `wrong_state`, and what asking for an
    approval refuses.
    """
    lapsing.let_go(list(requests.missing(request)), at=at, besides=request)
    return _send(request, by=by, at=at)


@transaction.atomic
def _send(request, *, by, at):
    locked = request_states.lock(request)
    if locked.by_id == by.pk and locked.status in {RequestStatus.WAITING, RequestStatus.ACCEPTED}:
        return locked
    if locked.by_id == by.pk and not locked.department.is_active:
        raise UnitClosed
    locked = requests.own_list(request, by=by)
    if not locked.lines.filter(pieces__gte=1).exists():
        raise NothingOnList
    if refusal := why_not_facts(locked, day=clock.city_day(at)) or why_not_way(locked):
        raise refusal
    tell(locked, at=at)
    held = Held(locked, by=by, at=at)
    requests.hold_missing(locked, held)
    held.renew()
    if requests.missing(locked):
        raise PiecesGone
    locked.lines.filter(pieces=0).delete()
    locked.sent_at = at
    locked.decided_at, locked.decided_by, locked.decision_reason = None, None, ""
    policy = Policy.current()
    # What is approved, and written on the receipt, is what it costs now, whatever the rules say later.
    Delivery.objects.filter(request=locked).update(price=policy.delivery_price)
    if approval.why_needed(locked, policy):
        approval.ask(locked, at)
    else:
        locked.approver = None
        request_states.accept(locked, by=by, at=at)
    wanted_taken.sent(locked, by=by, at=at)
    _post_sent(locked, at=at)
    return locked


def _post_sent(locked, *, at):
    if locked.by.email:
        outbox.post(
            f"request:{locked.pk}",
            KIND,
            channel="email",
            language=locked.language,
            key=f"{at:%Y%m%d%H%M%S}",
            send_after=at,
            person=locked.by,
            request=locked.pk,
        )


@transaction.atomic
def cancel(request, *, by, at):
    """Give the whole request up: its pieces are free at once. Cancelling twice is cancelling once.

    Whoever asked may, and whoever leads the unit. Refuses `not_your_list`, `wrong_state`, `part_collected`, `too_late` once
    the time of one of its reservations has begun.
    """
    locked = request_states.lock(request)
    if not may_cancel(locked, by=by):
        raise NotYourList
    if locked.status == RequestStatus.CANCELLED:
        return locked
    if locked.reservations.filter(status=ReservationStatus.COLLECTED).exists():
        raise PartCollected
    booked = [one for one in request_states.held_by(locked) if one.status in OPEN_AT_DESK]
    if any(one.status != ReservationStatus.MISSED and one.slot.starts_at <= at for one in booked):
        raise TooLate(phone=Policy.current().help_phone)
    request_states.end(locked, RequestStatus.CANCELLED, by=by, at=at)
    for one in booked:
        one.refresh_from_db()
        reminders.cancelled(one, by_city=False, at=at)
    return locked


def may_cancel(request, *, by) -> bool:
    """Whether this person may give the request up: whoever asked, and whoever leads the unit."""
    return request.by_id == by.pk or approvers.leads(by, request.department)
