"""The city's divisions, units and cost centres: looking at them, and taking them over from the table that the city keeps."""

from functools import wraps
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recycling.accounts.domain import importing, joining
from recycling.accounts.forms import UnitsForm
from recycling.accounts.models import Department, Division, ImportKind, UnitImport
from recycling.accounts.models.department import open_on
from recycling.accounts.rules import manages
from recycling.errors import Refused

SHOWN = 300


def managers_only(view):
    """For managers and admins."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not manages(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def units(request):
    """The divisions, the units of one of them, and the door for a new table; POST brings the table to its preview."""
    if request.method != "POST":
        return _page(request, UnitsForm())
    form = UnitsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        kept = importing.keep(
            Path(form.cleaned_data["table"].temporary_file_path()), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, UnitsForm(), refusal=refusal, status=refusal.status)
    return redirect("manage:units_import", kept.token)


def _page(request, form, *, refusal=None, status=200):
    code = request.GET.get("division", "")
    chosen = Division.objects.filter(code=code).first() if code else None
    in_use = Q(departments__is_active=True)
    found = Department.objects.filter(division=chosen) if chosen or code == "-" else Department.objects.none()
    still_open = Q(cost_centres__isnull=False) & open_on(timezone.localdate(), "cost_centres__")
    context = {
        "page": "units",
        "form": form,
        "refusal": refusal,
        "asks": joining.open_asks_for(request.user)[:SHOWN],
        "divisions": Division.objects.annotate(units=Count("departments", filter=in_use)).order_by("code"),
        "alone": Department.objects.filter(division=None, is_active=True).count(),
        "chosen": chosen,
        "code": code,
        "units": found.annotate(open_cost_centres=Count("cost_centres", filter=still_open)).order_by(
            "-is_active", "name_fi"
        ),
    }
    return render(request, "accounts/units.html", context, status=status)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def units_import(request, token):
    """What the table would change; POST does what was looked at."""
    kept = get_object_or_404(UnitImport, kind=ImportKind.UNITS, token=token)
    if kept.applied_at:
        return redirect("manage:units")
    refusal = None
    at = timezone.now()
    if request.method == "POST":
        try:
            done = importing.apply(kept, seen=request.POST.get("seen", ""), by=request.user, at=at)
        except Refused as error:
            refusal = error
        else:
            messages.success(
                request,
                _("The units are up to date. New: %(new)s, changed: %(changed)s, closed: %(closed)s.")
                % done.counts,
            )
            return redirect("manage:units")
    plan = importing.plan(kept.rows, at=at)
    words = {
        "page": "units",
        "back": reverse("manage:units"),
        "back_words": _("Units of the city"),
        "nothing": _("Nothing: the table says what is here already."),
    }
    return differences_page(request, plan, _told_of, words, refusal=refusal)


def _told_of(change):
    return change.name or change.code, change.kind_word, change.code, change.told


def differences_page(request, plan, told_of, words, *, refusal):
    """What a table would change, before it is done. ``told_of`` a change are its name, kind, code and differences."""
    changes = plan.differing[:SHOWN]
    context = words | {
        "plan": plan,
        "counts": [(importing.WHAT[what], number) for what, number in plan.counts.items()],
        "changes": [(change.what, importing.WHAT[change.what], *told_of(change)) for change in changes],
        "more": len(plan.differing) - len(changes),
        "refusal": refusal,
    }
    return render(request, "accounts/import_preview.html", context, status=refusal.status if refusal else 200)
