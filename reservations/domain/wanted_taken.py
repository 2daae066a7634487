"""What a unit was offered and has put on a request list: found once the list is sent, waited for again if it leaves the list.

Helpers of the verbs that change, send or end a list, in their transactions. The entries are locked last, by key.
"""

from reservations.models import HOLDS_PIECES, ReservationLine, ReservationStatus, WantedEntry, WantedStatus

from . import wanted_states

W = WantedStatus


def sent(request, *, by, at):
    """The locked list is sent: of what its entries were offered, as much as it asks for is found.

    So it is for an entry that was waiting again because the list had lost its pieces for a while.
    """
    asked = dict(request.lines.values_list("item", "pieces"))
    for entry in _locked(WantedEntry.objects.filter(request=request)):
        entry.request = None
        if entry.status in (W.TAKEN, W.OPEN) and entry.department_id == request.department_id:
            entry.still = max(entry.still - _found(entry, asked), 0)
        if entry.status == W.TAKEN or not entry.still:
            to = W.OPEN if entry.still else W.FOUND
            wanted_states.move(entry, to, by=by, at=at, request=request.code)
        else:
            entry.save(update_fields=["request", "still"])


def look_again(request_key, *, at):
    """A list has lost pieces: of which it holds nothing any more, the unit waits for that again."""
    entries = _locked(WantedEntry.objects.filter(request=request_key, status=W.TAKEN))
    if not entries:
        return
    lines = ReservationLine.objects.filter(
        reservation__request=request_key, reservation__status__in=HOLDS_PIECES
    )
    held = set(lines.values_list("item", flat=True))
    for entry in entries:
        if held.isdisjoint(line.item_id for line in _lines_of(entry)):
            wanted_states.move(entry, W.OPEN, by=None, at=at)


def _locked(entries):
    return list(entries.select_for_update(of=("self",)).order_by("pk"))


def _lines_of(entry):
    """The lines of the offer that went onto the list: the last one that was taken, not declined."""
    taken = entry.offers.filter(status=ReservationStatus.CANCELLED, cancel_reason="").latest(
        "closed_at", "pk"
    )
    return taken.lines.all()


def _found(entry, asked):
    """How many of its pieces are asked for; two entries never count the same ones."""
    found = 0
    for line in _lines_of(entry):
        pieces = min(line.pieces, asked.get(line.item_id, 0))
        asked[line.item_id] = asked.get(line.item_id, 0) - pieces
        found += pieces
    return found
