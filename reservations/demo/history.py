"""A year at the desk: reserved, collected, given up, missed, kept. Played forwards through the verbs, each at its own moment."""

import heapq
import itertools
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from inventory.domain import stages
from inventory.models import Item
from recycling.accounts.domain.contacts import Contact
from recycling.errors import Refused
from recycling.notifications.models import Notification, NotificationStatus
from reservations.domain import booking, drawing_lots, handover, holding, slots
from reservations.models import NotGiven, PickupSlot, Reservation, ReservationStatus

from .people import resident

# What becomes of a booking, in a hundred.
ENDINGS = {"collect": 70, "part": 6, "cancel": 9, "move": 6, "miss": 9}
REASONS = [NotGiven.NOT_WANTED, NotGiven.BROKEN, NotGiven.MISSING, NotGiven.DOES_NOT_FIT, NotGiven.LATER]
LANGUAGES = ["fi", "fi", "fi", "fi", "sv", "en"]


class Year:
    """Plays events in the order of their moments up to ``now``; what lies ahead of it stays as it is."""

    def __init__(self, dice, *, sites, worker, now):
        self.dice, self.sites, self.worker, self.now = dice, sites, worker, now
        self.events = []
        self.tiebreak = itertools.count()
        self.people = itertools.count(1)
        self.planned = {}

    def later(self, at, what, *details):
        heapq.heappush(self.events, (at, next(self.tiebreak), what, details))

    def play(self, *, most):
        """At most this many events of those whose moment has come."""
        for _event in range(most):
            if not self.events or self.events[0][0] > self.now:
                return
            at, _number, what, details = heapq.heappop(self.events)
            try:
                what(*details, at=at)
            except Refused:
                continue  # full, gone, over a limit: as in life, this one gives up

    def log(self, warehouse, *, at):
        """A thing comes in, and goes its way from units to whoever takes it."""
        self._follow(warehouse.log(at=at))

    def move_on(self, item, *, at):
        self._follow(stages.move_on(item, at=at))

    def _follow(self, item):
        if item.stage_until:
            self.later(item.stage_until, self.move_on, item)

    def reserve(self, *, at):
        """Somebody finds something and books it, or leaves half-way."""
        self.plan(at)
        items = (
            Item.objects.visible_to(AnonymousUser(), at=at)
            .filter(quantity__gt=F("reserved"))
            .exclude(condition="fix")
        )
        items = items.filter(category__residents_allowed=True)
        number = items.count()
        if not number:
            return
        item = items.order_by("pk")[self.dice.randrange(number)]
        person = next(self.people)
        # A quarter of them come back now and then.
        name, channel, address = resident(self.dice, person % 97 if person % 4 == 0 else person)
        device = f"demo{person:060d}"
        pieces = min(item.available, self.dice.choices([1, 2, 4], [7, 2, 1])[0])
        bundle = holding.hold(
            {item: pieces},
            device=device,
            network=f"198.51.100.{person % 250}",
            language=self.dice.choice(LANGUAGES),
            client_key=f"demo-{person}",
            by=AnonymousUser(),
            at=at,
        )
        if self.dice.random() < 0.08:
            self.later(bundle[0].held_until, self.expire, bundle[0])
            return
        times = list(slots.offered(item.site, at=at).free()[:30])
        if not times:
            self.later(bundle[0].held_until, self.expire, bundle[0])
            return
        at += timedelta(minutes=3)
        holding.choose_time(bundle[0], self.dice.choice(times), at=at)
        holding.set_contact(
            bundle,
            Contact(channel, address),
            name=name,
            wants_reminder=self.dice.random() < 0.9,
            language=bundle[0].language,
            device=device,
            at=at,
        )
        Reservation.objects.filter(pk=bundle[0].pk).update(contact_proved_at=at)
        [booked] = booking.confirm(bundle, device=device, at=at)
        self._plan_ending(booked)

    def _plan_ending(self, booked):
        start = booked.slot.starts_at
        ending = self.dice.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        if ending == "cancel":
            self.later(booked.booked_at + (start - booked.booked_at) / 2, self.cancel, booked)
        elif ending == "miss":
            self.later(booked.slot.ends_at + timedelta(hours=1), self.miss, booked)
        else:
            if ending == "move":
                self.later(booked.booked_at + timedelta(hours=2), self.move, booked)
                ending = "collect"
            self.later(start - timedelta(hours=2), self.pick, booked)
            self.later(start + timedelta(minutes=5), self.collect, booked, ending)

    def collect(self, booked, ending, *, at):
        booked.refresh_from_db()
        if booked.slot and booked.slot.starts_at > at:  # moved meanwhile
            self.later(booked.slot.starts_at + timedelta(minutes=5), self.collect, booked, ending)
            return
        lines = list(booked.lines.all())
        given = {line.pk: line.pieces for line in lines}
        why_not = {}
        line = lines[0]
        if ending == "part" and line.pieces > 1:
            given[line.pk] = 1
            why_not[line.pk] = self.dice.choice(REASONS)
        handover.hand_over(booked, given=given, why_not=why_not, by=self.worker, at=at)

    def pick(self, booked, *, at):
        for line in booked.lines.all():
            handover.pick(line, by=self.worker, at=at)

    def move(self, booked, *, at):
        self.plan(at)
        times = list(slots.offered(booked.site, at=at).free()[:40])
        if times:
            booking.reschedule(booked, self.dice.choice(times), at=at)

    def cancel(self, booked, *, at):
        booking.cancel(
            booked, at=at, reason=self.dice.choice(["elsewhere", "no_time", "does_not_fit", "other"])
        )

    def miss(self, booked, *, at):
        missed = booking.mark_missed(booked, at=at)
        if self.dice.random() < 0.4:
            self.later(at + timedelta(hours=20), self.come_after_all, missed)
        self.later(missed.held_until, self.expire, missed)

    def come_after_all(self, missed, *, at):
        lines = {line.pk: line.pieces for line in missed.lines.all()}
        handover.hand_over(missed, given=lines, why_not={}, by=self.worker, at=at)

    def expire(self, held, *, at):
        booking.expire(held, at=at)

    def plan(self, at):
        """Once a week, as the job would."""
        for site in self.sites:
            if self.planned.get(site.pk, at - timedelta(days=8)) < at - timedelta(days=7):
                slots.close_holidays(at.year)
                slots.close_holidays(at.year + 1)
                slots.plan(site, at=at)
                self.planned[site.pk] = at


