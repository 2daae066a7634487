"""What has come for search alerts, and whom to tell now: two jobs that find their work by query.

The questions to the database are as many for one item and ten alerts as for fifty and ten thousand: items and alerts are read
once, compared in the program (``alert_matching``), and what was found is written in one statement.
"""

import json
from datetime import time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from inventory.models import Alerted, AlertHit, Frequency, Item, SearchAlert
from recycling import clock
from recycling.accounts.rules import Who
from recycling.notifications.domain import outbox

from . import alerts, standing
from .alert_matching import Matcher
from .asked import Asked
from .offer_messages import in_the_day

# So many items, and so many alerts, in one run of a job; the rest is found by the next one.
ITEMS_AT_ONCE, ALERTS_AT_ONCE = 500, 1_000
# What one alert is told of at most; past that the message says "over" it and leads to the list.
MOST_HITS = 50
# Whoever wants to know at once gets one message in so long, with all that came meanwhile.
AT_MOST_EVERY = timedelta(hours=1)
DIGEST_HOUR, DIGEST_WEEKDAY = 8, 0
# Afterwards a thing that is put up once more is news again.
REMEMBERED_FOR = timedelta(days=60)


# -- what has come


def match_new(*, at) -> int:
    """Compare what has come into sight with every alert that looks; how many hits are new.

    Nothing is locked while it compares. What was changed meanwhile is left as it was and compared again by the next run.
    """
    fresh = list(Item.objects.not_alerted(at).order_by("pk")[:ITEMS_AT_ONCE])
    if not fresh:
        return 0
    seen_by_all = Item.objects.visible_as(Who.RESIDENT, at=at).filter(pk__in=[item.pk for item in fresh])
    public = set(seen_by_all.values_list("pk", flat=True))
    return _write(_hits(fresh, public, at=at), fresh, public, at=at)


def _hits(fresh, public, *, at):
    """``[(alert, item)]`` by their keys."""
    now = standing.current(at=at)
    # Whoever is of the city has seen what units saw, when units saw it.
    for_units = Matcher([item for item in fresh if item.alerted == Alerted.NOBODY], now)
    for_residents = Matcher([item for item in fresh if item.pk in public], now)
    rows = SearchAlert.objects.live(at).order_by("pk").values_list("pk", "asked", "for_units")
    return [
        (pk, item)
        for pk, kept, of_city in rows.iterator()
        # The newest first, as far as a message tells.
        for item in (for_units if of_city else for_residents).found(Asked.again(kept))[::-1][: MOST_HITS + 1]
    ]


@transaction.atomic
def _write(hits, fresh, public, *, at):
    locked = Item.objects.filter(pk__in=[item.pk for item in fresh]).order_by("pk")
    states = set(locked.select_for_update(of=("self",)).values_list("pk", "version", "alerted"))
    same = {item.pk for item in fresh if (item.pk, item.version, item.alerted) in states}
    new = _insert([hit for hit in hits if hit[1] in same], at=at)
    Item.objects.filter(pk__in=same & public).update(alerted=Alerted.EVERYBODY)
    Item.objects.filter(pk__in=same - public).update(alerted=Alerted.UNITS)
    return new


# Any number of rows in one statement. An alert that was removed meanwhile is left out, and no item is found twice for one.
_INSERT = {
    "postgresql": """
        INSERT INTO inventory_alerthit (alert_id, item_id, found_at)
        SELECT alert.id, (found.pair ->> 1)::bigint, %s
        FROM jsonb_array_elements(%s::jsonb) AS found(pair)
        JOIN inventory_searchalert alert ON alert.id = (found.pair ->> 0)::bigint
        FOR KEY SHARE OF alert
        ON CONFLICT DO NOTHING
    """,
    "sqlite": """
        INSERT OR IGNORE INTO inventory_alerthit (alert_id, item_id, found_at)
        SELECT alert.id, json_extract(found.value, '$[1]'), %s
        FROM json_each(%s) AS found
        JOIN inventory_searchalert alert ON alert.id = json_extract(found.value, '$[0]')
    """,
}


def _insert(hits, *, at):
    if not hits:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT[connection.vendor], [connection.ops.adapt_datetimefield_value(at), json.dumps(hits)]
        )
        return cursor.rowcount


# -- whom to tell


@transaction.atomic
def tell(*, at) -> int:
    """Ask for a message to everybody whose time to be told has come; how many.

    What an alert found is told in one message, and marked with the moment, by which the message finds it again. Two runs at
    once may both ask for one, and the one that marked nothing is not sent.
    """
    due = SearchAlert.objects.live(at).filter(_is_due(at)).order_by("pk")
    due = due.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = list(due.values("pk", "channel", "language", "person_id")[:ALERTS_AT_ONCE])
    if not rows:
        return 0
    AlertHit.objects.filter(alert__in=[row["pk"] for row in rows], told_at=None).update(told_at=at)
    when = in_the_day(at)
    return outbox.post_many(
        alerts.message(row.pop("pk"), alerts.HITS, key=at.isoformat(), at=when, **row) for row in rows
    )


def _is_due(at):
    """That something was found, and that it is the time that the alert wants. Nobody is told at night."""
    hits = AlertHit.objects.filter(alert=OuterRef("pk"))
    untold = hits.filter(told_at=None)
    by_day, by_week = (Exists(untold.filter(found_at__lte=since)) for since in _digests(at))
    due = Q(by_day, frequency=Frequency.DAILY) | Q(by_week, frequency=Frequency.WEEKLY)
    if in_the_day(at) == at:
        lately = hits.filter(told_at__gt=at - AT_MOST_EVERY)
        due |= Q(Exists(untold), ~Exists(lately), frequency=Frequency.AT_ONCE)
    return due


def _digests(at):
    """The last moments at which a day's and a week's news were due: what was found until then is told by now."""
    tz, day = settings.TIME_ZONE, clock.city_day(at)
    if at < clock.resolve(day, time(DIGEST_HOUR), tz):
        day -= timedelta(days=1)
    monday = day - timedelta(days=(day.weekday() - DIGEST_WEEKDAY) % 7)
    return tuple(clock.resolve(one, time(DIGEST_HOUR), tz) for one in (day, monday))


def told(alert, *, at):
    """The keys of the items of which the message asked for ``at`` this moment tells."""
    return AlertHit.objects.filter(alert=alert, told_at=at).values("item")


def forget(*, at) -> int:
    """What was told long ago."""
    return AlertHit.objects.filter(told_at__lte=at - REMEMBERED_FOR).delete()[0]
