"""Offering what has come free to the units that wait for it, and what becomes of an offer that nobody took.

An offer is a held reservation with a longer deadline: there is one way of holding. However many units wait, the questions
to the database are as many.
"""

from django.conf import settings
from django.db.models import Q

from inventory.domain import stock
from inventory.models import Item, Site, Stage
from recycling import clock, working_days
from recycling.audit.domain import entry as audit_row
from recycling.audit.domain import record_all
from recycling.codes import new_token
from recycling.notifications.domain import outbox
from recycling.notifications.models import Channel
from recycling.policy.models import Policy
from reservations.models import (
    CancelReason,
    Draw,
    Reservation,
    ReservationLine,
    ReservationStatus,
    WantedEntry,
    WantedStatus,
)

from . import drawing_lots, reminders, wanted_matching, wanted_states

S = ReservationStatus
KIND = "wanted_offer"


def offer(items, *, at, besides=None, free_since=None):
    """Offer the free pieces of ``items`` to those who wait for them, the earliest need first; how many entries got one.

    The items are locked by the caller, with their category. ``besides`` is an entry that has just said no; ``free_since`` as
    in ``wanted_matching.share``.
    """
    free = [item for item in _for_units(items, at) if item.available > 0]
    entries = _waiting_for(free, at=at, besides=besides) if free else []
    if not entries:
        return 0
    shares = wanted_matching.share(entries, free, refused=refused_by(free), free_since=free_since)
    if shares:
        _promise(shares)
        _write(shares, at=at)
    return len(shares)


def _for_units(items, at):
    """Those that units see in the catalogue now, and may have: lots are not still to decide about them."""
    seen = [item for item in items if _is_for_units(item, clock.city_day(at))]
    drawn = set(Draw.objects.filter(item__in=seen, drawn_at=None).values_list("item", flat=True))
    return [item for item in seen if item.pk not in drawn]


def _is_for_units(item, day):
    begun = item.available_from is None or item.available_from <= day
    lasts = item.available_until is None or item.available_until >= day
    return item.status == "published" and item.stage != Stage.LEAVING and begun and lasts


def _waiting_for(items, *, at, besides):
    """The open entries for these kinds of things, locked. By key, whatever their order of need: nobody waits in a circle."""
    kinds = set().union(*(wanted_matching.kinds_of(item) for item in items))
    rows = WantedEntry.objects.waiting(clock.city_day(at)).filter(
        category__in=kinds, department__is_active=True
    )
    rows = rows.exclude(pk=besides.pk) if besides else rows
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("by", "department")
    return list(locked.order_by("pk"))


def refused_by(items):
    """(entry, item) of what was offered before and declined, or not answered in time: once is enough."""
    no = Q(reservation__status=S.EXPIRED) | (
        Q(reservation__status=S.CANCELLED) & ~Q(reservation__cancel_reason="")
    )
    lines = ReservationLine.objects.filter(no, item__in=items, reservation__wanted__status=WantedStatus.OPEN)
    return set(lines.values_list("reservation__wanted", "item"))


def _promise(shares):
    pieces: dict[int, int] = {}
    for _entry, lots in shares:
        for item, number in lots.items():
            pieces[item.pk] = pieces.get(item.pk, 0) + number
    stock.hold_many(pieces)


def _write(shares, *, at):
    """A held reservation for each entry, its lines, its message and its audit rows."""
    sites = Site.objects.in_bulk({item.site_id for _entry, lots in shares for item in lots})
    days = Policy.current().wanted_answer_days
    until = {site.pk: working_days.end_of(at, days, site.tz) for site in sites.values()}
    # Nobody asked for this at night.
    when = reminders.after_quiet_hours(at, tz=settings.TIME_ZONE)
    made = [_reservation(entry, next(iter(lots)).site_id, until, at=at) for entry, lots in shares]
    held = Reservation.objects.bulk_create(made)
    ReservationLine.objects.bulk_create(
        ReservationLine(reservation=reservation, item=item, pieces=pieces)
        for reservation, (_entry, lots) in zip(held, shares, strict=True)
        for item, pieces in lots.items()
    )
    wanted_states.offered([entry for entry, _lots in shares])
    outbox.post_many(_message(reservation, send_after=when) for reservation in held)
    rows = []
    for reservation in held:
        rows.append(audit_row("reservation_held", reservation, by=None, at=at, origin="wanted"))
        rows.append(audit_row("wanted_offered", reservation.wanted, by=None, at=at, code=reservation.code))
    record_all(rows)


def _reservation(entry, site_id, until, *, at):
    return Reservation(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        wanted=entry,
        person=entry.by,
        department=entry.department,
        contact_name=entry.by.name[:100],
        contact_channel=Channel.EMAIL if entry.by.email else "",
        contact=entry.by.email or "",
        contact_proved_at=at if entry.by.email else None,
        language=entry.language,
        site_id=site_id,
        held_until=until[site_id],
        created_at=at,
    )


def _message(reservation, *, send_after):
    return outbox.message(
        f"wanted:{reservation.wanted_id}",
        KIND,
        channel=Channel.EMAIL,
        language=reservation.language,
        key=f"{reservation.pk}",
        send_after=send_after,
        send_before=reservation.held_until,
        person_id=reservation.person_id,
        reservation=reservation.pk,
    )


# -- an offer that ended


def over(reservation, *, at):
    """The locked offer ended without being taken, its pieces are free: its unit waits on, the next one is offered them."""
    outbox.unsay(f"wanted:{reservation.wanted_id}", why="expired")
    entry = wanted_states.lock(reservation.wanted_id)
    if entry.status == WantedStatus.OFFERED:
        wanted_states.move(entry, WantedStatus.OPEN, by=None, at=at, code=reservation.code)
    offer(locked_items(reservation.lines.values("item")), at=at, besides=entry)


def locked_items(keys):
    """These items as they are now, locked by key, with their category."""
    items = Item.objects.filter(pk__in=keys).select_related("category__parent")
    return list(items.select_for_update(of=("self",)).order_by("pk"))


# What a declined offer has written: the pair of entry and item is not offered again (``refused_by``).
DECLINED = CancelReason.OTHER


def free_items(at):
    """What units could be offered now: published, with free pieces, on one of its days, not on its way out, no draw to come."""
    return drawing_lots.without_draw(Item.objects.on_offer().in_time(at).exclude(stage=Stage.LEAVING))
