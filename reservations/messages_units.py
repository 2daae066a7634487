"""What the messages to units say, read when they are sent."""

from django.conf import settings
from django.urls import reverse

from recycling import clock
from recycling.accounts.models import Membership
from recycling.notifications.domain.kinds import Draft, NotNow, says
from recycling.periods import Period
from reservations.domain import monthly
from reservations.models import FurnitureRequest, RequestStatus
from reservations.reports import units


@says(monthly.KIND, not_at_night=True)
def unit_month(notification, at):  # noqa: ARG001  (a month that is over stays as it was)
    """What the unit received and gave in the month, and what waits for its people now."""
    person, unit = notification.recipient.partition(":")[2], notification.context["department"]
    roles = Membership.objects.filter(user=person, department=unit, gets_summary=True)
    role = roles.select_related("user", "department").order_by("pk").first()
    if role is None or not role.user.is_active or not role.user.email:
        raise NotNow("not_wanted")
    month = Period.of(notification.context["month"], otherwise=Period(2000))
    waiting = FurnitureRequest.objects.filter(department=unit, status=RequestStatus.WAITING)
    return Draft(
        role.user.email,
        {
            "unit": role.department.name,
            "month": clock.month_text(month.first),
            "received": _figures(units.totals(units.received(role.department, month))),
            "given": _figures(units.totals(units.given(role.department, month))),
            "waiting": waiting.count(),
            "url": f"{settings.SITE_URL}{reverse('reservations:unit_impact')}?unit={role.department.code}&period={month}",
        },
    )


def _figures(totals):
    """The totals as a mail writes them; None where nothing moved."""
    if not totals.pieces:
        return None
    low, high = clock.number(totals.saved_low), clock.number(totals.saved_high)
    return {
        "pieces": totals.pieces,
        "weight": clock.number(totals.weight_kg),
        "co2e": "" if high == "0" else low if low == high else f"{low}-{high}",
    }
