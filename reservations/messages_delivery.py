"""What messages about a delivery say beside what they say of every reservation: where to, how much, who receives."""

from inventory.domain import cards
from recycling.accounts.domain import contacts
from recycling.errors import Refused
from recycling.notifications.domain.kinds import NotNow
from recycling.notifications.models import Channel
from reservations.domain import delivery


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


def address_for(notification, reservation):
    """Where the message goes: to whoever asked, or as a text message to whoever receives. Raises `NotNow`."""
    if notification.channel == reservation.contact_channel or notification.channel != Channel.SMS:
        return reservation.contact
    try:
        found = contacts.recognise(reservation.request.contact_phone)
    except Refused:
        raise NotNow("contact_forgotten") from None
    if found.channel != Channel.SMS:
        raise NotNow("contact_forgotten")
    return found.address
