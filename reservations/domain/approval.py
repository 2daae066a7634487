"""Whether a unit's request has to be approved, and by whom it is asked for."""

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from recycling import working_days
from recycling.accounts.models import User
from recycling.policy.models import Policy
from reservations.models import RequestStatus, ReservationStatus

from . import request_states, states


def why_needed(request, policy):
    """Why this request has to be approved, in words; an empty list when it has not."""
    unit = request.department
    if unit.always_approve:
        return [_("Each request of this unit needs an approval.")]
    limit = policy.approval_pieces if unit.approval_pieces is None else unit.approval_pieces
    pieces = request.lines.aggregate(sum=Sum("pieces"))["sum"] or 0
    if pieces > limit:
        return [
            _("%(pieces)s pieces: more than %(limit)s need an approval.") % {"pieces": pieces, "limit": limit}
        ]
    return []


def approvers_of(department, day, besides=None):  # noqa: ARG001  (who is away comes with the rest)
    """The people who may approve for the unit, but ``besides``, in the order in which they are asked."""
    people = User.objects.filter(
        is_active=True, memberships__department=department, memberships__role__in=["approver", "lead"]
    )
    return list(people.exclude(pk__in=[one.pk for one in [besides] if one]).distinct().order_by("pk"))


def ask(locked, at):
    """The locked request waits for its approver from now on, and its reservations with it."""
    people = approvers_of(locked.department, at.date(), besides=locked.by)
    if locked.approver not in people:
        locked.approver = people[0]
    until = working_days.end_of(at, Policy.current().approval_expires_days, settings.TIME_ZONE)
    request_states.move(locked, RequestStatus.WAITING, by=locked.by, at=at, waiting_until=until)
    for one in request_states.held_by(locked):
        states.move(one, ReservationStatus.AWAITING_APPROVAL, by=locked.by, at=at, held_until=until)
    return locked
