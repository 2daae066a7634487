"""Which messages a place in a queue asks for, and when. Each is a row in the outbox, written with the change itself."""

from recycling.notifications.domain import outbox

from . import reaching, reminders

JOINED, FOR_DRAW, DRAWN, TURN = "queue_joined", "queue_for_draw", "queue_drawn", "queue_turn"
PASSED, LAPSED, OVER = "queue_passed", "queue_lapsed", "queue_over"
in_the_daytime = reminders.after_quiet_hours


def _recipient(entry):
    return f"queue:{entry.pk}"


def _post(entry, kind, *, at):
    outbox.post_many([_message(entry, kind, channel=reaching.channel_of(entry), at=at)])


def _message(entry, kind, *, channel, at):
    return outbox.message(
        _recipient(entry),
        kind,
        channel=channel,
        language=entry.language,
        key="",
        send_after=at,
        person_id=entry.person_id,
        entry=entry.pk,
    )


def joined(entry, *, for_draw, at):
    """Their place, or that they take part in a draw; and the link by which they leave it."""
    _post(entry, FOR_DRAW if for_draw else JOINED, at=at)


def drawn(entries, *, at):
    """Lots have decided, and it was not their turn at once: the place that they have now. However many, as many questions."""
    channels = reaching.channels_of(entries)
    outbox.post_many(_message(entry, DRAWN, channel=channels[entry.pk], at=at) for entry in entries)


def your_turn(offer, *, at):
    """It is kept for them, until when, and the link to the times. In the ledger of the reservation, as all about it."""
    reminders.post(offer, TURN, key="", at=at, before=offer.held_until)


def tell_until(offer, *, until, at):
    """What is said of their turn may be said ``until`` then; False where it neither was said nor can be."""
    return outbox.say_longer(f"reservation:{offer.pk}", TURN, before=until, at=at)


def told_at(offer):
    """When they were told of their turn; None while they were not."""
    return outbox.sent_at(f"reservation:{offer.pk}", TURN)


def silence_turn(offer, *, why):
    outbox.unsay(f"reservation:{offer.pk}", kinds=[TURN], why=why)


def turn_over(offer, *, lapsed, at):
    """They passed it on, which they know when they have it in writing; or they did not answer, and nobody asked at night."""
    silence_turn(offer, why="expired" if lapsed else "passed")
    when = in_the_daytime(at, tz=offer.site.tz, person=offer.person) if lapsed else at
    reminders.post(offer, LAPSED if lapsed else PASSED, key="", at=when)


def nothing_comes(entry, *, at):
    silence(entry, why="queue_over")
    _post(entry, OVER, at=in_the_daytime(at, tz=entry.item.site.tz, person=entry.person))


def as_chosen(entry):
    """What waits to be said about their place goes by the channel that its person has chosen."""
    outbox.say_otherwise(_recipient(entry), channel=reaching.channel_of(entry), language=entry.language)


def silence(entry, *, why):
    """What was not said yet about their place is not said any more."""
    outbox.unsay(_recipient(entry), why=why)
