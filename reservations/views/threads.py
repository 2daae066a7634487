"""The thread of a request: as its unit reads and writes it, and as the warehouse does."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Site
from recycling import clock
from recycling.audit.domain import viewed
from recycling.errors import Refused
from reservations.domain import threads
from reservations.models import FurnitureRequest, RequestMessage
from reservations.request_forms import MessageForm

from .request_tasks import request_of
from .requests import require_page

SHOWN = 60


@require_safe
def waiting(request):
    """The units that wait for an answer from a warehouse where this person works, the newest message first."""
    if not Site.objects.worked_at_by(request.user).exists():
        raise PermissionDenied
    unread = RequestMessage.objects.waiting_for(request.user)
    found = (
        unread.values("request").annotate(number=Count("pk"), newest=Max("at")).order_by("-newest")[:SHOWN]
    )
    asked = FurnitureRequest.objects.select_related("department").in_bulk([one["request"] for one in found])
    rows = [
        {"asked": asked[one["request"]], "number": one["number"], "newest": _moment(one["newest"])}
        for one in found
    ]
    return render(request, "reservations/wh_messages.html", {"rows": rows})


@require_page
def of_unit(request, code):
    """The thread for the unit. What is new lies in its envelope until somebody opens it: looking changes nothing."""
    asked = request_of(request.user, code)
    if not asked.sent_at:
        return redirect(asked)
    return _thread(request, asked, from_unit=True)


@require_page
def of_warehouse(request, code):
    """The thread for those who work where a part of it is. It waits until somebody answers, or says that nobody has to."""
    theirs = FurnitureRequest.objects.served_by(request.user).select_related("by", "department")
    return _thread(request, get_object_or_404(theirs, code=code), from_unit=False)


def _thread(request, asked, *, from_unit):
    form, refusal, status = MessageForm(), None, 200
    if request.method == "POST":
        form, status = MessageForm(request.POST), 422
        is_complete = form.is_valid()
        try:
            if "read" in request.POST:
                return _read(request, asked, form, from_unit=from_unit)
            if is_complete:
                return _write(request, asked, form, from_unit=from_unit)
        except Refused as refused:
            refusal, status = refused, refused.status
    context = _shown(asked, from_unit=from_unit) | {"form": form, "refusal": refusal}
    if from_unit:
        return render(request, "department/request_messages.html", context, status=status)
    # Names and whatever was written are shown: whose, to whom and when is written down before the page goes out.
    viewed(asked, by=request.user, at=timezone.now(), purpose="messages", subject=asked.by)
    parts = asked.reservations.at_warehouses_of(request.user)
    context["parts"] = parts.select_related("site", "slot").order_by("pk")
    return render(request, "reservations/wh_thread.html", context, status=status)


def _read(request, asked, form, *, from_unit):
    seen = form.cleaned_data.get("seen") or 0
    threads.read(asked, from_unit=from_unit, by=request.user, at=timezone.now(), seen=seen)
    return redirect(request.path) if from_unit else redirect("reservations:wh_messages")


def _write(request, asked, form, *, from_unit):
    said = form.cleaned_data
    threads.write(
        *(asked, said["text"]),
        from_unit=from_unit,
        by=request.user,
        at=timezone.now(),
        client_key=said["client_key"],
        seen=said["seen"] or 0,
    )
    messages.success(request, _("Sent to the warehouse.") if from_unit else _("Sent to the unit."))
    return redirect(request.path)


def _shown(asked, *, from_unit):
    """The thread as one side of it sees it, the oldest first."""
    rows = [_row(one, from_unit) for one in asked.messages.select_related("by").order_by("pk")]
    return {
        "page": "dept",
        "asked": asked,
        "rows": rows,
        "news": sum(row["is_new"] for row in rows),
        "seen": rows[-1]["message"].pk if rows else "",
        "is_open": threads.is_open(asked, at=timezone.now()),
    }


def _row(message, from_unit):
    is_ours = message.from_unit == from_unit
    return {
        "message": message,
        # A unit knows its own people by their whole names, the warehouse's by the first, as everywhere.
        "who": message.by.name if message.from_unit else message.by.first_name,
        "when": _moment(message.at),
        "is_ours": is_ours,
        "is_new": not is_ours and message.read_at is None,
        "read": _moment(message.read_at) if is_ours and message.read_at else "",
    }


def _moment(at):
    return clock.moment_text(at, settings.TIME_ZONE)
