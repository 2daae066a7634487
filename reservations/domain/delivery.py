"""How a unit's request gets there: fetched or brought, where to, and when.

Locks: the request, then its reservations by key, then their slots by key.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from inventory.models import Site
from recycling import working_days
from recycling.accounts.models import Department
from recycling.audit.domain import record
from recycling.policy.models import Policy
from recycling.translated import LANGUAGES
from reservations.models import (
    BEING_WRITTEN,
    Delivery,
    Fulfilment,
    FurnitureRequest,
    RequestStatus,
    ReservationStatus,
)

from . import booking, holding, reminders, request_states, slots, states
from .delivery_refusals import AddressMissing, BadDoor, DeliveryCosts, NotACityPlace, ReceiverMissing
from .refusals import HoldOver, WrongState
from .unit_refusals import NotYourList

R, S = RequestStatus, ReservationStatus
NARROWEST_DOOR, WIDE_ENOUGH, WIDEST_DOOR = 40, 90, 500
# What is promised and has not been taken from the shelf: the way there may still change.
NOT_ON_ITS_WAY = (S.HELD, S.BOOKED, S.MISSED)


def places():
    """Where the city's van brings things: its places in use, and those that its units call their own."""
    own = Department.objects.open().exclude(default_site=None)
    return Site.objects.filter(Q(is_active=True) | Q(pk__in=own.values("default_site")))


def find_places(typed, *, most):
    """The places whose names or streets, in any language, hold what was typed; of a whole label its name counts."""
    words = typed.partition(",")[0].strip()
    if not words:
        return []
    fields = [f"{what}_{language}" for what in ("name", "street") for language in LANGUAGES]
    holds = Q()
    for one in fields:
        holds |= Q(**{f"{one}__icontains": words})
    return list(places().filter(holds).order_by("name_fi", "pk")[:most])


def why_not_choose(request, *, at):
    """The refusal that another way would meet now, or None."""
    if request.status in BEING_WRITTEN:
        return None
    if request.status != R.ACCEPTED:
        return WrongState()
    return _why_not_changed(list(request.reservations.holding().select_related("slot__site")), at=at)


def _why_not_changed(rows, *, at):
    """What stands against another way for what was approved: it is over, picked, or the van is planned."""
    if not rows or any(one.status not in NOT_ON_ITS_WAY for one in rows):
        return WrongState()
    booked = [one for one in rows if one.status == S.BOOKED]
    return next((booking.too_late(one) for one in booked if not slots.in_time(one.slot, at=at)), None)


@dataclass(frozen=True)
class Where:
    """Where the van goes: a ``site`` of the city or a ``street``, what the driver has to know, and who is there."""

    site: Site | None = None
    street: str = ""
    floor: str = ""
    lift: str = ""
    door_cm: int | None = None
    unloading: str = ""
    contact_name: str = ""
    contact_phone: str = ""

    def check(self):
        if self.site is None and not self.street:
            raise AddressMissing
        if self.site is not None and not places().filter(pk=self.site.pk).exists():
            raise NotACityPlace
        if self.door_cm is not None and not NARROWEST_DOOR <= self.door_cm <= WIDEST_DOOR:
            raise BadDoor(low=NARROWEST_DOOR, high=WIDE_ENOUGH - 1)
        if not (self.contact_name and self.contact_phone):
            raise ReceiverMissing

    def fields(self):
        """Of the row. A street beside a place of the city would be a second address; a wide door is no news."""
        return {
            "site": self.site,
            "street": "" if self.site else self.street,
            "floor": self.floor,
            "lift": self.lift,
            "door_cm": self.door_cm if self.door_cm and self.door_cm < WIDE_ENOUGH else None,
            "unloading": self.unloading,
        }


@transaction.atomic
def choose(request, fulfilment, *, by, at, **where):
    """Fetched or brought; a delivery to ``where`` (`Where`). What was chosen the other way gives up its times.

    Refuses `wrong_state`, `not_your_list`, `address_missing`, `not_a_city_place`, `bad_door`, `receiver_missing`,
    `delivery_costs`, `van_planned`, `too_late`.
    """
    locked = request_states.lock(request)
    if locked.status not in (*BEING_WRITTEN, R.ACCEPTED):
        raise WrongState
    _check_whose(locked, by)
    rows = request_states.held_by(locked)
    if locked.status == R.ACCEPTED and (refusal := _why_not_changed(rows, at=at)):
        raise refusal
    place = Where(**where)
    if fulfilment == Fulfilment.DELIVERY:
        place.check()
        _write_delivery(locked, place.fields())
        locked.contact_name, locked.contact_phone = place.contact_name, place.contact_phone
    elif not locked.reservations.filter(status=S.COLLECTED, fulfilment=Fulfilment.DELIVERY).exists():
        Delivery.objects.filter(request=locked).delete()
    _change_way(rows, fulfilment, by=by, at=at)
    locked.fulfilment, locked.changed_at = fulfilment, at
    locked.save(update_fields=["fulfilment", "changed_at", "contact_name", "contact_phone"])
    record("request_way_chosen", locked, by=by, at=at, way=str(fulfilment))
    return locked