def leave_some_open(year, *, now):
    """A day at the desk as one meets it: something ready, something kept after a miss, something being booked."""
    booked = list(
        Reservation.objects.filter(status=ReservationStatus.BOOKED).order_by("slot__starts_at", "pk")
    )
    for one in booked[1::3]:
        year.pick(one, at=now)
    past = Reservation.objects.filter(status=ReservationStatus.MISSED).exists()
    if booked and not past:
        PickupSlot.objects.filter(reservations=booked[0]).update(
            starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=2, minutes=30)
        )
        booking.mark_missed(booked[0], at=now)
    on_offer = (
        Item.objects.visible_to(AnonymousUser(), at=now).on_offer().filter(category__residents_allowed=True)
    )
    item = drawing_lots.without_draw(on_offer).exclude(condition="fix").order_by("-pk").first()
    if item:
        device = f"demo{0:060d}"
        holding.hold(
            {item: 1},
            device=device,
            network="198.51.100.0",
            language="fi",
            client_key="demo-now",
            by=AnonymousUser(),
            at=now,
        )


def finish(now):
    """What the year's clock would have done besides: kept rests ran out, and messages went out when they were due."""
    _send(now)
    for held in Reservation.objects.overdue(now).order_by("pk"):
        booking.expire(held, at=now)
    _send(now)


def _send(now):
    past = Notification.objects.filter(status=NotificationStatus.DUE, send_after__lt=now - timedelta(hours=1))
    past.update(status=NotificationStatus.SENT, sent_at=F("send_after"), attempts=1)


def counts():
    """How many reservations are in each state."""
    return {status: Reservation.objects.filter(status=status).count() for status in ReservationStatus.values}
