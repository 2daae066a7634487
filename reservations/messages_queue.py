"""What the messages about a queue say, read when they are sent."""

from django.conf import settings
from django.urls import reverse

from inventory.domain import titles
from recycling import clock
from recycling.notifications.domain.kinds import Draft, NotNow, says
from reservations.domain import drawing_lots, queue_messages, queueing
from reservations.domain.queue_refusals import NotInQueue
from reservations.models import QueueEntry, QueueStatus, ReservationStatus

from .messages import about, values_of
from .messages_delivery import address_of

Q = QueueStatus


def _entry(notification, status):
    """The entry as it is now, or `NotNow` with what has become of it."""
    entries = QueueEntry.objects.select_related("item__category__parent", "item__site")
    entry = entries.filter(pk=notification.context["entry"]).first()
    if entry is None or not entry.contact:
        raise NotNow("contact_forgotten")
    if entry.status != status:
        raise NotNow(entry.status)
    return entry


@says(queue_messages.JOINED, by_mail_instead=True)
@says(queue_messages.DRAWN, by_mail_instead=True, not_at_night=True)
def joined(notification, at):  # noqa: ARG001  (a place does not grow old)
    """Their place at this moment, and how to leave it."""
    entry = _entry(notification, Q.WAITING)
    try:
        turn = queueing.place_of(entry)
    except NotInQueue:
        raise NotNow("offered") from None
    return Draft(
        address_of(entry, notification.channel), _values(entry) | {"turn": turn}, tz=entry.item.site.tz
    )


@says(queue_messages.FOR_DRAW, by_mail_instead=True)
def for_draw(notification, at):  # noqa: ARG001  (it is true until the draw)
    """That they take part, and how to leave it."""
    entry = _entry(notification, Q.WAITING)
    if drawing_lots.to_come(entry.item) is None:
        raise NotNow("drawn")
    return Draft(address_of(entry, notification.channel), _values(entry))


def _values(entry):
    path = reverse("queue_link", args=[entry.token])
    return {"item": titles.title(entry.item), "url": settings.SITE_URL + path}


@says(queue_messages.TURN, by_mail_instead=True, not_at_night=True)
def your_turn(notification, at):
    """It is kept for them until then: their time begins now."""
    offer = about(notification, ReservationStatus.HELD)
    if not offer.is_offer:
        raise NotNow("time_chosen")
    if offer.held_until <= at:
        raise NotNow("expired")
    until = clock.moment_text(queueing.theirs_until(offer, told=at), offer.site.tz)
    return Draft(
        address_of(offer, notification.channel), values_of(offer) | {"answer_by": until}, tz=offer.site.tz
    )


@says(queue_messages.PASSED, by_mail_instead=True)
def passed(notification, at):  # noqa: ARG001  (it stays true)
    """They passed it on."""
    return _turn_over(notification, ReservationStatus.CANCELLED)


@says(queue_messages.LAPSED, by_mail_instead=True, not_at_night=True)
def lapsed(notification, at):  # noqa: ARG001  (it stays true)
    """They did not answer in time."""
    return _turn_over(notification, ReservationStatus.EXPIRED)


def _turn_over(notification, status):
    """The link leads to the thing, where they may join the queue again."""
    offer = about(notification, status)
    item = offer.lines.select_related("item").get().item
    return Draft(
        address_of(offer, notification.channel), values_of(offer) | {"url": _page_of(item)}, tz=offer.site.tz
    )


@says(queue_messages.OVER, by_mail_instead=True, not_at_night=True)
def nothing_comes(notification, at):  # noqa: ARG001  (it stays true)
    """Others like it are on the page of the thing."""
    entry = _entry(notification, Q.OVER)
    return Draft(
        address_of(entry, notification.channel),
        {"item": titles.title(entry.item), "url": _page_of(entry.item)},
        tz=entry.item.site.tz,
    )


def _page_of(item):
    return settings.SITE_URL + reverse("inventory:item", args=[item.shown_code])
