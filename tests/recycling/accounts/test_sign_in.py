"""Signing in by a code that is sent to the work e-mail: for the city's people, three tries, nobody else learns anything."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from recycling.accounts.models import Tally
from recycling.notifications.models import Notification
from tests.concurrency import race
from tests.factories import (
    make_admin,
    make_item,
    make_member,
    make_reservation,
    make_user,
    make_worker,
    open_site,
)

from .signing_in import ask, code_sent, signed_in, type_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def words(answer):
    """The page without what is random in it, the address that was typed included."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r"[\w.-]+@[\w.-]+", "@", page)


# -- the code


def test_a_code_comes_by_mail_and_opens_the_door(browser, sari):
    asked = ask(browser)
    assert (asked.status_code, asked["Location"]) == (302, "/fi/accounts/login/code")
    entered = type_code(browser, code_sent())
    assert (entered.status_code, entered["Location"]) == (302, "/fi/home")
    assert browser.session[SESSION_KEY] == str(sari.pk)
    assert mail.outbox[-1].to == ["sari@kierto.example"]


def test_the_code_may_be_typed_as_people_write_it(browser, sari):
    ask(browser)
    code = code_sent()
    type_code(browser, f" {code[:3]} {code[3:]} ")
    assert signed_in(browser)


def test_what_is_no_code_is_a_wrong_code_and_no_fault_of_the_program(browser, sari):
    ask(browser)
    # Digits that int() knows and others that it does not; a letter; nothing that was sent.
    assert [type_code(browser, typed).status_code for typed in ("²²²²²²", "abcdef")] == [422, 422]
    assert not signed_in(browser)


def test_the_code_is_gone_from_the_database_when_it_was_sent(browser, sari):
    ask(browser)
    assert "code" in Notification.objects.get().context
    code_sent()
    assert "code" not in Notification.objects.get().context


def test_the_address_may_be_written_in_capitals(browser, sari):
    ask(browser, "Sari@Kierto.Example ")
    type_code(browser, code_sent())
    assert signed_in(browser)


