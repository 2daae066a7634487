"""The waiting list of an item: joined, left, and whose turn it is when pieces come free.

Whoever waits is locked by the lock of the item: an entry that waits is written only under it. An entry that is being offered
something is written only under the lock of that reservation, which is an ordinary held one: there is one way of holding.
"""

from dataclasses import dataclass
from datetime import time, timedelta

from django.db import transaction

from inventory.domain import stock
from inventory.domain.refusals import NotOnOffer
from inventory.models import MAX_PIECES, Item
from recycling import clock, working_days
from recycling.accounts.domain import contacts, limits
from recycling.accounts.models import User
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.notifications.domain import failing
from recycling.policy.models import Policy
from reservations.models import (
    Draw,
    QueueEntry,
    QueueStatus,
    Reservation,
    ReservationLine,
    ReservationStatus,
)

from . import queue_messages, queue_states, rules
from .queue_refusals import (
    AtLeastTooMany,
    FreeNow,
    NeverSoMany,
    NotInQueue,
    QueueFull,
    WaitsForDraw,
    YourTurn,
)
from .refusals import BadPieces

Q = QueueStatus
# A turn ends in the afternoon of a working day, when there is somebody to ask, and never sooner than a day after it began.
ENDS_AT = time(16)
AT_LEAST = timedelta(hours=24)
# How long a message takes while all is well; and how long a turn waits for one that cannot be sent.
USUAL_DELAY, KEPT_UNTOLD = timedelta(minutes=15), timedelta(days=7)
PER_NETWORK, PER_CONTACT = 60, 20  # in an hour


# -- joining


@dataclass(frozen=True)
class Wish:
    """What somebody waits for: so many pieces, fewer down to ``at_least``; ``only_backup`` after everybody else."""

    pieces: int = 1
    at_least: int = 1
    only_backup: bool = False


def why_not_join(item, *, by, at, wish=None):
    """The refusal that joining would meet by what the rows say now, or None. ``wish`` is not known before the form is filled."""
    wish = wish or Wish()
    now = Item.objects.reservable_by(by, at=at).select_related("category__parent").filter(pk=item.pk).first()
    if now is None:
        return NotOnOffer(item=item.pk)
    is_drawn = _waits_for_draw(now)
    if now.available >= wish.at_least and not is_drawn:
        return FreeNow()
    if now.quantity < wish.at_least:
        return NeverSoMany(there=now.quantity)
    if refusal := rules.why_not_reserve(now, by=by, pieces=wish.pieces, policy=Policy.current()):
        return refusal
    limit = Policy.current().queue_places
    if not is_drawn and QueueEntry.objects.in_queue().filter(item=now).count() >= limit:
        return QueueFull(limit=limit)
    return None


@transaction.atomic
def ask(item, wish, contact, *, name, language, device, network, by, at):
    """Somebody wants to wait for ``item``. They have a place once the contact is proved: at once when it is known already.

    Refuses `bad_pieces`, `at_least_too_many`, `too_often`, and what ``why_not_join`` refuses.
    """
    hour = timedelta(hours=1)
    limits.count("queue_from_network", network, limit=PER_NETWORK, per=hour, at=at)
    if not 1 <= wish.pieces <= MAX_PIECES or wish.at_least < 1:
        raise BadPieces
    if wish.at_least > wish.pieces:
        raise AtLeastTooMany
    if refusal := why_not_join(item, by=by, at=at, wish=wish):
        raise refusal
    entry = QueueEntry.objects.create(
        item=item,
        device=device,
        pieces=wish.pieces,
        at_least=wish.at_least,
        only_backup=wish.only_backup,
        contact_name=name,
        contact_channel=contact.channel,
        contact=contact.address,
        language=language,
        created_at=at,
    )
    known = contacts.is_own(contact, by) or contacts.is_trusted(device, contact, at=at)
    # Counted apart, so that nobody keeps others from joining with a contact of theirs.
    who = "queue_of_known" if known else "queue_of_contact"
    limits.count(who, contact.address, limit=PER_CONTACT, per=hour, at=at)
    # Where nothing has arrived of late, their turn would not either.
    return _join(entry, at=at) if known and not failing.in_trouble(contact.address) else entry


def prove(entry, typed, *, device, at):
    """The one-time code was typed: from now on they have a place. Twice is once.

    Refuses `wrong_code`, `code_over`, and what ``why_not_join`` refuses when it has changed meanwhile.
    """
    contact = contact_of(entry)
    contacts.check_code(contact, typed, device=device, at=at)
    with transaction.atomic():
        joined = _join(entry, at=at)
        contacts.trust(device, contact, person=joined.person, at=at)
    return joined


