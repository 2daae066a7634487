"""A unit's request: the list while it is written, and what becomes of it afterwards."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import photos, titles
from recycling import clock
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import request_copying, request_sending, requests
from reservations.models import BEING_WRITTEN, ReservationStatus
from reservations.request_forms import LinesForm

from .request_shown import Followed
from .request_tasks import Tasks, lines_of, list_page, request_of

require_page = require_http_methods(["GET", "HEAD", "POST"])


def asking_units(user):
    """The units for which this person asks, or 403."""
    units = requests.units_of(user)
    if not units:
        raise PermissionDenied
    return units


@require_safe
def request_list(request):
    """To the list that is being written, or how to begin one."""
    asking_units(request.user)
    if asked := requests.current(request.user, make=False):
        return redirect(asked)
    return render(request, "department/request_none.html", {"page": "request"})


@require_safe
def request_page(request, code):
    """The tasks while it is written by whoever looks at it; else what became of it."""
    asked, at = request_of(request.user, code), timezone.now()
    if asked.status in BEING_WRITTEN and asked.by == request.user:
        tasks = Tasks(asked, at=at)
        return render(request, "department/request.html", on_list(asked, tasks) | {"page": "request"})
    context = {
        "page": "dept",
        "asked": asked,
        "followed": Followed(asked, by=request.user, at=at),
        "may_copy": requests.asks_for(request.user, asked.department),
    }
    return render(request, "department/request_followed.html", context)


def on_list(asked, tasks):
    """What each page of a list says around its own: until when its things are held, or that they are not."""
    held = list(asked.reservations.filter(status=ReservationStatus.HELD).select_related("site"))
    until = min((one.held_until for one in held), default=None)
    return {
        "asked": asked,
        "tasks": tasks,
        "held_until": clock.moment_text(until, held[0].site.tz) if until else "",
        "is_lapsed": bool(tasks.lines) and not held,
        "hold_hours": Policy.shown().request_hold_hours,
    }


# -- 1 things


@require_page
@list_page
def things(request, asked):
    """The lines with their numbers; what remains of each, and what to do where that is too little."""
    at, lines = timezone.now(), lines_of(asked)
    if request.method != "POST":
        return _things_page(request, asked, LinesForm(lines=lines), at=at)
    for press in ("take", "remove"):
        if press in request.POST:
            return _press_on_line(request, asked, lines, press, at=at)
    form = LinesForm(request.POST, lines=lines)
    if not form.is_valid():
        return _things_page(request, asked, form, at=at, status=422)
    for line, pieces in form.changed_lines():
        try:
            requests.set_pieces(asked, line.item, pieces, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(f"pieces-{line.pk}", str(refusal))
    if form.errors:
        return _things_page(request, asked, form, at=at, status=409)
    tasks = Tasks(asked, at=at)
    if tasks.missing:
        return redirect("reservations:request_things", asked.code)
    return tasks.go_on()


def _press_on_line(request, asked, lines, press, *, at):
    """One button of one line: take it off, or take as many as remain."""
    line = next((line for line in lines if str(line.pk) == request.POST[press]), None)
    if line is None:
        return redirect("reservations:request_things", asked.code)
    remain = line.pieces - requests.missing(asked).get(line.item_id, 0) + line.item.available
    pieces = min(remain, line.pieces) if press == "take" else 0
    try:
        requests.set_pieces(asked, line.item, pieces, by=request.user, at=at)
    except Refused as refusal:
        return _things_page(request, asked, LinesForm(lines=lines_of(asked)), at=at, refusal=refusal)
    messages.success(request, _("The list is changed."))
    return redirect("reservations:request_things", asked.code)


def _things_page(request, asked, form, *, at, refusal=None, status=200):
    tasks = Tasks(asked, at=at, lines=form.lines)
    rows = [_row(line, field, tasks.missing.get(line.item_id, 0)) for line, field in form.rows()]
    context = on_list(asked, tasks) | {"page": "request", "form": form, "rows": rows, "refusal": refusal}
    return render(
        request, "department/request_things.html", context, status=refusal.status if refusal else status
    )


def _row(line, field, missing):
    """A line: ``free`` counts what the list holds already, ``remain`` is how many one may have."""
    held = line.pieces - missing
    remain = held + (line.item.available if line.item.status == "published" else 0)
    return {
        "line": line,
        "field": field,
        "item": line.item,
        "title": titles.title(line.item),
        "photo": photos.first_of(line.item),
        "missing": missing,
        "missing_words": _missing_words(line, missing, remain),
        "held": held,
        "remain": remain,
        "enough": remain >= line.pieces,
        "stays": remain - held,
    }


def _missing_words(line, missing, remain):
    if not missing:
        return ""
    if remain <= 0:
        return _("Gone to others")
    if remain >= line.pieces:
        return _("Not held now, but there")
    return _("%(remain)s of %(pieces)s remain") % {"remain": remain, "pieces": line.pieces}


# -- the whole list


@require_POST
@list_page
def hold_again(request, asked):
    """Hold what the list asks for once more, as far as it is left."""
    try:
        missing = requests.hold_again(asked, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(asked)
    if missing:
        messages.warning(request, _("Some of it has gone to others. The list says what is missing."))
        return redirect("reservations:request_things", asked.code)
    messages.success(request, _("All of it is held for you again."))
    return redirect(asked)


@require_POST
def copy(request, code):
    """An earlier request onto the list that is being written."""
    earlier, at = request_of(request.user, code), timezone.now()
    try:
        asked = request_copying.copy(earlier, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(earlier)
    tasks = Tasks(asked, at=at)
    if tasks.missing:
        messages.warning(request, _("Not all of it is there any more. The list says what is missing."))
        return redirect("reservations:request_things", asked.code)
    messages.success(request, _("It is on your list. Say by when you need it this time."))
    return tasks.go_on()


@require_page
def cancel(request, code):
    """Ask once more, then give the whole request up."""
    asked = request_of(request.user, code)
    if not request_sending.may_cancel(asked, by=request.user):
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            request_sending.cancel(asked, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The request is cancelled. Its items are free for others."))
            return redirect("reservations:dept")
    context = {"page": "dept", "asked": asked, "refusal": refusal}
    return render(
        request, "department/request_cancel.html", context, status=refusal.status if refusal else 200
    )
