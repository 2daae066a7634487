"""A unit's request and the van that brings it: what the tests of deliveries share."""

import itertools
from datetime import time, timedelta

from django.db import transaction

from inventory.domain import stock
from inventory.models import Item, SiteKind
from recycling.accounts.models import CostCentre, Membership
from recycling.policy.models import Policy
from reservations.domain import delivery, request_states, slots
from reservations.models import (
    Fulfilment,
    FurnitureRequest,
    OpeningHours,
    RequestLine,
    RequestStatus,
    Reservation,
    ReservationLine,
)
from tests.factories import NOW, make_member, make_site

_numbers = itertools.count(1)
HALVES = ((time(8), time(12)), (time(12), time(16)))
DELIVERY = Fulfilment.DELIVERY


def open_van(site=None, *, capacity=4, at=NOW, halves=HALVES):
    """The van of a site drives on weekdays, in two halves of the day."""
    site = site or make_site()
    for weekday in range(5):
        for opens, closes in halves:
            OpeningHours.objects.get_or_create(
                site=site,
                fulfilment=DELIVERY,
                weekday=weekday,
                opens=opens,
                defaults={"closes": closes, "slot_minutes": 240, "capacity": capacity},
            )
    slots.plan(site, at=at)
    return site


def make_school(**fields):
    """The school's own place, where its deliveries go."""
    names = {"name_fi": "Puiston koulu", "name_sv": "Parkskolan", "name_en": "Puisto School"}
    streets = {"street_fi": "Puistotie 1", "street_sv": "Parkvägen 1", "street_en": "Puistotie 1"}
    return make_site("park-school", kind=SiteKind.DEPARTMENT, **names, **streets, **fields)


def make_request(wishes, *, by=None, at=NOW, status="writing", **fields):
    """What a member of the school asks for, with its pieces held: one reservation for each site."""
    by = by or Membership.objects.filter(role="requester").order_by("pk").first()
    by = by.user if isinstance(by, Membership) else by or make_member(cost_centre="31250")
    unit = Membership.objects.get(user=by, is_primary=True).department
    request = FurnitureRequest.objects.create(
        code=f"Q{next(_numbers):05d}",
        by=by,
        department=unit,
        cost_centre=unit.cost_centres.first()
        or CostCentre.objects.create(department=unit, number=f"9{unit.pk}"),
        replaces=fields.pop("replaces", "purchase"),
        needed_by=(at + timedelta(days=20)).date(),
        created_at=at,
        changed_at=at,
        **fields,
    )
    for site in sorted({item.site for item in wishes}, key=lambda site: site.pk):
        reservation = Reservation.objects.create(
            code=f"R{next(_numbers):07d}",
            bundle=f"bundle{request.pk}",
            request=request,
            department=unit,
            site=site,
            held_until=at + timedelta(hours=24),
            created_at=at,
        )
        for item, pieces in wishes.items():
            if item.site == site:
                stock.hold(item, pieces, visible=Item.objects.all())
                ReservationLine.objects.create(reservation=reservation, item=item, pieces=pieces)
                RequestLine.objects.create(request=request, item=item, pieces=pieces)
    if status == "waiting":
        wait(request, at=at)
    return request


@transaction.atomic
def wait(request, *, at=NOW):
    """Sent, and waiting for somebody who approves."""
    locked = request_states.lock(request)
    locked.approver, locked.sent_at = approver(), at
    locked.fulfilment = locked.fulfilment or "pickup"
    until = at + timedelta(days=7)
    request_states.move(locked, RequestStatus.WAITING, by=locked.by, at=at, waiting_until=until)
    for one in request_states.held_by(locked):
        request_states.states.move(one, "awaiting_approval", by=locked.by, at=at, held_until=until)


def approver():
    member = Membership.objects.filter(role="approver").select_related("user").first()
    return member.user if member else make_member("approver", name="Helmi Hyväksyjä")


@transaction.atomic
def accept(request, *, at=NOW):
    """Sent and approved at once."""
    locked = request_states.lock(request)
    locked.sent_at, locked.fulfilment = at, locked.fulfilment or "pickup"
    request_states.accept(locked, by=approver(), at=at)
    return FurnitureRequest.objects.get(pk=request.pk)


def to_school(request, *, at=NOW, **where):
    """To the school's own place, where somebody is."""
    answers = {"site": make_school(), "contact_name": "Risto Rinne", "contact_phone": "040 123 4567"} | where
    return delivery.choose(request, DELIVERY, by=request.by, at=at, **answers)


def first_window(site=None, *, at=NOW, skip=0):
    return slots.offered_deliveries(site or make_site(), at=at)[skip]


def make_delivery(wishes, *, at=NOW, slot=None, **fields):
    """An approved request whose van comes: its one reservation, booked."""
    request = make_request(wishes, at=at, **fields)
    to_school(request, at=at)
    (reservation,) = request.reservations.all()
    delivery.choose_time(reservation, slot or first_window(reservation.site, at=at), by=request.by, at=at)
    accept(request, at=at)
    return Reservation.objects.select_related("slot", "site", "request").get(pk=reservation.pk)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def free_of_charge(price=0):
    Policy.objects.update(delivery_price=price)


def another_member(code="library"):
    return make_member("requester", code=code, name_fi="Kirjasto", cost_centre="41100", name="Kirsi Kirjala")
