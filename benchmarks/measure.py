"""The whole measurement, in one process and in a fixed order."""

import platform
import sys
from dataclasses import dataclass

import django
from django.core.management import call_command
from django.db import connection, connections

from . import alerts, cost, generator, pages, photos, reserving
from .report import Figure

# The most that a page may cost, as a multiple of its floor, and send.
PAGE_GOALS = {
    "list": ("P1", 0.6),
    "category + word": ("P2", 0.7),
    "item": ("P3", 1.2),
    "unchanged": ("P4", 0.3),
}
STATEMENTS = {"item": 4, "unchanged": 1}
STATEMENTS_OF_A_LIST = 3
GROWING = ("list", "category + word", "deepest page", "rare word", "no match")
GROWTH = 1.3
# Whatever the number of things and of alerts: read three times, lock, write two or three times; SQLite also says BEGIN.
MATCHING = 8


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    sizes: tuple[int, ...]
    rounds: int
    races: int
    photos: int


def run(extent):
    """Every figure, and what they were measured with."""
    call_command("migrate", verbosity=0)
    meter = cost.Meter()
    by_size = {}
    for size in extent.sizes:
        _say(f"a catalogue of {size:,} items ...")
        generator.fill(size)
        pages.check_floors()
        by_size[size] = pages.measure(meter, rounds=extent.rounds)
    _say("reserving ...")
    figures = [*_page_figures(by_size), *_reserve_figures(meter, extent)]
    _say("search alerts ...")
    figures += _alert_figures()
    _say("photos ...")
    figures += _photo_figures(extent)
    about = {
        "versions": f"Python {platform.python_version()}, Django {django.get_version()}, {cost.server_version()}",
        "sizes": ", ".join(f"{size:,}" for size in extent.sizes) + " items",
        "rounds": extent.rounds,
        "cost": f"processor time of {meter.how}; lowest decile of the rounds",
        "floor": "one SELECT and one Django template, no middleware, in turn with the page",
    }
    connections.close_all()
    return figures, about


def _say(what):
    print(what, file=sys.stderr, flush=True)


def _ratio(measured):
    return measured.costs["page"] / measured.costs["floor"]


def _page_figures(by_size):
    smallest, largest = min(by_size), max(by_size)
    for name, (_page, measured) in by_size[largest].items():
        goal_name, goal = PAGE_GOALS.get(name, ("", None))
        yield Figure(goal_name, f"{name}: x floor", _ratio(measured), goal)
    for name, (_page, measured) in by_size[largest].items():
        growth = _ratio(measured) / _ratio(by_size[smallest][name][1])
        goal = GROWTH if name in GROWING else None
        yield Figure("P6" if goal else "", f"{name}: growth {smallest:,} -> {largest:,}", growth, goal)
    for name, (_page, measured) in by_size[largest].items():
        most = STATEMENTS.get(name, STATEMENTS_OF_A_LIST)
        yield Figure(
            "P4" if name == "unchanged" else "P7", f"{name}: statements", measured.sent, most, exact=True
        )


def _reserve_figures(meter, extent):
    reserve = reserving.measure(meter, rounds=extent.rounds)
    figures = [
        Figure("P5", "reserve: x the one-statement reserve", reserve.ratio, 2.5),
        Figure("P5", "reserve: statements in its transaction", reserve.in_transaction, 6, exact=True),
        Figure("", "reserve: statements before and after it", reserve.before, exact=True),
    ]
    if connection.vendor != "postgresql":
        _say("no races: on SQLite, which has one writer at a time, they prove nothing")
        return figures
    thing, place = (
        reserving.race_for_a_thing(times=extent.races),
        reserving.race_for_a_place(times=extent.races),
    )
    what = f"wrong among {extent.races} races of {reserving.AT_ONCE}"
    return [
        *figures,
        Figure("P5", f"{what}, a thing", thing, 0, exact=True),
        Figure("P5", f"{what}, a place", place, 0, exact=True),
    ]


def _alert_figures():
    """One publication before many search alerts. Asked for in seconds, so these two are no ratios."""
    one = alerts.measure()
    what = f"{alerts.PUBLISHED} things, {alerts.ALERTS:,} alerts"
    return [
        Figure("alert", f"{what}: statements", one.matching_statements, MATCHING, exact=True),
        Figure("", f"{what}: seconds", one.matching_seconds, note=f"{one.hits:,} hits"),
        Figure("", "telling them: statements", one.telling_statements, exact=True),
        Figure("", "telling them: seconds", one.telling_seconds, note=f"{one.told:,} messages"),
    ]


def _photo_figures(extent):
    ratios = photos.ratios(rounds=extent.photos)
    return [
        Figure("P8" if what in photos.GOALS else "", f"photo: {what}", ratio, photos.GOALS.get(what))
        for what, ratio in ratios.items()
    ]
