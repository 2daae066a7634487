"""What the messages about a unit's wanted list say, read when they are sent."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from inventory.domain import cards, titles
from recycling import clock
from recycling.accounts.models import Department, Membership, UnitRole
from recycling.notifications.domain.kinds import Draft, NotNow, says
from reservations.domain import wanted, wanted_offers
from reservations.models import Reservation, ReservationStatus, WantedEntry, WantedStatus


@says(wanted_offers.KIND, not_at_night=True)
def wanted_offer(notification, at):
    """What has come, where it stands, and until when it is kept for the unit."""
    offers = Reservation.objects.select_related(
        "wanted__by", "wanted__department", "wanted__category", "site"
    )
    offer = offers.filter(pk=notification.context["reservation"]).first()
    if offer is None or offer.wanted is None or offer.held_until is None or offer.held_until <= at:
        raise NotNow("expired")
    if offer.status != ReservationStatus.HELD:
        raise NotNow("expired")
    lines = list(offer.lines.select_related("item__category__parent"))
    last = clock.local(offer.held_until - timedelta(seconds=1), offer.site.tz)
    return Draft(
        _address(offer.wanted),
        {
            "kind": offer.wanted.category.name,
            "pieces": sum(line.pieces for line in lines),
            "lines": [
                {
                    "item": titles.title(line.item),
                    "code": line.item.shown_code,
                    "pieces": line.pieces,
                    "size": cards.size_text(line.item),
                }
                for line in lines
            ],
            "address": ", ".join(filter(None, [offer.site.name, offer.site.street])),
            "until": clock.day_text(last),
            "url": settings.SITE_URL + reverse("reservations:wanted"),
        },
    )


@says(wanted.ENDED, not_at_night=True)
def wanted_ended(notification, at):  # noqa: ARG001  (a day that has passed stays so)
    """The day has passed and nothing came."""
    entries = WantedEntry.objects.select_related("by", "department", "category")
    entry = entries.filter(pk=notification.context["entry"]).first()
    if entry is None or entry.status != WantedStatus.ENDED:
        raise NotNow("not_wanted")
    return Draft(
        _address(entry),
        {
            "kind": entry.category.name,
            "pieces": entry.still,
            "day": clock.day_text(entry.needed_by),
            "url": settings.SITE_URL + reverse("reservations:wanted"),
        },
    )


def _address(entry):
    """Whoever wrote it, while they ask for the unit; after that its lead."""
    if entry.by.email and Department.objects.with_role(entry.by, "requester").filter(pk=entry.department_id):
        return entry.by.email
    leads = Membership.objects.filter(department=entry.department, role=UnitRole.LEAD, user__is_active=True)
    lead = leads.exclude(user__email=None).select_related("user").order_by("pk").first()
    if lead is None or not lead.user.email:
        raise NotNow("contact_forgotten")
    return lead.user.email
