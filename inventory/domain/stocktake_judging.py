"""How one thing is judged at the end of a stock-take: what was written down, what was seen, what the house did meanwhile.

The house goes on while it is counted, so a count is compared with what the records said *at that moment* (``expected``),
and what somebody has put right since then, by hand, is not put right a second time:

* ``known_less``: the records were lowered because somebody knew better (set aside as missing, counted anew);
* ``known_more``: they were raised (counted anew, found, recorded as returned);
* ``came_back``: pieces that were away with a reason (in repair, in quarantine, with their owner) stand here again.

A hand-over is none of these: the pieces and the record leave together, and the difference stays.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inventory.models import DifferenceKind, Item, SetAsideReason, Shelf, WriteOffReason
from recycling.audit.models import AuditEntry

AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the records have it. ``is_usual``: closing changes the records unless the lead says no."""

    item: Item
    kind: DifferenceKind
    pieces: int
    recorded: Shelf | None = None
    seen: Shelf | None = None
    is_usual: bool = True

    @property
    def key(self):
        return f"{self.kind.value}-{self.item.code}"

    @property
    def can_write(self):
        """Whether the records can follow. What is promised to somebody is a person's decision, never a count's."""
        return self.kind != DifferenceKind.PROMISED and not self._promised_elsewhere

    @property
    def _promised_elsewhere(self):
        return (
            self.kind == DifferenceKind.ELSEWHERE
            and self.seen is not None
            and self.item.site_id != self.seen.site_id
            and self.item.reserved > 0
        )

    def words(self):
        """What the fingerprint of a report is made of."""
        shelves = f"{self.recorded and self.recorded.pk}>{self.seen and self.seen.pk}"
        return f"{self.key} {self.pieces} {shelves} {self.can_write}"


@dataclass(frozen=True)
class Step:
    """One thing that was done with an item during the stock-take, in pieces."""

    at: datetime
    known_less: int = 0
    known_more: int = 0
    came_back: int = 0
    has_moved: bool = False


@dataclass
class Meanwhile:
    """The steps of one item since the stock-take began."""

    steps: list[Step] = field(default_factory=list)

    def pieces(self, name, since):
        return sum(getattr(step, name) for step in self.steps if step.at >= since)

    def has_moved(self, since):
        return any(step.has_moved for step in self.steps if step.at >= since)


def meanwhile(take, items) -> dict[int, Meanwhile]:
    """{item: what was done with it since the stock-take began}, one query."""
    entries = AuditEntry.objects.filter(
        target_type=Item._meta.model_name,
        target_id__in=list(items),
        at__gte=take.started_at,
        action__in=STEPS,
    )
    found: dict[int, Meanwhile] = defaultdict(Meanwhile)
    for entry in entries.order_by("pk"):
        found[entry.target_id].steps.append(Step(entry.at, **STEPS[entry.action](entry.details)))
    return found


def _set_aside(details):
    return {"known_less": details["pieces"]} if details["reason"] == SetAsideReason.MISSING else {}


def _put_back(details):
    name = "known_more" if details["reason"] == SetAsideReason.MISSING else "came_back"
    return {name: details["pieces"]}


def _written_off(details):
    # What was set aside as missing before has been counted as known by that.
    is_news = details["reason"] == WriteOffReason.MISSING and not details.get("was_missing")
    return {"known_less": details["pieces"]} if is_news else {}


def _counted(details):
    change = details["quantity"] - details.get("was", details["quantity"])
    return {"known_more": max(change, 0), "known_less": max(-change, 0)}


STEPS = {
    "item_set_aside": _set_aside,
    "item_put_back": _put_back,
    "item_written_off": _written_off,
    "item_counted": _counted,
    "item_returned": lambda details: {"known_more": details["pieces"], "came_back": details["pieces"]},
    "item_moved": lambda _details: {"has_moved": True},
}


