"""Logging what a plan says, each row once, through the verbs that a worker's form uses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.domain import drawing, intake, photos
from inventory.domain.importing.columns import fold
from inventory.domain.importing.kinds import OTHER, Kind, Kinds
from inventory.domain.importing.planning import Plan, Row
from inventory.models import Category, Item, Photo, PhotoStatus, Site, SiteKind
from recycling import publications
from recycling.errors import Refused
from recycling.tables.notes import Note

CHUNK = 100
MADE, UNCHANGED, LEFT_OUT = "made", "unchanged", "left out"
PICTURE = (960, 720)  # lines and flat colours need no more
SHELF_LENGTH = 30


class NoSuchSite(Refused):
    code = "no_such_site"
    message = _("There is no site with the code “%(code)s”. The sites are: %(codes)s")


class NoSite(Refused):
    code = "no_site"
    message = _("There is no warehouse to put the items in. Make one first, or name a site.")


class NoOther(Refused):
    code = "no_category_other"
    message = _("The category “other” is not in use. It is needed for what nobody can place.")


@dataclass(frozen=True)
class Outcome:
    """What became of a row: made, unchanged because it was here before, or left out for its errors."""

    row: Row
    result: str


@dataclass
class Drawings:
    """Placeholders for things without a photo, each drawn once and shared by the items that look alike."""

    at: datetime
    drawn: dict[tuple[str, str], Photo] = field(default_factory=dict)

    def prepare(self, kind, colour):
        """Draw and store the picture, unless it is there. Slow, and so never called within a transaction."""
        if (kind, colour) not in self.drawn:
            picture = drawing.placeholder(kind, colour, PICTURE)
            photo = photos.take_in_bytes(picture, by=None, at=self.at, is_drawing=True)
            photos.make_renditions(photo, at=self.at)
            self.drawn[kind, colour] = photo
        first = self.drawn[kind, colour]
        if first.status != PhotoStatus.READY:
            first.refresh_from_db(fields=["status", "renditions"])

    def photo(self, kind, colour) -> Photo:
        """A photo's row of its own over the shared files."""
        first = self.drawn[kind, colour]
        return photos.sharing(first, at=self.at)


class Arrival:
    """Where imported rows arrive: a site for those that name none, the city's categories, and the drawings."""

    def __init__(self, *, at, site=None, publish=True):
        self.site, self.publish, self.drawings = site or first_warehouse(), publish, Drawings(at)
        self.sites = {
            fold(name): place
            for place in Site.objects.open()
            for name in (place.code, place.name_fi, place.name_sv, place.name_en)
            if name
        }
        categories = Category.objects.filter(is_active=True).select_related("parent")
        self.categories = {category.key: category for category in categories}
        if OTHER not in self.categories:
            raise NoOther

    def kinds(self) -> Kinds:
        """The city's categories as the import looks for them."""
        return Kinds(map(_kind, self.categories.values()))

    def site_of(self, row) -> Site:
        """The site that the row names, else the one for all; a name that nobody knows is told."""
        name = row.fields["site"]
        site = self.sites.get(fold(name)) if name else self.site
        if site is None:
            row.warn(
                "unknown_site",
                _("The site “%(name)s” is not known; the item is at %(site)s."),
                name=name,
                site=self.site,
            )
        return site or self.site


def _kind(category):
    synonyms = (getattr(category, f"synonyms_{language}").splitlines() for language in ("fi", "sv", "en"))
    names = (
        category.name_fi,
        category.name_sv,
        category.name_en,
        *(word for words in synonyms for word in words),
    )
    return Kind(category.key, category.parent.key if category.parent else "", tuple(filter(None, names)))


def first_warehouse() -> Site:
    """The warehouse that was there first. Refuses `no_site` where there is none."""
    site = Site.objects.open().filter(kind=SiteKind.WAREHOUSE).order_by("pk").first()
    if site is None:
        raise NoSite
    return site


def site_with_code(code) -> Site:
    """The site with this code. Refuses `no_such_site`, naming those that there are."""
    site = Site.objects.open().filter(code__iexact=code).first()
    if site is None:
        codes = ", ".join(Site.objects.open().values_list("code", flat=True))
        raise NoSuchSite(code=code, codes=codes or "-")
    return site


def import_row(row: Row, *, into: Arrival, at, by=None) -> str:
    """Log the row as an item and publish it, unless it was imported before. Returns ``MADE`` or ``UNCHANGED``.

    A list is old stock that units have known for long: residents have it at once, and the next stages follow from today.
    The drawing must be prepared. The key is unique in the database, so two imports at once make one item.
    """
    fields = dict(row.fields)
    site, shelf = into.site_of(row), fields.pop("shelf")
    kind, colour = fields.pop("category"), fields["colour"]
    try:
        with transaction.atomic():
            intake.log(
                by=by,
                at=at,
                photos=[into.drawings.photo(kind, colour)],
                publish=into.publish,
                public_from=at,
                import_key=row.key,
                **fields | {"category": into.categories[kind], "site": site, "shelf": _shelf(row, shelf)},
            )
    except IntegrityError:
        if row.key in known_keys([row]):
            return UNCHANGED
        raise
    return MADE


def _shelf(row, code):
    """The shelf's code as the row has it; the verb finds the shelf or makes it."""
    if len(code) > SHELF_LENGTH:
        row.warn("long_shelf", _("The shelf “%(code)s” has too long a code and is left out."), code=code)
        return ""
    return code


def known_keys(rows) -> set[str]:
    """The keys of those rows that were imported before."""
    keys = [row.key for row in rows if row.key]
    return {
        item.import_key
        for item in Item.objects.filter(import_key__in=keys).only("import_key")
        if item.import_key
    }


def import_plan(plan: Plan, *, into: Arrival, at, by=None, limit=None, dry_run=False) -> Iterator[Outcome]:
    """Import the plan's rows, some in each transaction, and say of each what became of it.

    Stopped halfway it keeps what it has done; started again it goes on. A dry run says the same and changes nothing.
    """
    rows = islice(plan, limit)
    while chunk := list(islice(rows, CHUNK)):
        known = known_keys(chunk)
        new = [row for row in chunk if not row.errors and row.key not in known]
        results = _try(new, into) if dry_run else _import_chunk(new, into, at, by)
        for row in chunk:
            yield Outcome(row, LEFT_OUT if row.errors else results.get(row.key, UNCHANGED))


def _try(rows, into):
    for row in rows:
        into.site_of(row)
    return {row.key: MADE for row in rows}


def _import_chunk(rows, into, at, by):
    for row in rows:
        into.drawings.prepare(row.fields["category"], row.fields["colour"])
    results = {}
    codes = {intake.shelf_code(row.fields["shelf"]) for row in rows}
    with transaction.atomic(), publications.together(at=at):
        # The rows name their shelves in any order; locked by key, no two imports and no move wait in a circle.
        list(intake.lock_shelves(Q(code__in=codes)))
        for row in rows:
            try:
                results[row.key] = import_row(row, into=into, at=at, by=by)
            except Refused as refusal:  # it undid its own row only
                row.errors.append(Note(refusal.code, str(refusal)))
    return results
