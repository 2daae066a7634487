"""What follows when a message did not arrive: its address is marked until something arrives there; a mail goes out instead."""

from datetime import timedelta

from django.utils import translation

from recycling.accounts.domain.limits import hashed
from recycling.notifications.models import Channel, Trouble

from . import kinds, outbox

# Somebody who has not been written to for so long is asked for nothing because of it.
TROUBLE_KEPT = timedelta(days=180)


def mark_of(address):
    """What stands for an address where the address itself has no place."""
    return hashed(f"address:{address.lower()}")


def follow_up(row, *, why, at):
    """The message ``row`` has failed for good; ``why`` is said where that is about its address. In the caller's transaction."""
    if why and row.address_mark:
        Trouble.objects.update_or_create(
            address_mark=row.address_mark, defaults={"since": at, "reason": why[:60]}
        )
    if mail := _by_mail(row, at=at):
        outbox.post_many([mail])


def goes_by_mail(row, *, at):
    """Whether a mail would go out instead of the text message ``row``, and reach its person."""
    mail = _by_mail(row, at=at)
    if mail is None:
        return False
    try:
        with translation.override(mail.language):
            kinds.draft(mail, at)
    except kinds.NotNow:
        return False
    except kinds.NotYet:
        pass
    return True


def _by_mail(row, *, at):
    if row.channel != Channel.SMS or row.kind not in kinds.by_both_channels():
        return None
    return outbox.message(
        row.recipient,
        row.kind,
        channel=Channel.EMAIL,
        language=row.language,
        key=row.dedupe_key,
        send_after=at,
        send_before=row.send_before,
        person_id=row.person_id,
        **row.context,
    )


def in_trouble(address):
    """Whether the last message to this address did not arrive."""
    return bool(address) and Trouble.objects.filter(address_mark=mark_of(address)).exists()


def arrives(address):
    """Something has arrived there: a code that was sent to it was typed back."""
    forget_trouble(mark_of(address))


def taken_again(mark):
    """A mail server that had refused the recipient has taken a letter for it."""
    Trouble.objects.filter(address_mark=mark, reason__startswith="smtp_").delete()


def forget_trouble(mark):
    Trouble.objects.filter(address_mark=mark).delete()


def forget_old(*, at):
    """Remove the marks that are too old to say anything; how many."""
    return Trouble.objects.filter(since__lt=at - TROUBLE_KEPT).delete()[0]
