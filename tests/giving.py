"""Scenes of units that give things away: a school with a site of its own, and what it offers."""

from datetime import time, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from inventory.domain import not_usable, offers
from inventory.models import SiteKind
from reservations.domain import site_code, windows
from reservations.domain.windows import Window
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


def give_weekly(unit, by, days=(1, 3), *, at=NOW):
    """Tuesdays and Thursdays from 13 to 15, unless said otherwise."""
    kept = [Window(day, time(13), time(15)) for day in days]
    return windows.keep(unit, kept, by_arrangement=False, by=by, at=at)


def nobody_hands_over(by, *, at=NOW):
    """The unit's own site hands over by the digits of a paper."""
    unit = by.memberships.get().department
    site_code.set_unattended(unit, True, by=by, at=at)
    unit.default_site.refresh_from_db()
    return unit.default_site


def make_not_usable(item, pieces=1, *, by, at=NOW):
    """Pieces of ``item`` with a leg that is off, and the photo that shows it."""
    photo = make_photo(uploaded_by=by)
    default_storage.save(photo.master_name, ContentFile(b"a picture"))
    found = not_usable.Found("Yksi jalka on irti.", photo)
    return not_usable.set_aside(item, pieces, found, by=by, at=at)
