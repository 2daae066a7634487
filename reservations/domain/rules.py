"""Who may reserve what and how much, and why not."""

import itertools
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum

from inventory.domain import stages
from inventory.models import Stage
from recycling import clock
from recycling.accounts.domain import contacts
from recycling.accounts.rules import is_association, is_city, is_staff
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.models import NEXT, ReservationLine, ReservationStatus

from .refusals import BookingPaused, MoreThanLimit, OnlyByRequest, ResidentsMayNot, TooManyPieces

__all__ = ["Refused", "is_staff", "limited", "why_not_more", "why_not_reserve"]


def why_not_reserve(item, *, by, pieces, policy):
    """What stands against this kind of person reserving this item for themselves, apart from whether it is there."""
    if is_staff(by):
        return None
    if not stages.residents_may(item):
        return OnlyByRequest() if is_city(by) else ResidentsMayNot()
    if stages.is_limited(item, by) and pieces > policy.pieces_per_person:
        return MoreThanLimit(limit=policy.pieces_per_person, days=policy.pieces_days)
    return None


def limited(wishes, *people):
    """How many pieces of ``{item: pieces}`` count against a resident's limit: of what none of ``people`` may take beyond it."""
    return sum(
        pieces for item, pieces in wishes.items() if all(stages.is_limited(item, person) for person in people)
    )


def why_not_more(person, *, pieces, at, tz, online=True):
    """What stands against ``pieces`` more for this resident, whose row is locked: a pause, or the limit of pieces.

    ``pieces`` are those that count (``limited``): none of them is no question of the limit. A pause is one of booking
    ``online``: whoever rings us is helped all the same.
    """
    policy = Policy.current()
    if online and person.booking_paused_until and person.booking_paused_until > at:
        return BookingPaused(
            until=clock.day_text(clock.today(tz, person.booking_paused_until)), phone=policy.help_phone
        )
    if not pieces:
        return None
    if pieces > policy.pieces_per_person:
        return MoreThanLimit(limit=policy.pieces_per_person, days=policy.pieces_days)
    taken = _taken_by(person).filter(reservation__booked_at__gt=at - timedelta(days=policy.pieces_days))
    have = taken.aggregate(have=Sum("pieces"))["have"] or 0
    if have + pieces <= policy.pieces_per_person:
        return None
    return TooManyPieces(
        limit=policy.pieces_per_person,
        days=policy.pieces_days,
        have=have,
        next_day=clock.day_text(_next_day(taken, have + pieces - policy.pieces_per_person, policy, tz)),
    )


def foretold(*, device, at):
    """What would stand against one piece more for whoever booked on this device last, or None.

    It is advice: somebody else may book there all the same.
    """
    latest = contacts.latest_on(device, at=at)
    if latest is None or is_staff(latest.person):
        return None
    return why_not_more(latest.person, pieces=1, at=at, tz=settings.TIME_ZONE)


def _taken_by(person):
    """The lines that count against a resident's limit: promised or collected, not what was given up in time."""
    # What is only held has no ``booked_at`` yet, which is what is asked for: but one that waits for the giver's answer has.
    counting = [*NEXT, ReservationStatus.COLLECTED]
    taken = ReservationLine.objects.filter(reservation__person=person, reservation__status__in=counting)
    if is_association(person):
        # What it took whole, when nobody else wanted it, is not held against it.
        taken = taken.exclude(item__stage__in=[Stage.ASSOCIATIONS, Stage.LEAVING])
    return taken


def _next_day(taken, too_many, policy, tz):
    """The day on which enough of the earlier pieces have left the window."""
    rows = list(taken.order_by("reservation__booked_at").values_list("pieces", "reservation__booked_at"))
    leaving = itertools.accumulate(pieces for pieces, _booked_at in rows)
    when = next(
        booked_at for gone, (_pieces, booked_at) in zip(leaving, rows, strict=True) if gone >= too_many
    )
    return clock.today(tz, when + timedelta(days=policy.pieces_days + 1))
