"""The round of a van: what it brings in half a day, in which order, and that it was received."""

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Prefetch, Q

from inventory.domain.refusals import OnlyLead
from inventory.models import Site
from recycling import clock
from recycling.accounts.domain import limits
from recycling.audit.domain import record
from recycling.codes import BadCode, normalise_pickup
from reservations.models import (
    OPEN_AT_DESK,
    Fulfilment,
    PickupSlot,
    Reservation,
    ReservationStatus,
    Signed,
)

from . import handover, slots, taking
from .delivery_refusals import NotReceived, WrongReceiptCode
from .desk import lines_in_walking_order
from .refusals import WrongState

S = ReservationStatus
DAYS_AHEAD = 14
EARLIER, LATER = -1, 1


def stops():
    """Deliveries with what a run sheet shows of them, in the order of the round; not yet put in order, as they were booked."""
    return (
        Reservation.objects.filter(fulfilment=Fulfilment.DELIVERY)
        .filter(Q(status__in=OPEN_AT_DESK) | Q(status=S.COLLECTED))
        .select_related("site", "slot", "department", "person", "request__delivery__site", "handover")
        .prefetch_related(Prefetch("lines", lines_in_walking_order()))
        .order_by(F("stop").asc(nulls_last=True), "pk")
    )


def rounds(sites, *, at):
    """The half-days of the sites' vans from today on, each with its ``stops``, in order of time."""
    first = min((clock.resolve(clock.today(one.tz, at), time(0), one.tz) for one in sites), default=at)
    return (
        PickupSlot.objects.filter(
            Q(capacity__gt=0) | Q(booked__gt=0),
            site__in=sites,
            fulfilment=Fulfilment.DELIVERY,
            starts_at__gte=first,
            starts_at__lt=at + timedelta(days=DAYS_AHEAD),
        )
        .select_related("site")
        .prefetch_related(Prefetch("reservations", stops(), to_attr="stops"))
        .order_by("starts_at", "site_id")
    )


def unrecorded(sites, *, at):
    """What should have been brought by now, and nobody has said whether it was."""
    late = stops().filter(site__in=sites, status__in=handover.TO_PICK, slot__ends_at__lte=at)
    return late.order_by("slot__starts_at", "stop", "pk")


@dataclass(frozen=True)
class Load:
    """What a round, or a stop, carries in all. ``is_estimate``: the weight of something is its kind's."""

    stops: int
    pieces: int
    kilograms: Decimal
    is_estimate: bool
    minutes: int


def load_of(rows) -> Load:
    """What these stops carry, without what is over."""
    rows = list(rows)
    lines = [line for one in rows for line in one.lines.all()]
    weights = [
        (line.item.weight_kg or line.item.category.inherited("weight_kg"), line.pieces) for line in lines
    ]
    return Load(
        stops=len(rows),
        pieces=sum(line.pieces for line in lines),
        kilograms=sum((weight * pieces for weight, pieces in weights if weight), Decimal(0)),
        is_estimate=any(line.item.weight_kg is None for line in lines),
        minutes=slots.loading_minutes(lines),
    )


@transaction.atomic
def move_stop(reservation, step, *, by, at):
    """One turn earlier (-1) or later (+1) in the round. At its end it stays. Refuses `only_lead`, `wrong_state`."""
    if not Site.objects.led_by(by).filter(pk=reservation.site_id).exists():
        raise OnlyLead
    rows = list(
        Reservation.objects.select_for_update(of=("self",))
        .filter(slot=reservation.slot_id, fulfilment=Fulfilment.DELIVERY)
        .filter(Q(status__in=OPEN_AT_DESK) | Q(status=S.COLLECTED))
        .order_by("pk")
    )
    order = sorted(rows, key=lambda one: (one.stop is None, one.stop or 0, one.pk))
    here = next((place for place, one in enumerate(order) if one.pk == reservation.pk), None)
    if here is None:
        raise WrongState
    there = here + step
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        record("reservation_stop_moved", order[there], by=by, at=at, stop=there + 1)
    for number, one in enumerate(order, start=1):
        one.stop = number
    Reservation.objects.bulk_update(sorted(rows, key=lambda one: one.pk), ["stop"])


def receive(reservation, *, typed="", signed=Signed.NO, by, at, said=None, **answers):
    """``taking.take`` at the door: whoever receives has said the six digits, or signed.

    Wrong tries are counted with those at the desk. Refuses `wrong_state`, `not_received`, `wrong_receipt_code`, `too_often`,
    and what ``taking.take`` refuses.
    """
    if not reservation.is_delivery:
        raise WrongState
    if typed.strip():
        _check_code(reservation, typed, by=by, at=at)
        signed = signed or Signed.CODE
    elif not signed:
        raise NotReceived
    return taking.take(reservation, signed=signed, by=by, at=at, said=said or {}, **answers)


def _check_code(reservation, typed, *, by, at):
    counter = ("pickup_code", f"user:{by.pk}")
    allowed = {"limit": handover.WRONG_CODES, "per": handover.WRONG_CODES_PER, "at": at}
    limits.check(*counter, **allowed)
    try:
        right = normalise_pickup(typed) == reservation.pickup_code
    except BadCode:
        right = False
    if not right:
        limits.count(*counter, **allowed)
        raise WrongReceiptCode
