"""Before you buy: a need list, what the city has for it, and what becomes of each row."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inventory.models import Category
from recycling import clock
from recycling.accounts.rules import manages
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.domain import need_rows
from reservations.domain import needs as verbs
from reservations.models import NeedList, WhyBought
from reservations.need_forms import BoughtForm, NeedsForm, TakeForm

from .department import units_or_no

EARLIER = 20


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request):
    """The list to be pasted or brought; POST looks it up. Bad rows are named by their line, and nothing typed is lost."""
    units = units_or_no(request.user, "requester")
    if request.method != "POST":
        return _page(request, NeedsForm(units=units))
    form = NeedsForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        found, bad, text = _read(form.cleaned_data)
    except Refused as refusal:
        return _page(request, form, refusal=refusal, status=refusal.status)
    if bad and ("skip" not in request.POST or not found):
        again = NeedsForm({"unit": request.POST.get("unit", ""), "rows": text}, units=units)
        for one in bad:
            again.add_error("rows", str(one.note))
        return _page(request, again, bad=bad, good=len(found), status=422)
    unit = form.cleaned_data["unit"]
    made = verbs.keep(found, by=request.user, department=unit, at=timezone.now())
    return redirect("reservations:need_list", made.token)


def _read(clean):
    """(needs, bad rows, their text): of the table where one was brought, else of what was pasted."""
    if table := clean["table"]:
        return need_rows.rows_of_table(Path(table.temporary_file_path()))
    return *need_rows.rows_of(clean["rows"]), clean["rows"]


def _page(request, form, *, bad=(), good=0, refusal=None, status=200):
    lists = NeedList.objects.visible_to(request.user).select_related("department")
    context = {
        "page": "needs",
        "form": form,
        "bad": bad,
        "good": good,
        "refusal": refusal,
        "earlier": [(one, clock.day_text(timezone.localdate(one.created_at))) for one in lists[:EARLIER]],
    }
    return render(request, "department/needs.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def need_list(request, token):
    """What there is for each row; POST takes some of it, or says why it is bought all the same."""
    lists = NeedList.objects.visible_to(request.user).select_related("department")
    asked = get_object_or_404(lists, token=token)
    lines = list(asked.lines.select_related("category__parent", "need_list__department"))
    if request.method != "POST":
        return _list_page(request, asked, lines)
    line = next((one for one in lines if str(one.number) == request.POST.get("row")), None)
    if line is None:
        raise Http404
    act = _bought if "buy" in request.POST else _take
    form, refusal = act(request, line)
    if form.errors or refusal:
        status = refusal.status if refusal else 422
        return _list_page(request, asked, lines, at_line=line, form=form, refusal=refusal, status=status)
    return redirect(f"{reverse('reservations:need_list', args=[asked.token])}#row-{line.number}")


def _take(request, line):
    form = TakeForm(request.POST)
    if form.is_valid():
        seen = whole_number(request.POST.get("seen", ""), digits=7, otherwise=-1)
        try:
            taken = verbs.take(
                line,
                form.cleaned_data["lot"],
                form.cleaned_data["pieces"],
                seen=seen,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            return form, refusal
        said = ngettext(
            "%(pieces)s piece is on your request list.", "%(pieces)s pieces are on your request list.", taken
        )
        messages.success(request, said % {"pieces": taken})
    return form, None


def _bought(request, line):
    form = BoughtForm(request.POST)
    if form.is_valid():
        clean = form.cleaned_data
        try:
            verbs.bought(line, why=clean["why"], words=clean["words"], by=request.user, at=timezone.now())
        except Refused as refusal:
            return form, refusal
        messages.success(request, _("Thank you. It is written down."))
    return form, None


def _list_page(request, asked, lines, *, at_line=None, form=None, refusal=None, status=200):
    found = verbs.look(lines, by=request.user, department=asked.department, at=timezone.now())
    context = {
        "page": "needs",
        "list": asked,
        "rows": [_row(one, form if at_line == one.line else None) for one in found],
        "refusal": refusal,
        "form": form,
    }
    return render(request, "department/need_list.html", context, status=status)


def _row(found, form=None):
    line = found.line
    wanted = {"pieces": found.missing or line.pieces} | (
        {"category": line.category.key} if line.category else {}
    )
    wanted |= {"width_cm": line.width_cm} if line.width_cm else {}
    return {
        "line": line,
        "sets": [(one, min(found.missing or line.pieces, one.pieces)) for one in found.sets],
        "found": found.pieces,
        "soon": [(one, clock.day_text(one.day) if one.day else "") for one in found.soon],
        "missing": found.missing,
        "wanted": f"{reverse('reservations:wanted_new')}?{urlencode(wanted)}",
        "why": _bought_form(line, form),
    }


def _bought_form(line, form):
    if isinstance(form, BoughtForm):
        return form
    return BoughtForm(initial={"why": line.why_not, "words": line.why_words}, auto_id=f"id_{line.number}_%s")


@require_safe
def bought_anyway(request):
    """For managers: what units found and bought all the same."""
    if not manages(request.user):
        raise PermissionDenied
    rows = verbs.bought_anyway()
    names = Category.objects.in_bulk({row["category"] for row in rows if row["category"]})
    for row in rows:
        row["name"] = names[row["category"]].name if row["category"] else ""
        row["why"] = WhyBought(row["why_not"]).label
    return render(request, "department/bought_anyway.html", {"page": "bought", "rows": rows})
