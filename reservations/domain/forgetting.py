"""Forgetting people: name and contact go when they are no longer needed; what was reserved stays for the figures."""

import calendar
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from inventory.domain import not_usable
from recycling import sweeping
from recycling.accounts.models import ContactCode, Membership, User
from recycling.audit.domain import record
from recycling.notifications.domain import failing, outbox
from recycling.notifications.models import MessageChoice
from recycling.policy.models import Policy
from reservations.models import (
    NEXT,
    Delivery,
    FurnitureRequest,
    NeedLine,
    QueueEntry,
    Reservation,
    Signature,
    WantedEntry,
)

# A contact that nobody proved may be a stranger's: it is not kept until the resident's own would go.
UNPROVED_KEPT = timedelta(days=7)
# What a place in a queue says of whoever waited, once that is forgotten.
NOBODY = {"contact_name": "", "contact": "", "contact_channel": "", "device": ""}


def forget_contacts(at) -> int:
    """Remove the names and contacts whose time is over at ``at``; how many people and reservations that touched."""
    policy = Policy.current()
    people = _residents_done_before(at - timedelta(days=policy.contact_days))
    done = sweeping.each(
        people.order_by("pk").iterator(), lambda person: forget_person(person, at=at), job="forget"
    )
    requests = _with_contact().filter(
        Q(department__isnull=False) | Q(person__in=_city()),
        closed_at__lte=_months_before(at, policy.request_months),
    )
    never_booked = _with_contact().filter(person=None, closed_at__lte=at - UNPROVED_KEPT)
    for rows in (requests, never_booked):
        done += sweeping.each(rows.order_by("pk"), lambda row: forget_contact(row, at=at), job="forget")
    before = _months_before(at, policy.request_months)
    asked = _requests_over(before).order_by("pk")
    done += sweeping.each(asked, lambda request: forget_request(request, before=before, at=at), job="forget")
    not_usable.forget(before=before)
    waited = QueueEntry.objects.filter(person__in=_city(), closed_at__lte=before).exclude(contact="")
    done += waited.update(**NOBODY)
    QueueEntry.objects.filter(person=None, created_at__lte=at - UNPROVED_KEPT).delete()
    WantedEntry.objects.filter(closed_at__lte=before).exclude(note="").update(note="")
    NeedLine.objects.filter(need_list__created_at__lte=before).exclude(why_words="").update(why_words="")
    return done


@transaction.atomic
def forget_person(person, *, at) -> None:
    """Make a resident nobody: the row keeps its number, so that figures and the audit still add up.

    Whoever has booked again meanwhile stays.
    """
    days = timedelta(days=Policy.current().contact_days)
    locked = _residents_done_before(at - days).select_for_update(of=("self",)).filter(pk=person.pk).first()
    if locked is None:
        return
    addresses = [one for one in (locked.email, locked.phone) if one]
    ContactCode.objects.filter(contact__in=addresses).delete()
    for address in addresses:
        failing.arrives(address)
    locked.devices.all().delete()
    MessageChoice.objects.filter(person=locked).delete()
    for reservation in locked.reservations.order_by("pk"):
        _forget(reservation, at=at)
    for entry in locked.queued.exclude(contact="").order_by("pk"):
        outbox.unsay(f"queue:{entry.pk}", why="contact_forgotten")
    locked.queued.update(**NOBODY)
    User.objects.filter(pk=locked.pk).update(
        name="", email=None, email_verified_at=None, phone=None, phone_verified_at=None
    )
    record("person_forgotten", locked, by=None, at=at)


@transaction.atomic
def forget_contact(reservation, *, at) -> None:
    """Remove name and contact from a reservation that is over; the person's own row is another matter."""
    locked = Reservation.objects.select_for_update(of=("self",)).get(pk=reservation.pk)
    if locked.status not in NEXT:
        _forget(locked, at=at)
        record("contact_forgotten", locked, by=None, at=at)


@transaction.atomic
def forget_request(request, *, before, at) -> None:
    """Remove what a unit's request says of people, once it is over: whom to ask, notes, reasons and messages."""
    locked = _requests_over(before).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if locked is None:
        return
    FurnitureRequest.objects.filter(pk=locked.pk).update(
        contact_name="", contact_phone="", note="", decision_reason="", forgotten_at=at
    )
    Delivery.objects.filter(request=locked).update(unloading="", floor="")
    locked.messages.all().delete()
    record("contact_forgotten", locked, by=None, at=at)


def _requests_over(before):
    """Requests of units that nobody has touched since, and that hold nothing any more."""
    holding = Reservation.objects.holding().filter(request=OuterRef("pk"))
    return FurnitureRequest.objects.filter(~Exists(holding), forgotten_at=None, changed_at__lte=before)


def _forget(reservation, *, at):
    Reservation.objects.filter(pk=reservation.pk).update(
        contact_name="", contact="", contact_channel="", contact_proved_at=None, device="", forgotten_at=at
    )
    Signature.objects.filter(handover__reservation=reservation).delete()
    outbox.unsay(f"reservation:{reservation.pk}", why="contact_forgotten")


def _with_contact():
    """Finished reservations that still say who."""
    says_who = ~Q(contact="") | ~Q(contact_name="") | Q(handover__signature__isnull=False)
    return Reservation.objects.filter(says_who, closed_at__isnull=False)


def _city():
    """People who sign in: workers, members of units, managers, admins."""
    return User.objects.filter(
        Q(is_superuser=True)
        | Q(is_staff=True)
        | Q(is_manager=True)
        | Exists(Membership.objects.filter(user=OuterRef("pk")))
        | Q(work__isnull=False)
    )


def _residents_done_before(moment):
    """Residents we still know, whose reservations and places in queues are all over since ``moment`` or longer."""
    theirs = Reservation.objects.filter(person=OuterRef("pk"))
    waited = QueueEntry.objects.filter(person=OuterRef("pk"))
    not_over = Q(closed_at=None) | Q(closed_at__gt=moment)
    return User.objects.filter(
        Q(email__isnull=False) | Q(phone__isnull=False) | ~Q(name=""),
        Exists(theirs) | Exists(waited),
        ~Exists(theirs.filter(not_over)),
        ~Exists(waited.filter(not_over)),
    ).exclude(pk__in=_city().values("pk"))


def _months_before(at, months):
    """The same day of the month ``months`` earlier, or the last one that month has."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