def test_the_third_wrong_code_ends_the_code(browser, sari):
    ask(browser)
    code = code_sent()
    answers = [type_code(browser, wrong(code)) for _try in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert answers[-1]["Location"] == "/fi/accounts/login/again"
    type_code(browser, code)
    assert not signed_in(browser)


def test_guesses_that_come_at_once_are_counted_in_the_database(browser, sari):
    """Requests that run side by side all read the session as it was before: here it is put back after each guess."""
    ask(browser)
    code = code_sent()
    before = Session.objects.get(pk=browser.cookies[django_settings.SESSION_COOKIE_NAME].value)
    statuses = []
    for _guess in range(10):
        statuses.append(type_code(browser, wrong(code)).status_code)
        before.save(force_update=Session.objects.filter(pk=before.pk).exists())
        browser.cookies[django_settings.SESSION_COOKIE_NAME] = before.pk
    assert statuses == [422] * 3 + [429] * 7
    assert type_code(browser, code).status_code == 429
    assert not signed_in(browser)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_the_same_moment_three_are_looked_at(sari):
    browser = Client()
    ask(browser)
    code = code_sent()
    cookie = browser.cookies[django_settings.SESSION_COOKIE_NAME].value

    def guess(_number):
        one = Client()
        one.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
        return type_code(one, wrong(code)).status_code

    race(guess, runners=12)
    assert Tally.objects.get(what="sign_in_try").count == 3
    assert type_code(browser, code).status_code in {302, 429}
    assert not signed_in(browser)


def test_a_code_opens_the_door_once(browser, sari):
    ask(browser)
    code = code_sent()
    type_code(browser, code)
    browser.post(reverse("account_logout"))
    answer = type_code(browser, code)
    assert (answer.status_code, answer["Location"]) == (302, "/fi/accounts/login/again")
    assert not signed_in(browser)


def test_a_code_is_good_for_ten_minutes(browser, sari, clock):
    ask(browser)
    code = code_sent()
    clock.shift(timedelta(minutes=10, seconds=1))
    answer = type_code(browser, code)
    assert (answer.status_code, answer["Location"]) == (302, "/fi/accounts/login/again")
    assert not signed_in(browser)


def test_the_code_is_for_the_browser_that_asked(browser, sari):
    ask(browser)
    other = Client()
    ask(other, "nobody@kierto.example")
    type_code(other, code_sent())
    assert not signed_in(other)


def test_a_new_code_ends_the_one_before_it(browser, sari, clock):
    ask(browser)
    first = code_sent()
    clock.shift(timedelta(seconds=30))
    browser.post(reverse("account_confirm_login_code"), {"action": "resend"})
    second = code_sent()
    assert type_code(browser, first).status_code == 422
    assert type_code(browser, second).status_code == 302
    assert signed_in(browser)


def test_whoever_mistyped_the_address_comes_back_and_types_another(browser, sari):
    ask(browser, "sarri@kierto.example")
    assert browser.get(reverse("account_login")).status_code == 200
    ask(browser)
    type_code(browser, code_sent())
    assert signed_in(browser)


# -- who may


def test_an_unknown_address_gets_the_same_pages_and_no_mail(browser, sari):
    known, unknown = ask(browser), ask(other := Client(), "nobody@kierto.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    pages = [one.get(known["Location"]) for one in (browser, other)]
    assert [page.status_code for page in pages] == [200, 200]
    assert words(pages[0]) == words(pages[1])
    tries = [type_code(one, "000000") for one in (browser, other)]
    assert [answer.status_code for answer in tries] == [422, 422]
    assert words(tries[0]) == words(tries[1])
    assert [row.person for row in Notification.objects.all()] == [sari]


def test_a_resident_with_a_row_of_their_own_cannot_sign_in(browser):
    open_site()
    make_reservation({make_item(): 1}, contact="aino@example.org")
    Notification.objects.all().delete()
    assert ask(browser, "aino@example.org").status_code == 302
    assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    "person",
    [
        lambda: make_worker(email="x@kierto.example"),
        lambda: make_member(email="x@kierto.example"),
        lambda: make_user(email="x@kierto.example", is_manager=True),
        lambda: make_user(email="x@kierto.example", is_superuser=True, is_staff=True),
    ],
    ids=["worker", "member", "manager", "admin"],
)
def test_everybody_with_a_role_can_sign_in(browser, person):
    person()
    ask(browser, "x@kierto.example")
    assert Notification.objects.count() == 1


def test_a_disabled_person_gets_no_code(browser, sari):
    sari.is_active = False
    sari.save()
    assert ask(browser).status_code == 302
    assert Notification.objects.count() == 0


def test_whoever_is_disabled_after_the_code_was_sent_stays_outside(browser, sari):
    ask(browser)
    code = code_sent()
    type(sari).objects.update(is_active=False)
    answer = type_code(browser, code)
    assert (answer.status_code, answer["Location"]) == (302, "/fi/accounts/login")
    assert not signed_in(browser)


def test_the_demos_people_are_unknown_outside_the_demo(browser, sari, settings):
    type(sari).objects.update(is_demo=True)
    ask(browser)
    assert Notification.objects.count() == 1
    settings.DEMO = False
    Notification.objects.all().delete()
    other = make_worker(email="eino@kierto.example")
    answers = [ask(Client(), "sari@kierto.example"), ask(Client(), other.email)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [row.person for row in Notification.objects.all()] == [other]


def test_nobody_can_sign_up_or_set_a_password(browser):
    for path in ("signup", "password/reset", "password/change", "email", "3rdparty", "reauthenticate"):
        assert browser.get(f"/fi/accounts/{path}/").status_code == 404


def test_the_admins_door_leads_to_our_sign_in_and_back(browser):
    make_admin()
    first = browser.get("/fi/django-admin/")
    second = browser.get(first["Location"])
    assert second["Location"] == "/fi/accounts/login?next=%2Ffi%2Fdjango-admin%2F"
    assert browser.post(first["Location"], {"username": "admin", "password": "x"}).status_code == 302


def test_the_admins_door_asks_nobody_for_a_password(browser, sari):
    browser.force_login(sari, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/fi/django-admin/login/").status_code == 403


# -- the session


def test_the_session_gets_a_new_name_at_sign_in_and_ends_at_sign_out(browser, sari):
    ask(browser)
    before = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    type_code(browser, code_sent())
    inside = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert before != inside
    browser.post(reverse("account_logout"))
    for name in (before, inside):
        thief = Client()
        thief.cookies[django_settings.SESSION_COOKIE_NAME] = name
        assert thief.get(reverse("reservations:today")).status_code == 302


def test_a_session_ends_after_twelve_hours(browser, sari, clock):
    ask(browser)
    type_code(browser, code_sent())
    clock.shift(timedelta(hours=12, seconds=1))
    assert browser.get(reverse("reservations:today")).status_code == 302


def test_looking_does_not_sign_out(browser, sari):
    browser.force_login(sari, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("account_logout")).status_code == 200
    assert signed_in(browser)
