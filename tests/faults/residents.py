"""The residents of a fault run: each books a pickup, and then moves it, cancels it, comes, or stays away."""

import itertools
import logging
import time
from dataclasses import dataclass, field
from datetime import time as wall_time
from datetime import timedelta
from queue import Empty, PriorityQueue
from random import Random
from threading import Thread

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, connection
from django.db.transaction import TransactionManagementError

from inventory.models import Item, Site
from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import ContactCode, User
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import booking, handover, holding, slots
from reservations.domain.refusals import SlotFull
from reservations.models import OpeningHours, Reservation, ReservationStatus
from tests.factories import make_item, make_site
from tests.reservations.visiting import Resident as Browser

log = logging.getLogger(__name__)

AT_ONCE = 4
LOTS = 20
LANGUAGES = ("fi", "sv", "en")
# In seconds of the machine. Nobody plans for a moment so near: a message that a dying sender had claimed is free again only
# when its lease has ended, and the next one may die too. And the clock waits for whoever is so late.
LEAST_AHEAD, TOO_LATE = 40, 2
DATABASE_AWAY = (OperationalError, InterfaceError, TransactionManagementError)


def open_city(*, at, pieces):
    """A warehouse that is open every day, with so many pieces on offer and room for everybody."""
    # The clock is fast and the machine is not: twenty minutes of a hold, or ten of a code, would be over at once.
    week = 7 * 24 * 60
    Policy.objects.update(
        holds_per_network=10_000, hold_minutes=week, code_minutes=week, lead_hours=0, missed_open_days=0
    )
    # Nor is there a night to wait for: it would leave a message two seconds between eight o'clock and a pickup at nine.
    Policy.objects.update(quiet_from=0, quiet_until=0)
    site = make_site()
    for weekday in range(7):
        hours = {"opens": wall_time(9), "closes": wall_time(18), "capacity": 100}
        OpeningHours.objects.create(site=site, weekday=weekday, **hours)
    slots.plan(site, at=at)
    for _lot in range(LOTS):
        make_item(quantity=pieces // LOTS + LOTS, at=at)


@dataclass
class Resident:
    """One person with one wish, and what they are going to do about it."""

    number: int
    moves: bool
    ends: str
    random: Random
    browser: Browser = field(default_factory=Browser)
    reservation: Reservation | None = None

    @property
    def contact(self):
        """Seven of ten by e-mail."""
        if self.number % 10 < 7:
            return Contact("email", f"p{self.number:04}@example.org")
        return Contact("sms", f"+35845700{self.number:04}")


class Residents:
    """All of them, in a few threads: what is next in the diary is done when its time has come."""

    def __init__(self, number, *, clock, seed, book_until, come_until):
        self.number, self.clock, self.come_until = number, clock, come_until
        # One word for each thing done, refused by a rule, tried again because the database was away, or broken for any
        # other reason: lists, because threads add to them.
        self.done, self.refused, self.again, self.broke = [], [], [], []
        # When somebody had been told that their pickup is cancelled: {key of the reservation: moment}.
        self.given_up = {}
        self.site, self.items = Site.objects.get(), list(Item.objects.order_by("pk"))
        self.worker = User.objects.get(work__isnull=False)
        self.diary = PriorityQueue()
        self.order = itertools.count()
        self.over, self.late = False, 0.0
        for one in range(number):
            random = Random(f"{seed}:{one}")
            ends = random.choices(["cancel", "collect", "stay away"], [0.3, 0.5, 0.2])[0]
            resident = Resident(one, random.random() < 0.3, ends, random)
            self._note(clock.begins + random.random() * (book_until - clock.begins), self.book, resident)

    def start(self):
        """Let them live."""
        for _one in range(AT_ONCE):
            Thread(target=self._live, daemon=True).start()

    def _note(self, moment, verb, resident):
        self.diary.put((moment, next(self.order), verb, resident))

    def _live(self):
        while not self.over:
            try:
                entry = self.diary.get(timeout=0.5)
            except Empty:
                self.late = 0.0
                continue
            moment, _order, verb, resident = entry
            late = (self.clock.now() - moment) / self.clock.span(1)
            self.late = max(late, 0.0)
            if late < 0:
                self.diary.put(entry)
                time.sleep(min(-late, 0.1))
            else:
                self._do(verb, resident)
            self.diary.task_done()
        connection.close()

    @property
    def too_late(self):
        """Whether they cannot follow the clock."""
        return self.late > TOO_LATE

    @property
    def at_rest(self):
        """Whether nobody has anything left to do."""
        return not self.diary.unfinished_tasks

    def _do(self, verb, resident):
        try:
            self._persist(verb, resident)
        except Refused as refusal:
            self.refused.append(f"{verb.__name__}: {refusal.code}")
        except Exception as error:
            self.broke.append(f"{verb.__name__}: {type(error).__name__}")
            log.exception("%s", verb.__name__)
        else:
            self.done.append(verb.__name__)

    def _persist(self, verb, resident):
        """As somebody who presses the button again when the page says that the service is away for a moment."""
        while True:
            try:
                return verb(resident)
            except DATABASE_AWAY as away:
                self.again.append(type(away).__name__)
                connection.close()
                time.sleep(0.3)

    # -- what each of them does

    def book(self, resident):
        """One of ten through the pages, the others by the same verbs: what was done before is not done again."""
        book = self._by_pages if resident.number % 10 == 0 else self._by_verbs
        self._next(resident, book(resident))

    def _by_verbs(self, resident):
        reservation = holding.hold(
            {self.items[resident.number % LOTS]: 1},
            device=f"{resident.number:064}",
            network=f"192.0.2.{resident.number % 250}",
            language=LANGUAGES[resident.number % 3],
            client_key=f"resident-{resident.number}",
            by=AnonymousUser(),
            at=self.clock.now(),
        )[0]
        if reservation.status == ReservationStatus.HELD:
            self._with_a_time(resident, lambda slot, at: holding.choose_time(reservation, slot, at=at))
            at = self.clock.now()
            holding.set_contact(
                [reservation],
                resident.contact,
                name="Aino Asukas",
                wants_reminder=True,
                language=reservation.language,
                device="",
                at=at,
            )
            # Those who come through the pages prove theirs with a code.
            Reservation.objects.filter(pk=reservation.pk).update(contact_proved_at=at)
            booking.confirm([reservation], at=self.clock.now())
        return reservation.pk

    def _by_pages(self, resident):
        """With the browser in which it was begun; its pages know this run's broker."""
        browser = resident.browser
        browser.hold(self.items[resident.number % LOTS], client_key=f"resident-{resident.number}")
        reservation = browser.reservation()
        if not reservation.slot_id:
            self._with_a_time(resident, lambda slot, _at: browser.choose(slot))
        if not reservation.contact_proved_at:
            address = resident.contact.address
            browser.say_who(contact=address)
            browser.type_code(contacts.digits(ContactCode.objects.filter(contact=address).latest("pk")))
        answer = browser.confirm()
        if browser.reservation().status != ReservationStatus.BOOKED:
            raise RuntimeError(f"the page answered {answer.status_code}")
        return reservation.pk

    def move(self, resident):
        """Another time."""
        resident.moves = False
        self._with_a_time(resident, lambda slot, at: booking.reschedule(resident.reservation, slot, at=at))
        self._next(resident, resident.reservation.pk)

    def cancel(self, resident):
        """Give it up."""
        booking.cancel(resident.reservation, at=self.clock.now())
        self.given_up[resident.reservation.pk] = self.clock.now()

    def collect(self, resident):
        """Come in time, and get it from the worker at the desk."""
        line = resident.reservation.lines.get()
        handover.hand_over(
            resident.reservation, given={line.pk: 1}, why_not={}, by=self.worker, at=self.clock.now()
        )

    def _with_a_time(self, resident, take):
        """``take`` a free time; who finds none any more keeps the one they have."""
        while True:
            at = self.clock.now()
            free = slots.offered(self.site, at=at + self.clock.span(LEAST_AHEAD)).free()
            times = list(free.filter(starts_at__lt=self.come_until))
            if not times:
                return
            try:
                take(resident.random.choice(times), at)
            except SlotFull:
                continue
            return

    def _next(self, resident, pk):
        """What they do next, and when."""
        resident.reservation = Reservation.objects.select_related("slot").get(pk=pk)
        starts_at, at = resident.reservation.slot.starts_at, self.clock.now()
        some_time = at + resident.random.random() * max(
            starts_at - self.clock.span(LEAST_AHEAD) - at, timedelta(0)
        )
        if resident.moves:
            self._note(some_time, self.move, resident)
        elif resident.ends == "cancel":
            self._note(some_time, self.cancel, resident)
        elif resident.ends == "collect":
            self._note(starts_at + timedelta(minutes=5), self.collect, resident)
