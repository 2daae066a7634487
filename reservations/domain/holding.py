"""From pressing "Reserve" to the check page: pieces held for a while for the browser that asked."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from inventory.domain import stock
from inventory.domain.refusals import NotOnOffer
from inventory.models import MAX_PIECES, Item
from recycling.accounts.domain import contacts, limits
from recycling.accounts.rules import is_city
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.notifications.domain import failing
from recycling.policy.models import Policy
from reservations.models import Reservation, ReservationLine, ReservationStatus

from . import drawing_lots, rules, slots, states
from .refusals import (
    BadPieces,
    HoldOver,
    MoreThanLimit,
    NoMoreExtensions,
    NothingChosen,
    OnlyByRequest,
    SlotNotOffered,
    SomeGone,
    TooManyHolds,
)

# What would add less than this adds nothing, and is not counted.
WORTH_EXTENDING = timedelta(minutes=1)


def why_not(item, *, by, at, pieces=1):
    """The refusal that reserving would meet, or None. Advice for button, message and page; the verb has its own guard."""
    refusal = stock.why_not_hold(item, pieces, visible=_reservable_by(by, at=at))
    if refusal:
        return _why_not_offered(refusal, item, by=by, at=at)
    return rules.why_not_reserve(item, by=by, pieces=pieces, policy=Policy.shown())


def _reservable_by(by, *, at):
    """What they may take by pressing first: staff anything that they see, everybody else not what lots decide about."""
    items = Item.objects.reservable_by(by, at=at)
    return items if rules.is_staff(by) else drawing_lots.without_draw(items)


def _why_not_offered(refusal, item, *, by, at):
    """The same refusal, or another where they see the item and may not reserve it for themselves."""
    if isinstance(refusal, NotOnOffer) and item.quantity and (drawn := drawing_lots.refusal_for(item)):
        return drawn
    if not isinstance(refusal, NotOnOffer) or not is_city(by):
        return refusal
    sees = Item.objects.visible_to(by, at=at).filter(pk=item.pk).exists()
    return OnlyByRequest() if sees else refusal


def begun(item, *, device, at):
    """Whether ``device`` is booking this item and has not finished."""
    held = Reservation.objects.of_device(device).filter(status=ReservationStatus.HELD, held_until__gt=at)
    return held.filter(lines__item=item).exists()


def hold(wishes, *, device, network, language, client_key, by, at):
    """Hold every wish in ``{item: pieces}`` for ``device``, or nothing at all. One reservation for each site.

    Returns the bundle's reservations. The same ``client_key`` again gives what it held the first time. Refuses
    `nothing_chosen`, `bad_pieces`, `too_many_holds`, `too_often`, `more_than_limit`, `some_gone` with each item's own
    reason; for a single item that reason itself: `not_enough_left`, `not_on_offer`, `residents_may_not`, `only_by_request`.
    """
    check_wishes(wishes)
    try:
        return _hold(
            wishes, device=device, network=network, language=language, client_key=client_key, by=by, at=at
        )
    except (_Again, IntegrityError, rules.Refused):
        # The second of two taps, perhaps at the same moment: the first one has the key, and perhaps the last piece.
        if known := _held_before(client_key, device):
            return known
        raise


class _Again(Exception):  # noqa: N818  (the same press once more is no error; it only ends the transaction)
    pass


def check_wishes(wishes):
    if not wishes:
        raise NothingChosen
    if any(not 1 <= pieces <= MAX_PIECES for pieces in wishes.values()):
        raise BadPieces


def _held_before(client_key, device):
    first = Reservation.objects.of_device(device).filter(client_key__startswith=f"{client_key}:").first()
    return list(Reservation.objects.filter(bundle=first.bundle).order_by("pk")) if first else []


@transaction.atomic
def _hold(wishes, *, device, network, language, client_key, by, at):
    policy = Policy.shown()  # a moment old, like the page on which the button was: it is read for every press
    # Holds are counted, and not what is refused: that takes nothing from anybody, and rolls its count back. The row lock of
    # the device's counter makes the holds of one device wait for each other, so that the count below is exact.
    limits.count_all(
        {
            "hold_from_device": (device, policy.holds_per_device * 20),
            "hold_from_network": (network, policy.holds_per_network),
        },
        per=timedelta(hours=1),
        at=at,
    )
    _check_device(device, client_key=client_key, limit=policy.holds_per_device, at=at)
    if rules.limited(wishes, by) > policy.pieces_per_person:
        raise MoreThanLimit(limit=policy.pieces_per_person, days=policy.pieces_days)
    take(wishes, policy=policy, by=by, at=at)
    bundle = new_token(16)
    by_site = {
        site_id: Reservation(
            code=f"R{new_token(8)}",
            bundle=bundle,
            client_key=f"{client_key}:{site_id}",
            device=device,
            language=language,
            site_id=site_id,
            held_until=at + timedelta(minutes=policy.hold_minutes),
            created_at=at,
        )
        for site_id in sorted({item.site_id for item in wishes})
    }
    held = Reservation.objects.bulk_create(by_site.values())
    ReservationLine.objects.bulk_create(
        ReservationLine(reservation=by_site[item.site_id], item=item, pieces=pieces)
        for item, pieces in in_order(wishes)
    )
    for reservation in held:
        record("reservation_held", reservation, by=by, at=at, origin="web")
    return held


def _check_device(device, *, client_key, limit, at):
    """Refuse `too_many_holds`, or end here when this press was answered before."""
    key = f"{client_key}:"
    # What waits for its giver's answer, or for other times, is somebody's, and nobody is booking it.
    going_on = Q(status=ReservationStatus.HELD, held_until__gt=at, person=None)
    mine = Reservation.objects.of_device(device).filter(going_on | Q(client_key__startswith=key))
    mine = list(mine.values_list("bundle", "client_key"))
    if any((theirs or "").startswith(key) for _bundle, theirs in mine):
        raise _Again
    if len({bundle for bundle, _key in mine}) >= limit:
        raise TooManyHolds(limit=limit)


def in_order(wishes):
    """Primary-key order, so that two people who want the same things never wait in a circle."""
    return sorted(wishes.items(), key=lambda wish: wish[0].pk)


def take(wishes, *, policy, by, at, limited=True):
    """Promise every wish to this kind of person, or say of each that is refused why. ``limited``: no more than one may have."""
    visible = _reservable_by(by, at=at)
    refusals = {}
    for item, pieces in in_order(wishes):
        try:
            if refusal := rules.why_not_reserve(item, by=by, pieces=pieces if limited else 1, policy=policy):
                raise refusal
            stock.hold(item, pieces, visible=visible)
        except rules.Refused as refusal:
            refusals[item] = _why_not_offered(refusal, item, by=by, at=at)
    if len(refusals) == 1 == len(wishes):
        raise next(iter(refusals.values()))
    if refusals:
        raise SomeGone(refusals)


# -- while it is held


def in_progress(reservation, *, at):
    """Lock a reservation that is being booked. Refuses `hold_over` when its time has ended."""
    locked = states.lock(reservation)
    if locked.status != ReservationStatus.HELD or locked.held_until <= at:
        raise HoldOver
    return locked


@transaction.atomic
def extend(bundle, *, at):
    """Give the whole booking its full time again. Refuses `hold_over`, `no_more_extensions`.

    Somebody who presses again a moment later has the time already: that press costs none of the extensions.
    """
    policy = Policy.current()
    for reservation in sorted(bundle, key=lambda one: one.pk):
        locked = in_progress(reservation, at=at)
        until = at + timedelta(minutes=policy.hold_minutes)
        if until - locked.held_until < WORTH_EXTENDING:
            continue
        if locked.extensions >= policy.hold_extensions:
            raise NoMoreExtensions
        Reservation.objects.filter(pk=locked.pk).update(held_until=until, extensions=F("extensions") + 1)


@transaction.atomic
def choose_time(reservation, slot, *, at):
    """Take a place in ``slot`` for a reservation that is being booked. Refuses `hold_over`, `slot_not_offered`, `slot_full`."""
    locked = in_progress(reservation, at=at)
    take_slot(locked, slot, at=at)
    locked.save(update_fields=["slot", "places", "stop"])
    return locked


def take_slot(locked, slot, *, at):
    """Change the locked reservation's slot; both slots are taken in primary-key order."""
    if locked.slot_id == slot.pk:
        return
    if not slots.offered(locked.site, at=at, fulfilment=locked.fulfilment).filter(pk=slot.pk).exists():
        raise SlotNotOffered
    lines = states.lines_of(locked)
    if not slots.is_in_time(lines, slot.starts_at, tz=locked.site.tz, at=at):
        raise SlotNotOffered
    places = slots.places_for(lines, slot)
    steps = [(slot.pk, lambda: slots.book(slot, places))]
    if locked.slot_id:
        old, old_places = locked.slot_id, locked.places
        steps.append((old, lambda: slots.free(old, old_places)))
    for _pk, step in sorted(steps, key=lambda one: one[0]):
        step()
    locked.slot, locked.places, locked.stop = slot, places, None


