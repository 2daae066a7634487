"""A school and the warehouse write to each other about a request, each on a phone, under a strict eye."""

import pytest

from reservations.models import RequestMessage
from tests.factories import make_item, make_member, make_worker
from tests.reservations.driving import accept, make_request

from .inspection import Inspector
from .people import DESK, PHONE
from .test_delivery import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RISTO, SARI = "risto@kierto.example", "sari@kierto.example"
SEND = "main form button[data-busy]"
READ = "main button[name=read]"


@pytest.fixture
def asked(warehouse):
    make_worker(warehouse, name="Sari Sorsa", email=SARI)
    risto = make_member(name="Risto Rinne", email=RISTO, cost_centre="31250")
    return accept(make_request({make_item(quantity=24): 24}, by=risto, language="en"))


@pytest.mark.parametrize(
    "options",
    [
        {"width": PHONE, "javascript": False},
        pytest.param({"width": PHONE, "keyboard": True}, marks=pytest.mark.thorough),
        pytest.param({"width": DESK}, marks=pytest.mark.thorough),
    ],
)
def test_the_unit_asks_the_warehouse_answers_and_a_mail_leads_back(person, asked, options):
    risto = sign_in(person(language="en", **options), RISTO)
    here = f"/dept/requests/{asked.code}/messages$"
    risto.go(f"/en/dept/requests/{asked.code}").press(f"main a[href$='{asked.code}/messages']", opens=here)
    risto.write("text", "Is there a ramp at the door?").press(SEND, opens=here)
    assert "Is there a ramp at the door?" in risto.text(".thread .ours")

    sari = sign_in(person(language="en", **options), SARI)
    assert "1 unit waits for an answer" in sari.one(".places a[href='#more']").text_content()
    sari.go("/en/wh/messages").press("main .doors a", opens=f"/wh/messages/{asked.code}$")
    sari.write("text", "Yes, on the left.").press(SEND, opens=f"/wh/messages/{asked.code}$")
    sari.go("/en/wh/messages")
    assert "No unit waits for an answer." in sari.text()

    words, links = risto.newest_message(RISTO)
    assert "Yes, on the left." not in words
    (link,) = [one for one in links if one.endswith("/messages")]
    risto.go(link)
    assert "Yes, on the left." not in risto.text()
    risto.press(READ, opens=here)
    assert "Yes, on the left." in risto.text()
    assert not RequestMessage.objects.filter(read_at=None).exists()


def test_the_pages_of_a_thread_under_a_strict_eye(person, asked):
    risto = sign_in(person(language="en", reduced_motion="reduce"), RISTO)
    look, here = Inspector(risto), f"/en/dept/requests/{asked.code}/messages"
    look.go("nothing yet", here)
    risto.press(SEND, opens="/messages$")
    look.look("nothing written")
    long = "Pieni kysymys kuljetuksesta. " * 8 + "x" * 120
    risto.one("main [name=text]").fill(long)
    risto.press(SEND, opens="/messages$")
    look.look("sent")

    sari = sign_in(person(language="en", reduced_motion="reduce"), SARI)
    hall = Inspector(sari)
    hall.go("who waits", "/en/wh/messages")
    hall.go("their thread", f"/en/wh/messages/{asked.code}")
    sari.press(SEND, opens=f"/{asked.code}$")
    hall.look("nothing written")
    sari.write("text", "Kyllä.").press(SEND, opens=f"/{asked.code}$")
    hall.look("answered")
    hall.go("nobody waits", "/en/wh/messages")
    hall.go("the pickup", f"/en/wh/handover/{asked.reservations.get().code}")
    assert hall.wrong == [], hall.told()

    look.go("the envelope", here)
    look.go("our unit", "/en/dept")
    look.go("the request", f"/en/dept/requests/{asked.code}")
    risto.go(here).press(READ, opens="/messages$")
    look.look("opened")
    assert look.wrong == [], look.told()