def contact_of(entry):
    return contacts.Contact(entry.contact_channel, entry.contact)


def _join(entry, *, at):
    """A place for the person whose contact was proved; where they have one already, that one is theirs."""
    person = contacts.person_with(contact_of(entry), name=entry.contact_name, language=entry.language, at=at)
    locked = queue_states.lock(entry)
    if locked.status != Q.JOINING:
        return locked
    theirs = QueueEntry.objects.in_queue().filter(item=locked.item, person=person).first()
    if theirs:
        queue_states.move(locked, Q.LEFT, by=person, at=at)
        return theirs
    wish = Wish(locked.pieces, locked.at_least, locked.only_backup)
    if refusal := why_not_join(locked.item, by=person, at=at, wish=wish) or _why_not_have(
        locked.item, locked.at_least, person, at=at
    ):
        raise refusal
    locked.person, locked.joined_at = person, at
    queue_states.move(locked, Q.WAITING, by=person, at=at)
    queue_messages.joined(locked, for_draw=_waits_for_draw(locked.item), at=at)
    return locked


def _why_not_have(item, pieces, person, *, at, online=True):
    """The refusal that so many pieces would meet for this person now: a pause, or the limit of pieces."""
    if rules.is_staff(person):
        return None
    limited = rules.limited({item: pieces}, person)
    return rules.why_not_more(person, pieces=limited, at=at, tz=item.site.tz, online=online)


@transaction.atomic
def leave(entry, *, at):
    """They wait no longer. Leaving twice is leaving once. Refuses `your_turn` while something is offered to them."""
    locked = queue_states.lock(entry)
    if locked.status == Q.OFFERED:
        raise YourTurn
    if locked.status in (Q.JOINING, Q.WAITING):
        queue_states.move(locked, Q.LEFT, by=locked.person, at=at)
        queue_messages.silence(locked, why="left")
    return locked


def place_of(entry):
    """The number of their place; whoever is offered something right now comes before. Refuses `not_in_queue`."""
    ahead = list(QueueEntry.objects.waiting_for(entry.item_id).values_list("pk", flat=True))
    if entry.pk not in ahead:
        raise NotInQueue
    offered = QueueEntry.objects.filter(item=entry.item_id, status=Q.OFFERED).count()
    return ahead.index(entry.pk) + 1 + offered


# -- somebody's turn


def offer_next(item, *, at):
    """What is free of ``item``, locked by the caller, is held for those who wait, in their order; how many got an offer.

    In the transaction that made it free, so that nobody who presses the button comes between. Whoever wants more than there
    is, or may not have it now, keeps their place.
    """
    waiting = list(QueueEntry.objects.waiting_for(item.pk).select_related("person"))
    if not waiting or _waits_for_draw(item):
        return 0
    # As it is now: the caller's own copy was read before the pieces came free.
    thing = Item.objects.select_related("site", "category__parent").get(pk=item.pk)
    policy, free, offers = Policy.current(), thing.available, 0
    for entry in waiting:
        if pieces := _pieces_for(entry, thing, free, policy=policy, at=at):
            _offer(entry, thing, pieces, at=at)
            free -= pieces
            offers += 1
    return offers


def _waits_for_draw(item):
    """Until lots have decided, nobody's turn comes."""
    return Draw.objects.filter(item=item.pk, drawn_at=None).exists()


def _pieces_for(entry, item, free, *, policy, at):
    """How many of the free pieces this person may have now, 0 when it is fewer than they said."""
    if free < entry.at_least or not _sees(entry.person, item, at=at):
        return 0
    for pieces in range(min(free, entry.pieces), entry.at_least - 1, -1):
        if not (
            rules.why_not_reserve(item, by=entry.person, pieces=pieces, policy=policy)
            or _why_not_have(item, pieces, entry.person, at=at)
        ):
            return pieces
    return 0


def _sees(person, item, *, at):
    return Item.objects.reservable_by(person, at=at).filter(pk=item.pk).exists()


