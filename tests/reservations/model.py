"""A small model of stock, bookings, times and messages, of what the hall does and what always holds: beside it the real verbs."""

import math
from collections import Counter
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inventory.domain import publishing, stock, writing_off
from inventory.models import Item, SetAside, SiteRole
from recycling.errors import Refused
from recycling.notifications.models import Notification
from reservations.domain.counters import drifts
from reservations.models import PickupSlot, Reservation
from tests.factories import NOW, make_item, make_site, make_worker

HOLDING = {"held", "booked", "ready", "missed"}
OPEN = {"booked", "ready", "missed"}
SLOT = timedelta(hours=1)
CAPACITY = 2
AHEAD = timedelta(days=14)
REMINDED = timedelta(hours=20)

numbers = st.integers(min_value=0, max_value=50)
pieces = st.integers(min_value=1, max_value=4)
people = st.sampled_from(["aino@example.org", "bea@example.org", "+358457001234"])


class Thing:
    """The model's item: pieces here, pieces promised, pieces set aside."""

    def __init__(self, row):
        self.row, self.minutes = row, row.category.inherited("loading_minutes")
        self.quantity, self.promised, self.asides, self.status = row.quantity, 0, {}, row.status

    @property
    def aside(self):
        return sum(self.asides.values())

    @property
    def free(self):
        return self.quantity - self.promised - self.aside

    def why_not_held(self, wanted):
        if self.status != "published" or not self.quantity:
            return "not_on_offer"
        return None if wanted <= self.free else "not_enough_left"


class Pickup:
    """The model's reservation."""

    def __init__(self, pk, lines, *, until, person=None, reachable=""):
        self.pk, self.lines, self.until, self.person = pk, lines, until, person
        self.contact = self.proved = reachable
        self.status, self.slot, self.places, self.changes, self.extended = "held", None, 0, 0, 0
        self.picked, self.was_missed, self.handed = set(), False, {}

    @property
    def is_rest(self):
        return self.status == "held" and self.person is not None

    def places_in(self):
        minutes = sum(count * thing.minutes for thing, count in self.lines.items())
        return max(1, min(math.ceil(minutes / 60), CAPACITY))


