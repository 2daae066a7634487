"""The people of a unit: their roles, which its lead gives and takes, and who is away."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recycling import clock
from recycling.accounts.domain import joining, unit_roles
from recycling.accounts.models import Department, Membership, User
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.approval_forms import AwayForm, RoleForm

from .department import units_or_no


@require_http_methods(["GET", "HEAD", "POST"])
def people(request):
    """Everybody says of themselves whether they are away; a lead sees and changes the roles of the own unit."""
    units_or_no(request.user)
    led = list(Department.objects.with_role(request.user).order_by("name_fi", "pk"))
    unit = _chosen(request, led)
    if request.method == "POST":
        return _pressed(request, led, unit)
    return _page(request, led, unit)


def _chosen(request, led):
    """The led unit that the address names, or the first one; None for who leads none."""
    code = request.GET.get("unit")
    if code is None:
        return led[0] if led else None
    unit = next((one for one in led if one.code == code), None)
    if unit is None:
        raise Http404
    return unit


def _pressed(request, led, unit):
    do = next((name for name in DO if name in request.POST), None)
    if do is None:
        raise Http404
    return DO[do](request, led, unit)


def _back(request, unit, said):
    messages.success(request, said)
    query = f"?{urlencode({'unit': unit.code})}" if unit and "unit" in request.GET else ""
    return redirect(reverse("reservations:people") + query)


def _row(request, unit, name):
    """The membership of the led unit whose button was pressed."""
    if unit is None:
        raise Http404
    rows = Membership.objects.select_related("user", "department")
    return get_object_or_404(rows, pk=whole_number(request.POST[name]), department=unit)


def _give(request, led, unit):
    if unit is None:
        raise Http404
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, led, unit, form=form, status=422)
    clean = form.cleaned_data
    try:
        unit_roles.give(
            *(unit, clean["email"], clean["role"]),
            is_deputy=clean["is_deputy"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, led, unit, form=form, refusal=refusal)
    return _back(request, unit, _("The role is given. It counts from now on."))


def _take(request, led, unit):
    row = _row(request, unit, "take")
    try:
        unit_roles.take(row, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, led, unit, refusal=refusal)
    if row.user == request.user:
        messages.success(request, _("You have given up the role."))
        return redirect("home")
    return _back(request, unit, _("The role is taken away."))


def _deputy(request, led, unit):
    row = _row(request, unit, "deputy")
    is_deputy = request.POST.get("is_deputy") == "1"
    try:
        unit_roles.set_deputy(row, is_deputy=is_deputy, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, led, unit, refusal=refusal)
    said = _("A deputy from now on.") if is_deputy else _("Not a deputy any more.")
    return _back(request, unit, said)


def _away(request, led, unit):
    """Of oneself in all one's units, or of somebody in the unit that one leads."""
    form = AwayForm(request.POST, auto_id=f"id_{request.POST['away'][:18]}_%s")
    if request.POST["away"] == "me":
        person, department = request.user, None
    else:
        person, department = _row(request, unit, "away").user, unit
    if not form.is_valid():
        return _page(request, led, unit, form=form, about=person, status=422)
    unit_roles.set_away(
        person, form.cleaned_data["until"], by=request.user, at=timezone.now(), department=department
    )
    return _back(request, unit, _("Saved."))


DO = {"give": _give, "take": _take, "deputy": _deputy, "away": _away}


def _page(request, led, unit, *, form=None, about=None, refusal=None, status=200):
    mine = list(request.user.memberships.select_related("department").order_by("pk"))
    away = next((row.away_until for row in mine if row.away_until), None)
    day = clock.city_day(timezone.now())
    context = {
        "page": "people",
        "mine": mine,
        "away": _away_words(away, day),
        "away_form": form if about == request.user else AwayForm(initial={"until": away}, auto_id="id_me_%s"),
        "asks": joining.open_asks_for(request.user) if led else [],
        "led": led,
        "unit": unit,
        "members": _members(unit, day, form, about, besides=request.user) if unit else [],
        "role_form": (form if isinstance(form, RoleForm) else RoleForm()) if unit else None,
        "form": form,
        "refusal": refusal,
        "language_path": request.get_full_path(),
    }
    return render(request, "department/people.html", context, status=refusal.status if refusal else status)


def _away_words(until, day):
    return clock.day_text(until) if until and until >= day else ""


def _members(unit, day, form, about, *, besides):
    """Each person of the unit with their roles, in the order of their names."""
    rows: dict[User, list[Membership]] = {}
    found = (
        unit.memberships.filter(user__is_active=True)
        .select_related("user")
        .order_by("user__name", "user", "pk")
    )
    for row in found:
        rows.setdefault(row.user, []).append(row)
    for person, theirs in rows.items():
        until = next((row.away_until for row in theirs if row.away_until), None)
        key = theirs[0].pk
        yield {
            "person": person,
            "rows": [(row, row.role in unit_roles.APPROVING) for row in theirs],
            "is_me": person == besides,
            "away": _away_words(until, day),
            "key": key,
            "away_form": form
            if about == person and about != besides
            else AwayForm(initial={"until": until}, auto_id=f"id_{key}_%s"),
        }
