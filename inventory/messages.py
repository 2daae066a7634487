"""What the messages about offers of units say, read when they are sent."""

from django.conf import settings
from django.urls import reverse

from inventory.domain import offer_messages, titles
from inventory.models import Giving, Item, ItemStatus, NotUsable
from recycling import clock
from recycling.audit.models import AuditEntry
from recycling.notifications.domain.kinds import Draft, NotNow, says

S = ItemStatus


def _offer(notification, *statuses):
    """The offer as it is now, or `NotNow` with what has become of it."""
    items = Item.objects.own_site_offers().select_related("category__parent", "site", "owner")
    item = items.filter(pk=notification.context["item"]).first()
    if item is None:
        raise NotNow("collected")
    if item.status not in statuses:
        raise NotNow(item.status)
    return item


def _to(notification, item):
    """Who was asked, if they still give things away for the unit; else who does."""
    if notification.person and notification.person.is_active and notification.person.email:
        mine = Item.objects.given_by_units_of(notification.person)
        if mine.filter(pk=item.pk).exists():
            return notification.person.email
    person = offer_messages.giver_of(item)
    if person is None:
        raise NotNow("contact_forgotten")
    return person.email


def _values(item):
    return {
        "item": titles.title(item),
        "code": item.shown_code,
        "pieces": item.quantity - item.reserved,
        "promised": item.reserved,
        "until": clock.day_text(item.available_until) if item.available_until else "",
        "url": settings.SITE_URL + reverse("reservations:give_item", args=[item.shown_code]),
    }


@says("offer_ending", not_at_night=True)
def offer_ending(notification, at):
    """Extend, open to residents, ask for transport, mark as gone."""
    item = _offer(notification, S.PUBLISHED)
    if f":{item.available_until}:" not in notification.dedupe_key:
        raise NotNow("moved")
    if Item.objects.over(at).filter(pk=item.pk).exists():
        raise NotNow("expired")
    if item.quantity == item.reserved:
        raise NotNow("collected")
    return Draft(_to(notification, item), _values(item))


@says("offer_accepted")
def offer_accepted(notification, at):  # noqa: ARG001  (it stays true)
    """It is in the catalogue."""
    item = _offer(notification, S.PUBLISHED)
    first = item.available_from
    return Draft(
        _to(notification, item), _values(item) | {"first_day": clock.day_text(first) if first else ""}
    )


@says("offer_to_be_fetched")
def offer_to_be_fetched(notification, at):  # noqa: ARG001  (it stays true)
    """The warehouse comes for it."""
    item = _offer(notification, S.DRAFT)
    if item.giving != Giving.TRANSPORT:
        raise NotNow("moved")
    return Draft(_to(notification, item), _values(item))


@says("offer_sent_back")
def offer_sent_back(notification, at):  # noqa: ARG001  (it stays true)
    """What the lead wrote, and where to mend it."""
    item = _offer(notification, S.WITHDRAWN)
    return Draft(_to(notification, item), _values(item) | {"reason": why_sent_back(item)})


@says("not_usable")
def not_usable(notification, at):  # noqa: ARG001  (it stays true)
    """That it was found so, and the page of the unit that shows what is wrong."""
    rows = NotUsable.objects.select_related("aside__item__category__parent")
    row = rows.filter(aside=notification.context["aside"]).first()
    if row is None:
        raise NotNow("contact_forgotten")
    item = row.aside.item
    return Draft(
        _to(notification, item),
        _values(item)
        | {
            "pieces": row.aside.pieces,
            "url": settings.SITE_URL + reverse("reservations:not_usable", args=[row.aside.token]),
        },
    )


def why_sent_back(item):
    """What was written when the offer was taken out, the last time."""
    rows = AuditEntry.objects.filter(target_type="item", target_id=item.pk, action="item_withdrawn")
    last = rows.order_by("-pk").first()
    return last.details.get("reason", "") if last else ""
