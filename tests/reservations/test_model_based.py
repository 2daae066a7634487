"""Whatever people do in whatever order, the database says what a small model of ours says.

Hypothesis makes up the stories and shortens one that goes wrong. ``KIERTO_MODEL_STORIES`` sets how many (60), and
``KIERTO_MODEL_STEPS`` how long each is (15).
"""

import os
from datetime import time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from inventory.models import Item, SetAside
from recycling.accounts.domain.contacts import Contact
from recycling.policy.models import Policy
from reservations.domain import booking, handover, holding
from reservations.models import Reservation
from tests.factories import NOW, category, make_item, make_worker, open_site

from .model import CAPACITY, HOLDING, OPEN, Model, Pickup, numbers, people, pieces

pytestmark = pytest.mark.django_db

STORIES = int(os.environ.get("KIERTO_MODEL_STORIES", "60"))
STEPS = int(os.environ.get("KIERTO_MODEL_STEPS", "15"))


class Story(Model):
    """What people do, from the first hold to the hand-over."""

    # -- booking

    @rule(first=numbers, second=numbers, count=pieces, device=st.sampled_from("ab"))
    def holds(self, first, second, count, device):
        chosen = {self.thing(first): count, self.thing(second): 1}
        reasons = [reason for reason in (thing.why_not_held(n) for thing, n in chosen.items()) if reason]
        expected = reasons[0] if reasons and len(chosen) == 1 else "some_gone" if reasons else None
        self.held += 1
        bundle = self.does(
            expected,
            holding.hold,
            {thing.row: n for thing, n in chosen.items()},
            device=device * 64,
            network="192.0.2.1",
            language="fi",
            client_key=f"key{self.held}",
            by=AnonymousUser(),
        )
        if bundle:
            for thing, n in chosen.items():
                thing.promised += n
            self.pickups.append(Pickup(bundle[0].pk, chosen, until=self.now + timedelta(minutes=20)))

    @rule(first=numbers, second=numbers, count=pieces, contact=people, when=numbers)
    def books(self, first, second, count, contact, when):
        """The whole way at once, as most people go it."""
        before = len(self.pickups)
        self.holds(first, second, count, "a")
        for pickup in self.pickups[before:]:
            self.take_time(pickup, self.slot(when))
            self.introduce(pickup, contact, proves=True)
            self.confirm(pickup)

    @precondition(lambda self: self.pickups)
    @rule(number=numbers)
    def extends(self, number):
        pickup = self.pickup(number, "held")
        if pickup.person:
            return
        until, over = self.now + timedelta(minutes=20), self.over(pickup)
        adds = not over and until - pickup.until >= holding.WORTH_EXTENDING
        expected = "no_more_extensions" if adds and pickup.extended >= 10 else "hold_over" if over else None
        self.does(expected, holding.extend, [self.row(pickup)])
        if expected is None and adds:
            pickup.extended, pickup.until = pickup.extended + 1, until

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, when=numbers)
    def chooses(self, number, when):
        self.take_time(self.pickup(number, "held"), self.slot(when))

    def take_time(self, pickup, slot):
        if pickup.person:
            return
        expected = (
            "hold_over"
            if self.over(pickup)
            else None
            if pickup.slot == slot
            else self.why_no_slot(pickup, slot)
        )
        self.does(expected, holding.choose_time, self.row(pickup), slot)
        if expected is None and pickup.slot != slot:
            self.takes(pickup, slot)

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, contact=people, proves=st.booleans())
    def says_who(self, number, contact, proves):
        self.introduce(self.pickup(number, "held"), contact, proves=proves)

    def introduce(self, pickup, contact, *, proves):
        if pickup.person:
            return
        channel = "sms" if contact.startswith("+") else "email"
        expected = "hold_over" if self.over(pickup) else None
        options = {"name": "Aino", "wants_reminder": True, "language": "fi", "device": ""}
        self.does(expected, holding.set_contact, [self.row(pickup)], Contact(channel, contact), **options)
        if expected is None:
            pickup.proved = contact if proves or pickup.proved == contact else ""
            pickup.contact = contact
            if proves:
                Reservation.objects.filter(pk=pickup.pk).update(contact_proved_at=self.now)

    @precondition(lambda self: self.pickups)
    @rule(number=numbers)
    def confirms(self, number):
        self.confirm(self.pickup(number, "held"))

    def confirm(self, pickup):
        if pickup.is_rest:
            return
        again = pickup.status in OPEN
        if again:
            expected = None
        elif self.over(pickup):
            expected = "hold_over"
        elif pickup.slot is None or pickup.slot.starts_at <= self.now:
            expected = "time_missing"
        else:
            expected = None if pickup.proved else "contact_missing"
        self.does(expected, booking.confirm, [self.row(pickup)])
        if expected is None and not again:
            pickup.status, pickup.until, pickup.person = "booked", None, pickup.contact
            self.say_time(pickup, "booked")

    # -- changing and giving up

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, when=numbers, at_desk=st.booleans())
    def moves(self, number, when, at_desk):
        pickup, slot = self.pickup(number, "booked", "ready", "missed"), self.slot(when)
        expected = self.why_not_moved(pickup, slot, at_desk=at_desk)
        self.does(expected, booking.reschedule, self.row(pickup), slot, by=self.worker if at_desk else None)
        if expected is None and pickup.slot != slot:
            self.takes(pickup, slot)
            pickup.changes += 1
            kind = "booked" if pickup.is_rest else "moved"
            if kind == "moved":
                self.silence(pickup, "moved")
            pickup.status, pickup.until = "booked", None
            self.say_time(pickup, kind)

    def why_not_moved(self, pickup, slot, *, at_desk):
        if (pickup.status not in OPEN and not pickup.is_rest) or (pickup.until and pickup.until <= self.now):
            return "wrong_state"
        if not at_desk and self.has_begun(pickup):
            return "too_late"
        if not at_desk and pickup.changes >= 3:
            return "too_many_changes"
        return None if pickup.slot == slot else self.why_no_slot(pickup, slot)

    def has_begun(self, pickup):
        return pickup.status in {"booked", "ready"} and pickup.slot.starts_at <= self.now

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, at_desk=st.booleans())
    def cancels(self, number, at_desk):
        pickup = self.pickup(number, "booked", "held")
        again = pickup.status == "cancelled"
        if not at_desk and self.has_begun(pickup):
            expected = "too_late"
        else:
            expected = None if again or pickup.status in HOLDING else "wrong_state"
        self.does(expected, booking.cancel, self.row(pickup), by=self.worker if at_desk else None)
        if expected is None and not again:
            self.lets_go(pickup)
            if pickup.status in OPEN:
                self.silence(pickup, "cancelled")
                self.say(pickup, "cancelled_by_city" if at_desk else "cancelled")
            pickup.status, pickup.until = "cancelled", None

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, late=st.booleans())
    def expires(self, number, late):
        pickup = self.pickup(number, "held", "missed")
        if late and pickup.until:
            self.waits_until(pickup.until)
        expected = None if pickup.until and pickup.until <= self.now else "wrong_state"
        self.does(expected, booking.expire, self.row(pickup))
        if expected is None:
            self.lets_go(pickup)
            if pickup.person:
                self.silence(pickup, "expired")
                self.say(pickup, "let_go")
            pickup.status, pickup.until = "expired", None

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, late=st.booleans())
    def misses(self, number, late):
        pickup = self.pickup(number, "booked", "ready")
        if late and pickup.slot:
            self.waits_until(pickup.slot.starts_at)
        expected = None if self.has_begun(pickup) else "wrong_state"
        self.does(expected, booking.mark_missed, self.row(pickup))
        if expected is None:
            kept = booking.kept_until(self.site, at=self.now)
            pickup.until = self.now if pickup.was_missed else kept
            pickup.status, pickup.was_missed, pickup.picked = "missed", True, set()
            self.silence(pickup, "missed")
            self.say(pickup, "missed", str(pickup.changes))

    # -- the desk

    @precondition(lambda self: self.pickups)
    @rule(number=numbers, which=numbers, picked=st.booleans())
    def picks(self, number, which, picked):
        pickup = self.pickup(number, "booked", "ready")
        lines = list(self.row(pickup).lines.all())
        line = lines[which % len(lines)]
        expected = None if pickup.status in {"booked", "ready"} else "wrong_state"
        self.does(expected, handover.pick, line, by=self.worker, picked=picked)
        if expected is None:
            pickup.picked = pickup.picked | {line.pk} if picked else pickup.picked - {line.pk}
            pickup.status = "ready" if len(pickup.picked) == len(lines) else "booked"

    @precondition(lambda self: self.pickups)
    @rule(
        number=numbers,
        given=st.lists(st.integers(min_value=-1, max_value=5), min_size=2, max_size=2),
        reason=st.sampled_from(["not_wanted", "does_not_fit", "broken", "missing", "later", ""]),
    )
    def hands_over(self, number, given, reason):
        pickup = self.pickup(number, "booked", "ready", "missed")
        rows = list(self.row(pickup).lines.order_by("pk"))
        counted = {
            row.item_id: min(max(count, 0), row.pieces) for row, count in zip(rows, given, strict=False)
        }
        said = {
            thing.row.pk: (counted[thing.row.pk], "" if counted[thing.row.pk] == count else reason)
            for thing, count in pickup.lines.items()
        }
        again = pickup.status == "collected" and pickup.handed == said
        expected = None if again else self.why_not_given(pickup, counted, reason)
        self.does(
            expected,
            handover.hand_over,
            self.row(pickup),
            given={row.pk: count for row, count in zip(rows, given, strict=False)},
            why_not={row.pk: reason for row in rows},
            by=self.worker,
        )
        if expected is None and not again:
            pickup.handed = said
            self.leaves_slot(pickup)
            kept = self.settles(pickup, counted, reason)
            pickup.status, pickup.until = "collected", None
            self.silence(pickup, "collected")
            if "@" in pickup.contact:
                self.say(pickup, "receipt")
            if kept:
                self.keeps_rest(pickup, kept)

    def why_not_given(self, pickup, counted, reason):
        if pickup.status not in OPEN:
            return "wrong_state"
        if not any(counted.values()):
            return "nothing_given"
        all_of_it = all(counted[thing.row.pk] == count for thing, count in pickup.lines.items())
        return None if all_of_it or reason else "say_why_not"

    def settles(self, pickup, counted, reason):
        kept = {}
        for thing, count in pickup.lines.items():
            gone = counted[thing.row.pk]
            thing.quantity, thing.promised = thing.quantity - gone, thing.promised - count
            if rest := count - gone:
                if reason == "later":
                    kept[thing] = rest
                    thing.promised += rest
                elif reason in {"broken", "missing"}:
                    newest = SetAside.objects.filter(item=thing.row).latest("pk")
                    thing.asides[newest.pk] = rest
        return kept

    def keeps_rest(self, pickup, kept):
        row = Reservation.objects.latest("pk")
        until = booking.kept_until(self.site, at=self.now)
        rest = Pickup(row.pk, kept, until=until, person=pickup.person, reachable=pickup.contact)
        self.pickups.append(rest)
        self.say(rest, "rest_kept")

    # -- time

    @rule(step=st.sampled_from([7, 21, 300, 1440]))
    def waits(self, step):
        self.waits_until(self.now + timedelta(minutes=step))

    def waits_until(self, moment):
        """Time goes forwards, and not past the times that were planned."""
        if moment < NOW + timedelta(days=6):
            self.now = max(self.now, moment)


