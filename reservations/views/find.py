"""For whoever has lost the link: it is sent again to the contact that the reservation was made with."""

from django.contrib import messages
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.domain import titles
from recycling.accounts import device
from recycling.accounts.models import Device
from recycling.errors import Refused
from recycling.translated import reading_language
from reservations.domain import links
from reservations.forms import LinksForm
from reservations.models import OPEN_AT_DESK, QueueEntry, Reservation

from .shown import when
from .visitor import bookings_in_progress, private_page, require_page


@require_page
@private_page
def find(request):
    """Ask for the links again. The answer is the same whether or not the contact is known here."""
    at = timezone.now()
    form, refusal = LinksForm(), None
    if request.method == "POST":
        form = LinksForm(request.POST)
        if form.is_valid():
            try:
                links.send_again(
                    form.cleaned_data["contact"],
                    network=device.network_of(request),
                    language=reading_language(),
                    at=at,
                )
            except Refused as refused:
                refusal = refused
            else:
                messages.success(
                    request,
                    _("If there are open reservations with that contact, we have sent their links to it."),
                )
                return redirect("reservations:find")
    context = {
        "form": form,
        "refusal": refusal,
        "here": _booked_here(request),
        "waiting": _waiting_here(request),
        "in_progress": bookings_in_progress(request, at=at),
        "remembered": Device.objects.filter(key=device.key_of(request)).exists(),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "reservations/find.html", context, status=status)


def _booked_here(request):
    """The open reservations that this browser made."""
    mine = Reservation.objects.of_device(device.key_of(request)).filter(status__in=OPEN_AT_DESK)
    return [
        {"reservation": one, "site": one.site, "when": when(one.slot, one.site)}
        for one in mine.select_related("site", "slot").order_by("slot__starts_at", "pk")
    ]


def _waiting_here(request):
    """The places in queues that this browser has."""
    mine = QueueEntry.objects.in_queue().of_device(device.key_of(request))
    rows = mine.select_related("item__category__parent").order_by("joined_at", "pk")
    return [(entry, titles.title(entry.item)) for entry in rows]


@private_page
@require_POST
def forget(request):
    """This browser is nobody's any more: the next booking asks for a contact and a code again."""
    Device.objects.filter(key=device.key_of(request)).delete()
    # A newcomer's device follows from the CSRF cookie: with the same one, the next person would be this one again.
    rotate_token(request)
    # A newcomer's device follows from this cookie: the next person at this browser shall not become the last one.
    rotate_token(request)
    response = redirect("reservations:find")
    response.delete_cookie(device.COOKIE)
    messages.success(request, _("This device does not remember you any more."))
    return response
