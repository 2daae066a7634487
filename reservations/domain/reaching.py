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


def channel_of(booker) -> str:
    """The channel that the person chose, where it reaches them; else the one they booked with."""
    return channels_of([booker])[booker.pk]


def channels_of(bookers) -> dict[int, str]:
    """`channel_of` for many at once, by their keys. One question, none where nobody can be reached in two ways."""
    ways = {one.pk: ways_to(one) for one in bookers}
    several = [one.person_id for one in bookers if len(ways[one.pk]) > 1]
    chosen = MessageChoice.objects.filter(person__in=several).values_list("person", "channel")
    choices = dict(chosen) if several else {}
    channels = {one.pk: one.contact_channel for one in bookers}
    for one in bookers:
        if (choice := choices.get(one.person_id)) in ways[one.pk]:
            channels[one.pk] = choice
    return channels


def in_trouble(reservation) -> bool:
    """Whether the last message to the contact of this reservation did not arrive, for whoever can ask for another one."""
    return failing.in_trouble(reservation.contact)
