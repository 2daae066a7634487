"""How a person wants to be written to: channel, language, reminder, quiet hours, and a second way to reach them."""

from django.db import transaction

from recycling.accounts.domain import contacts
from recycling.accounts.rules import is_city
from recycling.notifications.domain import quiet
from recycling.notifications.models import MessageChoice

from . import queue_messages, reaching, reminders, states
from .refusals import WrongState


def can_choose(reservation) -> bool:
    """Whether something is still said about it, to somebody."""
    return bool(reservation.is_open and reservation.person_id and reservation.contact)


def is_theirs(reservation, *, by) -> bool:
    """Whether ``by`` chooses for all that its person books. A resident has the link alone; of somebody of the city others have
    it too, whoever receives a delivery for one, and they sign in.
    """
    return by == reservation.person or not is_city(reservation.person)


@transaction.atomic
def choose(reservation, *, language, wants_reminder, channel=None, hours=None, by=None, at):
    """From now on, and for what waits already: ``hours`` are (from, until) in which nothing unasked is sent.

    Channel and hours are the person's, for all that they book, and as they were where they are not given or not for ``by`` to
    choose (``is_theirs``); language and reminder are the reservation's. Refuses `wrong_state`.
    """
    locked = states.lock(reservation)
    if not can_choose(locked) or channel not in {None, *reaching.ways_to(locked)}:
        raise WrongState
    if channel and hours and is_theirs(locked, by=by):
        _choose_for_all(locked, channel, hours)
    locked.language, locked.wants_reminder = language, wants_reminder
    locked.save(update_fields=["language", "wants_reminder"])
    reminders.otherwise(locked, at=at)
    return locked


def _choose_for_all(locked, channel, hours):
    quiet_from, quiet_until = (None, None) if hours == quiet.hours_of(None) else hours
    MessageChoice.objects.update_or_create(
        person=locked.person,
        defaults={
            # As they book, unless they said otherwise.
            "channel": "" if channel == locked.contact_channel else channel,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
        },
    )
    for other in locked.person.reservations.holding().exclude(pk=locked.pk).select_related("person"):
        reminders.as_chosen(other)
    for entry in locked.person.queued.in_queue().select_related("person"):
        queue_messages.as_chosen(entry)


def missing_way(reservation, *, device, at) -> str:
    """The channel by which this person could be reached as well, or "".

    It is asked for only in a browser that proved the contact they have, and never of somebody of the city: whoever was only
    given the link must not become part of a person, nor a way into an account.
    """
    known = contacts.Contact(reservation.contact_channel, reservation.contact)
    if not contacts.is_trusted(device, known, at=at) or is_city(reservation.person):
        return ""
    offered = ["email", *(["sms"] if contacts.sms_offered() else [])]
    ways = reaching.ways_to(reservation)
    return next((channel for channel in offered if channel not in ways), "")


def add_way(reservation, contact, typed, *, device, at):
    """The code that was sent to ``contact`` is typed: it reaches the person too.

    Refuses `wrong_state`, `wrong_code`, `code_over`, `contact_taken`.
    """
    if missing_way(reservation, device=device, at=at) != contact.channel:
        raise WrongState
    # A transaction of its own: a wrong try stays counted.
    contacts.check_code(contact, typed, device=device, at=at)
    contacts.add(reservation.person, contact, at=at)
