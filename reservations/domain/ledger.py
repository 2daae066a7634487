"""What was said about a reservation, what will be, and what was not and why: for whoever stands at the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recycling.notifications.models import AGAIN, OPEN, Notification
from reservations.models import Reservation

from . import resending

KINDS = {
    "booked": _("confirmation"),
    "reminder": _("reminder"),
    "reminder_delivery": _("reminder to whoever receives it"),
    "moved": _("new time"),
    "cancelled": _("cancellation"),
    "cancelled_by_city": _("cancellation by us"),
    "missed": _("pickup missed"),
    "paused": _("online booking paused"),
    "let_go": _("kept no longer"),
    "no_time_chosen": _("kept no longer, no time was chosen"),
    "rest_kept": _("the rest is kept"),
    "receipt": _("receipt"),
    "my_links": _("link sent again"),
    "queue_turn": _("their turn in the queue"),
    "queue_passed": _("passed on to the next"),
    "queue_lapsed": _("their turn has passed"),
    "queue_joined": _("place in the queue"),
    "queue_for_draw": _("takes part in a draw"),
    "queue_drawn": _("place that a draw gave"),
    "queue_over": _("nothing more comes"),
    "alert_confirm": _("search alert to confirm"),
    "alert_hits": _("news for a search alert"),
    "alert_ending": _("search alert about to end"),
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
    # To others than whoever reserved.
    "contact_code": _("one-time code"),
    "sign_in_code": _("code for signing in"),
    "request_sent": _("request sent"),
    "unit_month": _("month of a unit"),
    "wanted_offer": _("something on the wanted list has come"),
    "wanted_ended": _("nothing on the wanted list has come"),
    "offer_accepted": _("offer in the catalogue"),
    "offer_sent_back": _("offer to be changed"),
    "offer_to_be_fetched": _("offer to be fetched"),
    "offer_ending": _("offer about to end"),
    "not_usable": _("not usable"),
    "times_proposed": _("times to choose from"),
    "times_unanswered": _("times not answered"),
    "passkey_added": _("passkey added"),
    "passkey_removed": _("passkey removed"),
    "text_trial": _("trial of a text"),
    "unit_ask": _("somebody asks to join a unit"),
    "unit_answer": _("answer about joining a unit"),
}

REASONS = {
    "": "",
    "moved": _("the time was changed"),
    "cancelled": _("the reservation was cancelled"),
    "collected": _("it was collected"),
    "missed": _("it was not collected"),
    "expired": _("the reservation had ended"),
    "rejected": _("the reservation was not approved"),
    "excused": _("the miss was excused"),
    "refused": _("the address was refused"),
    "undelivered": _("it did not arrive"),
    "no_texts_there": _("no text messages go to that number"),
    "no_other_contact": _("no other contact is known"),
    "booked": _("it has a time again"),
    "ready": _("it has a time again"),
    "held": _("it has no time now"),
    "too_late": _("it would have come too late"),
    "not_wanted": _("no reminder is wanted"),
    "contact_forgotten": _("there is no contact any more"),
    "too_many_tries": _("it was tried many times and never taken"),
    "taken": _("it was taken"),
    "time_chosen": _("a time was chosen"),
    "passed": _("it was passed on"),
    "left": _("the person left the queue"),
    "offered": _("it was their turn already"),
    "queue_over": _("nothing more comes"),
    "drawn": _("lots had been drawn"),
    "decided": _("somebody had decided"),
    "reassigned": _("somebody else was asked"),
    "sent_again": _("it was sent again"),
    "not_approver": _("the person is no approver any more"),
    "waiting": _("it waits for an approval again"),
    "writing": _("it is being changed"),
    "accepted": _("it was approved"),
    "returned": _("it was returned"),
    "read": _("it had been read"),
    "used": _("the code had been used"),
    "replaced": _("a newer code was asked for"),
    "no_lead": _("the person does not lead the unit any more"),
    "granted": _("it was answered"),
    "denied": _("it was answered"),
    "draft": _("the thing is not on offer"),
    "published": _("the thing is on offer"),
    "withdrawn": _("it was withdrawn"),
    "alert_confirmed": _("the search alert was confirmed"),
    "alert_extended": _("the search alert was extended"),
    "alert_removed": _("the search alert was deleted"),
    "gone": _("what had come was gone"),
    "unknown_kind": _("the service does not know this kind of message"),
}
OTHER_REASON = _("another reason")


# More than this of one person nobody reads at a desk.
SHOWN = 100


@dataclass(frozen=True)
class Entry:
    """One message. ``at`` is when it was sent or given up, or for what time it is planned.

    ``reservation`` is the code of the reservation that it is about, where it is about one.
    """

    key: int
    kind: str
    channel: str
    status: str
    status_words: str
    reason: str
    at: datetime
    attempts: int
    is_again: bool
    may_go_again: bool
    reservation: str = ""


def ledger_of(reservation) -> list[Entry]:
    """Every message about this reservation, in the order in which they were asked for. One query."""
    rows = list(Notification.objects.filter(recipient=resending.recipient_of(reservation)).order_by("pk"))
    return [_entry(row, may_go_again=resending.looks_possible(row, rows)) for row in rows]


def ledger_of_person(reservation, *, by) -> list[Entry]:
    """The newest messages to whoever made ``reservation``: about what is handed over where ``by`` works, and about nothing
    that is kept for anybody (signing in, requests). Two queries.
    """
    theirs = Reservation.objects.filter(pk=reservation.pk)
    if reservation.person_id:
        theirs = theirs | Reservation.objects.handed_over_by(by).filter(person=reservation.person_id)
    codes = {resending.recipient_of(one): one.code for one in theirs.only("code").distinct()}
    about = Q(recipient__in=codes)
    if reservation.person_id:
        about |= Q(person=reservation.person_id) & ~Q(recipient__startswith="reservation:")
    rows = Notification.objects.filter(about).order_by("-pk")[:SHOWN]
    return [_entry(row, reservation=codes.get(row.recipient, "")) for row in rows]


def reason_words(reason):
    """Why something was not sent, in words."""
    return REASONS.get(reason, OTHER_REASON)


def _entry(row, *, may_go_again=False, reservation=""):
    planned = row.status in OPEN
    return Entry(
        key=row.pk,
        kind=str(KINDS.get(row.kind, row.kind)),
        channel=row.get_channel_display(),
        status=row.status,
        status_words=row.get_status_display(),
        reason="" if planned else str(reason_words(row.why_not)),
        at=row.sent_at or row.failed_at or row.send_after,
        attempts=row.attempts,
        is_again=AGAIN in row.dedupe_key,
        may_go_again=may_go_again,
        reservation=reservation,
    )
