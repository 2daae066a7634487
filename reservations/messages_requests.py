"""What each message about an approval or a request's thread says, read when it is sent.

Each kind looks at the request again: what is decided, cancelled or over meanwhile is not called for any more, and who may not
approve any more is not asked.
"""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.domain import cards, titles
from recycling import clock
from recycling.accounts.models import User
from recycling.notifications.domain.kinds import Draft, NotNow, says
from recycling.notifications.domain.texts import shortened
from recycling.policy.models import Policy
from reservations.domain import approval, approvers, estimate
from reservations.models import FurnitureRequest, RequestStatus

R = RequestStatus
# What a subject spells out of a name.
SUBJECT_ROOM = 20


def _request(notification, *statuses):
    """The request as it is now, or `NotNow` with what has become of it."""
    rows = FurnitureRequest.objects.select_related(
        "by", "department", "cost_centre", "approver", "decided_by"
    )
    request = rows.filter(pk=notification.context["request"]).first()
    if request is None:
        raise NotNow("contact_forgotten")
    if request.status not in statuses:
        raise NotNow(request.status)
    return request


def _person(notification):
    person = User.objects.filter(pk=notification.context["reader"], is_active=True).first()
    if person is None or not person.email:
        raise NotNow("contact_forgotten")
    return person


def _still_waiting(notification, at):
    request = _request(notification, R.WAITING)
    if request.waiting_until <= at:
        raise NotNow("too_late")
    return request


@says("approval_request")
@says("approval_reminder", not_at_night=True)
def asked(notification, at):
    """What is asked for, for whoever is asked to approve it."""
    request, person = _still_waiting(notification, at), _person(notification)
    if request.approver_id != person.pk:
        raise NotNow("reassigned")
    return _to_approver(request, person, at)


@says("approval_deputy", not_at_night=True)
def deputy(notification, at):
    """The same for the deputy, while the approver may decide as well."""
    return _to_approver(_still_waiting(notification, at), _person(notification), at)


def _to_approver(request, person, at):
    if not approvers.may_approve(person, request.department):
        raise NotNow("not_approver")
    return Draft(person.email, _values(request, at) | {"url": _link("reservations:approve", request)})


@says("approval_ends", not_at_night=True)
def ends(notification, at):
    """The requester is told while there is still a day to find the approver."""
    request, person = _still_waiting(notification, at), _person(notification)
    return Draft(person.email, _for_requester(request, at) | {"approver": str(request.approver)})


@says("approval_expired", not_at_night=True)
def expired(notification, at):
    request, person = _request(notification, R.EXPIRED), _person(notification)
    return Draft(person.email, _for_requester(request, at))


@says("decision_approved")
@says("decision_lowered")
def approved(notification, at):
    """What was approved, of how many; the time is chosen next."""
    return _answer(notification, R.ACCEPTED, at)


@says("decision_returned")
def returned(notification, at):
    return _answer(notification, R.RETURNED, at)


@says("decision_rejected")
def rejected(notification, at):
    return _answer(notification, R.REJECTED, at)


def _answer(notification, status, at):
    request, person = _request(notification, status), _person(notification)
    said = {"reason": request.decision_reason, "decider": str(request.decided_by or "")}
    return Draft(person.email, _for_requester(request, at) | said)


@says("request_message")
def written(notification, at):  # noqa: ARG001  (what is unread is unread at any time)
    """That the warehouse has written, and where; never what: it may hold anything."""
    request, person = _request(notification, *R), _person(notification)
    if not request.messages.unread(from_unit=False).exists():
        raise NotNow("read")
    return Draft(
        person.email, {"request": request.code, "url": _link("reservations:request_messages", request)}
    )


# -- the values that the words ask for


def _link(name, request):
    return settings.SITE_URL + reverse(name, args=[request.code])


def _for_requester(request, at):
    return _values(request, at) | {"url": settings.SITE_URL + request.get_absolute_url()}


def _values(request, at):
    lines = list(request.lines.select_related("item__category__parent", "item__site"))
    figures = estimate.of(lines, at=at)
    price = approval.delivery_price(request, Policy.current())
    unit = request.department.name
    return {
        "request": request.code,
        "name": str(request.by),
        "unit": unit,
        "unit_short": shortened(unit, SUBJECT_ROOM),
        "request_lines": [_line(line) for line in lines],
        "pieces": clock.number(sum(line.pieces for line in lines)),
        "centre": str(request.cost_centre or ""),
        "needed": clock.day_text(request.needed_by) if request.needed_by else "",
        "way": request.get_fulfilment_display(),
        "delivery_price": cards.price_text(price),
        "as_new": span(figures.new_low, figures.new_high),
        "note": request.note,
        "until": _last_day(request),
    }


def _line(line):
    return {
        "item": titles.title(line.item),
        "code": line.item.shown_code,
        "pieces": clock.number(line.pieces),
        "asked": clock.number(line.asked) if line.asked and line.asked != line.pieces else "",
    }


def _last_day(request):
    """The last day on which it can be decided: a deadline at midnight belongs to the day before."""
    if request.waiting_until is None:
        return ""
    last = request.waiting_until - timedelta(seconds=1)
    return clock.day_text(clock.city_day(last))


def span(low, high):
    """From what to what; nothing when nothing is known."""
    if low is None:
        return ""
    if low == high:
        return cards.price_text(low)
    return _("%(low)s to %(high)s") % {
        "low": cards.price_text(round(low)),
        "high": cards.price_text(round(high)),
    }
