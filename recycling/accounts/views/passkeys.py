"""Somebody's own passkeys, and signing in with one."""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recycling.accounts import ceremony
from recycling.accounts.adapter import refused
from recycling.accounts.device import network_of
from recycling.accounts.domain import limits, passkeys
from recycling.accounts.forms import PasskeyForm
from recycling.errors import Refused

HOUR = timedelta(hours=1)


def _as_json(view):
    """For the script of the page: a refusal is its sentence."""

    @wraps(view)
    def answered(request):
        try:
            return JsonResponse(view(request))
        except Refused as refusal:
            detail = {"code": refusal.code, "detail": str(refusal)}
            return JsonResponse(detail, status=refusal.status)

    return answered


def _allowed(request):
    """Refuses whoever may not have a passkey, and who has not signed in a short while ago."""
    if refusal := passkeys.why_not(request.user):
        raise refusal
    if not ceremony.is_fresh(request, at=timezone.now()):
        raise passkeys.SignInAgain


@require_safe
def mine(request):
    """The passkeys that this person has."""
    context = {"passkeys": passkeys.of(request.user), "why_not": passkeys.why_not(request.user)}
    return render(request, "accounts/passkeys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """A name and the browser's own window; POST brings what the browser has made."""
    if refusal := passkeys.why_not(request.user):
        raise refusal
    at = timezone.now()
    again = f"{reverse('account_login')}?{urlencode({'next': reverse('account_passkey_add')})}"
    context = {
        "fresh": ceremony.is_fresh(request, at=at),
        "again": again,
        "form": PasskeyForm(),
        "passkey_origin": settings.PASSKEY_ORIGIN,
    }
    if request.method != "POST":
        return render(request, "accounts/passkey_add.html", context)
    form = PasskeyForm(request.POST)
    form.is_valid()  # a name is never wrong, at most missing
    try:
        _allowed(request)
        credential = ceremony.made(request.POST.get("credential", ""), at=at)
        passkeys.add(request.user, name=form.cleaned_data.get("name", ""), credential=credential, at=at)
    except Refused as refusal:
        context |= {"refusal": refusal, "form": form}
        return render(request, "accounts/passkey_add.html", context, status=refusal.status)
    messages.success(request, _("The passkey was added. You can sign in with it from now on."))
    return redirect("account_passkeys")


@require_POST
@_as_json
def begin_adding(request):
    """What the browser needs to make a passkey."""
    at = timezone.now()
    _allowed(request)
    limits.count("passkey_add", str(request.user.pk), limit=30, per=HOUR, at=at)
    return ceremony.ask_to_make(request.user, at=at)


def _mine_or_404(request, key):
    found = next((one for one in passkeys.of(request.user) if one.key == key), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, key):
    """A passkey of this person: its name, and the door to removing it."""
    passkey = _mine_or_404(request, key)
    if request.method != "POST":
        context = {"passkey": passkey, "form": PasskeyForm(initial={"name": passkey.name})}
        return render(request, "accounts/passkey.html", context)
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/passkey.html", {"passkey": passkey, "form": form}, status=422)
    passkeys.rename(passkey, name=form.cleaned_data["name"])
    messages.success(request, _("The name was saved."))
    return redirect("account_passkeys")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, key):
    """Asks once more; POST removes."""
    passkey = _mine_or_404(request, key)
    if request.method != "POST":
        return render(request, "accounts/passkey_remove.html", {"passkey": passkey})
    passkeys.remove(passkey, by=request.user, at=timezone.now())
    messages.success(request, _("The passkey was removed. It no longer opens anything."))
    return redirect("account_passkeys")


@login_not_required
@require_POST
@_as_json
def begin_sign_in(request):
    """What the browser needs to sign in with a passkey. The same for everybody: nobody is named."""
    at = timezone.now()
    limits.count("passkey_ask", network_of(request), limit=1000, per=HOUR, at=at)
    return ceremony.ask_to_sign_in(at=at)


@login_not_required
@require_POST
def sign_in(request):
    """Sign in whoever has signed."""
    if request.user.is_authenticated:
        return redirect("home")
    at = timezone.now()
    try:
        limits.count("passkey_sign_in", network_of(request), limit=300, per=HOUR, at=at)
        row = ceremony.proved(request.POST.get("credential", ""), at=at)
        passkeys.use(row, at=at)
    except Refused as refusal:
        return refused(request, refusal)
    return ceremony.sign_in(request, row)
