"""Saying something later, for certain: a row in the transaction that has the reason, sent by whoever claims it."""

from recycling.notifications.models import Notification, NotificationStatus


def post(recipient, kind, *, channel, language, key, send_after, send_before=None, person=None, **context):
    """Write a message into the outbox. Saying it twice has the effect of saying it once.

    ``recipient`` is a reference such as "reservation:12"; ``context`` holds ids only.
    """
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=recipient,
                kind=kind,
                channel=channel,
                language=language,
                dedupe_key=key,
                send_after=send_after,
                send_before=send_before,
                person=person,
                context=context,
            )
        ],
        ignore_conflicts=True,
    )


def unsay(recipient, *, why, kinds=None):
    """What has not been sent yet, and is no longer true, will not be sent; the ledger keeps the reason.

    Without ``kinds``: nothing at all is said to ``recipient`` any more.
    """
    waiting = Notification.objects.filter(recipient=recipient, status=NotificationStatus.DUE)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(status=NotificationStatus.SKIPPED, why_not=why)
