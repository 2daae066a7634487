"""A worker's own calendar of the pickups: its address, and what a calendar program gets there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Site
from recycling.notifications.models import CalendarFeed
from reservations.domain import feed

from .visitor import private_page, require_page


@require_page
def mine(request):
    """The address, with buttons to make, renew and end it."""
    if not Site.objects.worked_at_by(request.user).exists():
        raise PermissionDenied
    if request.method == "POST":
        if "end" in request.POST:
            feed.end(request.user)
            messages.success(request, _("The address leads nowhere any more."))
        else:
            feed.renew(request.user, at=timezone.now())
            messages.success(request, _("This is your address. An earlier one leads nowhere any more."))
        return redirect("reservations:wh_calendar")
    own = CalendarFeed.objects.filter(person=request.user).first()
    return render(request, "reservations/wh_calendar.html", {"address": feed.address_of(own) if own else ""})


@private_page
@require_safe
def file(request, token):  # noqa: ARG001  (every page takes the request)
    """What the calendar program reads, without a sign-in: nobody is named there."""
    if (person := feed.reader_of(token)) is None:
        raise Http404
    with translation.override(person.language):
        return HttpResponse(feed.ics(person, at=timezone.now()), content_type="text/calendar; charset=utf-8")
