"""Search alerts: created from a list, confirmed, lengthened and deleted by the links that their messages carry."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from inventory.alert_forms import AlertForm, FrequencyForm
from inventory.domain import alerts, standing
from inventory.domain.asked import Asked
from inventory.filters import asked_in
from inventory.models import SearchAlert
from recycling import clock
from recycling.accounts import device
from recycling.errors import Refused
from recycling.private_pages import private_page
from recycling.translated import reading_language

ONE_CLICK = ("List-Unsubscribe", "One-Click")

require_page = require_http_methods(["GET", "HEAD", "POST"])


@require_page
@private_page
def new(request):
    """The search of the list that led here, in words; how often and where to."""
    at = timezone.now()
    now = standing.current(at=at)
    asked = asked_in(request.GET, now)
    form, refusal = AlertForm(initial={"contact": _own_address(request)}), None
    if request.method == "POST":
        form = AlertForm(request.POST)
        if form.is_valid():
            try:
                return _created(request, form, asked, at=at)
            except Refused as refused:
                refusal = refused
    context = {
        "form": form,
        "refusal": refusal,
        "back": reverse("inventory:items") + asked.query(),
        "asked": asked.words(now),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "inventory/alert_new.html", context, status=status)


def _own_address(request):
    return (request.user.email or "") if request.user.is_authenticated else ""


def _created(request, form, asked, *, at):
    alert = alerts.ask(
        form.cleaned_data["contact"],
        asked,
        frequency=form.cleaned_data["frequency"],
        by=request.user,
        language=reading_language(),
        network=device.network_of(request),
        at=at,
    )
    if alert.confirmed_at:
        messages.success(request, _("The search alert has begun."))
        return redirect("inventory:alert", alert.token)
    # Whose contact it is, only the message can tell: its link is not shown here.
    return redirect("inventory:alert_sent")


@private_page
@require_safe
def sent(request):
    """What happens next."""
    return render(request, "inventory/alert_sent.html")


def _alert(token):
    return SearchAlert.objects.filter(token=token.upper()).first()


def _gone(request):
    return render(request, "inventory/alert_gone.html", status=404)


@require_page
@private_page
def alert(request, token):
    """What it looks for and until when; how often it writes can be changed."""
    found, at = _alert(token), timezone.now()
    if found is None:
        return _gone(request)
    form = FrequencyForm(
        request.POST if request.method == "POST" else None, initial={"frequency": found.frequency}
    )
    if form.is_valid():
        alerts.change(found, frequency=form.cleaned_data["frequency"])
        messages.success(request, _("Saved."))
        return redirect("inventory:alert", token)
    asked, now = Asked.again(found.asked), standing.current(at=at)
    context = {
        "token": found.token,
        "form": form,
        "asked": asked.words(now),
        "items": reverse("inventory:items") + asked.query(),
        "is_confirmed": found.confirmed_at is not None,
        "is_over": found.ends_at <= at,
        "until": clock.day_long(alerts.last_day(found)),
    }
    return render(request, "inventory/alert.html", context, status=422 if form.errors else 200)


def _confirm(request, found, *, at):
    alerts.confirm(found, at=at)
    messages.success(request, _("The search alert has begun."))
    return redirect("inventory:alert", found.token)


def _extend(request, found, *, at):
    alerts.extend(found, at=at)
    messages.success(request, _("The search alert goes on for six months."))
    return redirect("inventory:alert", found.token)


def _delete(request, found, *, at):  # noqa: ARG001  (like the others)
    alerts.remove(found)
    messages.success(request, _("The search alert and your contact are deleted."))
    return redirect("inventory:items")


ACTS = {"confirm": _confirm, "extend": _extend, "delete": _delete}


def _words_of(act):
    """Heading, text and button of the page that a message's link opens."""
    return {
        "confirm": (_("Confirm your search alert"), "", _("Confirm the search alert")),
        "extend": (_("Extend your search alert?"), "", _("Extend it by six months")),
        "delete": (
            _("Delete your search alert?"),
            _("We do not write to you because of it any more, and delete your contact."),
            _("Delete the alert"),
        ),
    }[act]


@require_page
@private_page
def act(request, token, act):
    """A page with one button: what only looks at the links of a mail, a scanner for one, changes nothing."""
    if act not in ACTS:
        raise Http404
    found, refusal = _alert(token), None
    if found is None:
        return _gone(request)
    if act == "confirm" and found.confirmed_at:
        return redirect("inventory:alert", token)
    if request.method == "POST":
        try:
            return ACTS[act](request, found, at=timezone.now())
        except Refused as refused:
            refusal = refused
    heading, text, button = _words_of(act)
    context = {
        "act": act,
        "asked": Asked.again(found.asked).words(standing.current(at=timezone.now())),
        "heading": heading,
        "text": text,
        "until": clock.day_long(alerts.last_day(found)),
        "button": button,
        "refusal": refusal,
    }
    return render(request, "inventory/alert_act.html", context, status=refusal.status if refusal else 200)


@csrf_exempt
@require_page
@private_page
def link(request, token):
    """The short link of a text message, and what a mail program calls to unsubscribe (RFC 8058): without a page of ours
    before it there is no token of a form, and the link itself is the right to end it.

    Every POST is answered alike, so that a second one succeeds and a guess learns nothing.
    """
    found = _alert(token)
    if request.method == "POST":
        if request.POST.get(ONE_CLICK[0]) != ONE_CLICK[1]:
            return HttpResponse(status=400)
        if found:
            alerts.remove(found)
        return HttpResponse(status=204)
    with translation.override(found.language if found else None):
        return redirect("inventory:alert", token)
