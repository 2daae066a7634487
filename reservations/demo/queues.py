"""People who wait in the demo: a queue of three, somebody whose turn it is, and a sofa for which lots will be drawn."""

from datetime import time, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from inventory.models import Item, Site, Stage
from recycling import clock
from recycling.accounts.domain import contacts
from recycling.errors import Refused
from reservations.domain import booking, drawing_lots, queueing
from reservations.models import OPEN_AT_DESK, Reservation

from .people import resident


def wait_in_queues(dice, *, lead, now):
    """Two things that somebody has booked have a queue, and one booking is given up; lots decide about a free thing."""
    joined = now - timedelta(hours=5)
    taken = Item.objects.visible_to(AnonymousUser(), at=joined).filter(quantity=1, reserved=1)
    taken = taken.filter(lines__reservation__status__in=OPEN_AT_DESK, stage=Stage.RESIDENTS).distinct()
    for number, item in enumerate(taken.select_related("site").order_by("-pk")[:2]):
        _join(dice, item, people=3, first=10 * number, at=joined)
        if number == 1:
            held = Reservation.objects.get(lines__item=item, status__in=OPEN_AT_DESK)
            _try(booking.cancel, held, at=now - timedelta(hours=2))
    free = Item.objects.visible_to(AnonymousUser(), at=joined).filter(
        site__in=Site.objects.led_by(lead), quantity__gt=F("reserved"), stage=Stage.RESIDENTS
    )
    if item := free.select_related("site").order_by("-pk").first():
        day = clock.today(item.site.tz, now) + timedelta(days=4)
        drawing_lots.mark(item, draw_at=clock.resolve(day, time(10), item.site.tz), by=lead, at=joined)
        _join(dice, item, people=6, first=30, at=joined)


def _join(dice, item, *, people, first, at):
    """So many people join, a few minutes apart, and prove their contacts."""
    for number in range(people):
        when = at + timedelta(minutes=7 * number)
        name, channel, address = resident(dice, 1000 + first + number)
        contact, device = contacts.Contact(channel, address), f"queue{first + number:059d}"
        _try(_prove, item, contact, name=name, device=device, at=when)


def _prove(item, contact, *, name, device, at):
    wish = queueing.Wish()
    who = {"name": name, "language": "fi", "device": device, "network": device[-12:]}
    entry = queueing.ask(item, wish, contact, **who, by=AnonymousUser(), at=at)
    code = contacts.send_code(contact, device=device, network=device[-12:], language="fi", at=at)
    queueing.prove(entry, contacts.digits(code), device=device, at=at)


def _try(act, *what, **how):
    """As in life: what is refused does not happen."""
    try:
        act(*what, **how)
    except Refused:
        return
