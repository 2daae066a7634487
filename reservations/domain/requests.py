"""A unit's request list while it is being written: what is on it, for whom, and holding its pieces meanwhile.

Taking a set is in ``request_sets``, an earlier request again in ``request_copying``, sending and giving up in
``request_sending``.
"""

from django.db import IntegrityError, transaction

from inventory.models import Item
from recycling import clock
from recycling.accounts.models import CostCentre, Department
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.translated import reading_language
from reservations.models import FurnitureRequest, RequestStatus

from . import lapsing, request_states, wanted_taken
from .request_holds import Held, ask_for, ask_for_more, tell
from .unit_refusals import (
    CentreClosed,
    CentreOfAnother,
    NeededByPast,
    NotRequester,
    NotYourList,
    OnlyRemain,
    OtherUnitsList,
)

LIST = RequestStatus.WRITING
WRITTEN = (
    *("department", "cost_centre", "replaces", "needed_by", "contact_name", "contact_phone", "note"),
    *("fulfilment", "approver"),
)


# -- whose list


def units_of(person):
    """The units for which this person asks, their own one first."""
    units = Department.objects.with_role(person, "requester")
    own = set(person.memberships.filter(is_primary=True).values_list("department", flat=True))
    return sorted(units, key=lambda unit: (unit.pk not in own, unit.name.casefold()))


def current(by, department=None, at=None, *, make=True):
    """The list that ``by`` is writing; without one a new one for ``department``, or None unless ``make``.

    A new one knows what can be known: the cost centre that they usually write, that of the last request or the unit's only one,
    and whom to ask. Two taps at the same moment make one list.
    """
    if known := FurnitureRequest.objects.filter(by=by, status=LIST).first():
        return known
    if not make:
        return None
    day, last = clock.city_day(at), _last_of(by, department)
    try:
        with transaction.atomic():
            made = FurnitureRequest.objects.create(
                code=f"Q{new_token(8)}",
                by=by,
                department=department,
                cost_centre=_likely_centre(by, department, last, day),
                contact_name=(last and last.contact_name) or by.name,
                contact_phone=(last and last.contact_phone) or by.phone or "",
                language=reading_language(),
                created_at=at,
                changed_at=at,
            )
            record("request_begun", made, by=by, at=at)
    except IntegrityError:  # the first of two taps was quicker
        return FurnitureRequest.objects.get(by=by, status=LIST)
    return made


def list_for(department, *, by, at):
    """The list that ``by`` is writing for this unit. Refuses `other_units_list` while they write one for another."""
    request = current(by, department, at)
    if request.department_id != department.pk:
        raise OtherUnitsList(unit=request.department.name)
    return request


def _last_of(by, department):
    return FurnitureRequest.objects.filter(by=by, department=department).order_by("-pk").first()


def _likely_centre(by, department, last, day):
    open_ones = CostCentre.objects.open_on(day).filter(department=department)
    mine = by.memberships.filter(department=department, cost_centre__isnull=False)
    likely = [*mine.order_by("pk").values_list("cost_centre", flat=True)[:1], last and last.cost_centre_id]
    found = open_ones.in_bulk([key for key in likely if key])
    if known := next((found[key] for key in likely if key in found), None):
        return known
    some = list(open_ones[:2])
    return some[0] if len(some) == 1 else None


def own_list(request, *, by, unit=None):
    """Lock a list that ``by`` may change. Refuses `wrong_state` once it is sent, `not_your_list`, `not_requester`.

    ``unit`` is the one that the list moves to, when whoever writes it asks for another one from now on.
    """
    locked = request_states.being_written(request)
    if locked.by_id != by.pk:
        raise NotYourList
    if not asks_for(by, unit or locked.department):
        raise NotRequester
    return locked


def asks_for(by, department):
    return Department.objects.with_role(by, "requester").filter(pk=department.pk).exists()


# -- what is on it


def set_pieces(request, item, pieces, *, by, at):
    """So many pieces of ``item`` are on the list, and held; 0 takes it off.

    Only the difference is held or released. Refuses `only_remain` with how many there are, `not_on_offer`, `drawn_later`,
    `bad_pieces`, `wrong_state`, `not_your_list`, `not_requester`.
    """
    try:
        return _set_pieces(request, item, pieces, by=by, at=at)
    except OnlyRemain:
        # What somebody else held may have ended without having been swept up.
        if not lapsing.let_go([item], at=at, besides=request):
            raise
    return _set_pieces(request, item, pieces, by=by, at=at)


