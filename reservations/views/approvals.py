"""An approver's pages: what waits for an answer, and the answer itself."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.domain import cards, photos, titles
from recycling import clock
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.approval_forms import DecisionForm, ReassignForm
from reservations.domain import approval, approvers, estimate
from reservations.domain.approval import Verdict
from reservations.domain.approval_refusals import SentAgain
from reservations.models import Delivery, Fulfilment, FurnitureRequest, RequestStatus

from .department import units_or_no
from .request_shown import in_short, with_lines
from .shown import kilograms

# How long an answer stays on the list of what was decided, and how many of them.
LATELY = timedelta(days=30)
RECENT = 20
SAID = {
    Verdict.APPROVE: gettext_lazy("Approved. Whoever asked is told."),
    Verdict.RETURN: gettext_lazy("Returned. Whoever asked is told why, and can change it and send it again."),
    Verdict.REJECT: gettext_lazy("Not approved. Whoever asked is told why, and the items are free again."),
}


@require_safe
def approvals(request):
    """What waits for this person's answer, oldest first, and what was decided lately in their units."""
    units = units_or_no(request.user, "approver")
    at = timezone.now()
    found = with_lines(FurnitureRequest.objects.filter(department__in=units))
    waiting = found.waiting().filter(waiting_until__gt=at).exclude(by=request.user).order_by("sent_at", "pk")
    decided = found.filter(decided_at__gt=at - LATELY).order_by("-decided_at", "-pk")
    context = {
        "page": "approvals",
        "several_units": len(units) > 1,
        "waiting": [_row(one, request.user) for one in waiting],
        "decided": [_row(one, request.user) for one in decided[:RECENT]],
    }
    return render(request, "department/approvals.html", context)


def _row(one, person):
    return in_short(one) | {
        "request": one,
        "sent": _moment(one.sent_at),
        "until": last_day(one),
        "needed": clock.day_text(one.needed_by) if one.needed_by else "",
        "is_mine": one.approver_id == person.pk,
        "decided": _moment(one.decided_at),
    }


def _moment(at: datetime | None) -> str:
    return clock.moment_text(at, settings.TIME_ZONE) if at else ""


def last_day(request) -> str:
    """The last day on which it can be decided, in words; a deadline at midnight belongs to the day before."""
    if request.waiting_until is None:
        return ""
    return clock.day_text(clock.city_day(request.waiting_until - timedelta(seconds=1)))


# -- one of them


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request, code):
    """All that is needed to decide, and the three answers; the unit's lead may also ask somebody else."""
    visible = with_lines(FurnitureRequest.objects.visible_to(request.user))
    found = get_object_or_404(visible, code=code, sent_at__isnull=False)
    if not approvers.may_approve(request.user, found.department):
        raise PermissionDenied
    at = timezone.now()
    if request.method != "POST":
        return _page(request, found, at=at)
    if "reassign" in request.POST:
        return _reassign(request, found, at=at)
    return _decide(request, found, at=at)


def _decide(request, found, *, at):
    lines, verdict = list(found.lines.all()), request.POST.get("verdict", "")
    form = DecisionForm(request.POST, lines=lines, verdict=verdict)
    seen = request.POST.get("seen", "")
    if found.status == RequestStatus.WAITING and seen and seen != found.sent_at.isoformat():
        return _page(request, found, at=at, refusal=SentAgain())
    # What waits no more answers by itself, whatever was typed: it was decided, or is over.
    if not form.is_valid() and (found.status == RequestStatus.WAITING or verdict not in Verdict.values):
        return _page(request, found, at=at, form=form, status=422)
    try:
        approval.decide(
            *(found, verdict),
            by=request.user,
            at=at,
            pieces=form.pieces,
            reason=form.cleaned_data.get("reason", ""),
            seen=found.sent_at if found.status == RequestStatus.WAITING else None,
        )
    except Refused as refusal:
        found = with_lines(FurnitureRequest.objects).get(pk=found.pk)
        return _page(request, found, at=at, form=form, refusal=refusal)
    messages.success(request, SAID[Verdict(verdict)])
    return redirect("reservations:approvals")


def _reassign(request, found, *, at):
    people = _others(found, request.user, at=at)
    if not people:
        raise Http404
    form = ReassignForm(request.POST, people=people)
    if not form.is_valid():
        return _page(request, found, at=at, reassign=form, status=422)
    try:
        approval.reassign(found, form.person(), by=request.user, at=at)
    except Refused as refusal:
        return _page(request, found, at=at, refusal=refusal)
    messages.success(request, _("Somebody else is asked to approve it now. They are told."))
    return redirect("reservations:approve", found.code)


def _others(found, person, *, at):
    """Whom the lead of the unit may ask instead; nobody for others, and once it is decided."""
    if found.status != RequestStatus.WAITING or not approvers.leads(person, found.department):
        return []
    ranked = approvers.ranked(found.department, clock.city_day(at), besides=found.by)
    return [one for one in ranked if one.person != found.approver]


def _page(request, found, *, at, form=None, reassign=None, refusal=None, status=200):
    lines = list(found.lines.all())
    why_not = approval.why_not_decide(found, by=request.user, at=at)
    if why_not is None:
        form = form or DecisionForm(lines=lines)
    people = _others(found, request.user, at=at)
    context = {
        "page": "approvals",
        "request_": found,
        "why_not": None if refusal else why_not,
        "can_decide": why_not is None,
        "form": form if why_not is None else None,
        "reassign": reassign or (ReassignForm(people=people) if people else None),
        "refusal": refusal,
        "seen": found.sent_at.isoformat(),
        "until": last_day(found),
        "sent": _moment(found.sent_at),
        "decided": _moment(found.decided_at),
        "needed": clock.day_long(found.needed_by) if found.needed_by else "",
        "rows": [_line(line, form if why_not is None else None) for line in lines],
        "verdicts": Verdict,
    }
    context |= _figures(found, lines, at=at) | _way(found)
    return render(request, "department/approve.html", context, status=refusal.status if refusal else status)


def _line(line, form):
    return {
        "line": line,
        "title": titles.title(line.item),
        "photo": photos.first_of(line.item),
        "size": cards.size_text(line.item),
        "condition": line.item.get_condition_display(),
        "field": form.field_of(line) if form else None,
    }


def _figures(found, lines, *, at):
    figures = estimate.of(lines, at=at)
    policy = Policy.shown()
    return {
        "pieces": figures.pieces,
        "kilograms": kilograms(figures.weight_kg),
        "weight_is_estimate": figures.weight_is_estimate,
        "co2e_low": clock.number(figures.co2e_low) if figures.co2e_high else "",
        "co2e_high": clock.number(figures.co2e_high),
        "new_low": cards.price_text(round(figures.new_low)) if figures.new_low is not None else "",
        "new_high": cards.price_text(round(figures.new_high)) if figures.new_high is not None else "",
        "new_is_partial": figures.new_is_partial,
        "reasons": approval.why_needed(found, policy, at=at),
        "delivery_price": cards.price_text(approval.delivery_price(found, policy)),
    }


def _way(found):
    """Where it goes, when it is brought."""
    if found.fulfilment != Fulfilment.DELIVERY:
        return {"where": ""}
    there = Delivery.objects.select_related("site").filter(request=found).first()
    if there is None:
        return {"where": ""}
    return {
        "where": ", ".join(
            filter(None, [there.site.name, there.site.street] if there.site else [there.street])
        )
    }
