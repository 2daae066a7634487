"""Sending what is due: claim one row, look again, write it, send it, record it. Safe to run twice, late, or in two places.

A message goes out at least once. It goes out again only when a sender dies between the mail server's "250" and our commit, or
is silent for longer than its lease, or the server falls silent after it took the letter (eight times then, no more); all copies
carry the same Message-ID and ``attempts`` says so.
"""

import logging
import secrets
from collections import Counter
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F
from django.utils import translation

from recycling import sweeping
from recycling.notifications import channels
from recycling.notifications.models import TOO_LATE, Channel, Notification, NotificationStatus

from . import failing, kinds, texts

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
BACKOFF_MINUTES = (1, 5, 15, 60, 120)
# Whoever is away may be back at any time, and that is not the message's fault: three days of tries.
AWAY_MINUTES = BACKOFF_MINUTES[:-1]
MOST_UNANSWERED = 75
# What was to be said longer ago than this is no news: after a long standstill staff see it in the ledger instead.
STALE_AFTER = timedelta(days=3)
# A round ends before the job's time limit; the next tick goes on. It also ends when the other side seems to be away.
ROUND_SECONDS = 40
AWAY_IN_A_ROW = 3
# Values that must not lie in the database once the message is final.
SECRETS = frozenset({"code"})

S = NotificationStatus


class WornOut(Exception):  # noqa: N818  (says what the row is)
    """Every try ended without a word: what kills its sender must not go on doing so."""

    reason = "too_many_tries"


def send_due(*, at, limit=1000, seconds=ROUND_SECONDS) -> Counter:
    """Send what is due at ``at``, one by one, for at most ``seconds``; how many ended how: "sent", "skipped", "failed",
    put off for "later", or put off because the other side is "away".

    Must not run inside a transaction: nobody waits for a mail server while holding one.
    """
    started = monotonic()
    ended: Counter[str] = Counter()
    away: Counter[str] = Counter()
    with channels.opened() as email:
        while ended.total() < limit:
            # The time that came in, moved on by what has passed since: a clock that is set meanwhile does not matter.
            passed = monotonic() - started
            now = at + timedelta(seconds=passed)
            # A gateway that is away does not keep the mail waiting, nor the other way round.
            gone = [channel for channel, times in away.items() if times >= AWAY_IN_A_ROW]
            if passed > seconds or (row := claim(at=now, without=gone)) is None:
                break
            outcome = _settle(row, email, at=now)
            ended[outcome] += 1
            away[row.channel] = away[row.channel] + 1 if outcome == "away" else 0
    return ended


def claim(*, at, without=()):
    """A due message that is now this caller's alone for as long as the lease, or None. The try is counted here.

    What ends soonest goes first: a one-time code never waits behind a thousand reminders. Nothing is taken of the
    channels ``without`` which this round goes on.
    """
    due = Notification.objects.due(at).exclude(channel__in=without)
    ahead = due.order_by(F("send_before").asc(nulls_last=True), "send_after", "pk")
    while candidates := list(ahead.values_list("pk", flat=True)[:20]):
        for pk in candidates:
            token = secrets.token_hex(16)
            with transaction.atomic(durable=True):
                mine = due.filter(pk=pk).update(
                    status=S.CLAIMED,
                    claim=token,
                    claimed_at=at,
                    claimed_until=at + LEASE,
                    attempts=F("attempts") + 1,
                )
            if mine:
                return Notification.objects.get(pk=pk)
    return None


def _settle(row, email, *, at):
    """Send a claimed row, or write down why not; how it ended."""
    try:
        if (
            not row.delivered_at
        ):  # else the answer to an earlier try was lost, and it has arrived all the same
            _check_worth_trying(row, at=at)
            _deliver(row, email, at=at)
    except kinds.NotNow as not_now:
        return _close(row, S.SKIPPED, at=at, why=not_now.reason)
    except kinds.NotYet as not_yet:
        # Looking is no try.
        _write(row, S.DUE, send_after=not_yet.until, attempts=F("attempts") - 1)
        return "later"
    except (kinds.UnknownKindError, WornOut) as hopeless:
        return _close(row, S.FAILED, at=at, why=hopeless.reason)
    except channels.Rejected as rejected:
        bad_address = isinstance(rejected, channels.BadAddress)
        return _close(row, S.FAILED, at=at, why="refused", error=rejected.reason, bad_address=bad_address)
    except channels.TryLater as later:
        outcome, error = "away" if isinstance(later, channels.Away) else "later", later.reason
        is_reached = not isinstance(later, channels.NotReached)
    except Exception as broke:  # noqa: BLE001  (one row that cannot be written must not stop the others; it is logged)
        log.error("message %s (%s) broke: %s", row.pk, row.kind, sweeping.where(broke))  # noqa: TRY400  (no values in logs)
        outcome, error, is_reached = "later", type(broke).__name__, True
    else:
        return _close(row, S.SENT, at=at)
    return _put_off(row, outcome, at=at, error=error, is_reached=is_reached)


