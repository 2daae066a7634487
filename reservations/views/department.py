"""A unit's own page: what to do next, what goes on, and what was asked for before."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recycling import clock
from recycling.accounts.models import Department
from recycling.accounts.rules import unit_roles
from reservations.domain import requests
from reservations.models import BEING_WRITTEN, FurnitureRequest, RequestStatus

from .request_shown import in_short, next_step, reservations_of, with_lines
from .unit_tasks import tasks_of

LATEST = 30
# In the order in which somebody has to look at them: others wait for an answer.
ORDER = (RequestStatus.WAITING, RequestStatus.WRITING, RequestStatus.RETURNED, RequestStatus.ACCEPTED)


def units_or_no(user, *roles):
    """The units where this person has one of the roles (or any, when none is named), or 403."""
    units = list(Department.objects.with_role(user, *(roles or ("requester", "approver", "giver"))))
    if not units:
        raise PermissionDenied
    return units


@require_safe
def dept(request):
    """What the person has to do comes first; then the unit's requests, those that go on before those that are over."""
    user, at = request.user, timezone.now()
    units, roles = units_or_no(user), unit_roles(user)
    asks = {unit.pk for unit in requests.units_of(user)}
    decides = set(Department.objects.with_role(user, "approver").values_list("pk", flat=True))
    rows = [_row(one, user, asks, decides) for one in _requests(user)]
    to_do = sorted((row for row in rows if row["step"].address), key=_place)
    context = {
        "page": "dept",
        "units": units,
        "asks": bool(asks),
        "gives": "giver" in roles,
        "sees_requests": bool(roles & {"requester", "approver"}),
        "writes": any(row["asked"].status == RequestStatus.WRITING and row["own"] for row in rows),
        "to_do": to_do,
        "tasks": tasks_of(user, at=at),
        "going_on": [row for row in rows if not row["step"].address and not row["step"].is_over],
        "over": [row for row in rows if row["step"].is_over],
    }
    return render(request, "department/dept.html", context)


def _requests(user):
    seen = with_lines(FurnitureRequest.objects.visible_to(user).with_news())
    return reservations_of(seen.order_by("-pk"))[:LATEST]


def _row(asked, user, asks, decides):
    step = next_step(asked, by=user, decides=asked.department_id in decides)
    return in_short(asked) | {
        "asked": asked,
        "own": asked.by_id == user.pk,
        "step": step,
        "day": clock.day_text(asked.needed_by) if asked.needed_by else "",
        "may_copy": not step.address
        and asked.status not in BEING_WRITTEN
        and asked.department_id in asks
        and asked.lines.all(),
    }


def _place(row):
    return ORDER.index(row["asked"].status)
