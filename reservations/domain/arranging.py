"""The giver's answer to proposed times: one of them, or none with a word about what would suit."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from recycling.audit.domain import record
from reservations.models import OPEN_AT_DESK

from . import booking, reminders, slots, states
from .giving_refusals import NotProposed
from .refusals import WrongState


class Suits(models.TextChoices):
    """What the giver says instead. A choice and not a text: what people write about people is not kept."""

    MORNINGS = "mornings", _("Mornings suit better.")
    AFTERNOONS = "afternoons", _("Afternoons suit better.")
    NEXT_WEEK = "next_week", _("Another week suits better.")
    CLOSED = "closed", _("The building is closed at those times.")
    OTHER = "other", _("Propose other times, please.")


@transaction.atomic
def agree(reservation, proposed, *, by, at):
    """The giver takes one of the proposed times: it is booked, with a slot of its own. Taking it twice is taking it once.

    Refuses `wrong_state` when no answer is awaited any more, `not_proposed`.
    """
    locked = states.lock(reservation)
    if locked.status in OPEN_AT_DESK and locked.slot.starts_at == proposed.starts_at:
        return locked
    if not locked.is_asked or locked.held_until <= at:
        raise WrongState
    if not locked.proposed.filter(pk=proposed.pk, starts_at__gt=at).exists():
        raise NotProposed
    locked.slot, locked.places = slots.arrange(locked.site, proposed), 1
    booking.make_booked(locked, person=locked.person, by=by, at=at)
    return locked


@transaction.atomic
def decline(reservation, *, suits, by, at):
    """None of the times suits: it is kept for its person for some days, who is told what would, and may propose others.

    Refuses `wrong_state` when no answer is awaited any more.
    """
    locked = states.lock(reservation)
    if not locked.is_asked or locked.held_until <= at:
        raise WrongState
    locked.proposed.all().delete()
    locked.booked_at, locked.held_until = None, booking.kept_until(locked.site, at=at)
    locked.save(update_fields=["booked_at", "held_until"])
    record("reservation_times_declined", locked, by=by, at=at, suits=str(suits))
    reminders.times_declined(locked, suits=suits, at=at)
    return locked
