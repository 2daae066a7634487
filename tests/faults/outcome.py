"""What became of every message and every reservation of a fault run, and whether that is as it must be."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import time, timedelta

from django.conf import settings
from django.db.models import Q

from recycling import clock as wall
from recycling.notifications.models import Notification, NotificationStatus
from reservations.domain.counters import drifts
from reservations.models import Reservation, ReservationStatus
from tests.faults.fast.journal import attempts
from tests.faults.providers import arrivals

ABOUT_A_TIME = {"booked", "moved", "reminder"}
TEN = time(10)
# In seconds of the machine: nothing that was due waits longer than this, not even for what makes it untrue.
MOST_WAITING = 60

# Why a message came twice, read from the journals of those who sent it.
SENDER = "a sender was killed between handing it over and its commit"
STOOD_STILL = "a sender or its database stood still between handing it over and its commit, longer than a row is kept for it"
DATABASE = "the database was killed under the commit"
PROVIDER = "the provider took it and was killed or stood still before its ok"
UNEXPLAINED = "nobody knows why"
# Looked at and not sent: such a try leaves no copy.
NOTHING_SENT = {"NotNow", "NotYet"}


@dataclass
class Outcome:
    """The figures of the report. ``wrong`` holds a sentence for each thing that must not be.

    ``waited`` and ``overtaken``, in seconds of the machine: from due to delivered, and from due to untrue while not yet sent.
    """

    due: Counter = field(default_factory=Counter)
    delivered: Counter = field(default_factory=Counter)
    skipped: Counter = field(default_factory=Counter)
    duplicated: Counter = field(default_factory=Counter)
    copies: int = 0
    crossed: int = 0
    late: int = 0
    moved: int = 0
    waited: list = field(default_factory=list)
    overtaken: list = field(default_factory=list)
    drifts: int = 0
    control: int = 0
    statuses: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)


def fallen_due(ends):
    """What had to be sent by then; what was tried in vain is due later, and stays due."""
    return Notification.objects.filter(Q(send_after__lte=ends) | Q(attempts__gt=0))


def look(storm, people, ends):
    """Compare the outbox with what arrived, the journals of the senders, and the reservations with their messages."""
    found, clock = Outcome(), storm.clock
    arrived, tried = arrivals(*storm.machinery.notebooks), attempts(storm.machinery.folder)
    found.control = sum(reference.startswith("<control-") for reference in arrived)
    arrived = {ref: copies for ref, copies in arrived.items() if not ref.startswith("<control-")}
    reservations = {one.pk: one for one in Reservation.objects.select_related("slot", "site")}
    found.moved = sum(one.changes for one in reservations.values())
    found.statuses = Counter(one.status for one in reservations.values())

    for row in fallen_due(ends).order_by("pk"):
        copies, tries = arrived.pop(row.message_id, []), tried[row.message_id]
        reservation = reservations.get(row.context.get("reservation"))
        found.due[row.kind] += 1
        _settled(found, row, copies, reservation, clock)
        _copies(found, row, copies, tries)
        if reservation:
            _about(found, row, reservation, copies, clock)
            _none_when_cancelled(found, row, reservation, copies, tries, people)
    found.wrong += [f"{reference}: nobody had written this" for reference in arrived]
    _everybody_was_told(found, people, reservations)
    found.drifts = len(drifts())
    found.wrong += ["counters have drifted"] * bool(found.drifts)
    found.wrong += ["the control lost nothing: the faults are too kind"] * (found.control >= storm.told)
    return found


def _settled(found, row, copies, reservation, clock):
    """Delivered, or skipped because it was no longer true."""
    if copies:
        found.delivered[row.kind] += 1
        if row.status == NotificationStatus.FAILED:
            found.wrong.append(f"{row}: arrived, and is written down as failed")
    elif row.status != NotificationStatus.SKIPPED:
        found.wrong.append(f"{row}: lost ({row.status} {row.why_not} {row.last_error}, {row.attempts} tries)")
    elif (since := _untrue_since(row, reservation)) is None:
        found.wrong.append(f"{row}: skipped as {row.why_not}, which is not so")
    else:
        found.skipped[row.kind] += 1
        if (waited := (since - row.send_after) / clock.span(1)) > 0:
            found.overtaken.append(waited)
            if waited > MOST_WAITING:
                found.wrong.append(f"{row}: was due for {waited:.0f} s and not sent before it was untrue")


def _untrue_since(row, reservation):
    """When what the message says ceased to be true, by the reservation's own row and history; None when it did not."""
    if row.kind == "contact_code":  # whoever proved their contact by what they knew without it needs no code
        return row.created_at if row.why_not in {"used", "replaced"} else None
    if row.why_not == "cancelled" and reservation.status == ReservationStatus.CANCELLED:
        return reservation.closed_at
    if (
        row.why_not == "collected"
        and row.kind == "missed"
        and reservation.status == ReservationStatus.COLLECTED
    ):
        return reservation.closed_at
    if row.why_not == "moved" and row.kind in ABOUT_A_TIME and int(row.first_key) < reservation.changes:
        following = Notification.objects.filter(
            recipient=row.recipient, kind="moved", dedupe_key=str(int(row.first_key) + 1)
        )
        return following.values_list("created_at", flat=True).first()
    return None


