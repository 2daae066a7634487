"""Scenes for the tests of search alerts."""

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from inventory.domain import alerts, search, standing, titles
from inventory.domain.asked import Asked
from inventory.filters import ItemFilter
from inventory.models import AlertHit, SearchAlert
from recycling.accounts.domain.contacts import recognise
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from tests.factories import NOW, category

WORDS = (
    "tuoli",
    "työtuoli musta",
    "svart",
    "black chai",
    "pöytä",
    "työ pöytä",
    "bord",
    "???",
    "Kinnarps",
    "xyz",
)
COLOURS = ("black", "oak", "red", "")
CONDITIONS = ("as_new", "good", "worn", "fix")
KINDS = ("office_chair", "desk", "sofa", "mirror")


def ask(contact="aino@example.org", *, at=NOW, by=None, frequency="at_once", language="en", **asked):
    return alerts.ask(
        recognise(contact),
        Asked(**asked),
        frequency=frequency,
        by=by or AnonymousUser(),
        language=language,
        network="192.0.2.1",
        at=at,
    )


def make_alert(*arguments, at=NOW, **options):
    """An alert that looks; the message with its link has gone."""
    asked = ask(*arguments, at=at, **options)
    links = Notification.objects.filter(recipient=f"alert:{asked.pk}", kind=alerts.CONFIRM)
    links.update(status="sent", sent_at=at)
    return alerts.confirm(asked, at=at)


def make_alerts(searches, *, at=NOW, person=None, frequency="at_once"):
    """Many that look, written straight into the table."""
    return SearchAlert.objects.bulk_create(
        [
            SearchAlert(
                channel="email",
                contact=f"p{number}@example.org",
                person=person,
                for_units=person is not None,
                language="fi",
                asked=asked.kept(),
                frequency=frequency,
                created_at=at,
                confirmed_at=at,
                ends_at=at.replace(year=at.year + 1),
            )
            for number, asked in enumerate(searches)
        ]
    )


def varied(chance, sites):
    """For ``make_many``: each item is something else, with the words to find it by."""

    def vary(_number, item):
        item.category = category(chance.choice(KINDS))
        item.site = chance.choice(sites)
        item.colour = chance.choice(COLOURS)
        item.condition = chance.choice(CONDITIONS)
        item.width_cm = chance.choice([None, 40, 80, 120])
        item.price = chance.choice([0, 0, 20])
        item.quantity = chance.choice([1, 2, 6])
        item.reserved = chance.choice([0, item.quantity])
        item.maker = chance.choice(["", "Kinnarps"])
        item.search_keys = search.keys_for(titles.searchable(item))

    return vary


def some_search(chance, sites):
    """A search as somebody might ask for it: of each filter perhaps nothing."""

    def perhaps(values, otherwise=""):
        return chance.choice(values) if chance.random() < 0.3 else otherwise

    def several(values):
        return tuple(sorted(chance.sample(values, 2))) if chance.random() < 0.3 else ()

    return Asked(
        q=perhaps(WORDS),
        category=perhaps((*KINDS, "seating", "tables")),
        width=perhaps((39, 40, 80, 200), None),
        pieces=perhaps((2, 5), None),
        colour=several([one for one in COLOURS if one]),
        condition=several(CONDITIONS),
        site=several([site.code for site in sites]),
        free=chance.random() < 0.2,
        available=chance.random() < 0.2,
    )


def on_the_list(asked, items, *, at=NOW):
    """The keys of those of ``items`` that the page of this search shows."""
    listed = ItemFilter(QueryDict(asked.query()[1:]), items, standing=standing.current(at=at))
    return set(listed.qs.values_list("pk", flat=True))


def hits_of(alert):
    return set(AlertHit.objects.filter(alert=alert).values_list("item", flat=True))


def messages_of(alert, kind=alerts.HITS):
    return list(Notification.objects.filter(recipient=f"alert:{alert.pk}", kind=kind).order_by("pk"))


def send(at=NOW):
    return dict(sending.send_due(at=at))
