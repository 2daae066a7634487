"""A lead of the site lets lots decide who gets a thing."""

from datetime import time

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.domain import photos, titles, writing_off
from inventory.views.shelves import mine
from recycling import clock
from recycling.errors import Refused
from reservations.domain import drawing_lots
from reservations.models import QueueEntry
from reservations.queue_forms import DrawForm

from .visitor import require_page

# Lots are drawn in the morning of the chosen day, when there is somebody to ask.
HOUR = time(10)


@require_page
def draw(request, code):
    """The day of the draw, and who takes part by now; a lead sets it, moves it, or takes it back."""
    found, at = mine(request, code), timezone.now()
    form, refusal = DrawForm(request.POST if "day" in request.POST else None), None
    if request.method == "POST":
        try:
            said = _changed(request, found, form, at=at)
        except Refused as refused:
            refusal = refused
        else:
            if said:
                messages.success(request, said)
                return redirect("inventory:wh_item", found.shown_code)
    marked = drawing_lots.to_come(found)
    context = {
        "item": found,
        "title": titles.title(found),
        "photo": photos.first_of(found),
        "form": form,
        "when": clock.moment_long(marked.at, found.site.tz) if marked else "",
        "people": QueueEntry.objects.in_queue().filter(item=found).count(),
        "is_lead": writing_off.leads(request.user, found),
        "refusal": refusal,
        "language_path": reverse("reservations:draw", args=[found.shown_code]),
    }
    status = refusal.status if refusal else 422 if request.method == "POST" else 200
    return render(request, "reservations/wh_draw.html", context, status=status)


def _changed(request, found, form, *, at):
    """What was done, in words; "" where the form has a mistake."""
    if "none" in request.POST:
        drawing_lots.unmark(found, by=request.user, at=at)
        return _("No draw after all.")
    if not form.is_valid():
        return ""
    moment = clock.resolve(form.cleaned_data["day"], HOUR, found.site.tz)
    drawing_lots.mark(found, draw_at=moment, by=request.user, at=at)
    return _("Lots decide who gets it.")
