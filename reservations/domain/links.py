"""The links of somebody's open reservations, sent again to the contact they were made with."""

from datetime import timedelta

from django.db.models import Q

from recycling.accounts.domain import limits
from recycling.notifications.domain import outbox
from reservations.models import OPEN_AT_DESK, Reservation, ReservationStatus

KIND = "my_links"
PER_CONTACT, PER_NETWORK = 3, 30


def still_open():
    """What somebody can still collect: booked, missed but kept, or kept from a part that was handed over."""
    kept = Q(status=ReservationStatus.HELD, person__isnull=False, wanted=None)
    return Reservation.objects.filter(Q(status__in=OPEN_AT_DESK) | kept)


def send_again(contact, *, network, language, at):
    """Ask for a message with the link of each open reservation of ``contact``. Whoever asks learns nothing.

    Refuses `too_often`, counted for known and unknown contacts alike.
    """
    hour = timedelta(hours=1)
    limits.count("links_from_network", network, limit=PER_NETWORK, per=hour, at=at)
    limits.count("links_to_contact", contact.address, limit=PER_CONTACT, per=hour, at=at)
    theirs = still_open().filter(contact=contact.address, contact_channel=contact.channel)
    for reservation in theirs.select_related("person").order_by("pk"):
        outbox.post(
            f"reservation:{reservation.pk}",
            KIND,
            channel=contact.channel,
            language=language,
            key=at.isoformat(),
            send_after=at,
            send_before=at + hour,
            person=reservation.person,
            reservation=reservation.pk,
        )
