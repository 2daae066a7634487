"""The van of the demo's first warehouse, and what it brings to the school on the coming days."""

from datetime import time, timedelta
from typing import Any

from inventory.domain import stock
from inventory.models import Item, Site, SiteKind
from recycling.codes import new_token
from recycling.policy.models import Policy
from reservations.domain import delivery, request_states, slots, threads
from reservations.models import (
    Fulfilment,
    FurnitureRequest,
    Lift,
    OpeningHours,
    Replaces,
    RequestLine,
    Reservation,
    ReservationLine,
)

HALVES = ((time(8), time(12)), (time(12), time(16)))
STOPS = 4
# (pieces at most, how it gets in)
WISHES: list[tuple[int, dict[str, Any]]] = [
    (12, {"floor": "2", "lift": Lift.NO, "door_cm": 82, "unloading": "Pihan puoli, keittiön ovi"}),
    (6, {"floor": "1", "lift": Lift.YES, "unloading": "Pääovi"}),
]
# What the school and the warehouse write about the first: how many minutes ago, and for whom. The last one waits for an answer.
TALK = [
    (90, "unit", "Tuodaanko kalusteet suoraan toiseen kerrokseen? Hissiä ei ole."),
    (60, "warehouse", "Tuodaan. Meitä tulee kaksi, ja kannamme ne luokkiin asti."),
    (20, "unit", "Kiitos! Voitteko soittaa pihalta, niin tulen avaamaan keittiön oven?"),
]


def make_van(site):
    """The transport calendar: weekdays, in two halves of the day."""
    OpeningHours.objects.bulk_create(
        OpeningHours(
            site=site,
            fulfilment=Fulfilment.DELIVERY,
            weekday=day,
            opens=opens,
            closes=closes,
            slot_minutes=240,
            capacity=STOPS,
        )
        for day in range(5)
        for opens, closes in HALVES
    )


def make_school_place(school):
    """The school's own place: where its deliveries go. Nothing stands there, so nobody collects there."""
    school.default_site = Site.objects.create(
        code="puistotie",
        kind=SiteKind.DEPARTMENT,
        name_fi="Puiston koulu",
        name_sv="Parkskolan",
        name_en="Puisto School",
        street_fi="Puistotie 1",
        street_sv="Parkvägen 1",
        street_en="Puistotie 1",
        postal_code="00990",
        is_active=False,
    )
    school.save(update_fields=["default_site"])


def drive(site, school, *, requester, approver, worker, at):
    """Two deliveries to the school, in the first two half-days that are offered; about the first they write to each other."""
    sent = at - timedelta(hours=2)
    free = Item.objects.published().filter(site=site, reserved=0, quantity__gt=3).order_by("pk")
    windows = slots.offered_deliveries(site, at=at)[: len(WISHES)]
    requests = []
    for item, window, (most, where) in zip(list(free[: len(WISHES)]), windows, WISHES, strict=False):
        request = _ask(school, item, min(most, item.quantity), by=requester, at=at - timedelta(hours=3))
        delivery.choose(
            request,
            Fulfilment.DELIVERY,
            by=requester,
            at=sent,
            site=school.default_site,
            contact_name=requester.name,
            contact_phone="+358457000001",
            **where,
        )
        (reservation,) = request.reservations.all()
        delivery.choose_time(reservation, window, by=requester, at=sent)
        locked = request_states.lock(request)
        locked.sent_at, locked.decided_at, locked.decided_by = sent, sent, approver
        requests.append(request_states.accept(locked, by=approver, at=sent))
    for request in requests[:1]:
        _talk(request, {"unit": requester, "warehouse": worker}, at=at)


def _talk(request, people, *, at):
    """Whoever answers has read what was written before."""
    seen = 0
    for minutes, side, text in TALK:
        when = at - timedelta(minutes=minutes)
        by, from_unit = people[side], side == "unit"
        seen = threads.write(request, text, from_unit=from_unit, by=by, at=when, seen=seen).pk


def _ask(school, item, pieces, *, by, at):
    """What the school asks for, written and held."""
    request = FurnitureRequest.objects.create(
        code=f"Q{new_token(8)}",
        by=by,
        department=school,
        cost_centre=school.cost_centres.first(),
        replaces=Replaces.PURCHASE,
        needed_by=(at + timedelta(days=21)).date(),
        language=by.language,
        created_at=at,
        changed_at=at,
    )
    reservation = Reservation.objects.create(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        request=request,
        department=school,
        cost_centre=request.cost_centre,
        language=by.language,
        site=item.site,
        held_until=at + timedelta(hours=Policy.current().request_hold_hours),
        created_at=at,
    )
    stock.hold(item, pieces, visible=Item.objects.visible_to(by, at=at))
    ReservationLine.objects.create(reservation=reservation, item=item, pieces=pieces)
    RequestLine.objects.create(request=request, item=item, pieces=pieces)
    return request
