"""What the pages below ask about a unit's list: the header of every page, and an item's own page (``recycling.offers``)."""

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from recycling.accounts.models import Department, Membership
from recycling.offers import UnitList, UnitOffer
from reservations.domain import drawing_lots
from reservations.models import FurnitureRequest, RequestLine, RequestStatus

# An association is no unit: its members reserve as residents do.
UNITS = Department.objects.units()


def unit_list(user):
    """Whether this person belongs to a unit in use, with how many things are on their list: one question."""
    writing = FurnitureRequest.objects.filter(by=OuterRef("user"), status=RequestStatus.WRITING)
    things = writing.annotate(things=Count("lines")).values("things")[:1]
    mine = Membership.objects.filter(user=user, department__in=UNITS)
    found = mine.values_list(Coalesce(Subquery(things), Value(0)), flat=True).first()
    return None if found is None else UnitList(found)


def unit_offer(item, *, by):
    """What somebody who asks for a unit has of ``item`` on their list already; None for everybody else.

    None too while lots are still to decide about it: then they may take part like everybody.
    """
    mine = Membership.objects.filter(user=by, department__in=UNITS, role__in=["requester", "lead"])
    line = RequestLine.objects.filter(
        request__by=OuterRef("user"), request__status=RequestStatus.WRITING, item=item
    )
    found = mine.values_list(
        Coalesce(Subquery(line.values("pieces")[:1]), Value(0)),
        Coalesce(Subquery(line.values("request__code")[:1]), Value("")),
    ).first()
    return UnitOffer(*found) if found and not drawing_lots.to_come(item) else None
