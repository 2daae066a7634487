"""Units that wait for things."""

from datetime import timedelta

from recycling import clock
from recycling.accounts.models import CostCentre
from reservations.domain import request_sending, requests, wanted
from reservations.models import Reservation, WantedEntry
from tests.factories import NOW, category, make_member
from tests.reservations.writing import facts

TODAY = clock.today("Europe/Helsinki", NOW)
BEFORE = NOW - timedelta(days=7)


def wants(member, pieces=10, kind="office_chair", days=10, at=BEFORE, condition="worn", **fields):
    """``member``'s unit waits for ``pieces`` and needs them ``days`` from now."""
    unit = member.memberships.select_related("department").get().department
    return wanted.add(
        by=member,
        department=unit,
        at=at,
        category=category(kind),
        pieces=pieces,
        condition=condition,
        needed_by=TODAY + timedelta(days=days),
        **fields,
    )


def requester(code="school", name="Risto Rinne", role="requester"):
    return make_member(role, code=code, name_fi=code.capitalize(), name=name)


def now(entry):
    """(status, how many it still waits for)."""
    return WantedEntry.objects.values_list("status", "still").get(pk=entry.pk)


def offers():
    """[(unit, pieces, status)] in the order in which they were made."""
    rows = Reservation.objects.filter(wanted__isnull=False).order_by("pk").prefetch_related("lines")
    return [(one.department.code, sum(line.pieces for line in one.lines.all()), one.status) for one in rows]


def offer_of(entry):
    return Reservation.objects.filter(wanted=entry).latest("pk")


def send(request, by, at=NOW, **said):
    """The list is sent, with all that it has to say."""
    number = CostCentre.objects.get_or_create(number="1", defaults={"department": request.department})[0]
    requests.write(request, by=by, at=at, **facts(at, cost_centre=number, **said))
    make_member("approver", code=request.department.code)
    return request_sending.send(request, by=by, at=at)
