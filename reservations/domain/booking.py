"""From the check page on: confirmed, moved, cancelled, missed, expired."""

from datetime import time, timedelta

from django.db import IntegrityError, transaction

from inventory.domain import stock
from recycling import clock, working_days
from recycling.accounts.domain import contacts
from recycling.audit.domain import record
from recycling.codes import new_pickup_code
from recycling.policy.models import Policy
from reservations.models import OPEN_AT_DESK, ReservationStatus

from . import (
    holding,
    pausing,
    proposing,
    queueing,
    reminders,
    rules,
    slots,
    states,
    wanted_offers,
    wanted_taken,
)
from .delivery_refusals import VanPlanned
from .refusals import ContactMissing, TimeMissing, TooLate, TooManyChanges, WrongState

S = ReservationStatus


@transaction.atomic
def confirm(bundle, *, device="", by=None, at):
    """Book every reservation of the bundle for the person whose contact was proved, or none.

    Refuses `hold_over`, `time_missing`, `contact_missing`, `booking_paused`, `too_many_pieces`. Confirming what is
    already booked gives it back unchanged: a double tap is one booking. Where times are proposed, the giver is asked, and it
    waits for the answer.
    """
    locked = [states.lock(one) for one in sorted(bundle, key=lambda one: one.pk)]
    if all(one.status in OPEN_AT_DESK or one.is_asked for one in locked):
        return locked
    for one in locked:
        holding.in_progress(one, at=at)
        if not proposing.has_time(one, at=at):
            raise TimeMissing
        if one.contact_proved_at is None or not one.contact_name:
            raise ContactMissing
    first = locked[0]
    contact = contacts.Contact(first.contact_channel, first.contact)
    person = contacts.person_with(contact, name=first.contact_name, language=first.language, at=at)
    # A person's row is locked from here on, so that two bookings at once cannot both be the last one allowed.
    if refusal := _why_not_more(locked, person, by=by, at=at):
        raise refusal
    for one in locked:
        if one.slot_id:
            one.coming_at = at
            make_booked(one, person=person, by=by, at=at)
        else:
            proposing.ask(one, person=person, by=by, at=at)
    if device:
        contacts.trust(device, contact, person=person, at=at)
    return locked


def why_not_confirmed(bundle, *, by=None, at):
    """What the person's own limits would say to confirming, or None: the check page says it before the button is pressed."""
    first = bundle[0]
    person = contacts.known_person(contacts.Contact(first.contact_channel, first.contact))
    return person and _why_not_more(bundle, person, by=by, at=at)


def _why_not_more(bundle, person, *, by, at):
    # What was held without a limit by somebody signed in is not refused for the contact that they gave.
    if rules.is_staff(person) or (by and rules.is_staff(by)):
        return None
    wishes = {line.item: line.pieces for one in bundle for line in one.lines.select_related("item")}
    pieces = rules.limited(wishes, *filter(None, (person, by)))
    return rules.why_not_more(person, pieces=pieces, at=at, tz=bundle[0].site.tz)


def make_booked(locked, *, person, by, at):
    """The locked reservation is booked for ``person``, with a pickup code of its own and its messages."""
    locked.person, locked.booked_at = person, at
    for _try in range(20):
        locked.pickup_code = new_pickup_code()
        try:
            with transaction.atomic():
                states.move(locked, S.BOOKED, by=by or person, at=at)
            break
        except IntegrityError:
            continue  # another open reservation of the site has these six digits
    else:
        raise RuntimeError("no free pickup code")
    if locked.queued_id:
        queueing.taken(locked, at=at)
    reminders.booked(locked, at=at)


@transaction.atomic
def reschedule(reservation, slot, *, by=None, at):
    """Another time for an open reservation; the old place is free only when the new one is taken.

    ``by`` is empty when the person did it through their link; a worker may move it late, and as often as it takes. A missed
    one, and one kept for later, becomes booked again; so does what somebody has waited for, within the limits of a new booking
    (`booking_paused`, `too_many_pieces`). Refuses `wrong_state`, `too_late`, `too_many_changes`, `slot_not_offered`, `slot_full`.
    """
    locked = states.lock(reservation)
    kept = locked.is_kept
    if locked.status not in OPEN_AT_DESK and not kept:
        raise WrongState
    if locked.held_until and locked.held_until <= at:
        raise WrongState
    if by is None and (refusal := why_not_moved(locked, at=at)):
        raise refusal
    policy = Policy.current()
    if by is None and locked.changes >= policy.changes_allowed:
        raise TooManyChanges(limit=policy.changes_allowed, phone=policy.help_phone)
    if locked.slot_id == slot.pk:
        return locked
    if locked.is_offer:
        queueing.check_limits(locked, at=at, online=by is None)
    holding.take_slot(locked, slot, at=at)
    locked.changes += 1
    # Choosing a time is saying that one comes; a worker's choice is not.
    locked.coming_at = at if by is None or by.pk == locked.person_id else None
    if kept:
        make_booked(locked, person=locked.person, by=by, at=at)
        return locked
    if locked.status == S.BOOKED:
        locked.save(update_fields=["slot", "places", "stop", "changes", "coming_at"])
        record("reservation_moved", locked, by=by or locked.person, at=at, slot=slot.pk)
    else:
        states.move(locked, S.BOOKED, by=by or locked.person, at=at, slot=slot.pk)
    reminders.moved(locked, at=at)
    return locked


