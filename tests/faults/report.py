"""The report of a fault run, in words and figures."""

from collections import Counter
from statistics import quantiles

from .extent import BEGINS

MOST_SENTENCES = 20


def text(storm, people, found, *, versions):
    """All of it."""
    extent = storm.extent
    what = f"{extent.reservations:,} reservations in {extent.days} days from {BEGINS:%-d %B %Y} on"
    how = f"by a clock {extent.speed:,} times as fast ({extent.seconds:.0f} s)"
    lines = [
        f"Fault run, seed {storm.seed}: {what}, {how}",
        f"{versions}; 2 beats and 4 workers with 2 senders each",
        "",
        *_faults(storm.faults),
        "",
        *_reservations(people, found),
        "",
        *_messages(found),
        "",
        *_control(storm.told, found.control),
        f"Counters: {f'{found.drifts} have drifted' if found.drifts else 'clean'}",
        "",
        *_verdict(found.wrong),
    ]
    return "\n".join(lines)


def _faults(faults):
    counted = Counter((fault.part, fault.how) for fault in faults)
    yield f"{'Struck':<16}{'killed':>8}{'frozen':>8}"
    for part in dict.fromkeys(sorted(fault.part for fault in faults)):
        yield f"  {part:<14}{counted[part, 'killed']:>8}{counted[part, 'frozen']:>8}"


def _reservations(people, found):
    done = Counter(people.done)
    yield (
        f"Reservations: {done['book']:,} made, {len(people.refused)} refused, {len(people.broke)} broken "
        f"(a broker that is away would show here), {found.moved} times moved"
    )
    yield "  in the end: " + ", ".join(
        f"{number} {status}" for status, number in found.statuses.most_common()
    )
    yield "  one of ten booked through the pages, in a process that knows the broker"
    yield f"  pressed again because the database was away: {len(people.again)} times"


def _messages(found):
    yield f"{'Messages':<20}{'due':>7}{'delivered':>11}{'skipped':>9}{'lost':>6}"
    for kind in sorted(found.due):
        yield _row(kind, found.due[kind], found.delivered[kind], found.skipped[kind])
    yield _row("all", found.due.total(), found.delivered.total(), found.skipped.total())
    yield (
        f"  duplicated: {found.duplicated.total()} of {found.copies:,} copies, each with the Message-ID of the first"
    )
    for why, number in found.duplicated.most_common():
        yield f"    {number}: {why}"
    yield f"  in a sender's hands when the pickup was cancelled: {found.crossed}; sent by whoever looked afterwards: {found.late}"
    if found.overtaken:
        yield (
            f"  of the skipped {len(found.overtaken)} were due and waited for their sender when they became untrue, "
            f"the longest for {max(found.overtaken):.1f} s of the machine"
        )
    if len(found.waited) > 1:
        hundredths = quantiles(found.waited, n=100)
        yield (
            f"  from due to delivered, at the first try: half in {hundredths[49]:.1f} s of the machine, "
            f"99 of 100 in {hundredths[98]:.1f} s"
        )


def _row(name, due, delivered, skipped):
    return f"  {name:<18}{due:>7,}{delivered:>11,}{skipped:>9,}{due - delivered - skipped:>6,}"


def _control(told, arrived):
    yield "The usual way, under the same faults: a job that is the message, and no row"
    yield f"  {told} told to the broker, {arrived} arrived, {told - arrived} lost"


def _verdict(wrong):
    if not wrong:
        yield "All as it must be."
        return
    yield f"{len(wrong)} things are not as they must be:"
    yield from (f"  {sentence}" for sentence in wrong[:MOST_SENTENCES])
    if len(wrong) > MOST_SENTENCES:
        yield f"  and {len(wrong) - MOST_SENTENCES} more"
