"""What the messages of search alerts say, read when they are sent.

Words that somebody typed are only in messages to a contact that was proved: nobody can make us write them to a stranger.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from inventory.domain import alert_news, alerts, standing, titles
from inventory.domain.asked import Asked
from inventory.models import Item, SearchAlert
from recycling import clock
from recycling.notifications.domain.kinds import Draft, NotNow, says
from recycling.notifications.domain.texts import shortened
from recycling.notifications.models import Channel

MOST_LINES = 10
# Of the search in a subject, beside the words around it.
ROOM_IN_SUBJECT = 40


def _alert(notification):
    alert = SearchAlert.objects.select_related("person").filter(pk=notification.context["alert"]).first()
    if alert is None:
        raise NotNow("alert_removed")
    return alert


def _page(alert, act):
    return settings.SITE_URL + reverse("inventory:alert_act", args=[alert.token, act])


def short_link(alert):
    """The alert's own address: short enough for a text message, and where a mail program unsubscribes."""
    return settings.SITE_URL + reverse("alert_link", args=[alert.token])


def _draft(notification, alert, values, *, url, unsubscribe=""):
    """A text message has room for one link, and it leads to the alert's page with everything on it."""
    if notification.channel == Channel.SMS:
        url = short_link(alert)
    return Draft(alert.contact, values | {"url": url}, unsubscribe=unsubscribe)


@says(alerts.CONFIRM)
def confirm(notification, at):  # noqa: ARG001  (when its time is over, it is not sent)
    """The link to open, and that there is nothing to do for whoever did not ask."""
    alert = _alert(notification)
    if alert.confirmed_at:
        raise NotNow("alert_confirmed")
    return _draft(notification, alert, {}, url=_page(alert, "confirm"))


@says(alerts.HITS, not_at_night=True)
def hits(notification, at):
    """What has come, as far as it can still be seen by whoever asked."""
    alert = _alert(notification)
    viewer = alert.person or AnonymousUser()
    found = Item.objects.visible_to(viewer, at=at).filter(
        pk__in=alert_news.told(alert, at=datetime.fromisoformat(notification.first_key))
    )
    items = list(found.select_related("category__parent", "site").newest_first()[: alert_news.MOST_HITS + 1])
    if not items:
        raise NotNow("gone")
    number = min(len(items), alert_news.MOST_HITS)
    shown = items[:MOST_LINES]
    values = _about(alert, at=at) | {
        "found": number,
        "over": len(items) > number,
        "lines": [
            {"item": titles.title(item), "code": item.shown_code, "place": item.site.name} for item in shown
        ],
        "more": number - len(shown),
        "extend_url": _page(alert, "extend"),
    }
    asked = Asked.again(alert.asked)
    url = settings.SITE_URL + reverse("inventory:items") + asked.query()
    return _draft(notification, alert, values, url=url, unsubscribe=short_link(alert))


@says(alerts.ENDING, not_at_night=True)
def ending(notification, at):
    """Two weeks before its end: one more half year, or nothing."""
    alert = _alert(notification)
    if notification.first_key != str(alerts.last_day(alert)):
        raise NotNow("alert_extended")
    values = _about(alert, at=at)
    return _draft(notification, alert, values, url=_page(alert, "extend"), unsubscribe=short_link(alert))


def _about(alert, *, at):
    asked = Asked.again(alert.asked).words(standing.current(at=at))
    return {
        "item": asked,
        "search": shortened(asked, ROOM_IN_SUBJECT),
        "until": clock.day_text(alerts.last_day(alert)),
        "delete_url": _page(alert, "delete"),
    }
