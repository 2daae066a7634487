"""Saying something later, for certain: a row in the transaction that has the reason, sent by whoever claims it."""

from django.db.models import Exists, Min, OuterRef, Q

from recycling.notifications.models import NOT_WANTED, OPEN, TOO_LATE, Notification, NotificationStatus

from . import kinds


def post(recipient, kind, *, channel, language, key, send_after, send_before=None, person=None, **context):
    """Write a message into the outbox. Saying it twice has the effect of saying it once.

    ``recipient`` is a reference such as "reservation:12"; ``context`` holds ids only.
    """
    post_many(
        [
            message(
                recipient,
                kind,
                channel=channel,
                language=language,
                key=key,
                send_after=send_after,
                send_before=send_before,
                person_id=person and person.pk,
                **context,
            )
        ]
    )


def message(
    recipient, kind, *, channel, language, key, send_after, send_before=None, person_id=None, **context
):
    """A message that nobody has posted yet, for `post_many`."""
    return Notification(
        recipient=recipient,
        kind=kind,
        channel=channel,
        language=language,
        dedupe_key=key,
        send_after=send_after,
        send_before=send_before,
        person_id=person_id,
        context=context,
    )


def post_many(messages):
    """`post` for many at once: one statement for each thousand of them. How many were asked for."""
    rows = list(messages)
    Notification.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def unsay(recipient, *, why, kinds=None):
    """What has not been sent yet, and is no longer true, will not be sent; the ledger keeps the reason.

    Without ``kinds``: nothing at all is said to ``recipient`` any more.
    """
    waiting = Notification.objects.filter(recipient=recipient, status=NotificationStatus.DUE)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(status=NotificationStatus.SKIPPED, why_not=why)


def say_after_all(recipient, kind, *, key):
    """What was not sent because nobody wanted it is wanted again: it is due as it was planned."""
    rows = Notification.objects.filter(recipient=recipient, kind=kind, dedupe_key=key)
    unwanted = rows.filter(status=NotificationStatus.SKIPPED, why_not=NOT_WANTED)
    unwanted.update(status=NotificationStatus.DUE, why_not="")


def is_said(recipient, kind, *, key):
    """Whether it was sent, or waits to be, by any channel."""
    rows = Notification.objects.filter(recipient=recipient, kind=kind, dedupe_key=key)
    return rows.filter(status__in=[*OPEN, NotificationStatus.SENT]).exists()


def say_longer(recipient, kind, *, before, at):
    """What was not sent in time may be sent from now until ``before``, what was sent once more until then; whether anything."""
    rows = Notification.objects.filter(recipient=recipient, kind=kind)
    late = Q(status=NotificationStatus.DUE, send_after__lt=at)
    late |= Q(status=NotificationStatus.SKIPPED, why_not=TOO_LATE)
    rows.filter(late).update(status=NotificationStatus.DUE, why_not="", send_after=at)
    return bool(rows.filter(status__in=[*OPEN, NotificationStatus.SENT]).update(send_before=before))


def sent_at(recipient, kind):
    """When this was sent first, by whichever channel; None if never."""
    sent = Notification.objects.filter(recipient=recipient, kind=kind, status=NotificationStatus.SENT)
    return sent.aggregate(first=Min("sent_at"))["first"]


def say_otherwise(recipient, *, channel, language):
    """What has not been sent yet goes in this language, and by this channel where the kind has words for it."""
    waiting = Notification.objects.filter(recipient=recipient, status=NotificationStatus.DUE)
    waiting.update(language=language)
    twins = Notification.objects.filter(
        recipient=recipient, channel=channel, kind=OuterRef("kind"), dedupe_key=OuterRef("dedupe_key")
    )
    # What was tried has perhaps arrived where nobody answered: it stays what it was.
    untried = waiting.filter(attempts=0, kind__in=kinds.by_both_channels())
    both = untried.exclude(channel=channel)
    both.exclude(Exists(twins)).update(channel=channel)
