"""How the person of a reservation is reached: the contact of the booking, and what else of theirs was proved."""

from recycling.accounts.domain import contacts
from recycling.notifications.domain import failing
from recycling.notifications.models import Channel, MessageChoice


def ways_to(reservation) -> dict[str, str]:
    """{channel: address} of everything that reaches the person; nothing once the contact is forgotten."""
    if not reservation.contact:
        return {}
    person, ways = reservation.person, {}
    if person and person.email and person.email_verified_at:
        ways[Channel.EMAIL] = person.email
    if person and person.phone and person.phone_verified_at and contacts.sms_offered():
        ways[Channel.SMS] = person.phone
    return ways | {reservation.contact_channel: reservation.contact}


def channel_of(reservation) -> str:
    """The channel that the person chose, where it reaches them; else the one they booked with."""
    ways = ways_to(reservation)
    if len(ways) > 1:
        choice = MessageChoice.objects.filter(person=reservation.person).first()
        if choice and choice.channel in ways:
            return choice.channel
    return reservation.contact_channel


def in_trouble(reservation) -> bool:
    """Whether the last message to the contact of this reservation did not arrive, for whoever can ask for another one."""
    return failing.in_trouble(reservation.contact)
