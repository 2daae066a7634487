"""What is said about times that are agreed with whoever gives things away, read when it is sent."""

from django.conf import settings
from django.urls import reverse

from inventory.domain import titles
from recycling import clock
from recycling.notifications.domain.kinds import Draft, NotNow, says
from reservations.domain.arranging import Suits
from reservations.models import Reservation, ReservationStatus

from .messages import about, deadline, values_of
from .messages_delivery import address_of

S = ReservationStatus


@says("times_asked", by_mail_instead=True)
def times_asked(notification, at):  # noqa: ARG001  (until when it is of use is the message's own deadline)
    """That the giver was asked, and until when an answer comes."""
    reservation = about(notification, S.HELD)
    if not reservation.is_asked:
        raise NotNow("moved")
    return Draft(
        address_of(reservation, notification.channel), values_of(reservation) | _proposed(reservation)
    )


@says("times_declined", by_mail_instead=True)
def times_declined(notification, at):
    """What the giver said, and until when it is kept."""
    reservation = about(notification, S.HELD)
    if reservation.is_asked:
        raise NotNow("moved")
    if reservation.held_until <= at:
        raise NotNow(S.EXPIRED)
    suits = Suits(notification.context["suits"]).label
    return Draft(
        address_of(reservation, notification.channel),
        values_of(reservation) | deadline(reservation) | {"suits": str(suits)},
    )


@says("times_lapsed", by_mail_instead=True, not_at_night=True)
def times_lapsed(notification, at):  # noqa: ARG001  (it stays true)
    """Nobody answered, and it is free for others."""
    reservation = about(notification, S.EXPIRED)
    to = address_of(reservation, notification.channel)
    return Draft(to, values_of(reservation), tz=reservation.site.tz)


@says("times_proposed")
def times_proposed(notification, at):
    """To the giver: which times, and the page on which one is taken."""
    reservation = _of_giver(notification)
    if not reservation.is_asked or reservation.held_until <= at:
        raise NotNow(reservation.status)
    return Draft(_address(notification), _for_giver(reservation, "give_times") | _proposed(reservation))


@says("times_unanswered", not_at_night=True)
def times_unanswered(notification, at):  # noqa: ARG001  (it stays true)
    """To the giver: nobody answered in time, so it is free again."""
    reservation = _of_giver(notification)
    if reservation.status != S.EXPIRED:
        raise NotNow(reservation.status)
    return Draft(_address(notification), _for_giver(reservation, ""))


def _of_giver(notification):
    found = Reservation.objects.select_related("site").filter(pk=notification.context["reservation"]).first()
    mine = Reservation.objects.given_by_unit_of(notification.person) if notification.person else None
    if found is None or mine is None or not mine.filter(pk=found.pk).exists():
        raise NotNow("contact_forgotten")
    return found


def _address(notification):
    if not notification.person.email:
        raise NotNow("contact_forgotten")
    return notification.person.email


def _for_giver(reservation, page):
    """Nothing of the person: who comes is on the giver's page, behind the sign-in."""
    first, *others = reservation.lines.select_related("item__category__parent")
    path = reverse(f"reservations:{page}", args=[reservation.code]) if page else reverse("reservations:give")
    return {
        "item": titles.title(first.item) + (f" + {len(others)}" if others else ""),
        "pieces": first.pieces + sum(line.pieces for line in others),
        "url": settings.SITE_URL + path,
    }


def _proposed(reservation):
    times = reservation.proposed.all()
    return {"times": [clock.span_text(one.starts_at, one.ends_at, reservation.site.tz) for one in times]}
