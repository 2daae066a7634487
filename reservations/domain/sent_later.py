"""Picked and handed over without a network, and told later: what still fits is done, everything else is said in words."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recycling import clock
from recycling.errors import Refused
from reservations.models import OPEN_AT_DESK, Handover, ReservationLine, ReservationStatus

from . import booking, handover, states


class HandedOverMeanwhile(Refused):
    """``rival`` is the worker who did it."""

    code = "handed_over_meanwhile"
    message = _("Reservation %(code)s was handed over already, %(when)s. Check that nothing left twice.")

    def __init__(self, *, rival, **details):
        super().__init__(**details)
        self.rival = rival


class OverMeanwhile(Refused):
    code = "over_meanwhile"
    message = _(
        "Reservation %(code)s is over: %(status)s. What left the house is not in the records. Correct the number of pieces."
    )


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    message = _("Reservation %(code)s has changed since the phone saw it. Look at it and do this once more.")


class TickedMeanwhile(Refused):
    code = "ticked_meanwhile"
    message = _("Reservation %(code)s: somebody has picked the line since then. The tick stays.")

    def __init__(self, *, rival, **details):
        super().__init__(**details)
        self.rival = rival


@transaction.atomic
def pick(reservation, number, *, picked, by, done_at):
    """The tick of ``handover.pick`` as it was made at ``done_at``.

    Refuses `handed_over_meanwhile`, `over_meanwhile`, `changed_meanwhile`, `ticked_meanwhile`.
    """
    locked = states.lock(reservation)
    if locked.status not in {ReservationStatus.BOOKED, ReservationStatus.READY}:
        raise _why_over(locked)
    line = ReservationLine.objects.filter(reservation=locked, pk=number).select_related("picked_by").first()
    if line is None:
        raise ChangedMeanwhile(code=locked.code)
    if not picked and line.picked_at and line.picked_at > done_at:
        raise TickedMeanwhile(code=locked.code, rival=line.picked_by)
    return handover.pick(line, by=by, at=done_at, picked=picked)


@transaction.atomic
def hand_over(reservation, *, shown, given, why_not, by, at, done_at):
    """``handover.hand_over`` of what the phone has ``shown`` (pieces by line). Nobody is blamed for a time at which they came.

    Refuses `handed_over_meanwhile`, `over_meanwhile`, `changed_meanwhile`, and what ``handover.hand_over`` refuses.
    """
    locked = as_shown(reservation, shown)
    if locked.missed_at and locked.missed_at >= done_at and not locked.miss_excused:
        booking.excuse(locked, by=by, at=at)
    return handover.hand_over(locked, given=given, why_not=why_not, by=by, at=at)


def as_shown(reservation, shown):
    """The reservation, locked, if it is still what the phone has ``shown``: open, and with the same lines."""
    locked = states.lock(reservation)
    if locked.status not in OPEN_AT_DESK:
        raise _why_over(locked)
    if shown != dict(locked.lines.values_list("pk", "pieces")):
        raise ChangedMeanwhile(code=locked.code)
    return locked


def _why_over(reservation):
    done = Handover.objects.filter(reservation=reservation).select_related("by").first()
    if done is None:
        return OverMeanwhile(code=reservation.code, status=reservation.get_status_display().lower())
    when = clock.moment_text(done.at, reservation.site.tz)
    return HandedOverMeanwhile(code=reservation.code, when=when, rival=done.by)