def _copies(found, row, copies, tries):
    """No more of them than tries, and each further one with its reason."""
    found.copies += len(copies)
    if len(copies) > row.attempts:
        found.wrong.append(f"{row}: {len(copies)} copies of {row.attempts} tries")
    for why in _why_again(copies, tries):
        found.duplicated[why] += 1
        if why == UNEXPLAINED:
            found.wrong.append(f"{row}: came twice, and {why}")


def _why_again(copies, tries):
    """The reason of each copy but one: how the tries ended that handed it over and did not come to write "sent"."""
    others = [one for one in tries if not (one.answer == "ok" and one.kept is True)]
    reasons = [why for one in others if (why := _how_it_ended(one))]
    # Whose answer was "ok" has handed over a copy for certain; whose provider was away perhaps.
    reasons.sort(key=[SENDER, STOOD_STILL, DATABASE, PROVIDER].index)
    missing = len(copies) - 1 - len(reasons)
    return reasons[: max(len(copies) - 1, 0)] + [UNEXPLAINED] * max(missing, 0)


def _how_it_ended(one):
    """Why a try that may have left a copy did not come to write "sent"; None for one that left nothing."""
    if one.answer in NOTHING_SENT:
        return None
    if one.answer is None or (one.answer == "ok" and one.kept is None):
        return SENDER
    if one.answer == "ok":
        return STOOD_STILL if one.kept is False else DATABASE
    # A provider is waited for only so long: whoever took longer was standing still.
    return STOOD_STILL if one.took > 3 * settings.EMAIL_TIMEOUT else PROVIDER


def _about(found, row, reservation, copies, clock):
    """To the right one, and in time."""
    found.wrong += [f"{row}: went to somebody else" for copy in copies if copy.to != reservation.contact]
    if copies:
        _in_time(found, row, reservation, copies[0].at, clock)


def _in_time(found, row, reservation, came_at, clock):
    """Never before its time; a reminder on the day before, from ten o'clock of the site on."""
    # What was put off says when it was to be tried again: only what went at the first try still says when it was due.
    if row.attempts == 1:
        waited = (came_at - row.send_after) / clock.span(1)
        found.waited.append(waited)
        if waited < 0:
            found.wrong.append(f"{row}: came before its time")
    if row.kind == "reminder" and row.first_key == str(reservation.changes):
        day = wall.local(reservation.slot.starts_at, reservation.site.tz).date() - timedelta(days=1)
        if came_at < wall.resolve(day, TEN, reservation.site.tz) or came_at >= reservation.slot.starts_at:
            found.wrong.append(f"{row}: not between ten on the day before and the pickup")


def _none_when_cancelled(found, row, reservation, copies, tries, people):
    """Whoever looked after it was confirmed has sent nothing. What a sender had in its hands by then may still arrive."""
    if row.kind not in ABOUT_A_TIME or reservation.status != ReservationStatus.CANCELLED:
        return
    told = people.given_up.get(reservation.pk, reservation.closed_at)
    could = [one for one in tries if one.at <= told and one.answer not in NOTHING_SENT]
    if len(copies) > len(could):
        found.late += len(copies) - len(could)
        found.wrong.append(f"{row}: came for a cancelled pickup")
    found.crossed += sum(copy.at > reservation.closed_at for copy in copies)


def _everybody_was_told(found, people, reservations):
    """No reservation without its messages, and none refused."""
    told = defaultdict(set)
    for recipient, kind in Notification.objects.values_list("recipient", "kind"):
        told[recipient].add(kind)
    for one in reservations.values():
        kinds = {"booked"} | ({"cancelled"} if one.status == ReservationStatus.CANCELLED else set())
        if missing := kinds - told[f"reservation:{one.pk}"]:
            found.wrong.append(f"reservation {one.pk}: no message {', '.join(sorted(missing))}")
    if missing := people.number - people.done.count("book"):
        found.wrong.append(f"{missing} reservations were not made")
    found.wrong += [f"refused: {what}" for what in people.refused]
    found.wrong += [f"broke: {what}" for what in people.broke]