def _check_whose(locked, by):
    """While a list is written it is that of whoever writes it; what was sent is the unit's."""
    if locked.status in BEING_WRITTEN and locked.by_id != by.pk:
        raise NotYourList


def _write_delivery(locked, fields):
    """The row of the delivery. Its price is written when the list is sent, and stays what was approved."""
    if locked.status != R.ACCEPTED:
        Delivery.objects.update_or_create(request=locked, defaults=fields)
    elif not Delivery.objects.filter(request=locked).update(**fields):
        policy = Policy.current()
        if policy.delivery_price:
            raise DeliveryCosts(price=policy.delivery_price, phone=policy.help_phone)
        Delivery.objects.create(request=locked, **fields)


def _change_way(rows, fulfilment, *, by, at):
    """Those that were to go the other way lose their times; what was booked waits some working days for a new one."""
    changed = [one for one in rows if one.fulfilment != fulfilment]
    holding.leave_slots(changed)
    for one in changed:
        one.fulfilment = fulfilment
        if one.status in (S.BOOKED, S.MISSED):
            reminders.silence(one, why="held")
            one.changes += 1
            one.booked_at = None
            states.move(one, S.HELD, by=by, at=at, held_until=choose_until(one.site, at=at))
        elif one.is_asked:
            # It is brought instead: what was proposed to the giver is taken back.
            one.proposed.all().delete()
            one.booked_at, one.held_until = None, choose_until(one.site, at=at)
            one.save()
        else:
            one.save(update_fields=["fulfilment", "slot", "places", "stop"])


def choose_until(site, *, at):
    """Until when what is approved waits for its time."""
    return working_days.end_of(at, Policy.current().choose_time_days, site.tz)


# -- when


def why_not_time(reservation, *, at):
    """The refusal that choosing a time would meet before any is chosen, or None. Its request comes with it."""
    if reservation.request.status in (*BEING_WRITTEN, R.WAITING):
        if reservation.status not in (S.HELD, S.AWAITING_APPROVAL) or not reservation.request.fulfilment:
            return WrongState()
        return HoldOver() if reservation.held_until <= at else None
    if reservation.request.status != R.ACCEPTED or not (reservation.is_kept or reservation.slot_id):
        return WrongState()
    return booking.why_not_moved(reservation, at=at)


@transaction.atomic
def choose_time(reservation, slot, *, by, at):
    """The time of one of a request's reservations; None leaves it for later, while the request is not approved.

    Until then it only takes its place. After it, what waits for its time is booked, and what is booked is moved, a
    delivery until its van is planned. Refuses `wrong_state`, `not_your_list`, `hold_over`, `slot_not_offered`, `slot_full`,
    `too_late`, `van_planned`.
    """
    request = request_states.lock(reservation.request)
    _check_whose(request, by)
    locked = states.lock(reservation)
    locked.request = request
    if refusal := why_not_time(locked, at=at):
        raise refusal
    if request.status == R.ACCEPTED:
        if slot is None:
            raise WrongState
        return booking.reschedule(locked, slot, by=by, at=at)
    if locked.fulfilment != request.fulfilment:  # held after the way was chosen
        holding.leave_slots([locked])
        locked.fulfilment = request.fulfilment
    if slot is None:
        holding.leave_slots([locked])
    else:
        holding.take_slot(locked, slot, at=at)
    locked.save(update_fields=["fulfilment", "slot", "places", "stop"])
    return locked


# -- what the page fills in


def presets(request, *, by):
    """``(Where, places)``: what the request says; else where the unit's last delivery went; else its own site, and whoever asks.

    ``places`` are those to choose from at once, the likeliest first.
    """
    rows = Delivery.objects.select_related("site")
    last = rows.filter(request=request).first() or (
        rows.filter(request__department=request.department).order_by("-request__changed_at").first()
    )
    own = request.department.default_site
    known = list(dict.fromkeys(site for site in (last and last.site, own) if site))
    facts = ("street", "floor", "lift", "door_cm", "unloading")
    where = {name: getattr(last, name) for name in facts} if last else {}
    name, phone = _contact(request, by=by)
    site = last.site if last else own
    return Where(site=site, contact_name=name, contact_phone=phone, **where), known


def _contact(request, *, by):
    """Who receives: as the request says, else as the person said the last time, else they themselves."""
    if request.contact_name:
        return request.contact_name, request.contact_phone
    before = FurnitureRequest.objects.filter(by=by, department=request.department).exclude(contact_phone="")
    if last := before.exclude(pk=request.pk).order_by("-changed_at").first():
        return last.contact_name, last.contact_phone
    return by.name, by.phone or ""


def address_of(delivery):
    """Where it goes, in one line."""
    site = delivery.site
    return ", ".join(filter(None, [site.name, site.street])) if site else delivery.street


def of(reservation) -> Delivery | None:
    """The delivery that a reservation is brought by; None for a pickup."""
    if not reservation.is_delivery or reservation.request_id is None:
        return None
    return Delivery.objects.filter(request=reservation.request_id).select_related("site", "request").first()
