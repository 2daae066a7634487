"""Where a signed-in person lands."""

from django.shortcuts import redirect

from inventory.models import Site
from recycling.accounts.models import Department, UnitRole
from recycling.accounts.rules import is_city, manages, may_sign_in


def home(request):
    """Workers to today's pickups, admins to the admin, managers to the units, members to their unit, others to the catalogue.

    Whoever has no role is told so, and what to do.
    """
    if Site.objects.worked_at_by(request.user).exists():
        return redirect("reservations:today")
    if request.user.is_staff:
        return redirect("admin:index")
    if manages(request.user):
        return redirect("manage:units")
    if is_city(request.user) and Department.objects.with_role(request.user, *UnitRole.values).exists():
        return redirect("reservations:dept")
    return redirect("inventory:front" if may_sign_in(request.user) else "account_no_unit")
