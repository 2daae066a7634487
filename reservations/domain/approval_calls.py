"""Calling for an approval that nobody has given: reminders, the deputy, the requester, and at last the end of the request.

``FurnitureRequest.reminded`` holds the calls that were made, each as a bit. A job that comes late makes those that are due as
one; one that comes twice makes none.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from recycling import clock, working_days
from recycling.audit.domain import record
from recycling.policy.models import Policy
from reservations.models import FurnitureRequest, RequestStatus

from . import approval, approval_notes, approvers, request_states
from .refusals import WrongState

FIRST, SECOND, DEPUTY, ENDS = 1, 2, 4, 8
REMINDERS = FIRST | SECOND


def due(at: datetime) -> list[FurnitureRequest]:
    """The waiting requests for which something is to be done at ``at``, those that end first before the others."""
    policy = Policy.current()
    waiting = FurnitureRequest.objects.waiting().order_by("waiting_until", "pk")
    return [one for one in waiting if one.waiting_until <= at or _calls(one, policy, at=at)]


@transaction.atomic
def call(request, *, at):
    """Do what is due for a waiting request. Refuses `wrong_state` when nothing is."""
    locked = _waiting(request)
    if locked.waiting_until <= at:
        return _end(locked, at=at)
    calls = _calls(locked, Policy.current(), at=at)
    if not calls:
        raise WrongState
    people = approvers.ranked(locked.department, clock.city_day(at), besides=locked.by)
    asked = next((one for one in people if one.person == locked.approver), None)
    if calls & REMINDERS:
        if asked:
            approval_notes.reminded(locked, step=calls & REMINDERS, at=at)
            # Who has gone away since they were asked does not read it: the deputy is asked now.
            calls |= DEPUTY if asked.is_away else 0
        elif people:  # no longer an approver: the next one is asked
            approval.ask_instead(locked, people[0].person, by=None, at=at)
    if calls & DEPUTY & ~locked.reminded:
        _ask_deputy(locked, people, at=at)
    if calls & ENDS:
        approval_notes.ends_soon(locked, at=at)
    locked.reminded |= calls
    locked.save(update_fields=["reminded"])
    return locked


@transaction.atomic
def expire(request, *, at):
    """Nobody decided in time: the request is over, all its pieces are free, and its requester is told.

    Refuses `wrong_state` before its time, or when somebody decided after all.
    """
    locked = _waiting(request)
    if locked.waiting_until > at:
        raise WrongState
    return _end(locked, at=at)


def _waiting(request):
    locked = request_states.lock(request)
    if locked.status != RequestStatus.WAITING:
        raise WrongState
    return locked


def _end(locked, *, at):
    request_states.end(locked, RequestStatus.EXPIRED, by=None, at=at)
    approval_notes.expired(locked, at=at)
    return locked


def _ask_deputy(locked, people, *, at):
    """A deputy who is there, or whoever else may approve; nobody, where the unit has nobody else."""
    others = [one for one in people if one.person != locked.approver]
    others.sort(key=lambda one: (one.is_away, not one.is_deputy))
    if others:
        deputy = others[0].person
        record("request_deputy_asked", locked, by=None, at=at, deputy=deputy.pk)
        approval_notes.deputy_asked(locked, deputy, at=at)


# -- when


def _calls(request, policy, *, at) -> int:
    """The calls that are due and were not made, as bits."""
    found = 0
    for bit, when in _plan(request, policy):
        if when <= at and when < request.waiting_until:
            found |= bit
    return found & ~request.reminded


def _plan(request, policy):
    """When each call is due: at the hour at which it was sent, so many working days later."""
    for bit, days in (
        (FIRST, policy.approval_first_days),
        (SECOND, policy.approval_second_days),
        (DEPUTY, policy.approval_deputy_days),
    ):
        yield bit, working_days_later(request.sent_at, days)
    last = clock.city_day(request.waiting_until - timedelta(seconds=1))
    yield ENDS, clock.resolve(_working_day_before(last), time(policy.reminder_hour), settings.TIME_ZONE)


def working_days_later(at: datetime, count: int) -> datetime:
    """The same hour of the city's clock, so many working days later."""
    here = clock.local(at, settings.TIME_ZONE)
    return here + (working_days.after(here.date(), count) - here.date())


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while not working_days.is_working(day):
        day -= timedelta(days=1)
    return day
