"""Passkeys in a real browser with an authenticator of software, and finding one's unit: with and without a script."""

import re

import pytest
from playwright.sync_api import expect

from recycling.accounts.domain import passkeys
from recycling.accounts.models import GroupRule, UnitAsk
from tests.factories import make_member, make_unit
from tests.oidc import Provider

from .inspection import Inspector
from .people import PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BUTTON = "main form[data-passkey=get] button"
OF_A_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def risto(live_server, settings):
    settings.SITE_URL = settings.PASSKEY_ORIGIN = live_server.url
    return make_member(name="Risto Rinne", email="risto@kierto.example")


def with_an_authenticator(somebody):
    """The browser has one, as a phone with a screen lock. Gives its own page's session and the authenticator's number."""
    session = somebody.page.context.new_cdp_session(somebody.page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OF_A_PHONE})
    return session, made["authenticatorId"]


def sign_in_by_code(somebody, language="fi"):
    somebody.go(f"/{language}/accounts/login").write("email", "risto@kierto.example")
    somebody.press("main form:has([name=email]) .actions button >> nth=0", opens="/login/code$")
    code = somebody.code_from_message("risto@kierto.example")
    somebody.write("code", code).press(
        "main form:has([name=code]) button.primary", opens=rf"/{language}/?.*$"
    )


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_a_passkey_is_added_signs_in_and_no_longer_does_when_it_is_removed(person, risto, language):
    somebody = person(width=PHONE, language=language, reduced_motion="reduce")
    look = Inspector(somebody)
    session, number = with_an_authenticator(somebody)
    sign_in_by_code(somebody, language)
    look.go("no passkeys", f"/{language}/accounts/passkeys")
    somebody.press("main a.primary", opens="/passkeys/add$")
    look.look("add")
    somebody.write("name", "Työpuhelin").press(
        "main form[data-passkey=create] button.primary", opens="/passkeys$"
    )
    look.look("one passkey")
    assert [one.name for one in passkeys.of(risto)] == ["Työpuhelin"]
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]) == 1

    somebody.page.context.clear_cookies()
    look.go("sign in", f"/{language}/accounts/login")
    somebody.counted()
    somebody.press(BUTTON, opens=rf"/{language}/dept$")
    assert somebody.counted() == (1, 0)
    assert passkeys.of(risto)[0].used_at is not None

    somebody.go(f"/{language}/accounts/passkeys").press("main .lines h2 a", opens="/passkeys/[0-9a-f]{16}$")
    look.look("one of them")
    somebody.press("main a.warn", opens="/remove$")
    look.look("remove")
    somebody.press("main button.danger", opens="/passkeys$")
    somebody.page.context.clear_cookies()
    somebody.go(f"/{language}/accounts/login").press(BUTTON, opens="/login/passkey$")
    look.look("removed")
    assert "/accounts/login" in somebody.page.url
    assert look.wrong == [], look.told()


def test_no_passkey_on_this_device_is_a_sentence_and_the_code_still_works(person, risto):
    somebody = person(width=PHONE, language="en")
    session, number = with_an_authenticator(somebody)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    somebody.go("/en/accounts/login").press(BUTTON)
    expect(somebody.page.locator("form[data-passkey] [data-said]")).to_have_text(
        re.compile("No passkey was chosen"), timeout=70_000
    )
    sign_in_by_code(somebody, "en")


def test_the_same_device_twice_is_a_sentence(person, risto):
    somebody = person(width=PHONE, language="en")
    with_an_authenticator(somebody)
    sign_in_by_code(somebody, "en")
    button = "main form[data-passkey=create] button.primary"
    somebody.go("/en/accounts/passkeys/add").press(button, opens="/passkeys$")
    somebody.go("/en/accounts/passkeys/add").press(button)
    expect(somebody.page.locator("[data-said]")).to_have_text("This device has a passkey of yours already.")


@pytest.mark.parametrize("javascript", [True, False])
def test_without_a_script_or_on_another_address_there_is_no_button(person, risto, settings, javascript):
    settings.PASSKEY_ORIGIN = "http://localhost:1"
    somebody = person(width=PHONE, language="en", javascript=javascript)
    somebody.go("/en/accounts/login")
    assert not somebody.sees(BUTTON)
    sign_in_by_code(somebody, "en")
    somebody.go("/en/accounts/passkeys/add")
    assert somebody.sees("[data-passkey-without]")
    assert not somebody.sees("form[data-passkey]")


@pytest.fixture
def provider(live_server, settings):
    found = Provider()
    settings.SITE_URL = live_server.url
    found.redirect_uri = f"{live_server.url}/sign-on/callback"
    settings.SIGN_ON = found.settings()
    yield found
    found.stop()


@pytest.mark.parametrize(
    "options",
    [
        {"javascript": False},
        pytest.param({}, marks=pytest.mark.thorough),
        pytest.param({"keyboard": True}, marks=pytest.mark.thorough),
    ],
)
def test_who_comes_for_the_first_time_finds_their_unit_and_its_lead_lets_them_in(person, provider, options):
    GroupRule.objects.create(group="*", role="requester")
    make_unit("31", "Puiston koulu", cost_centre="31250")
    lead = make_member("lead", code="31", email="liisa@kierto.example")
    pia = person(width=PHONE, reduced_motion="reduce", **options)
    look = Inspector(pia) if not options else None
    pia.go("/fi/accounts/login").press(
        "main form[action$='/accounts/sign-on'] button", opens="/accounts/unit$"
    )
    if look:
        look.look("choose")
    pia.counted()
    pia.write("find", "puisto").press("main form[method=get] button", opens="find=puisto$")
    if look:
        look.look("found")
    pia.press("main .lines a", opens="unit=31$")
    if look:
        look.look("chosen")
    pia.press("main button.primary", opens="/accounts/unit$")
    assert pia.counted() == (3, 1)
    if look:
        look.look("waits")
        assert look.wrong == [], look.told()
    asked = UnitAsk.objects.get()
    words, _links = pia.newest_message("liisa@kierto.example")
    assert f"/dept/people/ask/{asked.token}" in words
    assert lead.memberships.count() == 1
