"""The city's single sign-on against a real provider: who gets in, who does not, and that a "no" leaves nothing behind."""

import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recycling.accounts.models import GroupRule, Membership, User
from recycling.audit.models import AuditEntry
from tests.factories import make_item, make_member, make_user
from tests.oidc import CLIENT, OTHER_KEY
from tests.reservations.asking import make_approver, make_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    """Whoever comes by the sign-on from the school asks for furniture there."""
    department = make_member(code="31").memberships.get().department
    GroupRule.objects.create(group="*", role="requester")
    return department


def leave(browser, **typed):
    """Press the button; gives the provider's address with the question."""
    return browser.post("/en/accounts/sign-on", typed)["Location"]


def back_from(address):
    """The provider's page, which knows the person already; gives the way back to the service."""
    way = requests.get(address, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(way)
    return f"{parts.path}?{parts.query}"


def sign_in(browser, **typed):
    return browser.get(back_from(leave(browser, **typed)))


def signed_in(browser):
    return User.objects.get(pk=browser.session[SESSION_KEY]) if SESSION_KEY in browser.session else None


def rows():
    return (
        User.objects.count(),
        SocialAccount.objects.count(),
        Membership.objects.count(),
        AuditEntry.objects.count(),
    )


def test_somebody_who_was_never_here_is_signed_in_with_their_unit_and_role(provider, school, browser):
    provider.person |= {"unit": "31"}
    answer = sign_in(browser)
    pia = signed_in(browser)
    assert (answer.status_code, answer["Location"]) == (302, "/en/home")
    assert (pia.name, pia.email, pia.language) == ("Pia Puisto", "pia@kaupunki.example", "sv")
    assert pia.email_verified_at is not None
    membership = pia.memberships.get()
    assert (membership.department, membership.role, membership.is_primary, membership.from_sign_on) == (
        *(school, "requester", True),
        True,
    )


def test_who_comes_again_is_the_same_person_also_by_another_name_and_address(provider, school, browser):
    provider.person |= {"unit": "31"}
    sign_in(browser)
    provider.person |= {"name": "Pia Koski", "email": "pia.koski@kaupunki.example"}
    sign_in(Client())
    pia = User.objects.get(name="Pia Koski")
    assert (pia.email, SocialAccount.objects.get().user) == ("pia.koski@kaupunki.example", pia)
    assert User.objects.filter(email="pia@kaupunki.example").count() == 0


def test_an_address_that_somebody_else_has_here_stays_theirs(provider, school, browser):
    sign_in(browser)
    other = make_user(email="pia.koski@kaupunki.example")
    provider.person |= {"email": "pia.koski@kaupunki.example"}
    sign_in(Client())
    assert User.objects.get(email="pia@kaupunki.example") == SocialAccount.objects.get().user != other


def test_somebody_whom_an_admin_invited_keeps_their_row_and_what_was_given_by_hand(provider, browser):
    pia = make_member("approver", code="31", email="pia@kaupunki.example")
    sign_in(browser)
    assert signed_in(browser) == pia
    assert [row.role for row in pia.memberships.all()] == ["approver"]


def test_one_comes_back_to_the_page_that_one_wanted(provider, school, browser):
    provider.person |= {"unit": "31"}
    assert sign_in(browser, next="/en/items?q=tuoli")["Location"] == "/en/items?q=tuoli"
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/en/home"


def test_an_approver_comes_back_to_the_request_that_the_mail_led_to(provider, browser):
    helmi = make_approver(email="pia@kaupunki.example")
    request = make_waiting({make_item(quantity=24): 24}, by=make_member(), at=timezone.now())
    page = f"/en/dept/requests/{request.code}/decision"
    door = browser.get(page)["Location"]
    assert f'name="next" value="{page}"' in browser.get(door).content.decode()
    assert sign_in(browser, next=page)["Location"] == page
    assert signed_in(browser) == helmi
    assert browser.get(page).status_code == 200


def test_one_comes_back_in_the_language_one_left_in(provider, school, browser):
    provider.person |= {"unit": "31"}
    address = browser.post("/sv/accounts/sign-on")["Location"]
    assert parse_qs(urlsplit(address).query)["ui_locales"] == ["sv"]
    assert browser.get(back_from(address))["Location"] == "/sv/home"


def test_nothing_of_the_answer_is_kept_beside_the_person(provider, school, browser):
    provider.person |= {"groups": ["secret-group"], "phone_number": "+358401234567"}
    sign_in(browser)
    assert (SocialAccount.objects.get().extra_data, SocialToken.objects.count()) == ({}, 0)
    assert "secret-group" not in str(dict(browser.session))


def test_nothing_that_is_typed_into_the_address_decides_what_is_asked(provider, browser):
    answer = browser.post("/en/accounts/sign-on?scope=admin&auth_params=prompt%3Dnone&process=connect")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert "prompt" not in asked


def test_the_way_back_never_comes_from_the_host_header(provider, browser, settings):
    settings.ALLOWED_HOSTS = ["*"]
    address = browser.post("/en/accounts/sign-on", headers={"host": "evil.example"})["Location"]
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == ["http://testserver/sign-on/callback"]


# -- answers that are not good


def forged_by_shared_secret(signed):
    """The same claims, signed with what anybody can read."""
    claims = jwt.decode(signed, options={"verify_signature": False})
    return jwt.encode(claims, CLIENT * 4, algorithm="HS256", headers={"kid": "one"})


def unsigned(signed):
    claims = jwt.decode(signed, options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


MISBEHAVING = {
    "another nonce": {"change_token": lambda claims: claims | {"nonce": "another"}},
    "no nonce": {"change_token": lambda claims: {k: v for k, v in claims.items() if k != "nonce"}},
    "expired": {"change_token": lambda claims: claims | {"exp": int(time.time()) - 300}},
    "no end": {"change_token": lambda claims: {k: v for k, v in claims.items() if k != "exp"}},
    "of the future": {"change_token": lambda claims: claims | {"iat": int(time.time()) + 3600}},
    "for another service": {"change_token": lambda claims: claims | {"aud": "another"}},
    "given to another service": {
        "change_token": lambda claims: claims | {"aud": [CLIENT, "another"], "azp": "another"}
    },
    "of another issuer": {"change_token": lambda claims: claims | {"iss": "https://evil.example"}},
    "signed by another": {"signing_key": OTHER_KEY},
    "signed by a shared secret": {"change_signed": forged_by_shared_secret},
    "not signed": {"change_signed": unsigned},
    "no token": {"change_signed": lambda _signed: ""},
    "nonsense": {"change_signed": lambda _signed: "a.b.c"},
    "userinfo of another": {"change_userinfo": lambda claims: claims | {"sub": "u-9"}},
    "discovery of another": {"change_discovery": lambda found: found | {"issuer": "https://evil.example"}},
}


@pytest.mark.parametrize("how", MISBEHAVING)
def test_an_answer_that_is_not_good_lets_nobody_in_and_leaves_nothing(provider, school, browser, how):
    provider.person |= {"unit": "31"}
    address = leave(browser)  # the first question is a good one, or there is no way back to try
    before = rows()
    for name, value in MISBEHAVING[how].items():
        setattr(provider, name, value)
    answer = browser.get(back_from(address))
    assert answer.status_code in {401, 503}
    assert "You are not signed in" in answer.content.decode()
    assert (signed_in(browser), rows()) == (None, before)


def test_the_controls_good_answer_does_let_in(provider, school, browser):
    """Each of the answers above differs from this one by one thing."""
    sign_in(browser)
    assert signed_in(browser) is not None


def test_a_state_serves_once(provider, school, browser):
    way = back_from(leave(browser))
    browser.get(way)
    browser.logout()
    answer = browser.get(way)
    assert (answer.status_code, signed_in(browser)) == (401, None)


def test_a_way_back_of_another_browser_lets_nobody_in(provider, school, browser):
    """Login CSRF: an attacker's own way back, sent to somebody else."""
    way = back_from(leave(Client()))
    browser.post("/en/accounts/sign-on")
    answer = browser.get(way)
    assert (answer.status_code, signed_in(browser)) == (401, None)


def test_a_code_that_was_stolen_is_worth_nothing_without_the_verifier(provider, school, browser):
    theirs = parse_qs(urlsplit(back_from(leave(Client()))).query)["code"][0]
    mine = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    answer = browser.get(reverse("sign_on_callback"), {"code": theirs, "state": mine})
    assert (answer.status_code, signed_in(browser)) == (401, None)


@pytest.mark.parametrize(
    ("claims", "status", "sentence"),
    [
        ({"email": None}, 422, "did not tell us your e-mail address"),
        ({"email": "nonsense"}, 422, "did not tell us your e-mail address"),
        ({"email_verified": False}, 422, "has not verified your e-mail address"),
        ({"email_verified": None}, 422, "has not verified your e-mail address"),
        ({"email_verified": "false"}, 422, "has not verified your e-mail address"),
    ],
)
def test_without_a_proved_address_one_is_told_so_and_nothing_is_half_done(
    provider, school, browser, claims, status, sentence
):
    provider.person |= claims
    before = rows()
    answer = sign_in(browser)
    assert (answer.status_code, signed_in(browser), rows()) == (status, None, before)
    assert sentence in answer.content.decode()


def test_where_the_city_trusts_its_directory_an_address_needs_no_word_but_a_no_is_a_no(
    provider, school, browser, settings
):
    settings.SIGN_ON = provider.settings(trust_email=True)
    del provider.person["email_verified"]
    sign_in(browser)
    assert signed_in(browser).email == "pia@kaupunki.example"
    provider.person |= {"sub": "u-2", "email": "pekka@kaupunki.example", "email_verified": False}
    assert sign_in(Client()).status_code == 422


def test_an_address_that_the_next_employee_got_does_not_open_the_account_of_the_one_before(
    provider, school, browser
):
    sign_in(browser)
    provider.person |= {"sub": "u-2002", "name": "Pia Toinen"}
    before = rows()
    answer = sign_in(Client())
    assert (answer.status_code, rows()) == (409, before)
    assert "belongs to another person" in answer.content.decode()


def test_a_closed_account_stays_closed(provider, school, browser):
    make_user(email="pia@kaupunki.example", is_active=False)
    before = rows()
    answer = sign_in(browser)
    assert (answer.status_code, signed_in(browser), rows()) == (403, None, before)


def test_nobody_of_the_demo_comes_in_where_there_is_no_demo(provider, school, browser, settings):
    make_user(email="pia@kaupunki.example", is_demo=True)
    settings.DEMO = False
    assert (sign_in(browser).status_code, signed_in(browser)) == (403, None)


def test_who_turns_back_at_the_citys_page_is_told_so(provider, browser):
    provider.refuses = True
    answer = sign_in(browser)
    assert (answer.status_code, "You did not finish signing in." in answer.content.decode()) == (401, True)


def test_a_provider_that_is_away_is_a_calm_page(provider, browser, settings):
    way = back_from(leave(browser))
    settings.SIGN_ON = provider.settings(issuer="http://127.0.0.1:9/city")
    for answer in (browser.post("/en/accounts/sign-on"), browser.get(way)):
        assert answer.status_code == 503
        assert "does not answer right now" in answer.content.decode()


@pytest.mark.parametrize("found", [{}, [], {"issuer": 1}])
def test_a_provider_that_answers_nonsense_is_a_calm_page(provider, browser, found):
    provider.change_discovery = lambda _found: found
    assert browser.post("/en/accounts/sign-on").status_code == 503


def test_a_log_names_the_kind_and_nobody(provider, browser, caplog):
    provider.person |= {"email_verified": False}
    sign_in(browser)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("recycling")]
    assert ours == ["sign-in refused: sign_on_email_not_verified"]
    assert "pia" not in caplog.text.lower()


# -- without a unit


def test_who_belongs_to_no_unit_is_signed_in_and_told_what_to_do(provider, browser):
    answer = sign_in(browser, next="/en/wh/today")
    assert answer["Location"] == "/en/accounts/unit"
    page = browser.get(answer["Location"]).content.decode()
    assert "You have no unit yet" in page
    assert "Ask the lead of your unit" in page
    assert browser.get("/en/home")["Location"] == "/en/accounts/unit"
    pia = signed_in(browser)
    Membership.objects.create(
        user=pia, department=make_member().memberships.get().department, role="requester"
    )
    assert "You have no unit yet" not in browser.get("/en/accounts/unit").content.decode()


# -- the page


def test_the_button_is_there_only_where_there_is_a_sign_on(provider, browser, settings):
    page = browser.get("/en/accounts/login")
    assert "Sign in with your city account" in page.content.decode()
    origin = provider.issuer.removesuffix("/city")
    assert f"form-action 'self' {origin};" in f"{page['Content-Security-Policy']};"
    settings.SIGN_ON = {}
    page = browser.get("/en/accounts/login")
    assert "Sign in with your city account" not in page.content.decode()
    assert origin not in page["Content-Security-Policy"]
    assert browser.post("/en/accounts/sign-on").status_code == 404
    assert browser.get("/sign-on/callback").status_code == 404
