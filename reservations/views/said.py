"""What was said to somebody, for the desk: every message to a person, and one of a reservation sent again."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recycling import clock
from recycling.audit.domain import viewed
from recycling.errors import Refused
from recycling.notifications.models import Notification
from reservations.domain import ledger, resending

from .desk import mine, name_of, page_of


@require_safe
def of_person(request, code):
    """Every message to whoever made the reservation, the newest first, with what became of it and why."""
    reservation = mine(request, code)
    # What a person was told is theirs: whose, to whom and when is written down before the page goes out.
    viewed(
        reservation,
        by=request.user,
        at=timezone.now(),
        purpose="messages",
        subject=reservation.person,
    )
    entries = ledger.ledger_of_person(reservation, by=request.user)
    context = {
        "reservation": reservation,
        "name": name_of(reservation),
        "ledger": [(entry, clock.moment_text(entry.at, reservation.site.tz)) for entry in entries],
    }
    return render(request, "reservations/desk_messages.html", context)


@require_POST
def again(request, code):
    """One of its messages once more."""
    reservation = mine(request, code)
    key = request.POST.get("message", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Http404
    try:
        resending.send_again(reservation, int(key), by=request.user, at=timezone.now())
    except Notification.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return page_of(request, reservation, refusal=refusal, status=refusal.status)
    messages.success(request, _("The message is sent again."))
    return redirect("reservations:handover", reservation.code)
