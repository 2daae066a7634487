"""Waiting for a thing of which nothing is free: join, prove the contact, see one's place, leave."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory.domain import photos, titles
from inventory.models import Item
from recycling import clock
from recycling.accounts import device
from recycling.accounts.domain import contacts
from recycling.accounts.models import Device
from recycling.accounts.models.contact import ContactChannel
from recycling.codes import BadCode, normalise
from recycling.errors import Refused
from recycling.policy.models import Policy
from recycling.translated import reading_language
from reservations.domain import drawing_lots, queue_outlook, queueing
from reservations.forms import CodeForm
from reservations.models import QueueEntry, QueueStatus
from reservations.queue_forms import QueueForm

from .shown import ShownLine, hidden_contact
from .visitor import device_of, private_page, require_page

Q = QueueStatus


# -- joining


@require_page
@private_page
def join(request, code):
    """How many, and who; whoever is known on this device has a place at once, everybody else types a code first."""
    at, item = timezone.now(), _item(request, code)
    if mine := _own(request, item):
        return redirect(mine)
    refusal = queueing.why_not_join(item, by=request.user, at=at)
    if request.method != "POST" or refusal:
        return _join_page(request, item, refusal=refusal, at=at)
    known = _known(request, at=at)
    form = QueueForm(request.POST, quantity=item.quantity, known=known)
    if not form.is_valid():
        return _join_page(request, item, form=form, at=at)
    contact, name = known or (form.cleaned_data["address"], form.cleaned_data["name"])
    key, secret = device_of(request)
    try:
        entry = queueing.ask(
            item,
            form.wish,
            contact,
            name=name,
            language=reading_language(),
            device=key,
            network=device.network_of(request),
            by=request.user,
            at=at,
        )
        if entry.status == Q.JOINING:
            _send_code(request, entry, at=at)
    except contacts.WaitAMoment:
        pass  # the code of a moment ago is still good
    except Refused as refused:
        return _join_page(request, item, form=form, refusal=refused, at=at)
    response = (
        redirect("reservations:queue_code", entry.token) if entry.status == Q.JOINING else redirect(entry)
    )
    if secret:
        device.remember(response, secret)
    return response


def _item(request, code):
    """The thing, for whoever may open its page."""
    try:
        stored = normalise(code)
    except BadCode as bad:
        raise Http404 from bad
    items = Item.objects.shown_to(request.user, at=timezone.now()).filter(code=stored)
    found = items.select_related("category__parent", "site").prefetch_related("photos").first()
    if found is None:
        raise Http404
    return found


def _own(request, item):
    """The place that this browser, or whoever is signed in at it, has in the queue already."""
    entries = QueueEntry.objects.in_queue().filter(item=item)
    if request.user.is_authenticated:
        return entries.filter(person=request.user).first()
    return entries.of_device(device.key_of(request)).first()


def _known(request, *, at):
    """(contact, name) of whoever is signed in or was proved on this device; None where another one shall be typed."""
    if "other" in request.GET:
        return None
    person = request.user
    if person.is_authenticated:
        return (contacts.Contact(ContactChannel.EMAIL, person.email), person.name) if person.email else None
    devices = Device.objects.filter(key=device.key_of(request), trusted_until__gt=at)
    latest = devices.select_related("person").order_by("-trusted_until").first()
    return (contacts.Contact(latest.channel, latest.contact), latest.person.name) if latest else None


def _join_page(request, item, *, form=None, refusal=None, at):
    known = _known(request, at=at)
    place, draw = QueueEntry.objects.in_queue().filter(item=item).count() + 1, _draw(item)
    context = {
        "item": item,
        "line": _line(item, 0),
        "form": form or QueueForm(quantity=item.quantity, known=known),
        "known": known and {"name": known[1].split(" ")[0], "contact": hidden_contact(known[0])},
        "place": place,
        "outlook": None if draw else _outlook(item, place, at=at),
        "draw": draw,
        "contact_days": Policy.shown().contact_days,
        "refusal": refusal,
    }
    status = refusal.status if refusal and request.method == "POST" else 422 if form and form.errors else 200
    return render(request, "reservations/queue_join.html", context, status=status)


def _line(item, pieces):
    return ShownLine(item=item, title=titles.title(item), pieces=pieces, photo=photos.first_of(item))


def _outlook(item, place, *, at):
    """What may be hoped for, with the day in words."""
    found = queue_outlook.of(item, place, at=at)
    day = clock.day_long(clock.today(item.site.tz, found.known_by)) if found.known_by else ""
    return {"known_by": day, "percent": found.percent, "hope": found.hope}


def _draw(item):
    """When lots are drawn for it, in words; "" where nobody draws any."""
    draw = drawing_lots.to_come(item)
    return clock.moment_long(draw.at, item.site.tz) if draw else ""


def _send_code(request, entry, *, at):
    contacts.send_code(
        queueing.contact_of(entry),
        device=entry.device,
        network=device.network_of(request),
        language=reading_language(),
        at=at,
    )


@require_page
@private_page
def code(request, token):
    """Type the six digits that came to the contact; right ones give the place."""
    entry = _joining(request, token)
    if entry is None:
        return redirect("reservations:queue", token)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, entry, form)
    try:
        joined = queueing.prove(entry, form.cleaned_data["code"], device=entry.device, at=timezone.now())
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, entry, form, status=refusal.status)
    return redirect(joined)


@require_POST
@private_page
def resend(request, token):
    """Another code to the same contact; the one before it ends."""
    entry = _joining(request, token)
    if entry is None:
        return redirect("reservations:queue", token)
    try:
        _send_code(request, entry, at=timezone.now())
    except Refused as refusal:
        return _code_page(request, entry, CodeForm(), refusal=refusal, status=refusal.status)
    messages.success(request, _("We sent a new code. Use the newest one."))
    return redirect("reservations:queue_code", token)


def _joining(request, token):
    """The entry whose contact is being proved, for the browser that asked; None once that is done."""
    entry = _entry(token)
    if not entry.device or entry.device != device.key_of(request):
        raise Http404
    return entry if entry.status == Q.JOINING else None


def _code_page(request, entry, form, *, refusal=None, status=0):
    contact = queueing.contact_of(entry)
    is_known = contacts.is_remembered(entry.device, contact)
    context = {
        "entry": entry,
        "form": form,
        # Only what this browser has typed itself is shown in full.
        "sent_to": hidden_contact(contact) if is_known else entry.contact,
        "refusal": refusal,
        "language_path": reverse("reservations:queue_code", args=[entry.token]),
    }
    status = status or (422 if form.errors else 200)
    return render(request, "reservations/queue_code.html", context, status=status)


# -- one's place


@private_page
@require_safe
def link(request, token):  # noqa: ARG001  (every page takes the request)
    """The link of a message: the page in the language in which they joined."""
    entry = _entry(token)
    with translation.override(entry.language):
        return redirect(entry)


@private_page
@require_safe
def place(request, token):
    """Their place as it is at this moment; at their turn, what is kept for them."""
    entry, at = _entry(token), timezone.now()
    if entry.status == Q.JOINING:
        if entry.device and entry.device == device.key_of(request):
            return redirect("reservations:queue_code", token)
        raise Http404
    if entry.status in (Q.OFFERED, Q.TAKEN):
        return redirect(entry.offers.latest("pk"))
    return _place_page(request, entry, at=at)


def _place_page(request, entry, *, at, refusal=None):
    context = {
        "entry": entry,
        "item": entry.item,
        "line": _line(entry.item, entry.pieces),
        "refusal": refusal,
        "draw": _draw(entry.item),
        "language_path": entry.get_absolute_url(),
    }
    if entry.status == Q.WAITING and not context["draw"]:
        number = queueing.place_of(entry)
        context |= {"place": number, "outlook": _outlook(entry.item, number, at=at)}
    return render(request, "reservations/queue.html", context, status=refusal.status if refusal else 200)


@require_POST
@private_page
def leave(request, token):
    """One press, and they wait no longer."""
    entry = _entry(token)
    try:
        queueing.leave(entry, at=timezone.now())
    except Refused as refusal:
        if entry.offers.exists():  # it came at this very moment: the page of the offer says how to pass it on
            return redirect("reservations:queue", token)
        return _place_page(request, _entry(token), at=timezone.now(), refusal=refusal)
    return redirect("reservations:queue", token)


def _entry(token):
    entries = QueueEntry.objects.select_related("item__category__parent", "item__site")
    found = entries.prefetch_related("item__photos").filter(token=token).first()
    if found is None:
        raise Http404
    return found
