"""A list of the city's places that a manager brings: kept to be looked at, then taken over as it was looked at, once."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from inventory.models import Site
from recycling.accounts.domain.importing import Plan, close, hold
from recycling.accounts.models import ImportKind, UnitImport
from recycling.audit.domain import record
from recycling.errors import Refused

from . import site_register
from .site_register import DEGREES, Change


class PlacesChanged(Refused):
    code = "places_changed_meanwhile"
    message = _("The places have changed since you looked. Look at the differences again.")


def told(change: Change) -> Iterator[tuple]:
    """(label, old, new) of each difference."""
    for field, (old, new) in change.differences.items():
        yield Site._meta.get_field(field).verbose_name, old, new  # type: ignore[union-attr]  # (its fields are all columns)


@transaction.atomic
def keep(path: Path, *, by, at) -> UnitImport:
    """Read the list and keep it to be looked at. No place changes. Refuses `register_...`."""
    rows = [_plain(place) for place in site_register.read(path)]
    return UnitImport.objects.create(
        kind=ImportKind.SITES, token=get_random_string(24), by=by, at=at, rows=rows
    )


def plan(found: UnitImport) -> Plan:
    """What taking this list over would change."""
    return Plan(tuple(site_register.plan(_places(found))))


@transaction.atomic
def apply(found: UnitImport, *, seen: str, by, at) -> Plan:
    """Do what was looked at, once; ``seen`` is that plan's fingerprint. Refuses `places_changed_meanwhile`."""
    locked = hold(found)
    if locked.applied_at:
        return Plan(())
    site_register.lock()
    done = plan(locked)
    if done.fingerprint != seen:
        raise PlacesChanged
    try:
        with transaction.atomic():
            site_register.take_over(_places(locked), by=by, at=at)
    except IntegrityError:
        raise PlacesChanged from None  # another list brought the same new place at this moment
    close(locked, at=at)
    record("sites_imported", locked, by=by, at=at, **done.counts)
    return done


def _plain(place):
    """As JSON keeps it: a coordinate as text, so that nothing of it is lost."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in place.items()}


def _places(found):
    return [
        row | {name: Decimal(row[name]) for name in DEGREES if row[name] is not None} for row in found.rows
    ]
