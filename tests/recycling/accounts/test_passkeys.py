"""Passkeys: who may have one, what opens the account and what does not, and that the person hears of it."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recycling.accounts.domain import limits, passkeys
from recycling.accounts.domain.sign_on import AccountClosed
from recycling.accounts.models import Tally
from recycling.audit.models import AuditEntry
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from tests.factories import NOW, make_member, make_user
from tests.passkeys import PRESENT, Phone

from .signing_in import signed_in

pytestmark = pytest.mark.django_db

BEGIN, ADD = "/en/accounts/passkeys/begin", "/en/accounts/passkeys/add"
ASK, SIGN_IN = "/en/accounts/login/passkey/begin", "/en/accounts/login/passkey"


@pytest.fixture(autouse=True)
def _origin(settings, clock):
    settings.PASSKEY_ORIGIN = "https://kierto.example"


@pytest.fixture
def risto():
    return make_member(name="Risto Rinne", email="risto@kierto.example", language="en")


def signed_in_by_code(person):
    """A browser in which this person has just typed the code from their e-mail."""
    browser = Client()
    Notification.objects.filter(
        kind="sign_in_code"
    ).delete()  # the clock stands: the next one has the same moment
    browser.post("/en/accounts/login", {"email": person.email})
    code = Notification.objects.filter(kind="sign_in_code").latest("pk").context["code"]
    answer = browser.post("/en/accounts/login/code", {"code": code, "action": "verify"})
    assert answer.status_code == 302, answer.content.decode()
    assert signed_in(browser)
    return browser


def add(browser, phone, name="Work phone"):
    options = browser.post(BEGIN)
    assert options.status_code == 200, options.content
    return browser.post(ADD, {"name": name, "credential": phone.make(options.json())})


@pytest.fixture
def phone(risto):
    """Risto's phone, with a passkey that he has added."""
    made = Phone()
    assert add(signed_in_by_code(risto), made).status_code == 302
    return made


def sign_in(phone, browser=None, **typed):
    browser = browser or Client()
    options = browser.post(ASK).json()
    answer = browser.post(SIGN_IN, {"credential": phone.sign(options), **typed})
    return browser, answer


def test_who_has_just_signed_in_adds_a_passkey_and_signs_in_with_it(risto, phone):
    (kept,) = passkeys.of(risto)
    assert (kept.name, kept.used_at) == ("Work phone", None)
    browser, answer = sign_in(phone)
    assert (answer.status_code, answer["Location"]) == (302, "/en/home")
    assert browser.session[SESSION_KEY] == str(risto.pk)
    (kept,) = passkeys.of(risto)
    assert kept.used_at == NOW
    assert list(
        AuditEntry.objects.filter(action__startswith="passkey").order_by("pk").values_list("action", "actor")
    ) == [
        ("passkey_added", risto.pk),
        ("passkey_used", risto.pk),
    ]


def test_no_second_step_follows_a_code_for_somebody_who_has_a_passkey(risto, phone):
    assert signed_in(signed_in_by_code(risto))


def test_one_comes_to_the_page_that_one_wanted(phone):
    assert sign_in(phone, next="/en/items?q=tuoli")[1]["Location"] == "/en/items?q=tuoli"
    assert sign_in(phone, next="https://evil.example/")[1]["Location"] == "/en/home"


def test_the_session_gets_a_new_number_at_the_sign_in(phone):
    browser = Client()
    browser.post(ASK)
    before = browser.session.session_key
    sign_in(phone, browser)
    assert browser.session.session_key != before
    assert not Client().session.exists(before)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("passkey_added", "A passkey was added to your account"),
        ("passkey_removed", "A passkey was removed from your account"),
    ],
)
def test_the_person_hears_of_what_was_added_and_removed(risto, phone, mailoutbox, kind, subject):
    if kind == "passkey_removed":
        passkeys.remove(passkeys.of(risto)[0], by=risto, at=NOW)
    Notification.objects.exclude(kind=kind).delete()
    sending.send_due(at=NOW)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["risto@kierto.example"], subject)
    assert "http://testserver/en/accounts/passkeys" in mail.body
    assert "Work phone" not in mail.body


# -- who may