class Judged:
    """One item: what was written down, what was seen, and what the records say now.

    ``lines`` and ``scans`` are also those of lots that were merged into it: their labels still stick on the pieces.
    """

    def __init__(self, take, item, lines, scans, asides, done):
        self.take, self.item, self.done = take, item, done
        self.line = lines[0] if lines else None
        self.written_down = sum(line.pieces for line in lines)
        self.lost, self.loose = asides
        self.here = item.quantity - self.lost
        self.is_merged = len(lines) > 1 or any(scan.label != item.code for scan in scans)
        self.scans = self._counting(scans)
        self.counted = sum(scan.pieces for scan in self.scans)

    def _counting(self, scans):
        """The scans that count: the last of each label at each place; of a single thing the last of all, wherever it was."""
        last = {(scan.place_id, scan.label): scan for scan in scans}
        counting = sorted(last.values(), key=lambda scan: (scan.scanned_at, scan.pk))
        most = max([self.here, self.written_down, *(scan.expected for scan in scans)])
        if most <= 1 and all(scan.pieces <= 1 for scan in counting):
            return counting[-1:]
        return counting

    def differences(self):
        if not self.scans:
            yield from self._short(self._not_scanned())
            return
        yield from self._elsewhere()
        low, high = self._bounds()
        since = self.scans[0].received_at
        if self.counted > high:
            yield from self._more(self.counted - high - self.done.pieces("known_more", since))
        elif self._is_home_counted():
            yield from self._short(low - self.counted - self.done.pieces("known_less", since))

    def _not_scanned(self):
        """How many should have been found at a place that somebody has called counted, and were not."""
        item, place = self.item, self.line.place if self.line else None
        if place is None or place.counted_at is None:
            return 0
        if item.site_id != self.take.site_id or item.shelf_id != place.shelf_id:
            return 0
        away = self.loose + self.done.pieces("came_back", self.take.started_at)
        return min(self.written_down, self.here) - away

    def _is_home_counted(self):
        """Whether its own place was looked at: a part that turns up elsewhere says nothing about the rest."""
        if self.line is None:
            return False
        home = self.line.place
        return home.counted_at is not None or home.pk in {scan.place_id for scan in self.scans}

    def _bounds(self):
        """Between which numbers the records have been while this was counted."""
        numbers = [scan.expected for scan in self.scans]
        if self.is_merged:
            # The records of single lots say little about what their labels, scanned before or after, add up to.
            numbers = [self.here, self.written_down]
        waited = any(scan.received_at - scan.scanned_at > AT_ONCE for scan in self.scans)
        if self.line is None:
            # Of what was not expected here only one thing is sure: on record it was gone, and somebody has just seen it.
            is_back = max(numbers) == 0 and not waited
            return 0, 0 if is_back else max(self.counted, *numbers)
        if waited:
            numbers.append(self.written_down)
        # What was in repair while the shelf was counted was away, also when it has come back since.
        away = self.loose + self.done.pieces("came_back", self.scans[0].scanned_at)
        return min(numbers) - away, max(numbers)

    def _elsewhere(self):
        last = self.scans[-1]
        homes = {scan.stood_on_id for scan in self.scans}
        if self.item.site_id == self.take.site_id:
            homes.add(self.item.shelf_id)
        if self.line:
            homes.add(self.line.place.shelf_id)
        seen = [scan for scan in self.scans if scan.pieces and scan.place.shelf_id]
        if not seen or self.counted == 0 or any(scan.place.shelf_id in homes for scan in seen):
            return
        if self.done.has_moved(last.scanned_at):
            return  # where it stands now was said after it was seen here
        where = max(seen, key=lambda scan: scan.pieces)
        yield Difference(
            self.item,
            DifferenceKind.ELSEWHERE,
            where.pieces,
            recorded=self.item.shelf,
            seen=where.place.shelf,
            # Part of a lot: its label may have two shelves, so the lead decides.
            is_usual=where.pieces >= self.here,
        )

    def _short(self, pieces):
        pieces = min(pieces, self.here - self.loose)
        free = min(pieces, self.item.available)
        if free > 0:
            yield Difference(self.item, DifferenceKind.MISSING, free, recorded=self.item.shelf)
        if pieces > max(free, 0):
            yield Difference(
                self.item, DifferenceKind.PROMISED, pieces - max(free, 0), recorded=self.item.shelf
            )

    def _more(self, pieces):
        if pieces <= 0:
            return
        again = min(pieces, self.lost)
        seen = next((scan.place.shelf for scan in self.scans[::-1] if scan.pieces), None)
        if again:
            yield Difference(
                self.item, DifferenceKind.FOUND_AGAIN, again, recorded=self.item.shelf, seen=seen
            )
        if pieces > again:
            yield Difference(
                self.item, DifferenceKind.MORE, pieces - again, recorded=self.item.shelf, seen=seen
            )
