"""The city's places: how many there are, and taking them over from the list that the service map gives."""

from pathlib import Path

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.domain import site_importing
from inventory.forms import SitesForm
from inventory.models import Site
from recycling.accounts.models import ImportKind, UnitImport
from recycling.accounts.views.units import differences_page, managers_only
from recycling.errors import Refused


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request):
    """How many places the service knows, and the door for a new list; POST brings the list to its preview."""
    if request.method != "POST":
        return _page(request, SitesForm())
    form = SitesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        kept = site_importing.keep(
            Path(form.cleaned_data["table"].temporary_file_path()), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, SitesForm(), refusal=refusal, status=refusal.status)
    return redirect("inventory:manage_sites_import", kept.token)


def _page(request, form, *, refusal=None, status=200):
    known = Site.objects.filter(register_id__isnull=False)
    context = {
        "page": "places",
        "form": form,
        "refusal": refusal,
        "known": known.count(),
        "in_use": Site.objects.filter(is_active=True).order_by("name_fi"),
    }
    return render(request, "inventory/manage_sites.html", context, status=status)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request, token):
    """What the list would change; POST does what was looked at."""
    kept = get_object_or_404(UnitImport, kind=ImportKind.SITES, token=token)
    if kept.applied_at:
        return redirect("inventory:manage_sites")
    refusal = None
    if request.method == "POST":
        try:
            done = site_importing.apply(
                kept, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now()
            )
        except Refused as error:
            refusal = error
        else:
            messages.success(
                request,
                _("The places are up to date. New: %(new)s, changed: %(changed)s, closed: %(closed)s.")
                % done.counts,
            )
            return redirect("inventory:manage_sites")
    plan = site_importing.plan(kept)
    words = {
        "page": "places",
        "back": reverse("inventory:manage_sites"),
        "back_words": _("Places of the city"),
        "nothing": _("Nothing: the list says what is here already."),
    }
    return differences_page(request, plan, _told_of, words, refusal=refusal)


def _told_of(change):
    return change.name, "", change.register_id, site_importing.told(change)
