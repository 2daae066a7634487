"""What messages about a delivery say beside what they say of every reservation: where to, how much, who receives."""

from inventory.domain import cards
from recycling.accounts.domain import contacts
from recycling.errors import Refused
from recycling.notifications.domain.kinds import NotNow
from recycling.notifications.models import Channel
from reservations.domain import delivery, reaching


def delivery_values(reservation):
    """The values that the words about a delivery ask for; none for a pickup."""
    row = delivery.of(reservation)
    if row is None:
        return {}
    return {
        "pieces": sum(line.pieces for line in reservation.lines.all()),
        "place": row.site.name if row.site else row.street,
        "address": delivery.address_of(row),
        "unloading": row.unloading,
        "delivery_price": cards.price_text(row.price),
        "receiver": row.request.contact_name,
    }


def words_for(kind, reservation):
    """The words of a kind: for what is brought, others."""
    return f"{kind}_delivery" if reservation.is_delivery else ""


def address_of(booker, channel):
    """Where a reservation or a place in a queue is reached by this channel. Raises `NotNow`."""
    try:
        return reaching.ways_to(booker)[channel]
    except KeyError:
        raise NotNow("no_other_contact") from None


def receivers_phone(reservation):
    """Where a text message reaches whoever receives what is brought. Raises `NotNow`."""
    try:
        found = contacts.recognise(reservation.request.contact_phone)
    except contacts.NoTextsThere:
        raise NotNow("no_texts_there") from None
    except Refused:
        raise NotNow("contact_forgotten") from None
    if found.channel != Channel.SMS:
        raise NotNow("contact_forgotten")
    return found.address
