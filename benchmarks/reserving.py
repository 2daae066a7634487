"""Reserving: what it costs beside the one statement that it could be, and whether sixteen at once are ever served the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import cycle
from threading import Barrier

from django.db import connection, connections
from django.utils import timezone
from django.utils.crypto import get_random_string

from inventory.models import Item
from recycling.policy.models import Policy
from reservations.domain import holding
from reservations.domain.refusals import SlotFull
from reservations.models import OpeningHours, PickupSlot, Reservation, ReservationLine

from .cost import in_turn
from .visitor import Visitor, without_middleware

ADDRESS = "/fi/book"
AT_ONCE = 16
PLENTY = 100_000


@dataclass
class Reserving:
    """What one reservation costs and sends."""

    ratio: float
    in_transaction: int
    before: int


class Newcomer(Visitor):
    """Another person each time: a browser with the cookie that goes with the form, and none of ours yet."""

    def __init__(self, network="192.0.2.1"):
        super().__init__()
        self.network = network

    def environ(self, address, body=None, **headers):
        return super().environ(address, body, REMOTE_ADDR=self.network, **headers)

    def reserve(self, code):
        # The form's token may be the cookie's secret itself, unmasked.
        secret = get_random_string(32)
        self.cookies["csrftoken"] = secret
        return self.post(
            ADDRESS, code=code, pieces=1, client_key=get_random_string(20), csrfmiddlewaretoken=secret
        )


def _free_things():
    """Single things that anybody may reserve."""
    return (
        Item.objects.published()
        .filter(quantity=1, reserved=0, category__residents_allowed=True)
        .exclude(condition="fix")
    )


def measure(meter, *, rounds):
    """The service's answer to "Book a pickup time" beside a guarded UPDATE that feeds an INSERT, over the same things."""
    several = list(_free_things().newest_first()[:40])
    Item.objects.filter(pk__in=[item.pk for item in several]).update(quantity=PLENTY)
    codes = cycle([item.code for item in several])
    floor = Visitor(without_middleware)
    act = {
        "reserve": lambda: _expect(302, Newcomer().reserve(next(codes))),
        "floor": lambda: _expect(
            201, floor.post("/floor/reserve", code=next(codes), client_key=get_random_string(20))
        ),
    }
    costs = in_turn(meter, act, rounds=rounds)
    inside, outside = _statements(act["reserve"])
    return Reserving(ratio=costs["reserve"] / costs["floor"], in_transaction=inside, before=outside)


def _expect(status, answer):
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}")


def _statements(act):
    """How many statements were sent within a transaction, and how many outside of one."""
    sent = {True: 0, False: 0}

    def wrapper(execute, *statement):
        sent[connection.in_atomic_block] += 1
        return execute(*statement)

    with connection.execute_wrapper(wrapper):
        act()
    return sent[True], sent[False]


# -- races


def race_for_a_thing(*, times):
    """Sixteen browsers press the button for the same single thing, ``times`` times. How many of the races went wrong."""
    things = list(_free_things().order_by("pk")[:times])
    if len(things) < times:
        raise RuntimeError(f"only {len(things)} things to race for")
    wrong = 0
    with _Runners() as runners:
        for thing in things:
            # From networks of their own: one network's counter would let them race one after the other.
            answers = runners.at_once(
                lambda number, code=thing.code: Newcomer(f"198.51.100.{number}").reserve(code).status
            )
            promised = sum(ReservationLine.objects.filter(item=thing).values_list("pieces", flat=True))
            reserved = Item.objects.values_list("reserved", flat=True).get(pk=thing.pk)
            fair = sorted(answers) == [302] + [409] * (AT_ONCE - 1)
            wrong += not (fair and promised == reserved == 1)
    return wrong


def race_for_a_place(*, times):
    """Sixteen bookings choose the same time with one place left, ``times`` times. How many of the races went wrong."""
    things = list(_free_things().order_by("-pk")[:AT_ONCE])
    site = things[0].site
    Item.objects.filter(pk__in=[thing.pk for thing in things]).update(site=site)
    _expect_all(302, [Newcomer().reserve(thing.code).status for thing in things])
    held = list(Reservation.objects.filter(lines__item__in=things, status="held"))
    wrong = 0
    with _Runners() as runners:
        for slot in _slots(site, times):
            answers = runners.at_once(lambda number, slot=slot: _choose(held[number], slot))
            booked = PickupSlot.objects.values_list("booked", flat=True).get(pk=slot.pk)
            holding_it = Reservation.objects.filter(slot=slot).count()
            wrong += not (sorted(answers) == [0] * (AT_ONCE - 1) + [1] and booked == holding_it == 1)
    return wrong


def _expect_all(status, statuses):
    if set(statuses) != {status}:
        raise RuntimeError(f"{statuses} instead of {status}")


def _choose(reservation, slot):
    try:
        holding.choose_time(reservation, slot, at=timezone.now())
    except SlotFull:
        return 0
    return 1


def _slots(site, times):
    """So many times to come, an hour each, with one place: a load of one thing takes one place of so long a time."""
    Policy.objects.update(booking_days=90)
    for weekday in range(7):
        OpeningHours.objects.get_or_create(
            site=site,
            weekday=weekday,
            opens=time(0),
            defaults={"closes": time(23), "slot_minutes": 60, "capacity": 1},
        )
    start = timezone.now() + timedelta(days=7)
    return [
        PickupSlot.objects.create(
            site=site,
            starts_at=start + timedelta(hours=number),
            ends_at=start + timedelta(hours=number + 1),
            capacity=1,
        )
        for number in range(times)
    ]


class _Runners:
    """Threads with a database connection each, that start together."""

    def __enter__(self):
        self.gate = Barrier(AT_ONCE)
        self.pool = ThreadPoolExecutor(AT_ONCE)
        return self

    def at_once(self, act):
        return list(self.pool.map(self._when_all_are_there, [act] * AT_ONCE, range(AT_ONCE)))

    def _when_all_are_there(self, act, number):
        self.gate.wait(timeout=60)
        return act(number)

    def __exit__(self, *_why):
        self.at_once(lambda _number: connections.close_all())
        self.pool.shutdown()
