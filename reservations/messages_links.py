"""What the message with a lost link says."""

from inventory.domain import titles
from recycling import clock
from recycling.notifications.domain.kinds import Draft, NotNow, says
from reservations.domain import calendar, links
from reservations.models import Reservation


@says(links.KIND)
def my_links(notification, at):  # noqa: ARG001  (a link stays true)
    """The link, with enough words to know which reservation it is."""
    reservation = (
        Reservation.objects.select_related("site", "slot")
        .filter(pk=notification.context["reservation"])
        .first()
    )
    if reservation is None or not reservation.contact:
        raise NotNow("contact_forgotten")
    if not links.still_open().filter(pk=reservation.pk).exists():
        raise NotNow(reservation.status)
    first, *others = [
        titles.title(line.item) for line in reservation.lines.select_related("item__category__parent")
    ]
    slot = reservation.slot
    return Draft(
        reservation.contact,
        {
            "item": first + (f" + {len(others)}" if others else ""),
            "when": clock.span_text(slot.starts_at, slot.ends_at, reservation.site.tz) if slot else "",
            "place": reservation.site.street,
            "url": calendar.link(reservation),
        },
    )
