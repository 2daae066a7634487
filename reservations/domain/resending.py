"""Sending a message about a reservation once more, because whoever stands at the desk or rings says that it did not come.

For those who hand the reservation over. It makes sense for what has been sent, has failed or came too late, while it is
still true: the message looks at the reservation again, as it does whenever it is sent. Locks: the reservation.
"""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recycling.audit.domain import record
from recycling.errors import Refused
from recycling.notifications.domain import kinds, outbox
from recycling.notifications.models import AGAIN, OPEN, TOO_LATE, Notification, NotificationStatus

from . import states

# The fourth copy would not arrive either: the contact is wrong, and that is said to the person's face.
MOST_AGAIN = 3


class NotSentYet(Refused):
    code = "not_sent_yet"
    message = _("This message is still waiting to be sent. It goes by itself.")


class SentOftenEnough(Refused):
    code = "sent_often_enough"
    message = _(
        "This message was sent again %(most)s times already. Tell the person yourself, and check the contact."
    )


class NotTrueAnyMore(Refused):
    """``reason`` is the ledger's word for why."""

    code = "not_true_any_more"
    message = _("This message is not true any more, so it is not sent again.")


def recipient_of(reservation):
    """How the outbox names whoever made this reservation."""
    return f"reservation:{reservation.pk}"


def looks_possible(row, rows):
    """Whether a button makes sense beside ``row`` of the ``rows`` of one reservation; `send_again` decides."""
    alike = _alike(row, rows)
    has_ended = row.status in {NotificationStatus.SENT, NotificationStatus.FAILED} or row.why_not == TOO_LATE
    return row is alike[-1] and has_ended and len(alike) <= MOST_AGAIN


@transaction.atomic
def send_again(reservation, key, *, by, at):
    """Post the message ``key`` of this reservation once more, to be sent now, or in the morning. Gives back the new row.

    Refuses `not_sent_yet`, `sent_often_enough`, `not_true_any_more`; `Notification.DoesNotExist` for another reservation's.
    """
    locked = states.lock(reservation)
    rows = list(Notification.objects.filter(recipient=recipient_of(locked)).order_by("pk"))
    row = next((one for one in rows if one.pk == key), None)
    if row is None:
        raise Notification.DoesNotExist
    alike = _alike(row, rows)
    if any(one.status in OPEN for one in alike):
        raise NotSentYet
    if len(alike) > MOST_AGAIN:
        raise SentOftenEnough(most=MOST_AGAIN)
    again = outbox.message(
        row.recipient,
        row.kind,
        channel=row.channel,
        language=locked.language,
        key=f"{row.first_key}{AGAIN}{len(alike)}",
        send_after=at,
        send_before=row.send_before,
        person_id=row.person_id,
        **row.context,
    )
    _look_again(again, at=at)
    again.save()
    record(
        "message_sent_again",
        locked,
        by=by,
        at=at,
        kind=row.kind,
        channel=row.channel,
        message=again.pk,
        first=row.pk,
    )
    return again


def _alike(row, rows):
    """The first of this message and those that were sent again, in their order."""
    what = (row.kind, row.channel, row.first_key)
    return [one for one in rows if (one.kind, one.channel, one.first_key) == what]


def _look_again(message, *, at):
    """It is still true, or refused; in quiet hours it waits for their end."""
    if message.send_before and message.send_before <= at:
        raise NotTrueAnyMore(reason=TOO_LATE)
    try:
        with translation.override(message.language):
            kinds.draft(message, at)
    except kinds.NotYet as not_yet:
        if message.send_before and message.send_before <= not_yet.until:
            raise NotTrueAnyMore(reason=TOO_LATE) from None
        message.send_after = not_yet.until
    except kinds.NotNow as not_now:
        raise NotTrueAnyMore(reason=not_now.reason) from None
