"""The pieces of a request list that is being written: held by one reservation for each site, as long as somebody writes.

Nobody's ``person`` yet: what is only being written ends without a word to anybody, and no link leads to it. ``made_by`` and the
contact say whose list it is from the first piece on, so that whatever is said once it is accepted goes to them.

Helpers of the verbs that write a list (``requests``, ``request_sets``, ``request_copying``, ``request_sending``): they run in
their transactions, after ``request_states.being_written`` has locked the request. From here on: its reservations by key, items
by key, slots by key.
"""

from inventory.domain import stock
from inventory.domain.refusals import NotEnoughLeft, NotOnOffer
from inventory.models import MAX_PIECES, Item
from recycling.accounts.models.contact import ContactChannel
from recycling.audit.domain import record
from recycling.codes import new_token
from reservations.models import (
    Fulfilment,
    RequestLine,
    Reservation,
    ReservationLine,
    ReservationStatus,
)

from . import booking, drawing_lots, request_states, slots, states
from .queue_refusals import DrawnLater
from .refusals import BadPieces, SlotFull
from .unit_refusals import OnlyRemain


class Held:
    """What a locked request holds, locked too: ``pieces`` by item."""

    def __init__(self, locked, *, by, at):
        self.request, self.by, self.at = locked, by, at
        self.until = request_states.writing_until(at)
        self.by_site = {one.site_id: one for one in request_states.held_by(locked)}
        lines = ReservationLine.objects.filter(reservation__in=self.by_site.values())
        self.lines = {line.item_id: line for line in lines}

    def pieces(self, item) -> int:
        """How many of ``item`` are held for the list."""
        line = self.lines.get(item.pk)
        return line.pieces if line else 0

    def change(self, item, pieces):
        """Hold exactly ``pieces`` of ``item``. Refuses `bad_pieces`, `only_remain`, `not_on_offer`, `drawn_later`."""
        if not 0 <= pieces <= MAX_PIECES:
            raise BadPieces
        more = pieces - self.pieces(item)
        if more > 0:
            self._take(item, more)
        elif pieces == 0:
            self._leave(item)
        elif more < 0:
            stock.release(item, -more, at=self.at)
            self._write(item, pieces)

    def receive(self, lines, until):
        """What another reservation has held until now, and gives up, is the list's: nobody can take it between."""
        self.until = max(self.until, until)
        for line in lines:
            self._write(line.item, self.pieces(line.item) + line.pieces)

    def as_many_as_left(self, item, pieces) -> int:
        """Hold up to ``pieces`` of ``item``, whatever is left; how many are held then."""
        stock.lock(item)  # what is left now is left until the end of the transaction
        try:
            self.change(item, pieces)
        except OnlyRemain as fewer:
            self.change(item, fewer.details["left"])
        except (NotOnOffer, DrawnLater):
            return self.pieces(item)
        return self.pieces(item)

    def _take(self, item, more):
        have = self.pieces(item)
        visible = drawing_lots.without_draw(Item.objects.visible_to(self.by, at=self.at))
        try:
            stock.hold(item, more, visible=visible)
        except NotOnOffer as refusal:
            raise drawing_lots.refusal_for(item) or refusal from None
        except NotEnoughLeft as refusal:
            left = have + refusal.details.get("left", 0)
            raise OnlyRemain(item=item.pk, left=left, pieces=have + more) from None
        self._write(item, have + more)

    def _write(self, item, pieces):
        if line := self.lines.get(item.pk):
            line.pieces = pieces
            line.save(update_fields=["pieces"])
            return
        reservation = self._reservation_at(Item.objects.values_list("site", flat=True).get(pk=item.pk))
        self.lines[item.pk] = ReservationLine.objects.create(
            reservation=reservation, item=item, pieces=pieces
        )

    def _reservation_at(self, site):
        if site not in self.by_site:
            bundle = self.request.reservations.values_list("bundle", flat=True).first()
            made = Reservation.objects.create(
                code=f"R{new_token(8)}",
                bundle=bundle or new_token(16),
                request=self.request,
                made_by=self.by,
                site_id=site,
                held_until=self.until,
                created_at=self.at,
                **facts_of(self.request, at=self.at),
            )
            record("reservation_held", made, by=self.by, at=self.at, origin="request")
            self.by_site[site] = states.lock(made)
        return self.by_site[site]

    def _leave(self, item):
        """Nothing of ``item`` any more; a reservation that held nothing else is over."""
        line = self.lines.pop(item.pk, None)
        if line is None:
            return
        if any(one.reservation_id == line.reservation_id for one in self.lines.values()):
            stock.release(item, line.pieces, at=self.at)
            line.delete()
            return
        site, reservation = next(
            (site, one) for site, one in self.by_site.items() if one.pk == line.reservation_id
        )
        states.move(reservation, ReservationStatus.CANCELLED, by=self.by, at=self.at)
        booking.let_go(reservation, at=self.at)
        del self.by_site[site]

    def renew(self):
        """Every edit holds all of the list anew, never shorter than before, and keeps no time that is too short for the load."""
        for one in sorted(self.by_site.values(), key=lambda one: (one.slot_id or 0, one.pk)):
            one.held_until = max(one.held_until, self.until)
            _fit(one)
            one.save(update_fields=["held_until", "slot", "places"])
        self.request.changed_at = self.at
        self.request.save(update_fields=["changed_at"])


def _fit(one):
    """The chosen time has as many places as the load takes now, or it is chosen anew."""
    if not one.slot_id:
        return
    places = slots.places_for(states.lines_of(one), one.slot)
    if places == one.places:
        return
    slots.free(one.slot_id, one.places)
    try:
        slots.book(one.slot, places)
        one.places = places
    except SlotFull:
        one.slot, one.places = None, 0


def ask_for_more(locked, item, pieces):
    """Write down that the list asks for so many more; what it asks for and does not hold stays missing."""
    before = RequestLine.objects.filter(request=locked, item=item).values_list("pieces", flat=True).first()
    ask_for(locked, item, (before or 0) + pieces)


def ask_for(locked, item, pieces):
    """Write down how many pieces the list asks for; what an approver had lowered is asked for anew."""
    lines = RequestLine.objects.filter(request=locked, item=item)
    if not pieces:
        lines.delete()
    elif not lines.update(pieces=pieces, asked=None):
        RequestLine.objects.create(request=locked, item=item, pieces=pieces)


def facts_of(locked, *, at):
    """What each reservation of a request says of it: for whom, which way, and where messages go."""
    by = locked.by
    return {
        "department": locked.department,
        "cost_centre": locked.cost_centre,
        "fulfilment": locked.fulfilment or Fulfilment.PICKUP,
        "contact_name": locked.contact_name or by.name,
        "contact_channel": ContactChannel.EMAIL if by.email else "",
        "contact": by.email or "",
        "contact_proved_at": at if by.email else None,  # they signed in with it
        "language": locked.language,
    }


def tell(locked, *, at):
    """Its reservations say what the request says now."""
    for one in request_states.held_by(locked):
        for name, value in facts_of(locked, at=at).items():
            setattr(one, name, value)
        one.save()
