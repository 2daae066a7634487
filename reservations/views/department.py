"""A unit's own page: what to do next, and its requests with what comes next of each."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recycling import clock
from recycling.accounts.models import Department
from reservations.domain import requests
from reservations.models import FurnitureRequest, RequestStatus

from .request_shown import next_step, reservations_of

LATEST = 30
# In the order in which somebody has to look at them.
ORDER = (RequestStatus.WRITING, RequestStatus.RETURNED, RequestStatus.ACCEPTED, RequestStatus.WAITING)


def units_or_no(user, *roles):
    """The units where this person has one of the roles (or any, when none is named), or 403."""
    units = list(Department.objects.with_role(user, *(roles or ("requester", "approver", "giver"))))
    if not units:
        raise PermissionDenied
    return units


@require_safe
def dept(request):
    """What the person has to do comes first; then the unit's requests, the newest first."""
    units = units_or_no(request.user)
    asks = {unit.pk for unit in requests.units_of(request.user)}
    rows = [_row(one, request.user, asks) for one in _requests(request.user)]
    context = {
        "page": "dept",
        "units": units,
        "asks": bool(asks),
        "writes": any(row["asked"].status == RequestStatus.WRITING and row["own"] for row in rows),
        "to_do": sorted((row for row in rows if row["step"].address), key=_place),
        "rows": rows,
    }
    return render(request, "department/dept.html", context)


def _requests(user):
    seen = FurnitureRequest.objects.visible_to(user).select_related("by", "department", "approver")
    told = seen.with_news().annotate(pieces=Sum("lines__pieces"), things=Count("lines"))
    return reservations_of(told.order_by("-pk"))[:LATEST]


def _row(asked, user, asks):
    return {
        "asked": asked,
        "own": asked.by_id == user.pk,
        "pieces": asked.pieces or 0,
        "step": next_step(asked, by=user),
        "day": clock.day_text(asked.needed_by) if asked.needed_by else "",
        "may_copy": asked.department_id in asks and asked.status != RequestStatus.WRITING and asked.things,
    }


def _place(row):
    return ORDER.index(row["asked"].status)
