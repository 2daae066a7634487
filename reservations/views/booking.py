"""What is pressed on the way from a hold to the confirmed reservation: a time, who collects, the code, confirm, more time."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recycling.accounts import device
from recycling.accounts.domain import contacts
from recycling.accounts.models.contact import ContactChannel
from recycling.errors import Refused
from recycling.translated import reading_language
from reservations.domain import booking as verbs
from reservations.domain import holding
from reservations.forms import CodeForm, ContactForm

from .steps import PAGES, check_page, code_page, contact_page, site_asked, time_page
from .times import propose, slot_in, typed_proposal
from .visitor import booking_page, require_page


@require_page
@booking_page
def time(request, booking):
    """Choose a pickup time, or propose some; pressing leads on."""
    if request.method != "POST":
        return time_page(request, booking)
    reservation = site_asked(request, booking)
    try:
        if reservation.site.by_arrangement:
            if form := propose(request, reservation, at=booking.at):
                return time_page(request, booking, form=form)
        else:
            holding.choose_time(reservation, slot_in(request, reservation.site), at=booking.at)
    except Refused as refusal:
        return time_page(request, booking, refusal=refusal, form=typed_proposal(request, reservation))
    booking.read_again()
    if booking.step() == "contact":
        _remember_contact(request, booking)
        if (
            booking.step() == "code"
        ):  # the last message to it did not arrive: let them prove it again, or change it
            with suppress(Refused):
                _send_code(request, booking, booking.contact)
    return booking.go_on()


def _signed_in(request):
    return request.user if request.user.is_authenticated else None


def _remember_contact(request, booking):
    """Whoever is signed in, or uses a device that was used before, is not asked again who collects."""
    if (person := _signed_in(request)) and person.email:
        contact, name = contacts.Contact(ContactChannel.EMAIL, person.email), person.name
    else:
        latest = contacts.latest_on(booking.device, at=booking.at)
        if latest is None:
            return
        contact, name = contacts.Contact(latest.channel, latest.contact), latest.person.name
    holding.set_contact(
        booking.reservations,
        contact,
        name=name,
        wants_reminder=True,
        language=reading_language(),
        device=booking.device,
        by=person,
        at=booking.at,
    )
    booking.read_again()


@require_page
@booking_page
def contact(request, booking):
    """Say who collects; the code goes out. Asking for more time here keeps what was typed."""
    if request.method != "POST":
        return contact_page(request, booking)
    if "more_time" in request.POST:
        return _more_time(request, booking)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return contact_page(request, booking, form=form)
    address = form.cleaned_data["address"]
    holding.set_contact(
        booking.reservations,
        address,
        name=form.cleaned_data["name"],
        wants_reminder=form.cleaned_data["wants_reminder"],
        language=reading_language(),
        device=booking.device,
        by=_signed_in(request),
        at=booking.at,
    )
    booking.read_again()
    if booking.step() == "code":
        try:
            _send_code(request, booking, address)
        except contacts.WaitAMoment:
            return booking.go_on()  # the code of a moment ago is still good
        except Refused as refusal:
            return contact_page(request, booking, form=form, refusal=refusal)
    return booking.go_on()


def _more_time(request, booking):
    typed = ContactForm(initial=request.POST.dict())
    try:
        holding.extend(booking.reservations, at=booking.at)
    except Refused as refusal:
        return contact_page(request, booking, form=typed, refusal=refusal)
    booking.read_again()
    return contact_page(request, booking, form=typed)


def _send_code(request, booking, address):
    contacts.send_code(
        address,
        device=booking.device,
        network=device.network_of(request),
        language=reading_language(),
        at=booking.at,
    )


@require_page
@booking_page
def code(request, booking):
    """Type the six digits that came to the contact; right ones lead on."""
    if booking.contact is None or booking.first.contact_proved_at:
        return booking.go_on()
    if request.method != "POST":
        return code_page(request, booking)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return code_page(request, booking, form=form, status=422)
    try:
        holding.prove_contact(
            booking.reservations, form.cleaned_data["code"], device=booking.device, at=booking.at
        )
    except Refused as refusal:
        booking.read_again()
        if booking.first.contact_proved_at:  # the other of two taps had it right at this very moment
            return booking.go_on()
        form.add_error("code", str(refusal))
        return code_page(request, booking, form=form, status=refusal.status)
    booking.read_again()
    return booking.go_on()


@require_POST
@booking_page
def resend(request, booking):
    """Another code to the same contact; the one before it ends."""
    if booking.contact is None or booking.first.contact_proved_at:
        return booking.go_on()
    try:
        _send_code(request, booking, booking.contact)
    except Refused as refusal:
        return code_page(request, booking, refusal=refusal)
    messages.success(request, _("We sent a new code. Use the newest one."))
    return redirect("reservations:code", booking.bundle)


@require_safe
@booking_page
def check(request, booking):
    """Everything once more, each with a way to change it."""
    return check_page(request, booking) if booking.step() == "check" else booking.go_on()


@require_POST
@booking_page
def confirm(request, booking):
    """Book it. Whatever stands against it is said on the page where it was checked."""
    try:
        booked = verbs.confirm(
            booking.reservations, device=booking.device, by=_signed_in(request), at=booking.at
        )
    except Refused as refusal:
        return check_page(request, booking, refusal=refusal)
    return redirect(booked[0])


@require_POST
@booking_page
def extend(request, booking):
    """Give the booking its full time again, and go back to the page where it was asked."""
    asked = request.GET.get("step")
    step = asked if asked == "time" else booking.step()
    try:
        holding.extend(booking.reservations, at=booking.at)
    except Refused as refusal:
        return PAGES[step](request, booking, refusal=refusal)
    return redirect(f"reservations:{step}", booking.bundle)
