"""Search alerts: what one publication costs when ten thousand people wait for something."""

import random
from dataclasses import dataclass
from datetime import time, timedelta
from time import perf_counter

from django.conf import settings
from django.utils import timezone

from inventory.domain import alert_news, standing
from inventory.domain.asked import Asked
from inventory.models import Alerted, AlertHit, Category, Frequency, Item, SearchAlert
from recycling import clock
from recycling.accounts.rules import Who

from . import words
from .cost import statements

ALERTS = 10_000
PUBLISHED = 50


@dataclass
class Publication:
    """What comparing and telling sent and took, and how much was found. Seconds are this machine's own."""

    matching_statements: int
    matching_seconds: float
    telling_statements: int
    telling_seconds: float
    hits: int
    told: int


def measure():
    """Fifty of the newest things come into sight of ten thousand alerts, nearly all with a search of their own."""
    # In the day, whenever the benchmark runs: nobody is told at night.
    tomorrow = clock.city_day(timezone.now()) + timedelta(days=1)
    at = clock.resolve(tomorrow, time(10), settings.TIME_ZONE)
    _make_alerts(at)
    Item.objects.update(alerted=Alerted.EVERYBODY)
    visible = Item.objects.filter(pk__in=_newest(at))
    if visible.update(alerted=Alerted.NOBODY) != PUBLISHED:
        raise RuntimeError("too few things to publish")
    standing.current(at=at)
    matching = _timed(lambda: alert_news.match_new(at=at))
    telling = _timed(lambda: alert_news.tell(at=at))
    told = AlertHit.objects.exclude(told_at=None).values("alert").distinct().count()
    return Publication(*matching, *telling, hits=AlertHit.objects.count(), told=told)


def _newest(at):
    visible = Item.objects.visible_as(Who.RESIDENT, at=at).newest_first()
    return list(visible.values_list("pk", flat=True)[:PUBLISHED])


def _timed(act):
    start = perf_counter()
    with statements() as sent:
        act()
    return len(sent), perf_counter() - start


def _make_alerts(at):
    chance = random.Random(ALERTS)
    SearchAlert.objects.all().delete()
    kinds = list(Category.objects.values_list("key", flat=True))
    rows = [
        SearchAlert(
            channel="email",
            contact=f"p{number}@bench.example",
            language="fi",
            asked=_search(chance, kinds).kept(),
            frequency=chance.choice(Frequency.values),
            created_at=at,
            confirmed_at=at,
            ends_at=at + timedelta(days=180),
        )
        for number in range(ALERTS)
    ]
    SearchAlert.objects.bulk_create(rows, batch_size=1_000)


def _search(chance, kinds):
    """Mostly a kind and a few filters, sometimes words."""
    return Asked(
        q=chance.choice(chance.choice(words.SENTENCES["fi"]).split()) if chance.random() < 0.3 else "",
        category=chance.choice(kinds) if chance.random() < 0.8 else "",
        width=chance.randrange(40, 200) if chance.random() < 0.5 else None,
        colour=(chance.choice(list(words.COLOURS)),) if chance.random() < 0.3 else (),
        free=chance.random() < 0.3,
    )