def _check_worth_trying(row, *, at):
    if row.attempts - row.unanswered > MOST_ATTEMPTS:
        raise WornOut
    if (row.send_before and row.send_before <= at) or row.send_after <= at - STALE_AFTER:
        raise kinds.NotNow(TOO_LATE)


def _deliver(row, email, *, at):
    with translation.override(row.language):
        draft = kinds.draft(row, at)
        words = draft.words or row.kind
        if row.channel == Channel.SMS:
            text = texts.sms(words, draft.values, draft.own)
        else:
            mail = texts.mail(words, draft.values, draft.own)
    _remember_address(row, draft.to)
    if row.channel == Channel.SMS:
        channels.sms_channel().send(draft.to, text, row.message_id)
    else:
        letter = channels.Letter(
            draft.to, mail, row.message_id, row.language, draft.attachments, draft.unsubscribe
        )
        email.send(letter)


def _remember_address(row, address):
    """Before it is sent: what the provider says of it may come before its answer."""
    mark = failing.mark_of(address)
    if row.address_mark != mark:
        Notification.objects.filter(pk=row.pk).update(address_mark=mark)
        row.address_mark = mark


def _put_off(row, outcome, *, at, error, is_reached):
    """Try again after a while, longer each time; after the last try it has failed. Those that reached nobody count apart."""
    unanswered = row.unanswered + (not is_reached)
    if row.attempts - unanswered >= MOST_ATTEMPTS or (
        not is_reached and _is_given_up(row, unanswered, at=at)
    ):
        return _close(row, S.FAILED, at=at, why="too_many_tries", error=error, unanswered=unanswered)
    steps = BACKOFF_MINUTES if is_reached else AWAY_MINUTES
    later = at + timedelta(minutes=steps[min(row.attempts, len(steps)) - 1])
    _write(row, S.DUE, send_after=later, last_error=error[:60], unanswered=unanswered)
    return outcome


def _is_given_up(row, unanswered, *, at):
    """A text message whose gateway is away waits less long where a mail reaches its person as well."""
    if unanswered >= MOST_UNANSWERED:
        return True
    try:
        return unanswered >= MOST_ATTEMPTS and failing.goes_by_mail(row, at=at)
    except Exception as broke:  # noqa: BLE001  (as above: one row must not stop the others)
        log.error("message %s (%s) broke: %s", row.pk, row.kind, sweeping.where(broke))  # noqa: TRY400  (no values in logs)
        return False


def _close(row, status, *, at, why="", error="", bad_address=False, **fields):
    """The last word about this message, and what follows from a failure. Its secrets go."""
    with transaction.atomic():
        kept = _write(
            row,
            status,
            sent_at=at if status == S.SENT else None,
            failed_at=at if status == S.FAILED else None,
            why_not=why[:60],
            last_error=error[:60],
            context=_without_secrets(row),
            **fields,
        )
        if kept and status == S.FAILED:
            failing.follow_up(row, why=error if bad_address else "", at=at)
        if kept and status == S.SENT and row.channel == Channel.EMAIL:
            failing.taken_again(row.address_mark)
    return str(status)


def _without_secrets(row):
    return {name: value for name, value in row.context.items() if name not in SECRETS}


@transaction.atomic
def hear(number, *, arrived, why="", at):
    """The provider says what became of message ``number``: it arrived, or never will. Only the first word of it counts.

    It may come before our own "sent" is written, and for a try whose answer was lost.
    """
    row = Notification.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None or row.delivered_at or row.status in {S.FAILED, S.SKIPPED}:
        return
    if arrived:
        Notification.objects.filter(pk=row.pk).update(delivered_at=at)
        failing.forget_trouble(row.address_mark)
        return
    Notification.objects.filter(pk=row.pk).update(
        status=S.FAILED,
        sent_at=None,
        failed_at=at,
        why_not="undelivered",
        last_error=why[:60],
        claim="",
        claimed_until=None,
        context=_without_secrets(row),
    )
    log.info("message %s (%s): not delivered", row.pk, row.kind)
    failing.follow_up(row, why=why, at=at)


def _write(row, status, **fields):
    """Record it, unless the lease ran out and the row is somebody else's by now; whether it was recorded."""
    kept = Notification.objects.filter(pk=row.pk, claim=row.claim, status=S.CLAIMED).update(
        status=status, claim="", claimed_until=None, **fields
    )
    if kept:
        log.info("message %s (%s): %s %s", row.pk, row.kind, status, fields.get("why_not", ""))
    else:
        log.warning("message %s (%s): the lease ran out before %s was written", row.pk, row.kind, status)
    return kept