def leave_slots(rows):
    """These locked reservations have no time any more; their places are free, in primary-key order. Whoever calls saves them."""
    for one in sorted((one for one in rows if one.slot_id), key=lambda one: one.slot_id):
        slots.free(one.slot_id, one.places)
        one.slot, one.places, one.stop = None, 0, None


@transaction.atomic
def set_contact(bundle, contact, *, name, wants_reminder, language, device, by=None, at):
    """Say who collects. Another contact has to be proved, unless this device proved it before or ``by`` signed in with it.

    Where the last message did not arrive, it has to be proved again.
    """
    known = (by and contact.address == by.email) or contacts.is_trusted(device, contact, at=at)
    known = known and not failing.in_trouble(contact.address)
    proved_at = at if known else None
    for reservation in sorted(bundle, key=lambda one: one.pk):
        locked = in_progress(reservation, at=at)
        same = (locked.contact_channel, locked.contact) == (contact.channel, contact.address)
        locked.contact_proved_at = (locked.contact_proved_at if same else None) or proved_at
        locked.contact_channel, locked.contact = contact.channel, contact.address
        locked.contact_name, locked.wants_reminder, locked.language = name, wants_reminder, language
        locked.save()


def prove_contact(bundle, typed, *, device, at):
    """The one-time code was typed: the contact is theirs. Refuses `hold_over`, `wrong_code`, `code_over`."""
    for reservation in bundle:
        if reservation.status != ReservationStatus.HELD or reservation.held_until <= at:
            raise HoldOver
    contact = contacts.Contact(bundle[0].contact_channel, bundle[0].contact)
    refused = None
    with transaction.atomic():
        # Whoever waits for the code's row then finds the contact proved. A wrong try is kept: it is refused afterwards.
        try:
            contacts.check_code(contact, typed, device=device, at=at)
        except rules.Refused as refusal:
            refused = refusal
        else:
            Reservation.objects.filter(
                bundle=bundle[0].bundle, contact=contact.address, status=ReservationStatus.HELD
            ).update(contact_proved_at=at)
    if refused:
        raise refused
