"""Handing over what nobody had reserved: things, who takes them, done."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inventory.models import Site
from inventory.views.intake import sites_or_no
from recycling.errors import Refused
from recycling.translated import reading_language
from reservations.desk_forms import WalkInForm
from reservations.domain import walkin as verbs
from reservations.domain.refusals import NothingChosen

from .things import Things


@require_http_methods(["GET", "HEAD", "POST"])
def walkin(request):
    """The things are gathered on the page; one button gives them. Adding and taking off come back to the page."""
    sites_or_no(request.user)
    at = timezone.now()
    data = request.POST if request.method == "POST" else request.GET
    things = Things(data, by=request.user, at=at)
    gathering = request.method != "POST" or {"add", "drop"} & set(data) or data.get("typed", "").strip()
    if gathering:
        form = WalkInForm(initial=data.dict(), leads=_leads(request, things))
        return _page(request, things, form, refusal=things.refusal)
    form = WalkInForm(data, leads=_leads(request, things))
    if known := _given_before(request, form):
        return redirect("reservations:handover", known.code)
    if not things:
        return _page(request, things, form, refusal=NothingChosen())
    if not form.is_valid():
        return _page(request, things, form, shown=form, status=422)
    try:
        given = verbs.give(
            things.wishes, **form.answers(), language=reading_language(), by=request.user, at=at
        )
    except Refused as refusal:
        return _page(request, things, form, refusal=refusal)
    return redirect("reservations:handover", given.code)


def _leads(request, things):
    """Whether the worker may go beyond a resident's limit where these things stand."""
    return bool(things) and Site.objects.led_by(request.user).filter(pk=things.site.pk).exists()


def _given_before(request, form):
    key = form.data.get("client_key", "").replace("\0", "")
    return verbs.made_before("walkin", key, by=request.user) if key else None


def _page(request, things, form, *, shown=None, refusal=None, status=200):
    if refusal:
        things.explain(refusal)
    # ``form`` is what the summary of errors speaks of.
    context = {"things": things, "walk_in": form, "form": shown, "refusal": refusal}
    return render(
        request, "reservations/desk_walkin.html", context, status=refusal.status if refusal else status
    )
