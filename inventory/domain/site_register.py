"""The city's places from its service map, so that names, addresses and coordinates are kept once, where they belong.

Places are known by their number in the map. One that is new arrives "not in use": a place of the city where nothing stands
yet is no pickup point. One that is gone from the map is closed and kept, unless things stand there.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, Site, SiteKind
from recycling.audit.domain import entry, record_all
from recycling.errors import Refused
from recycling.tables import MAX_BYTES, NoSuchTable, TableTooLarge, clean, read_table
from recycling.translated import LANGUAGES

WHAT = ("new", "changed", "closed", "unchanged")
# The same by the names of other registers' tables.
ALIASES = {
    "id": ("id", "lipas_id", "unit_id"),
    "name_fi": ("name_fi", "name"),
    "street_address_fi": ("street_address_fi", "street_address", "address"),
    "address_zip": ("address_zip", "postal_code"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon"),
}
TEXTS = {f"name_{one}": f"name_{one}" for one in LANGUAGES} | {
    f"street_{one}": f"street_address_{one}" for one in LANGUAGES
}
DEGREES = {"latitude": 90, "longitude": 180}


class BadRegister(Refused):
    code = "register_unreadable"
    message = _("This is neither a list of places as JSON nor a table of them.")
    status = 422


class BadPlace(BadRegister):
    code = "register_bad_place"
    message = _("Place %(number)s: %(trouble)s")


@dataclass(frozen=True)
class Change:
    register_id: str
    name: str
    what: str
    # {field: (what was, what will be)}
    differences: dict[str, tuple[Any, Any]]


def read(path: Path) -> list[dict]:
    """The places of the file, JSON of the service map or a table, each as {field of Site: value}. Refuses `register_...`."""
    places = [_place(number, raw) for number, raw in enumerate(_raw(path), start=1)]
    seen: dict[str, int] = {}
    for number, place in enumerate(places, start=1):
        first = seen.setdefault(place["register_id"], number)
        if first != number:
            raise _bad(
                number,
                _("its number %(id)s is also that of place %(first)s."),
                id=place["register_id"],
                first=first,
            )
    if not places:
        raise BadRegister
    return places


def plan(places: list[dict]) -> list[Change]:
    """What taking them over would change."""
    return list(_compare(places, {site.register_id: site for site in _known()}))


@transaction.atomic
def take_over(places: list[dict], *, by, at, origin="") -> Counter:
    """Do it; how many were new, changed, closed, unchanged."""
    known = {site.register_id: site for site in _known().select_for_update(of=("self",), no_key=True)}
    wanted = {place["register_id"]: place for place in places}
    changes = list(_compare(places, known))
    made, edited, told = [], [], []
    for change in changes:
        if change.what == "new":
            made.append(
                Site(
                    code=f"map-{change.register_id}",
                    kind=SiteKind.DEPARTMENT,
                    by_arrangement=True,
                    is_active=False,
                    **wanted[change.register_id],
                )
            )
        elif change.differences:
            site = known[change.register_id]
            for field, (_old, new) in change.differences.items():
                setattr(site, field, new)
            edited.append(site)
            # As text: a coordinate is no JSON.
            details = {field: [str(old), str(new)] for field, (old, new) in change.differences.items()}
            told.append(entry("edited", site, by=by, at=at, origin=origin, changes=details))
    Site.objects.bulk_create(made, batch_size=200)
    if edited:
        Site.objects.bulk_update(edited, [*TEXTS, "postal_code", *DEGREES, "is_active"], batch_size=50)
    record_all([*told, *(entry("added", site, by=by, at=at, origin=origin) for site in made)])
    return Counter(change.what for change in changes)


def lock() -> None:
    """Nobody else takes places over until this transaction ends; whoever only points to a place goes on."""
    list(_known().select_for_update(of=("self",), no_key=True).values_list("pk"))


def _known():
    return Site.objects.filter(register_id__isnull=False).order_by("pk")


def _compare(places, known) -> Iterator[Change]:
    for place in places:
        key = place["register_id"]
        site = known.get(key)
        if site is None:
            yield Change(key, place["name_fi"], "new", {})
            continue
        differences = {
            field: (getattr(site, field), new) for field, new in place.items() if getattr(site, field) != new
        }
        yield Change(key, place["name_fi"], "changed" if differences else "unchanged", differences)
    here = {place["register_id"] for place in places}
    gone = [site for key, site in known.items() if key not in here]
    in_use = set(
        Item.objects.filter(site__in=[site.pk for site in gone], quantity__gt=0).values_list(
            "site", flat=True
        )
    )
    for site in gone:
        closes = site.is_active and site.pk not in in_use
        differences = {"is_active": (True, False)} if closes else {}
        yield Change(str(site.register_id), site.name_fi, "closed" if closes else "unchanged", differences)


def _raw(path) -> Iterator[dict]:
    """Each place as {name of the service map: text}, whichever way it was written."""
    if not path.is_file():
        raise NoSuchTable
    if path.stat().st_size > MAX_BYTES:
        raise TableTooLarge(megabytes=MAX_BYTES // 1024**2)
    with path.open("rb") as file:
        start = file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"[", b"{"):
        for line in read_table(path).rows:
            if line.trouble:
                raise BadPlace(number=line.number, trouble=line.trouble)
            yield {heading.casefold(): cell for heading, cell in line.cells.items()}
        return
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadRegister from None
    listed = whole.get("results") if isinstance(whole, dict) else whole
    if not isinstance(listed, list):
        raise BadRegister
    for number, one in enumerate(listed, start=1):
        if not isinstance(one, dict):
            raise _bad(number, _("it is no place."))
        yield _flat(one)


def _flat(one):
    """The map writes names as name_fi or as {"fi": ...}, and the place as two numbers or as a point."""
    flat: dict[str, Any] = {}
    for key, value in one.items():
        if isinstance(value, dict) and key in {"name", "street_address"}:
            flat |= {f"{key}_{language}": value.get(language) for language in LANGUAGES}
        elif not isinstance(value, dict | list):
            flat[key] = value
    point = one.get("location")
    coordinates = point.get("coordinates") if isinstance(point, dict) else None
    if isinstance(coordinates, list) and len(coordinates) == 2:
        flat["longitude"], flat["latitude"] = coordinates
    return {key: "" if value is None else str(value) for key, value in flat.items()}


def _place(number, raw):
    def said(name):
        return next((found for one in ALIASES.get(name, (name,)) if (found := clean(raw.get(one, "")))), "")

    place: dict[str, Any] = {"register_id": said("id").lower()}
    if not place["register_id"].replace("-", "").isalnum() or not place["register_id"].isascii():
        raise _bad(number, _("it has no number of letters and digits."))
    place |= {field: said(name) for field, name in TEXTS.items()} | {"postal_code": said("address_zip")}
    if not place["name_fi"]:
        raise _bad(number, _("it has no name in Finnish."))
    # What the map leaves out in Swedish is called as in Finnish.
    for what in ("name", "street"):
        place[f"{what}_sv"] = place[f"{what}_sv"] or place[f"{what}_fi"]
    for field in ("register_id", *TEXTS, "postal_code"):
        if len(place[field]) > (most := _longest(field)):
            raise _bad(number, _("“%(field)s” has more than %(most)s characters."), field=field, most=most)
    return place | {field: _degrees(number, said(field), most) for field, most in DEGREES.items()}


def _longest(field):
    column: Any = Site._meta.get_field(field)
    return column.max_length


def _degrees(number, word, most):
    if not word:
        return None
    try:
        found = round(Decimal(word.replace(",", ".")), 6)
        inside = abs(found) <= most
    except InvalidOperation:
        inside = False
    if not inside:
        raise _bad(number, _("“%(word)s” is no coordinate."), word=word)
    return found


def _bad(number, trouble, **details):
    return BadPlace(number=number, trouble=BadRegister(trouble, **details))
