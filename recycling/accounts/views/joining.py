"""One's own unit: finding it, asking to join it, answering whoever asks, and which of several is one's own."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recycling import clock
from recycling.accounts.domain import joining
from recycling.accounts.forms import JoinForm, OwnUnitForm
from recycling.accounts.models import AskOutcome, Department, UnitAsk
from recycling.accounts.rules import may_sign_in
from recycling.errors import Refused


@require_safe
def unit(request):
    """The units that somebody has, what they have asked, and the search for another. Whoever has no role is told what to do."""
    units = _units_of(request.user)
    may_ask = joining.may_ask(request.user)
    if not units and not may_ask and may_sign_in(request.user):
        return redirect("home")
    return _page(request, units, may_ask=may_ask)


def _units_of(person):
    return list(Department.objects.units().filter(pk__in=person.memberships.values("department")))


def _page(request, units, *, may_ask, refusal=None, own_form=None, join_form=None):
    """The page; ``own_form`` and ``join_form`` are given when they were filled in wrongly."""
    at = timezone.now()
    last = request.user.unit_asks.select_related("department").order_by("pk").last()
    asks = may_ask and not (last and last.outcome == AskOutcome.OPEN)
    text = request.GET.get("find", "").strip()[:100]
    wrong = own_form or join_form
    if asks and not join_form and (chosen := _chosen(request.GET.get("unit", ""))):
        join_form = JoinForm(department=chosen, at=at)
    context = {
        "units": units,
        "may_ask": may_ask,
        "waits": may_ask and not asks,
        "last": last,
        "find": text,
        "asked_on": clock.day_text(clock.local(last.asked_at, settings.TIME_ZONE)) if last else "",
        "found": joining.search(text) if asks and not join_form else [],
        "most": joining.SHOWN,
        "chosen": join_form.department if join_form else None,
        "own_form": own_form or OwnUnitForm(person=request.user, units=units, at=at),
        "join_form": join_form,
        "form": wrong,
        "refusal": refusal,
        "page": "own_unit",
    }
    if request.method == "POST":
        context["language_path"] = reverse("account_no_unit")
    status = refusal.status if refusal else 422 if wrong else 200
    return render(request, "accounts/unit.html", context, status=status)


def _chosen(code):
    return joining.units_to_join().select_related("default_site").filter(code=code).first() if code else None


@require_POST
def ask(request):
    """Ask to join the unit with this code."""
    at = timezone.now()
    if not joining.may_ask(request.user):
        raise joining.MayNotAsk
    department = _chosen(request.POST.get("unit", ""))
    if department is None:
        raise Http404
    form = JoinForm(request.POST, department=department, at=at)
    units = _units_of(request.user)
    if not form.is_valid():
        return _page(request, units, may_ask=True, join_form=form)
    try:
        joining.ask(request.user, department, cost_centre=form.cleaned_data["cost_centre"], at=at)
    except Refused as refusal:
        return _page(request, units, may_ask=True, refusal=refusal)
    messages.success(request, _("We have asked the unit. You get an e-mail when it has answered."))
    return redirect("account_no_unit")


@require_POST
def withdraw(request):
    """Take the question back."""
    found = request.user.unit_asks.open().first()
    if found is None:
        raise Http404
    joining.withdraw(found, at=timezone.now())
    messages.success(request, _("Your question was withdrawn."))
    return redirect("account_no_unit")


@require_POST
def own(request):
    """Which of one's units is one's own, and the cost centre that one usually writes there."""
    units, at = _units_of(request.user), timezone.now()
    if not units:
        raise Http404
    form = OwnUnitForm(request.POST, person=request.user, units=units, at=at)
    if not form.is_valid():
        return _page(request, units, may_ask=joining.may_ask(request.user), own_form=form)
    try:
        joining.choose_own(
            request.user, form.cleaned_data["unit"], cost_centre=form.cleaned_data["cost_centre"], at=at
        )
    except Refused as refusal:
        return _page(request, units, may_ask=joining.may_ask(request.user), refusal=refusal)
    messages.success(request, _("Your own unit was saved."))
    return redirect("account_no_unit")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, token):
    """For the lead of the unit: who asks, yes or no. Others do not find it."""
    found = get_object_or_404(UnitAsk.objects.select_related("user", "department", "decided_by"), token=token)
    if not joining.may_decide(request.user, found):
        raise Http404
    refusal = None
    if request.method == "POST":
        said = request.POST.get("answer")
        try:
            if said not in {"yes", "no"}:
                raise joining.SayYesOrNo
            joining.decide(found, grant=said == "yes", by=request.user, at=timezone.now())
        except Refused as error:
            refusal = error
            found.refresh_from_db()
        else:
            messages.success(request, _("Your answer was saved. They get an e-mail."))
            return redirect("account_unit_ask", token)
    asked_on = clock.day_text(clock.local(found.asked_at, settings.TIME_ZONE))
    context = {"ask": found, "asked_on": asked_on, "refusal": refusal, "page": "people"}
    return render(request, "accounts/unit_ask.html", context, status=refusal.status if refusal else 200)
