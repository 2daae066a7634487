"""A unit's own page."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from recycling.accounts.models import Department
from reservations.models import FurnitureRequest


def units_or_no(user, *roles):
    """The units where this person has one of the roles (or any, when none is named), or 403."""
    units = list(Department.objects.with_role(user, *(roles or ("requester", "approver", "giver"))))
    if not units:
        raise PermissionDenied
    return units


@require_safe
def dept(request):
    return render(request, "department/dept.html", {"page": "dept", "units": units_or_no(request.user)})


@require_safe
def request_page(request, code):
    """A request of a unit. Until it has a page of its own, this leads whoever may see it to their unit."""
    get_object_or_404(FurnitureRequest.objects.visible_to(request.user), code=code)
    return redirect("reservations:dept")
