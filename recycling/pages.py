"""The pages that only tell something, the choice of colours, and the "no" that has a page of its own."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from recycling.accounts import device
from recycling.context import THEME_COOKIE, THEMES
from recycling.policy.models import Policy
from recycling.translated import reading_language

YEAR = 365 * 24 * 60 * 60

# The accessibility statement is reviewed at least once a year; whoever reviews it writes the day here.
STATEMENT_WRITTEN = date(2026, 11, 21)
STATEMENT_REVIEWED = date(2026, 11, 21)
SUPERVISOR = {
    "fi": "www.saavutettavuusvaatimukset.fi",
    "sv": "www.tillganglighetskrav.fi",
    "en": "www.webaccessibility.fi",
}


@login_not_required
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """How the service works, from finding to collecting."""
    return render(request, "pages/how.html", {"policy": Policy.shown()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is known about a person, why, for how long, and what the person may ask for."""
    return render(request, "pages/privacy.html", {"policy": Policy.shown()})


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Every cookie the service sets. All are needed for what the person asked for, so there is nothing to consent to."""
    return render(request, "pages/cookies.html", {"cookies": _cookies()})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that the law asks for."""
    return render(
        request,
        "pages/accessibility.html",
        {
            "written": STATEMENT_WRITTEN,
            "reviewed": STATEMENT_REVIEWED,
            "supervisor": SUPERVISOR[reading_language()],
        },
    )


# Without a token: one on every page would make every page somebody's own, and nothing but a colour is at stake.
@csrf_exempt
@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as on the device; anything else is not remembered. Back to the page it was chosen on."""
    if _from_elsewhere(request):
        raise PermissionDenied
    response = redirect(_way_back(request))
    if request.POST.get("theme") in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            request.POST["theme"],
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  (Django names it)
    """A signed-in person who may not see a page. What belongs to others is "not found", never this."""
    return render(request, "403.html", status=403)


def _from_elsewhere(request):
    """Whether another site's page sent this form, as browsers tell."""
    origin = request.headers.get("Origin", "null")
    return request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin != "null" and urlsplit(origin).netloc != request.get_host()
    )


def _way_back(request):
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "inventory:front"


def _cookies():
    """(name, what for, how long) of each cookie."""
    year = _("one year")
    session = ngettext("%(number)s hour", "%(number)s hours", 12) % {
        "number": settings.SESSION_COOKIE_AGE // 3600
    }
    return [
        (
            settings.SESSION_COOKIE_NAME,
            _("Keeps you signed in, and carries messages from page to page."),
            session,
        ),
        (settings.CSRF_COOKIE_NAME, _("Makes sure that a form was sent from our own page."), year),
        (
            device.COOKIE,
            _("Remembers this device when you book, so that you can go on with your booking."),
            year,
        ),
        ("kierto_saved", _("Keeps the items that you saved on this device."), year),
        (THEME_COOKIE, _("Remembers whether you chose light or dark colours."), year),
    ]


urlpatterns = [
    path("how", how, name="how"),
    path("privacy", privacy, name="privacy"),
    path("cookies", cookies, name="cookies"),
    path("accessibility", accessibility, name="accessibility"),
    path("theme", theme, name="theme"),
]
