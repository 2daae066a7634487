"""A unit that writes a list, as the tests of requests need it."""

from datetime import timedelta

from recycling.accounts.models import CostCentre
from reservations.domain import requests
from tests.factories import NOW, make_member

MINNA = "minna@kierto.example"
CENTRE = "31250"


def make_minna(role="requester", **fields):
    """Asks for furniture for the school, whose only cost centre is 31250."""
    fields = {"name": "Minna Mäkinen", "language": "en", "email": MINNA} | fields
    return make_member(role, cost_centre=CENTRE, **fields)


def list_with(wishes, *, by, at=NOW, unit=None):
    """``{item: pieces}`` on the list that ``by`` is writing."""
    request = requests.current(by, unit or by.memberships.order_by("pk").first().department, at)
    for item, pieces in wishes.items():
        requests.set_pieces(request, item, pieces, by=by, at=at)
    request.refresh_from_db()
    return request


def facts(at=NOW, **fields):
    """All that has to be said before a list is sent."""
    centre = CostCentre.objects.filter(number=CENTRE).first()
    day = (at + timedelta(days=30)).date()
    said = {"cost_centre": centre, "replaces": "purchase", "needed_by": day, "fulfilment": "pickup"}
    return said | fields


def ready_list(wishes, *, by, at=NOW, unit=None, **fields):
    """A list on which nothing is missing."""
    return requests.write(list_with(wishes, by=by, at=at, unit=unit), by=by, at=at, **facts(at, **fields))


def held(request):
    """What is held for the request: ``{item key: pieces}``."""
    lines = request.reservations.holding().values_list("lines__item", "lines__pieces")
    return dict(lines)


def asked(request):
    return dict(request.lines.values_list("item", "pieces"))
