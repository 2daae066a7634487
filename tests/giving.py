"""Scenes of units that give things away: a school with a site of its own, and what it offers."""

from datetime import timedelta

from inventory.domain import offers
from inventory.models import SiteKind
from tests.factories import NOW, category, make_photo, make_site, make_unit


def until(days):
    """The day so many days after today."""
    return (NOW + timedelta(days=days)).date()


def make_own_site(code="school", **fields):
    return make_site(
        code, **{"kind": SiteKind.DEPARTMENT, "name_fi": "Puiston koulu", "postal_code": "00520"} | fields
    )


def make_school(code="school", name_fi="Puiston koulu", **fields):
    """A unit with a site of its own."""
    unit = make_unit(code, name_fi)
    unit.default_site = make_own_site(code, **fields)
    unit.save()
    return unit


def make_offer(by, *, at=NOW, unit=None, photos=None, **fields):
    """Two photos and a category are all it takes; what stays until the fourth week from now."""
    answers = {
        "category": category(),
        "condition": "good",
        "available_until": until(28),
        "given_by": by,
    } | fields
    unit = unit or by.memberships.get().department
    return offers.offer(unit, by=by, at=at, photos=[make_photo()] if photos is None else photos, **answers)
