"""Where signing in leads: back to the page that was asked for, and never to another site."""

import re

import pytest
from django.urls import reverse

from .signing_in import code_sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FOREIGN = [
    *(
        "https://evil.example",
        "http://evil.example/",
        "//evil.example",
        "///evil.example",
        "////evil.example",
    ),
    *("/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "//\\evil.example"),
    *("https:evil.example", "https:/evil.example", "https:\\\\evil.example", "https:///evil.example"),
    *("http:evil.example", "hTTps://evil.example", "//evil.example:443/", "//evil.example@testserver"),
    *("//testserver@evil.example", "https://testserver@evil.example", "https://testserver:x@evil.example/"),
    *("https://testserver.evil.example", "//testserver.evil.example", "https://evil.example#testserver"),
    *(
        "https://evil.example?testserver",
        "https://evil.example\\testserver",
        "https://evil.example/.testserver",
    ),
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "javascript://testserver/%0aalert(1)",
    ),
    *("data:text/html,x", "vbscript:x", "ftp://evil.example/", "file:///etc/passwd", "mailto:x@evil.example"),
    *("\t//evil.example", " //evil.example", "\n//evil.example", "/\t/evil.example", "/\n/evil.example"),
    *(
        "\x00//evil.example",
        "/\x00/evil.example",
        "\u2028//evil.example",
        "//evil\u3002example",
        "//ⓔⓥⓘⓛ.example",
    ),
    *("https://еvil.example", "https://xn--vil-qdd.example", "//[::1]/", "//[evil.example", "http://[::1"),
    *("//127.0.0.1.evil.example/", "https://0x7f000001.evil.example", "/%5cevil.example/..//evil.example:x"),
]


def leads_away(location):
    """Whether a browser would leave the site: it reads a backslash as a slash, and leaves out tabs and line ends."""
    plain = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    return plain.startswith("//") or not plain.startswith("/")


def test_fifty_addresses_elsewhere():
    assert len(FOREIGN) >= 50


@pytest.mark.parametrize("address", FOREIGN)
def test_after_signing_in_one_stays_here(browser, sari, address):
    asked = browser.post(reverse("account_login"), {"email": sari.email, "next": address})
    assert not leads_away(asked["Location"])
    entered = browser.post(asked["Location"], {"code": code_sent(), "action": "verify", "next": address})
    assert entered.status_code == 302
    assert not leads_away(entered["Location"])


@pytest.mark.parametrize("address", FOREIGN)
def test_after_choosing_colours_one_stays_here(browser, address):
    answer = browser.post(reverse("pages:theme"), {"theme": "dark", "next": address})
    assert answer.status_code == 302
    assert not leads_away(answer["Location"])


def test_one_comes_back_to_the_page_that_was_asked_for(browser, sari):
    wanted = "/fi/wh/items?status=draft"
    to_sign_in = browser.get(wanted)["Location"]
    assert to_sign_in == "/fi/accounts/login?next=/fi/wh/items%3Fstatus%3Ddraft"
    asked = browser.post(to_sign_in, {"email": sari.email, "next": wanted})
    entered = browser.post(asked["Location"], {"code": code_sent(), "action": "verify", "next": wanted})
    assert entered["Location"] == wanted