@transaction.atomic
def _set_pieces(request, item, pieces, *, by, at):
    locked = own_list(request, by=by)
    held = Held(locked, by=by, at=at)
    held.change(item, pieces)
    ask_for(locked, item, pieces)
    held.renew()
    record("request_list_changed", locked, by=by, at=at, item=item.pk, pieces=pieces)
    if not pieces:
        wanted_taken.look_again(locked.pk, at=at)
    return locked


@transaction.atomic
def add_pieces(request, shares, *, by, at):
    """``{item: pieces}`` on top of what the list asks for, whether it holds that or not. Refuses as ``set_pieces``."""
    locked = own_list(request, by=by)
    held = Held(locked, by=by, at=at)
    for item, pieces in sorted(shares.items(), key=lambda share: share[0].pk):
        held.change(item, held.pieces(item) + pieces)
    return _added(locked, held, shares, by=by, at=at)


@transaction.atomic
def take_over(request, lines, *, until, by, at):
    """What these lines of another reservation held ``until`` then is on the list now, and held no shorter.

    Refuses `wrong_state`, `not_your_list`, `not_requester`.
    """
    locked = own_list(request, by=by)
    held = Held(locked, by=by, at=at)
    held.receive(lines, until)
    return _added(locked, held, {line.item: line.pieces for line in lines}, by=by, at=at)


def _added(locked, held, shares, *, by, at):
    for item, pieces in shares.items():
        ask_for_more(locked, item, pieces)
        record("request_list_changed", locked, by=by, at=at, item=item.pk, pieces=pieces)
    held.renew()
    return locked


def missing(request) -> dict[int, int]:
    """How many pieces the list asks for and does not hold, by item: after its hold has ended, or in a copy."""
    held: dict[int, int] = {}
    for item, pieces in request.reservations.holding().values_list("lines__item", "lines__pieces"):
        held[item] = held.get(item, 0) + (pieces or 0)
    wanted = request.lines.values_list("item", "pieces")
    return {item: pieces - held.get(item, 0) for item, pieces in wanted if pieces > held.get(item, 0)}


def hold_again(request, *, by, at) -> dict[int, int]:
    """Hold what the list asks for and does not hold, as far as it is left; gives what is ``missing`` still.

    No line is changed: nothing that somebody wrote is lost. Refuses `wrong_state`, `not_your_list`, `not_requester`.
    """
    lapsing.let_go(list(missing(request)), at=at, besides=request)
    return _hold_again(request, by=by, at=at)


@transaction.atomic
def _hold_again(request, *, by, at):
    locked = own_list(request, by=by)
    held = Held(locked, by=by, at=at)
    hold_missing(locked, held)
    held.renew()
    record("request_held_again", locked, by=by, at=at)
    return missing(locked)


def hold_missing(locked, held):
    """For the verbs that hold a whole list: each item as far as it is left, in primary-key order."""
    lines = {line.item_id: line.pieces for line in locked.lines.all()}
    items = Item.objects.select_related("category__parent").filter(pk__in=lines).order_by("pk")
    for item in items:
        if held.pieces(item) < lines[item.pk]:
            held.as_many_as_left(item, lines[item.pk])


# -- for whom


@transaction.atomic
def write(request, *, by, at, **fields):
    """Write down facts of the list (``WRITTEN``), and hold it anew.

    A new unit forgets the cost centre and the approver of the one before. Refuses `centre_of_another`, `centre_closed`,
    `needed_by_past`, `not_requester`, `wrong_state`, `not_your_list`.
    """
    if unknown := set(fields) - set(WRITTEN):
        raise TypeError(f"no such facts: {unknown}")
    unit = fields.get("department")
    locked = own_list(request, by=by, unit=unit)
    if unit and unit != locked.department:
        locked.cost_centre = locked.approver = None
    for name, value in fields.items():
        setattr(locked, name, value)
    check_facts(locked, day=clock.city_day(at), names=fields)
    locked.save()
    tell(locked, at=at)
    Held(locked, by=by, at=at).renew()
    record("request_written", locked, by=by, at=at)
    return locked


def check_facts(request, *, day, names=WRITTEN):
    """Whether what is said makes sense, of the facts with these names. Refuses as ``write``."""
    centre = request.cost_centre if "cost_centre" in names else None
    if centre and centre.department_id != request.department_id:
        raise CentreOfAnother
    if centre and not CostCentre.objects.open_on(day).filter(pk=centre.pk).exists():
        raise CentreClosed(number=centre.number)
    if "needed_by" in names and request.needed_by and request.needed_by < day:
        raise NeededByPast
