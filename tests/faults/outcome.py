"""What became of every message and every reservation of a fault run, and whether that is as it must be."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import time, timedelta

from django.db.models import Q

from recycling import clock as wall
from recycling.notifications.models import Notification
from reservations.domain.counters import drifts
from reservations.models import Reservation, ReservationStatus
from tests.faults.fast.apps import LEASE
from tests.faults.providers import arrivals

# Why a message may be unsent: the pickup that it was about was given up, or has another time; who came late has come;
# who proved their contact by what they knew without it needs no code.
UNTRUE = {"cancelled", "moved"}
UNTRUE_OF = {"missed": UNTRUE | {"collected"}, "contact_code": {"used", "replaced"}}
ABOUT_A_TIME = {"booked", "moved", "reminder"}
TEN = time(10)

# A copy that another one followed arrived just before its sender was struck, or around the time in which the provider
# (frozen, it takes on waking up what was said to it before) or the database was away: seconds before and after that.
SENDER = "a sender died or stood still before its commit"
DATABASE = "the database was gone before the commit"
PROVIDER = "the provider was gone before its ok arrived"
UNEXPLAINED = "nobody knows why"
PROVIDERS = {"mail server", "SMS gateway"}


@dataclass
class Outcome:
    """The figures of the report. ``wrong`` holds a sentence for each thing that must not be."""

    due: Counter = field(default_factory=Counter)
    delivered: Counter = field(default_factory=Counter)
    skipped: Counter = field(default_factory=Counter)
    duplicated: Counter = field(default_factory=Counter)
    copies: int = 0
    crossed: int = 0
    moved: int = 0
    waited: list = field(default_factory=list)
    drifts: int = 0
    control: int = 0
    statuses: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)


def fallen_due(ends):
    """What had to be sent by then; what was tried in vain is due later, and stays due."""
    return Notification.objects.filter(Q(send_after__lte=ends) | Q(attempts__gt=0))


def look(storm, people, ends):
    """Compare the outbox with what arrived, and the reservations with their messages."""
    found, clock = Outcome(), storm.clock
    arrived = arrivals(*storm.machinery.notebooks)
    found.control = sum(reference.startswith("<control-") for reference in arrived)
    arrived = {ref: copies for ref, copies in arrived.items() if not ref.startswith("<control-")}
    reservations = {one.pk: one for one in Reservation.objects.select_related("slot", "site")}
    found.moved = sum(one.changes for one in reservations.values())
    found.statuses = Counter(one.status for one in reservations.values())

    for row in fallen_due(ends).order_by("pk"):
        copies = arrived.pop(row.message_id, [])
        found.due[row.kind] += 1
        _settled(found, row, copies)
        _copies(found, row, copies, storm.faults)
        if reservation := reservations.get(row.context.get("reservation")):
            _about(found, row, reservation, copies, clock)
    found.wrong += [f"{reference}: nobody had written this" for reference in arrived]
    _everybody_was_told(found, people, reservations)
    found.drifts = len(drifts())
    found.wrong += ["counters have drifted"] * bool(found.drifts)
    found.wrong += ["the control lost nothing: the faults are too kind"] * (found.control >= storm.told)
    return found


def _settled(found, row, copies):
    """Delivered, or skipped because it was no longer true."""
    if copies:
        found.delivered[row.kind] += 1
        if row.status == "failed":
            found.wrong.append(f"{row}: arrived, and is written down as failed")
    elif row.status == "skipped" and row.why_not in UNTRUE_OF.get(row.kind, UNTRUE):
        found.skipped[row.kind] += 1
    else:
        found.wrong.append(f"{row}: lost ({row.status} {row.why_not} {row.last_error}, {row.attempts} tries)")


def _copies(found, row, copies, faults):
    """No more of them than tries, and each further one with its reason."""
    found.copies += len(copies)
    if len(copies) > row.attempts:
        found.wrong.append(f"{row}: {len(copies)} copies of {row.attempts} tries")
    for copy in copies[:-1]:
        why = _why_again(copy.second, faults)
        found.duplicated[why] += 1
        if why == UNEXPLAINED:
            found.wrong.append(f"{row}: came twice, and {why}")


def _why_again(second, faults):
    """What happened just when a copy arrived that another one followed."""
    for fault in faults:
        if fault.part == "worker" and fault.began - 1 <= second <= fault.began + 1:
            return SENDER
        if fault.part == "PostgreSQL" and fault.began - 1 <= second <= fault.ended + 1:
            return DATABASE
        if fault.part in PROVIDERS and fault.began - 0.3 <= second <= fault.ended + 1:
            return PROVIDER
    return UNEXPLAINED


def _about(found, row, reservation, copies, clock):
    """To the right one, in time, and not when the pickup had been given up."""
    for copy in copies:
        _not_after_the_end(found, row, reservation, copy.at, clock)
        if copy.to != reservation.contact:
            found.wrong.append(f"{row}: went to somebody else")
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
    if row.kind == "reminder" and row.dedupe_key == str(reservation.changes):
        day = wall.local(reservation.slot.starts_at, reservation.site.tz).date() - timedelta(days=1)
        if came_at < wall.resolve(day, TEN, reservation.site.tz) or came_at >= reservation.slot.starts_at:
            found.wrong.append(f"{row}: not between ten on the day before and the pickup")


def _not_after_the_end(found, row, reservation, came_at, clock):
    """Nothing about a cancelled pickup, but what a sender had looked at before it was cancelled."""
    if row.kind not in ABOUT_A_TIME or reservation.status != ReservationStatus.CANCELLED:
        return
    if came_at > reservation.closed_at + clock.span(LEASE):
        found.wrong.append(f"{row}: came for a cancelled pickup")
    found.crossed += came_at > reservation.closed_at


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
