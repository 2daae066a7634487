"""An earlier request once more: what is still there of its list, and all that it said."""

from django.db import transaction

from recycling import clock
from recycling.accounts.models import CostCentre
from recycling.audit.domain import record
from reservations.models import Delivery, RequestLine

from . import lapsing, requests
from .request_holds import Held, tell
from .unit_refusals import NotRequester


def copy(earlier, *, by, at):
    """Put an earlier request's list and facts on the list that ``by`` is writing; gives that list.

    All lines come along, held as far as they are left: ``requests.missing`` says what is not. What is on the list already stays
    as it is. The day by which it is needed is said anew. Refuses `not_requester`, `other_units_list`.
    """
    if not requests.asks_for(by, earlier.department):
        raise NotRequester
    request = requests.list_for(earlier.department, by=by, at=at)
    lapsing.let_go(earlier.lines.values_list("item", flat=True), at=at, besides=request)
    return _copy(earlier, request, by=by, at=at)


@transaction.atomic
def _copy(earlier, request, *, by, at):
    locked = requests.own_list(request, by=by)
    here = set(locked.lines.values_list("item", flat=True))
    if not here:
        _copy_facts(earlier, locked, day=clock.city_day(at))
    RequestLine.objects.bulk_create(
        RequestLine(request=locked, item_id=line.item_id, pieces=line.asked or line.pieces)
        for line in earlier.lines.order_by("pk")
        if line.item_id not in here
    )
    tell(locked, at=at)
    held = Held(locked, by=by, at=at)
    requests.hold_missing(locked, held)
    held.renew()
    record("request_copied", locked, by=by, at=at, earlier=earlier.code)
    return locked


def _copy_facts(earlier, locked, *, day):
    """Of a list on which nothing was written yet: for whom, instead of what, and how it gets there."""
    locked.copied_from = earlier
    locked.department = earlier.department
    centre = earlier.cost_centre
    is_open = centre and CostCentre.objects.open_on(day).filter(pk=centre.pk).exists()
    locked.cost_centre = centre if is_open else None
    locked.approver = None
    for name in ("replaces", "contact_name", "contact_phone", "fulfilment", "note"):
        setattr(locked, name, getattr(earlier, name))
    locked.save()
    where = Delivery.objects.filter(request=earlier).first()
    Delivery.objects.filter(request=locked).delete()
    if where:
        where.pk, where.request, where.price = None, locked, 0
        where.save(force_insert=True)