def test_adding_needs_a_sign_in_of_a_short_while_ago(risto, clock):
    browser = signed_in_by_code(risto)
    options = browser.post(BEGIN).json()
    clock.shift(timedelta(minutes=16))
    late = browser.post(ADD, {"credential": Phone().make(options)})
    assert (browser.post(BEGIN).status_code, late.status_code) == (403, 403)
    assert "Sign in once more" in browser.get(ADD).content.decode()
    assert passkeys.of(risto) == []


def test_a_session_that_nobody_proved_anything_in_adds_nothing(risto, client):
    client.force_login(risto, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(BEGIN).status_code == 403


def test_the_button_to_sign_in_again_leads_back_to_adding(risto, client):
    client.force_login(risto, backend="django.contrib.auth.backends.ModelBackend")
    again = client.get(ADD).context["again"]
    answer = client.post("/en/accounts/logout", {"next": again})
    assert answer["Location"] == "/en/accounts/login?next=%2Fen%2Faccounts%2Fpasskeys%2Fadd"
    assert not signed_in(client)


def test_somebody_without_a_role_has_no_passkey():
    assert isinstance(passkeys.why_not(make_user()), passkeys.NoRole)


def test_a_member_of_an_association_may_have_one():
    member = make_member(code="club", name_fi="Kerho")
    member.memberships.get().department.__class__.objects.filter(code="club").update(kind="association")
    assert passkeys.why_not(member) is None


def test_a_person_of_the_demo_has_none_outside_it(settings):
    member = make_member(is_demo=True)
    assert passkeys.why_not(member) is None
    settings.DEMO = False
    assert isinstance(passkeys.why_not(member), AccountClosed)


@pytest.mark.parametrize(("also", "status"), [(False, 403), (True, 302)])
def test_beside_the_sign_on_it_is_for_the_city_to_say(provider, settings, risto, phone, also, status):
    settings.SIGN_ON |= {"passkeys": also}
    SocialAccount.objects.create(provider="city", uid="u-1", user=risto)
    browser, answer = sign_in(phone)
    assert (answer.status_code, signed_in(browser)) == (status, also)


def test_whom_an_admin_invited_uses_it_also_where_there_is_a_sign_on(provider, phone):
    assert signed_in(sign_in(phone)[0])


def test_nobody_has_more_than_ten(risto, phone):
    browser = signed_in_by_code(risto)
    for _number in range(passkeys.MOST - 1):
        assert add(browser, Phone(), name="").status_code == 302
    answer = add(browser, Phone())
    assert (answer.status_code, len(passkeys.of(risto))) == (409, 10)
    assert "You have 10 passkeys already." in answer.content.decode()
    assert [one.name for one in passkeys.of(risto)][:3] == ["Work phone", "Passkey 2", "Passkey 3"]


# -- what does not open


def test_a_passkey_that_was_removed_is_refused_with_a_sentence(risto, phone):
    passkeys.remove(passkeys.of(risto)[0], by=risto, at=NOW)
    browser, answer = sign_in(phone)
    assert (answer.status_code, signed_in(browser)) == (422, False)
    assert "This passkey was not accepted." in answer.content.decode()


def test_whoever_is_closed_out_stays_out(risto, phone):
    type(risto).objects.filter(pk=risto.pk).update(is_active=False)
    browser, answer = sign_in(phone)
    assert (answer.status_code, signed_in(browser)) == (403, False)
    assert "Your account here is closed." in answer.content.decode()
    assert not AuditEntry.objects.filter(action="passkey_used").exists()


def test_a_role_that_was_taken_is_gone_at_the_next_request_and_closes_the_door(risto, phone):
    browser, _answer = sign_in(phone)
    assert browser.get("/en/dept").status_code == 200
    risto.memberships.all().delete()
    assert browser.get("/en/dept").status_code == 403
    late, answer = sign_in(phone)
    assert (answer.status_code, signed_in(late)) == (403, False)


def other_key(phone):
    phone.key = Phone().key


def of_another(phone):
    phone.handle = b"zz"


def other_page(phone):
    phone.origin = "https://evil.kierto.example"


def other_port(phone):
    phone.origin = "https://kierto.example:8443"


def unlocked(phone):
    phone.flags = PRESENT


@pytest.mark.parametrize("wrong", [other_key, of_another, other_page, other_port, unlocked])
def test_a_signature_that_is_not_good_opens_nothing(phone, wrong):
    wrong(phone)
    browser, answer = sign_in(phone)
    assert (answer.status_code, signed_in(browser)) == (422, False)


@pytest.mark.parametrize("wrong", [other_page, other_port, unlocked])
def test_a_passkey_that_was_not_made_well_is_not_kept(risto, wrong):
    phone = Phone()
    wrong(phone)
    answer = add(signed_in_by_code(risto), phone)
    assert (answer.status_code, passkeys.of(risto)) == (422, [])


def test_an_answer_serves_once(phone):
    browser = Client()
    typed = {"credential": phone.sign(browser.post(ASK).json())}
    assert browser.post(SIGN_IN, typed).status_code == 302
    browser.logout()
    assert (browser.post(SIGN_IN, typed).status_code, signed_in(browser)) == (422, False)


def test_an_answer_to_somebody_elses_question_is_none(phone):
    theirs = phone.sign(Client().post(ASK).json())
    browser = Client()
    browser.post(ASK)
    assert (browser.post(SIGN_IN, {"credential": theirs}).status_code, signed_in(browser)) == (422, False)


def test_an_answer_comes_within_minutes(phone, clock):
    browser = Client()
    options = browser.post(ASK).json()
    clock.shift(timedelta(minutes=6))
    answer = browser.post(SIGN_IN, {"credential": phone.sign(options)})
    assert (answer.status_code, signed_in(browser)) == (422, False)


NONSENSE = [
    *("", "nonsense", "null", "[]", "{}", '"text"', "1", "[" * 9000, "x" * 30_000),
    '{"response": 1}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "e30"}}',
    json.dumps({"id": 5, "rawId": [], "type": None, "response": {"clientDataJSON": {}, "userHandle": "__"}}),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_refused_and_breaks_nothing(risto, nonsense):
    browser = Client()
    browser.post(ASK)
    assert browser.post(SIGN_IN, {"credential": nonsense}).status_code == 422
    browser = signed_in_by_code(risto)
    browser.post(BEGIN)
    assert browser.post(ADD, {"credential": nonsense}).status_code == 422
    assert Authenticator.objects.count() == 0


def test_what_a_browser_adds_beside_is_not_kept(risto):
    browser, phone = signed_in_by_code(risto), Phone()
    answer = json.loads(phone.make(browser.post(BEGIN).json()))
    answer |= {"more": "x" * 1000, "clientExtensionResults": {"prf": "secret"}}
    browser.post(ADD, {"credential": json.dumps(answer)})
    assert set(Authenticator.objects.get().data["credential"]) == {
        *("id", "rawId", "type", "response", "clientExtensionResults")
    }
    assert "secret" not in json.dumps(Authenticator.objects.get().data)


@pytest.mark.parametrize(
    ("what", "limit", "address"), [("passkey_ask", 1000, ASK), ("passkey_sign_in", 300, SIGN_IN)]
)
def test_a_network_tries_so_often_and_no_more(client, what, limit, address):
    client.post(address)
    Tally.objects.filter(what=what).update(count=limit)
    assert client.post(address).status_code == limits.TooOften.status


# -- the pages


def test_a_name_is_changed_and_a_passkey_removed_without_a_script(risto, phone):
    browser = signed_in_by_code(risto)
    page = browser.get("/en/accounts/passkeys")
    (kept,) = page.context["passkeys"]
    assert "Not used yet" in page.content.decode()
    browser.post(f"/en/accounts/passkeys/{kept.key}", {"name": "  Old   phone "})
    assert passkeys.of(risto)[0].name == "Old phone"
    assert browser.get(f"/en/accounts/passkeys/{kept.key}/remove").status_code == 200
    browser.post(f"/en/accounts/passkeys/{kept.key}/remove")
    assert passkeys.of(risto) == []


def test_nobody_finds_another_persons_passkey(risto, phone):
    (kept,) = passkeys.of(risto)
    browser = signed_in_by_code(make_member(email="helmi@kierto.example"))
    for address in (f"/en/accounts/passkeys/{kept.key}", f"/en/accounts/passkeys/{kept.key}/remove"):
        assert (browser.get(address).status_code, browser.post(address, {"name": "x"}).status_code) == (
            404,
            404,
        )
    assert passkeys.of(risto)[0].name == "Work phone"


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_takes_a_constant_number_of_questions(risto, phone, more):
    browser = signed_in_by_code(risto)
    for _number in range(more):
        add(browser, Phone())
    browser.get("/en/accounts/passkeys")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = browser.get("/en/accounts/passkeys")
    assert (len(page.context["passkeys"]), len(asked)) == (more + 1, 6)
