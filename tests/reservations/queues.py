"""People who wait for a thing."""

import itertools

from django.contrib.auth.models import AnonymousUser

from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.notifications.models import Notification
from reservations.domain import booking, queueing
from reservations.models import QueueEntry, Reservation
from tests.factories import NOW

_numbers = itertools.count(1)


def joins(item, name="aino", at=NOW, contact="", **wish):
    """``name`` waits for ``item`` from ``at`` on: asked for, and the contact proved by its code."""
    number = next(_numbers)
    device, contact = f"{number:064x}", Contact("email", contact or f"{name}@example.org")
    entry = queueing.ask(
        item,
        queueing.Wish(**wish),
        contact,
        name=name.title(),
        language="en",
        device=device,
        network=f"198.51.100.{number % 250}",
        by=AnonymousUser(),
        at=at,
    )
    code = contacts.send_code(contact, device=device, network="192.0.2.1", language="en", at=at)
    return queueing.prove(entry, contacts.digits(code), device=device, at=at)


def now(entry):
    return QueueEntry.objects.values_list("status", flat=True).get(pk=entry.pk)


def offer_of(entry):
    return Reservation.objects.filter(queued=entry).latest("pk")


def told(entry):
    """The message about their turn has been sent; their offer."""
    offer = offer_of(entry)
    turn = Notification.objects.filter(kind="queue_turn", recipient=f"reservation:{offer.pk}")
    assert turn.update(status="sent", sent_at=offer.created_at)
    return offer


def does_not_answer(entry):
    """Their turn passes, though they were told; the offer as it was."""
    offer = told(entry)
    booking.expire(offer, at=offer.held_until)
    return offer


def offers():
    """[(whose, pieces, status)] in the order in which they were made."""
    rows = Reservation.objects.filter(queued__isnull=False).order_by("pk").prefetch_related("lines")
    return [(one.contact_name, sum(line.pieces for line in one.lines.all()), one.status) for one in rows]
