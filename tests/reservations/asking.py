"""A request that waits for its approver, made of its rows and the movers alone: the pages that write one are tested elsewhere."""

from datetime import timedelta

from django.db import transaction

from inventory.domain import stock
from inventory.models import Item
from recycling.accounts.models import CostCentre, Membership
from recycling.codes import new_token
from reservations.domain import approval, slots
from reservations.models import FurnitureRequest, RequestLine, Reservation, ReservationLine
from tests.factories import NOW, make_unit, make_user


def give_role(person, role, unit=None, **fields):
    """One more role for somebody who is there already."""
    return Membership.objects.create(
        user=person, department=unit or make_unit(), role=role, **({"is_primary": False} | fields)
    )


def make_approver(role="approver", unit=None, **fields):
    """A new approver of the school; ``is_deputy`` and ``away_until`` go to the membership."""
    ours = {name: fields.pop(name) for name in ("is_deputy", "away_until") if name in fields}
    person = make_user(**({"name": "Helmi Hyväksyjä", "language": "en"} | fields))
    give_role(person, role, unit, is_primary=True, **ours)
    return person


def write_request(wishes, *, by, unit=None, at=NOW, slot=None, **fields):
    """``{item: pieces}`` on a list being written, with its pieces held at each site as ``requests.set_pieces`` does it."""
    unit = unit or make_unit()
    centre, _made = CostCentre.objects.get_or_create(number=f"1{unit.pk}", defaults={"department": unit})
    answers = {
        "cost_centre": centre,
        "replaces": "purchase",
        "needed_by": (at + timedelta(days=30)).date(),
        "fulfilment": "pickup",
        "language": "en",
    } | fields
    request = FurnitureRequest.objects.create(
        code=f"Q{new_token(8)}", by=by, department=unit, created_at=at, changed_at=at, **answers
    )
    until = at + timedelta(hours=24)
    for site in sorted({item.site for item in wishes}, key=lambda site: site.pk):
        held = Reservation.objects.create(
            code=f"R{new_token(8)}",
            bundle=new_token(16),
            request=request,
            department=unit,
            site=site,
            held_until=until,
            created_at=at,
            contact_name=by.name,
            contact_channel="email",
            contact=by.email,
            language=request.language,
        )
        for item in sorted(wishes, key=lambda item: item.pk):
            if item.site_id == site.pk:
                stock.hold(item, wishes[item], visible=Item.objects.all())
                ReservationLine.objects.create(reservation=held, item=item, pieces=wishes[item])
                RequestLine.objects.create(request=request, item=item, pieces=wishes[item])
        if slot and slot.site_id == site.pk:
            held.slot, held.places = slot, slots.places_for(held.lines.all(), slot)
            slots.book(slot, held.places)
            held.save()
    return request


def send(request, at=NOW):
    """It waits for its approver from now on."""
    with transaction.atomic():
        locked = FurnitureRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        return approval.ask(locked, at=at)


def make_waiting(wishes, *, by, at=NOW, **fields):
    return send(write_request(wishes, by=by, at=at, **fields), at=at)


def statuses(request):
    """The request's status and those of its reservations."""
    request.refresh_from_db()
    return request.status, list(request.reservations.order_by("pk").values_list("status", flat=True))