def why_not_moved(reservation, *, at):
    """It is too late for another time: a pickup has begun, a van is planned. After a miss it is not, until it is let go."""
    if reservation.status in {S.BOOKED, S.READY} and not slots.in_time(reservation.slot, at=at):
        return too_late(reservation)
    return None


def too_late(reservation):
    kind = VanPlanned if reservation.is_delivery else TooLate
    return kind(phone=Policy.current().help_phone)


def _check_not_begun(locked, *, by, at):
    """A person cancels until the time begins; after a miss, until it is let go."""
    if by is None and locked.status in {S.BOOKED, S.READY} and locked.slot.starts_at <= at:
        raise TooLate(phone=Policy.current().help_phone)


@transaction.atomic
def cancel(reservation, *, by=None, at, reason=""):
    """Give it up: pieces and place are free at once. ``by`` is empty when the person did it through their link.

    Cancelling twice is cancelling once. Refuses `wrong_state`, `too_late`.
    """
    locked = states.lock(reservation)
    if locked.status == S.CANCELLED:
        return locked
    _check_not_begun(locked, by=by, at=at)
    was_booked = locked.status in OPEN_AT_DESK
    locked.cancel_reason = reason
    states.move(locked, S.CANCELLED, by=by or locked.person, at=at)
    let_go(locked, at=at)
    if was_booked:
        reminders.cancelled(locked, by_city=by is not None, at=at)
    return locked


@transaction.atomic
def expire(reservation, *, at):
    """Its deadline has passed: pieces and a place still ahead are free again. Refuses `wrong_state` when it has not.

    What waits for an approval ends with its whole request (`approval_calls.expire`), never by itself. A turn in a queue of
    which its person could not be told begins anew.
    """
    locked = states.lock(reservation)
    if not locked.held_until or locked.held_until > at or locked.status == S.AWAITING_APPROVAL:
        raise WrongState
    if locked.is_offer and queueing.keep_untold(locked, at=at):
        return locked
    was_promised = locked.person_id is not None and locked.wanted_id is None and not locked.is_offer
    was_asked = locked.is_asked
    states.move(locked, S.EXPIRED, by=None, at=at)
    let_go(locked, at=at)
    if locked.request_id:
        wanted_taken.look_again(locked.request_id, at=at)
    if was_asked:
        reminders.times_lapsed(locked, at=at)
    elif was_promised:
        reminders.let_go(locked, at=at)
    return locked


def let_go(locked, *, at):
    """Pieces back on offer, and the place when its time is still ahead; a past one stays as it was.

    What was offered to one person in a queue, or to one unit, goes on to the next that waits for it.
    """
    let_all_go([locked], at=at)
    if locked.queued_id:
        queueing.over(locked, at=at)
    if locked.wanted_id:
        wanted_offers.over(locked, at=at)


def let_all_go(reservations, *, at):
    """``let_go`` for the reservations of a request: the items of all of them by key, then the places by key."""
    lines = [line for one in reservations for line in states.lines_of(one)]
    for line in sorted(lines, key=lambda line: line.item_id):
        stock.release(line.item, line.pieces, at=at)
    ahead = [one for one in reservations if one.slot_id and one.slot.starts_at > at]
    for one in sorted(ahead, key=lambda one: one.slot_id):
        slots.free(one.slot_id, one.places)
        one.places = 0
        one.save(update_fields=["places"])


@transaction.atomic
def mark_missed(reservation, *, by=None, at):
    """Nobody came. It is kept for some open days, once; a second miss lets it go. Refuses `wrong_state` before the time.

    Misses in a stretch of time pause the person's online booking. A delivery that nobody received is nobody's miss: it is
    kept until another time is chosen, each time anew.
    """
    locked = states.lock(reservation)
    if locked.slot_id is None or locked.slot.starts_at > at:
        raise WrongState
    again = locked.missed_at is not None and not locked.is_delivery
    locked.missed_at = at
    locked.miss_excused = locked.is_delivery
    states.move(locked, S.MISSED, by=by, at=at, held_until=at if again else waits_until(locked, at=at))
    locked.lines.update(picked_at=None, picked_by=None, counted=0, verified_at=None)
    reminders.missed(locked, at=at)
    if not locked.is_delivery:
        pausing.after_a_miss(locked, at=at)
    return locked


def waits_until(reservation, *, at):
    """Until when what did not leave waits for another time: a delivery by working days, whenever the doors are open."""
    if reservation.is_delivery:
        return working_days.end_of(at, Policy.current().choose_time_days, reservation.site.tz)
    return kept_until(reservation.site, at=at)


def kept_until(site, *, at):
    """The end of the last open day on which something is still kept for somebody who did not come or come back."""
    day = slots.open_days_after(site, day=clock.today(site.tz, at), count=Policy.current().missed_open_days)
    return clock.resolve(day + timedelta(days=1), time(0), site.tz)


@transaction.atomic
def excuse(reservation, *, by, at):
    """The miss was not the person's fault: it does not count, and a pause ends that would not have begun without it."""
    locked = states.lock(reservation)
    if locked.missed_at is None:
        raise WrongState
    locked.miss_excused = True
    locked.save(update_fields=["miss_excused"])
    pausing.after_an_excuse(locked, at=at)
    record("miss_excused", locked, by=by, at=at)
    return locked
