"""What was said about a reservation, what will be, and what was not and why: for whoever stands at the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from recycling.notifications.models import Notification, NotificationStatus

KINDS = {
    "booked": _("confirmation"),
    "reminder": _("reminder"),
    "moved": _("new time"),
    "cancelled": _("cancellation"),
    "cancelled_by_city": _("cancellation by us"),
    "missed": _("pickup missed"),
    "let_go": _("kept no longer"),
    "no_time_chosen": _("kept no longer, no time was chosen"),
    "rest_kept": _("the rest is kept"),
    "receipt": _("receipt"),
    "my_links": _("link sent again"),
    "approval_request": _("asked to approve"),
    "approval_reminder": _("reminder to approve"),
    "approval_deputy": _("deputy asked to approve"),
    "approval_ends": _("approval about to end"),
    "approval_expired": _("nobody approved in time"),
    "decision_approved": _("approved"),
    "decision_lowered": _("approved with fewer pieces"),
    "decision_returned": _("returned"),
    "decision_rejected": _("not approved"),
    "request_message": _("message about a request"),
    "times_asked": _("times proposed to the giver"),
    "times_declined": _("none of the times suits"),
    "times_lapsed": _("no answer about the times"),
}

REASONS = {
    "": "",
    "moved": _("the time was changed"),
    "cancelled": _("the reservation was cancelled"),
    "collected": _("it was collected"),
    "missed": _("it was not collected"),
    "expired": _("the reservation had ended"),
    "rejected": _("the reservation was not approved"),
    "refused": _("the address was refused"),
    "undelivered": _("it did not arrive"),
    "no_other_contact": _("no other contact is known"),
    "booked": _("it has a time again"),
    "ready": _("it has a time again"),
    "held": _("it has no time now"),
    "too_late": _("it would have come too late"),
    "not_wanted": _("no reminder is wanted"),
    "contact_forgotten": _("there is no contact any more"),
    "too_many_tries": _("the mail server did not take it in eight tries"),
    "decided": _("somebody had decided"),
    "reassigned": _("somebody else was asked"),
    "sent_again": _("it was sent again"),
    "not_approver": _("the person is no approver any more"),
    "waiting": _("it waits for an approval again"),
    "writing": _("it is being changed"),
    "accepted": _("it was approved"),
    "returned": _("it was returned"),
    "read": _("it had been read"),
    "unknown_kind": _("the service does not know this kind of message"),
}
OTHER_REASON = _("another reason")


@dataclass(frozen=True)
class Entry:
    """One message. ``at`` is when it was sent or given up, or for what time it is planned."""

    kind: str
    channel: str
    status: str
    status_words: str
    reason: str
    at: datetime
    attempts: int


def ledger_of(reservation) -> list[Entry]:
    """Every message about this reservation, in the order in which they were asked for. One query."""
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}").order_by("pk")
    return [_entry(row) for row in rows]


def _entry(row):
    planned = row.status in {NotificationStatus.DUE, NotificationStatus.CLAIMED}
    return Entry(
        kind=str(KINDS.get(row.kind, row.kind)),
        channel=row.get_channel_display(),
        status=row.status,
        status_words=row.get_status_display(),
        reason="" if planned else str(REASONS.get(row.why_not, OTHER_REASON)),
        at=row.sent_at or row.failed_at or row.send_after,
        attempts=row.attempts,
    )
