"""How often one may ask for a code, and which network it is that asks."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from recycling.accounts import device
from recycling.notifications.models import Notification

from .signing_in import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ELSEWHERE = "203.0.113.77"


def test_one_network_gets_ten_codes_for_an_address_in_an_hour(browser, sari, clock):
    statuses = []
    for _time in range(11):
        clock.shift(timedelta(seconds=1))
        statuses.append(ask(Client()).status_code)
    assert statuses == [302] * 10 + [429]
    assert Notification.objects.count() == 10
    clock.shift(timedelta(hours=1))
    assert ask(Client()).status_code == 302


def test_whoever_uses_up_the_limit_of_somebody_else_does_not_lock_them_out(sari):
    for _time in range(15):
        ask(Client(), REMOTE_ADDR=ELSEWHERE)
    assert ask(Client()).status_code == 302


def test_one_address_gets_thirty_codes_in_an_hour_wherever_they_are_asked_for(sari):
    asked = [ask(Client(), REMOTE_ADDR=f"203.0.113.{number}").status_code for number in range(31)]
    assert asked == [302] * 30 + [429]


def test_one_network_asks_a_hundred_times_in_an_hour():
    asked = [
        ask(Client(), f"x{number}@kierto.example", REMOTE_ADDR=ELSEWHERE).status_code for number in range(101)
    ]
    assert asked == [302] * 100 + [429]


def test_asking_again_counts_like_asking(browser, sari):
    """Parallel requests could otherwise ask for ever: the library counts them in the session."""
    ask(browser)
    before = Session.objects.get(pk=browser.cookies[django_settings.SESSION_COOKIE_NAME].value)
    statuses = []
    for _time in range(12):
        answer = browser.post(reverse("account_confirm_login_code"), {"action": "resend"})
        statuses.append(answer.status_code)
        before.save(force_update=True)
    assert statuses == [302] * 9 + [429] * 3


def test_a_refusal_says_so_on_the_page(sari):
    for _time in range(10):
        ask(Client())
    answer = ask(Client())
    assert answer.status_code == 429
    assert str(answer.context["refusal"]) in answer.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody in front of us is trusted: what was sent is a claim
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first was written by whoever asks
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # past the proxies
        (1, "203.0.113.9:50123", "203.0.113.9"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2::6", "2001:db8:1:2::/64"),
        (1, "2001:db8::7:8:9:a", "2001:db8::/64"),
        (1, "2001:db8::ffff:1:2:3", "2001:db8::/64"),
        (1, "[2001:db8:1:2::6]:443", "2001:db8:1:2::/64"),
        (1, "fe80::1%eth0", "fe80::/64"),
        (1, "<script>", "unknown"),
        (1, ", ,", "127.0.0.1"),
    ],
)
def test_the_network_is_what_the_trusted_proxies_saw(rf, settings, proxies, forwarded, network):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)
    assert device.network_of(request) == network
