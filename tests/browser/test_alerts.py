"""A search alert from the empty list to the message and its end, and its pages under a strict eye."""

import pytest
from django.utils import timezone

from inventory.domain import alert_news
from inventory.models import SearchAlert
from tests.factories import category
from tests.inventory.alerts.alerting import ask, make_alert

from .inspection import Inspector
from .people import STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AINO = "aino@example.org"
SEND = "main form button.primary"


def link(message, act):
    """The path of this link of a message."""
    _text, links = message
    return next(one for one in links if one.endswith(f"/{act}"))


@pytest.mark.parametrize("keyboard", [False, True])
def test_somebody_waits_for_a_sofa_and_is_told(person, photographed, keyboard):
    aino = person(language="en", keyboard=keyboard)
    aino.go("/en/items?category=sofa&width=220").press('a[href^="/en/alerts/new"]', opens="width=220$")
    assert "Sofa, At most 220 cm wide" in aino.text()
    aino.choose("frequency", "at_once").write("contact", AINO).press(SEND, opens="/alerts/sent$")
    aino.go(link(aino.newest_message(AINO), "confirm")).press(SEND, opens=r"/alerts/\w{10}$")
    assert "The search alert has begun." in aino.text()

    photographed(1, category=category("sofa"), width_cm=200)
    at = timezone.now()
    assert (alert_news.match_new(at=at), alert_news.tell(at=at)) == (1, 1)
    message = aino.newest_message(AINO)
    assert "Warehouse 1" in message[0]
    aino.go(link(message, "extend")).press(SEND, opens=r"/alerts/\w{10}$")
    aino.go(link(message, "delete")).press("main form button.danger", opens="/items$")
    assert "deleted" in aino.text()
    assert not SearchAlert.objects.exists()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_search_alerts(person, photographed, language, settings):
    photographed(1)
    look = Inspector(person(language=language, reduced_motion="reduce"))
    at = timezone.now()
    alert = make_alert(at=at, language=language, category="sofa", width=140, free=True)
    waiting = ask("other@example.org", at=at, language=language)
    look.go("new", f"/{language}/alerts/new?category=sofa&width=140&colour=black&colour=oak&q=sohva")
    look.person.press(SEND, opens="q=sohva$")
    look.look("new with a mistake")
    look.go("sent", f"/{language}/alerts/sent")
    look.go("its page", f"/{language}/alerts/{alert.token}")
    for act in ("extend", "delete"):
        look.go(act, f"/{language}/alerts/{alert.token}/{act}")
    look.go("waiting", f"/{language}/alerts/{waiting.token}")
    look.go("confirm", f"/{language}/alerts/{waiting.token}/confirm")
    look.go("gone", f"/{language}/alerts/ABCDEFGHJK")
    assert look.wrong == [], look.told()