def _offer(entry, item, pieces, *, at):
    """A held reservation of their own, with a deadline, and the message about it."""
    stock.hold(item, pieces, visible=Item.objects.all())
    when = queue_messages.in_the_daytime(at, tz=item.site.tz, person=entry.person)
    offer = Reservation.objects.create(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        queued=entry,
        person=entry.person,
        contact_name=entry.contact_name,
        contact_channel=entry.contact_channel,
        contact=entry.contact,
        contact_proved_at=entry.joined_at,
        language=entry.language,
        site=item.site,
        held_until=answer_until(when, item.site.tz),
        created_at=at,
    )
    ReservationLine.objects.create(reservation=offer, item=item, pieces=pieces)
    queue_states.move(entry, Q.OFFERED, by=None, at=at, code=offer.code)
    record("reservation_held", offer, by=None, at=at, origin="queue")
    queue_messages.your_turn(offer, at=when)


def answer_until(at, tz):
    """The end of the next working day, and never less than a day from now."""
    day = clock.local(at, tz).date()
    while True:
        day = working_days.after(day, 1)
        until = clock.resolve(day, ENDS_AT, tz)
        if until - at >= AT_LEAST:
            return until


# -- what became of an offer: helpers of the verbs that move its reservation


def check_limits(locked, *, at, online=True):
    """The person of the locked offer may have it now. Refuses `booking_paused`, `too_many_pieces`.

    A pause is one of booking ``online``: whoever rings us is helped all the same.

    Their row is locked from here on, so that two bookings at once cannot both be the last one allowed.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=locked.person_id)
    line = locked.lines.select_related("item__site", "item__category__parent").get()
    if refusal := _why_not_have(line.item, line.pieces, person, at=at, online=online):
        raise refusal


def theirs_until(offer, *, told):
    """Until when an offer is its person's who is ``told`` then of it; None: who has not been told yet."""
    if told is None:
        return offer.held_until
    return max(offer.held_until, answer_until(told - USUAL_DELAY, offer.site.tz))


def keep_untold(locked, *, at):
    """The deadline of the locked offer has passed, and its person could not be told in time: it is theirs longer; whether so.

    Their time begins when they are told. Whoever cannot be told at all within a week has had their turn.
    """
    told = queue_messages.told_at(locked)
    until = theirs_until(locked, told=told) if told else answer_until(at, locked.site.tz)
    if until <= at or (told is None and locked.created_at + KEPT_UNTOLD <= at):
        return False
    if not queue_messages.tell_until(locked, until=until, at=at) and told is None:
        return False
    locked.held_until = until
    locked.save(update_fields=["held_until"])
    record("reservation_kept_untold", locked, by=None, at=at)
    return True


def taken(locked, *, at):
    """The locked offer is booked: its place in the queue is done."""
    entry = queue_states.offered(locked)
    if entry:
        queue_states.move(entry, Q.TAKEN, by=locked.person, at=at)
        queue_messages.silence_turn(locked, why="time_chosen")


def over(locked, *, at):
    """The locked offer ended without a time, its pieces have gone on to the next: passed by its person, or not answered."""
    entry = queue_states.offered(locked)
    if entry is None:
        return
    lapsed = locked.status == ReservationStatus.EXPIRED
    queue_states.move(entry, Q.LAPSED if lapsed else Q.PASSED, by=None if lapsed else locked.person, at=at)
    if not locked.booked_at:  # else they had proposed times, and hear that nobody answered
        queue_messages.turn_over(locked, lapsed=lapsed, at=at)


# -- what becomes of the item


def merged(gone, *, into, at):
    """Whoever waited for ``gone`` waits for ``into``, from when they joined; who waits there already keeps that place.

    Refuses `waits_for_draw`: whoever takes part has been told for what, and when.
    """
    if _waits_for_draw(gone) or _waits_for_draw(into):
        raise WaitsForDraw
    there = QueueEntry.objects.in_queue().filter(item=into).values("person")
    waiting = QueueEntry.objects.filter(item=gone, status=Q.WAITING)
    for twice in waiting.filter(person__in=there).order_by("pk"):
        queue_states.move(twice, Q.LEFT, by=None, at=at)
        queue_messages.silence(twice, why="left")
    waiting.update(item=into, lot=None)


@transaction.atomic
def end(entry, *, at):
    """Nothing more comes: the last piece was collected, or it left the catalogue. Whoever waited is told."""
    locked = queue_states.lock(entry)
    if locked.status != Q.WAITING or not QueueEntry.objects.in_vain().filter(pk=locked.pk).exists():
        raise NotInQueue
    queue_states.move(locked, Q.OVER, by=None, at=at)
    queue_messages.nothing_comes(locked, at=at)
    return locked
