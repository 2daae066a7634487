"""When a unit's own site hands things over: its weekly times, kept by its givers, or by arrangement."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from django.db import transaction

from inventory.domain import offers
from inventory.models import Site, SiteKind
from recycling import clock
from recycling.accounts.models import Department
from recycling.audit.domain import record
from recycling.lately import Lately
from reservations.models import Fulfilment, OpeningHours, Weekday

from . import slots
from .giving_refusals import TimesKeptByAnother, WindowBackwards, WindowsOverlap, WindowTooShort

MINUTES = 30
CAPACITY = 2
SECONDS = 10


@dataclass(frozen=True, order=True)
class Window:
    """On one weekday from one time until another."""

    weekday: int
    opens: time
    closes: time


def windows_of(site) -> list[Window]:
    """The weekly times of the site, in order."""
    rows = _rows(site).values_list("weekday", "opens", "closes").distinct()
    return sorted(Window(*row) for row in rows)


def sites_with_times(sites) -> set[int]:
    """The keys of those of ``sites`` that have weekly times."""
    rows = OpeningHours.objects.filter(fulfilment=Fulfilment.PICKUP, site__in=sites)
    return set(rows.values_list("site", flat=True))


def _rows(site):
    return OpeningHours.objects.filter(site=site, fulfilment=Fulfilment.PICKUP)


@transaction.atomic
def keep(unit, windows, *, by_arrangement, by, at):
    """From now on the unit's own site hands over at these times, or by arrangement. What is booked stays booked.

    Where several units share a site, the first that does this keeps its times from then on. Refuses `not_a_giver`,
    `no_site_of_its_own`, `times_kept_by_another`, `window_backwards`, `window_too_short`, `windows_overlap`.
    """
    site = offers.own_site(unit, by=by)
    wanted = sorted(set(windows))
    _check(wanted)
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if other := kept_by_another(site, unit):
        raise TimesKeptByAnother(unit=other.name)
    site.by_arrangement, site.times_kept_by = by_arrangement, unit
    site.save(update_fields=["by_arrangement", "times_kept_by"])
    if not by_arrangement:
        _rows(site).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(
                site=site,
                weekday=one.weekday,
                opens=one.opens,
                closes=one.closes,
                slot_minutes=MINUTES,
                capacity=CAPACITY,
            )
            for one in wanted
        )
    slots.plan(site, at=at)
    record("site_times_kept", site, by=by, at=at, windows=len(wanted), by_arrangement=by_arrangement)
    _shown.forget()
    return site


def kept_by_another(site, unit) -> Department | None:
    """Another unit that keeps the times of this site, as long as it is in use and the site is its own."""
    others = Department.objects.open().exclude(pk=unit.pk)
    return others.filter(pk=site.times_kept_by_id, default_site=site).first()


def _check(windows):
    for one in windows:
        day = Weekday(one.weekday).label
        if one.closes <= one.opens:
            raise WindowBackwards(day=day)
        if _minutes(one.closes) - _minutes(one.opens) < MINUTES:
            raise WindowTooShort(day=day, minutes=MINUTES)
    for before, after in pairwise(windows):
        if before.weekday == after.weekday and after.opens < before.closes:
            raise WindowsOverlap(day=Weekday(after.weekday).label)


def _minutes(wall_time):
    return 60 * wall_time.hour + wall_time.minute


# -- for everybody's eyes

_shown: Lately[dict[int, list[Window]]] = Lately("windows", seconds=SECONDS)


def shown() -> dict[int, list[Window]]:
    """The weekly times of every unit's own site, at most ``SECONDS`` old: pages about a thing ask for them each time."""
    return _shown.get(_read)


def _read():
    found = defaultdict(list)
    rows = OpeningHours.objects.filter(fulfilment=Fulfilment.PICKUP, site__kind=SiteKind.DEPARTMENT)
    for site, weekday, opens, closes in rows.values_list("site", "weekday", "opens", "closes").distinct():
        found[site].append(Window(weekday, opens, closes))
    return {site: sorted(windows) for site, windows in found.items()}


def in_words() -> dict[int, list[str]]:
    """The same in the reader's words."""
    return {site: [words_of(one) for one in kept] for site, kept in shown().items()}


def words_of(window) -> str:
    """``ma 13.00-15.00``."""
    return f"{clock.weekday_text(window.weekday)} {clock.time_text(window.opens)}-{clock.time_text(window.closes)}"