class Model(RuleBasedStateMachine):
    """Each rule does a thing twice: in the model, which says what should come of it, and with the real verb."""

    @initialize(
        bookings=st.lists(st.tuples(numbers, numbers, pieces, people, numbers), min_size=2, max_size=4)
    )
    def begin(self, bookings):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOW
        self.site = make_site()
        self.worker = self.site.staff.first().user
        self.lead = make_worker(self.site, SiteRole.LEAD)
        self.slots = list(PickupSlot.objects.filter(site=self.site, starts_at__gte=NOW).order_by("starts_at"))
        self.taken, self.pickups, self.said, self.held = Counter(), [], {}, 0
        self.things = [Thing(row) for row in Item.objects.order_by("pk")]
        for booking_ in bookings:
            self.books(*booking_)

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # -- the two sides

    def does(self, expected, verb, *arguments, **options):
        """Call the verb; what it answers, when the model expected that it would."""
        try:
            answer, got = verb(*arguments, **options, at=self.now), None
        except Refused as refusal:
            answer, got = None, refusal.code
        assert got == expected, f"{verb.__name__} answered {got}, the model {expected}"
        return answer

    def thing(self, number):
        return self.things[number % len(self.things)]

    def pickup(self, number, *likely):
        """Mostly one in a status in which the rule does something; sometimes any."""
        fitting = [pickup for pickup in self.pickups if pickup.status in likely] if number % 5 else []
        return (fitting or self.pickups)[number % len(fitting or self.pickups)]

    def slot(self, number):
        """Mostly a time soon to come: there things meet."""
        ahead = [slot for slot in self.slots if slot.starts_at >= self.now]
        return (ahead or self.slots)[number % 4 if number < 40 else number % len(ahead or self.slots)]

    def row(self, pickup):
        return Reservation.objects.get(pk=pickup.pk)

    def say(self, pickup, kind, key=""):
        self.said.setdefault((pickup.pk, kind, key), "")

    def silence(self, pickup, why):
        for (pk, kind, key), state in self.said.items():
            if pk == pickup.pk and kind in {"reminder", "missed", "rest_kept"} and not state:
                self.said[pk, kind, key] = why

    def say_time(self, pickup, kind):
        self.say(pickup, kind, str(pickup.changes))
        if pickup.slot.starts_at - self.now >= REMINDED:
            self.say(pickup, "reminder", str(pickup.changes))

    def over(self, pickup):
        return pickup.status != "held" or pickup.until <= self.now

    def why_no_slot(self, pickup, slot):
        if not self.now <= slot.starts_at < self.now + AHEAD:
            return "slot_not_offered"
        return "slot_full" if self.taken[slot.pk] + pickup.places_in() > CAPACITY else None

    def takes(self, pickup, slot):
        if pickup.slot:
            self.taken[pickup.slot.pk] -= pickup.places
        pickup.slot, pickup.places = slot, pickup.places_in()
        self.taken[slot.pk] += pickup.places

    def lets_go(self, pickup):
        for thing, count in pickup.lines.items():
            thing.promised -= count
        self.leaves_slot(pickup)

    def leaves_slot(self, pickup):
        if pickup.slot and pickup.slot.starts_at > self.now:
            self.taken[pickup.slot.pk] -= pickup.places
            pickup.places = 0

    # -- things

    @rule(
        what=st.sampled_from(["log", "publish", "take down", "count", "aside", "end aside"]),
        number=numbers,
        count=pieces,
    )
    def tends(self, what, number, count):
        """What the hall does with its things, as one rule: the stories are about people."""
        thing = self.thing(number)
        if what == "log":
            row = make_item(quantity=count, site=self.site, publish=number % 2 == 0)
            self.things.append(Thing(row))
        elif what == "publish":
            self.steps(thing, "draft", "published", publishing.publish)
        elif what == "take down":
            promised = thing.status == "published" and thing.promised + thing.aside
            self.steps(
                thing, "published", "withdrawn", publishing.withdraw, "still_promised" if promised else None
            )
            self.steps(thing, "withdrawn", "draft", publishing.reopen)
        elif what == "count":
            self.counts(thing, number % 12)
        elif what == "aside":
            self.sets_aside(thing, count)
        else:
            self.ends_aside(thing, off=number % 2 == 0)

    def steps(self, thing, before, after, verb, refusal=None):
        expected = refusal if thing.status == before else "wrong_step"
        self.does(expected, verb, thing.row, by=self.worker)
        thing.status = after if expected is None else thing.status

    def counts(self, thing, quantity):
        expected = None if thing.promised + thing.aside <= quantity else "still_promised"
        self.does(expected, stock.correct, thing.row, quantity=quantity, by=self.worker, reason="counted")
        thing.quantity = quantity if expected is None else thing.quantity

    def sets_aside(self, thing, count):
        expected = None if count <= thing.free else "fewer_here"
        aside = self.does(expected, stock.set_aside, thing.row, count, reason="repair", by=self.worker)
        if aside:
            thing.asides[aside.pk] = count

    def ends_aside(self, thing, *, off):
        for pk in list(thing.asides):
            count = thing.asides.pop(pk)
            for _twice in range(2):
                aside = SetAside.objects.get(pk=pk)
                if off:
                    details = {"reason": "broken", "destination": "wood", "client_key": f"off-{pk}"}
                    verb = writing_off.write_off
                    self.does(None, verb, thing.row, count, aside=aside, by=self.lead, **details)
                else:
                    self.does(None, stock.put_back, aside, by=self.worker)
            thing.quantity -= count if off else 0

    # -- what must always hold

    @invariant()
    def things_are_as_in_the_model(self):
        if hasattr(self, "things"):
            rows = Item.objects.values_list("pk", "quantity", "reserved", "status")
            expected = [
                (one.row.pk, one.quantity, one.promised + one.aside, one.status) for one in self.things
            ]
            assert sorted(rows) == sorted(expected)

    @invariant()
    def reservations_are_as_in_the_model(self):
        if hasattr(self, "pickups"):
            rows = Reservation.objects.values_list(
                "pk", "status", "slot_id", "places", "held_until", "changes"
            )
            assert sorted(rows, key=lambda row: row[0]) == [
                (one.pk, one.status, one.slot and one.slot.pk, one.places, one.until, one.changes)
                for one in self.pickups
            ]

    @invariant()
    def times_are_as_in_the_model(self):
        if hasattr(self, "taken"):
            booked = PickupSlot.objects.filter(booked__gt=0).values_list("pk", "booked")
            assert dict(booked) == {pk: places for pk, places in self.taken.items() if places}

    @invariant()
    def counters_have_not_drifted(self):
        assert drifts() == []

    @invariant()
    def messages_are_as_in_the_model(self):
        if hasattr(self, "said"):
            rows = Notification.objects.values_list("recipient", "kind", "dedupe_key", "status", "why_not")
            assert sorted(rows) == sorted(
                (f"reservation:{pk}", kind, key, "skipped" if why else "due", why)
                for (pk, kind, key), why in self.said.items()
            )
