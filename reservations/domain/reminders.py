"""Which messages a reservation's life asks for, and when. Each is a row in the outbox, written with the change itself."""

from datetime import time, timedelta

from inventory.domain import offer_messages
from recycling import clock
from recycling.accounts.domain import contacts
from recycling.notifications.domain import outbox, quiet
from recycling.notifications.models import Channel
from recycling.policy.models import Policy
from reservations.models import OPEN_AT_DESK

from . import reaching

# The reminder of whoever receives a delivery: a kind of its own, so that what the requester chooses is not chosen for them.
RECEIVERS = "reminder_delivery"
UNASKED = ("reminder", RECEIVERS, "missed", "rest_kept")
# The key of the copy of a receipt that a unit's mailbox gets.
UNIT = "unit"
NO_TIME_CHOSEN = "no_time_chosen"


def _recipient(reservation):
    return f"reservation:{reservation.pk}"


def post(reservation, kind, *, key, at, before=None, channel="", **more):
    if not (reservation.contact or channel):
        return
    outbox.post(
        _recipient(reservation),
        kind,
        channel=channel or reaching.channel_of(reservation),
        language=reservation.language,
        key=key,
        send_after=at,
        send_before=before,
        # Whoever receives a delivery is somebody else, who has chosen nothing.
        person=None if kind == RECEIVERS else reservation.person,
        reservation=reservation.pk,
        **more,
    )


def booked(reservation, *, at):
    """The confirmation now, the reminder on the day before."""
    post(reservation, "booked", key=f"{reservation.changes}", at=at, before=reservation.slot.ends_at)
    remind(reservation, at=at)


def moved(reservation, *, at):
    """The new time now; the reminder follows it."""
    silence(reservation, why="moved")
    # With its end it goes before the reminders of later pickups, however many of those are due.
    post(reservation, "moved", key=f"{reservation.changes}", at=at, before=reservation.slot.ends_at)
    remind(reservation, at=at)


def remind(reservation, *, at):
    """On the day before, at the Policy's hour of the site's clock; not when it was booked only shortly before.

    Whoever receives a delivery is reminded whatever its requester wants for themselves.
    """
    policy = Policy.current()
    slot, tz = reservation.slot, reservation.site.tz
    if slot.starts_at - at < timedelta(hours=policy.reminder_notice_hours):
        return
    # Booked after the reminder's hour on the day before but early enough to be useful: it goes out at the next tick.
    when = max(day_before(slot, tz, policy=policy), at)
    key = f"{reservation.changes}"
    if reservation.wants_reminder:
        post(reservation, "reminder", key=key, at=when, before=slot.starts_at)
    if _receiver_has_phone(reservation):
        post(reservation, RECEIVERS, key=key, at=when, before=slot.starts_at, channel=Channel.SMS)


def day_before(slot, tz, *, policy):
    """The moment of the reminder: from then on it is asked whether somebody still comes."""
    day = clock.local(slot.starts_at, tz).date() - timedelta(days=1)
    return clock.resolve(day, time(policy.reminder_hour), tz)


def _receiver_has_phone(reservation):
    """Whoever receives a delivery is perhaps not who asked for it: they get a text message too, where the city sends any."""
    return bool(
        reservation.is_delivery
        and reservation.request
        and reservation.request.contact_phone
        and contacts.sms_offered()
    )


def cancelled(reservation, *, by_city, at):
    silence(reservation, why="cancelled")
    post(reservation, "cancelled_by_city" if by_city else "cancelled", key="", at=at)


def missed(reservation, *, at):
    """Nobody asked for this at night: it waits for the morning."""
    silence(reservation, why="missed")
    when = _in_the_morning(reservation, at)
    before = reservation.held_until if reservation.held_until > when else None
    post(reservation, "missed", key=f"{reservation.changes}", at=when, before=before)


def paused(reservation, *, at):
    """Booking online is paused for its person. Nobody asked for this at night."""
    post(reservation, "paused", key=f"{reservation.changes}", at=_in_the_morning(reservation, at))


def let_go(reservation, *, at):
    """What was kept for somebody who did not come is free for others. Nobody asked for this at night either.

    Of a unit's request that was accepted, nobody may have chosen a time at all: then it says that.
    """
    silence(reservation, why="expired")
    no_time = reservation.request_id and reservation.booked_at is None
    kind = NO_TIME_CHOSEN if no_time else "let_go"
    # The first is only ever a mail.
    channel = reservation.contact_channel if no_time else ""
    post(reservation, kind, key="", at=_in_the_morning(reservation, at), channel=channel)


def collected(reservation, *, at):
    silence(reservation, why="collected")
    if Channel.EMAIL in reaching.ways_to(reservation):
        post(reservation, "receipt", key="", at=at, channel=Channel.EMAIL)
    mailbox = reservation.department.receipt_email if reservation.department else ""
    if mailbox and mailbox != reservation.contact:
        post(reservation, "receipt", key=UNIT, at=at, channel="email")


def rest_kept(reservation, *, at):
    """Part was handed over and the rest is kept for another time: choose one."""
    post(reservation, "rest_kept", key="", at=at, before=reservation.held_until)


# -- times that are agreed with whoever gives the things away


def times_asked(reservation, *, at):
    """Somebody proposes times: the giver is asked to take one, and the person has it in writing that they are."""
    post(reservation, "times_asked", key=at.isoformat(), at=at, before=reservation.held_until)
    _tell_giver(reservation, "times_proposed", at=at, before=reservation.held_until)


def times_declined(reservation, *, suits, at):
    """None of them suits the giver: propose others, before it is let go."""
    post(reservation, "times_declined", key=at.isoformat(), at=at, before=reservation.held_until, suits=suits)


def times_lapsed(reservation, *, at):
    """The last of them has passed without an answer: both are told, and neither at night."""
    post(reservation, "times_lapsed", key="", at=_in_the_morning(reservation, at))
    _tell_giver(reservation, "times_unanswered", at=after_quiet_hours(at, tz=reservation.site.tz))


def _tell_giver(reservation, kind, *, at, before=None):
    line = reservation.lines.select_related("item").order_by("item_id").first()
    key = f"{reservation.pk}:{at.isoformat()}"
    offer_messages.tell(line.item, kind, key=key, at=at, before=before, reservation=reservation.pk)


def otherwise(reservation, *, at):
    """The person chose another channel or language, or wants the reminder after all: what waits follows."""
    recipient, key = _recipient(reservation), f"{reservation.changes}"
    is_ahead = reservation.status in OPEN_AT_DESK and reservation.slot.starts_at > at
    if is_ahead and reservation.wants_reminder:
        outbox.say_after_all(recipient, "reminder", key=key)
    as_chosen(reservation)
    if is_ahead and not outbox.is_said(recipient, "reminder", key=key):
        remind(reservation, at=at)


def as_chosen(reservation):
    """What waits to be said about it goes by the channel that its person has chosen, in its language."""
    outbox.say_otherwise(
        _recipient(reservation), channel=reaching.channel_of(reservation), language=reservation.language
    )


def silence(reservation, *, why):
    """What was planned about the time that is no longer true is not said."""
    outbox.unsay(_recipient(reservation), kinds=UNASKED, why=why)


def _in_the_morning(reservation, at):
    return after_quiet_hours(at, tz=reservation.site.tz, person=reservation.person)


def after_quiet_hours(at, *, tz, person=None):
    """``at``, or the end of the quiet hours when it falls into them: the person's own, or the city's."""
    return quiet.after(at, tz=tz, person=person)