@pytest.fixture
def town():
    """One site, open two hours on every weekday, with room for two at a time; limits that no story reaches."""
    Policy.objects.update(
        holds_per_device=20,
        holds_per_network=10_000,
        pieces_per_person=1000,
        lead_hours=0,
        misses_allowed=20,
        reminder_notice_hours=20,
    )
    site = open_site(capacity=CAPACITY, opens=time(9), closes=time(11), slot_minutes=60)
    make_worker(site)
    heavy = category("sofa")
    type(heavy).objects.filter(pk=heavy.pk).update(loading_minutes=25)
    for quantity, kind in ((6, "office_chair"), (2, "office_chair"), (8, "sofa")):
        make_item(quantity=quantity, site=site, category=kind)
    return site


def tell(machine, *, stories, steps, **how):
    """Make up ``stories`` with this machine, and shorten one that goes wrong."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            database=None,
            suppress_health_check=list(HealthCheck),
            **how,
        ),
    )


def test_any_story_ends_as_the_model_says(town):
    tell(Story, stories=STORIES, steps=STEPS, derandomize="KIERTO_MODEL_STORIES" not in os.environ)


def test_the_model_notices_a_counter_that_moves_by_itself(town):
    """The control: with one piece slipped back on offer unseen, a story must fail."""

    class Careless(Story):
        @precondition(lambda self: any(pickup.status == "held" for pickup in self.pickups))
        @rule()
        def loses_count(self):
            Item.objects.filter(reserved__gt=0).update(reserved=0)

    with pytest.raises(AssertionError):
        tell(Careless, stories=50, steps=15, derandomize=True, print_blob=False)
