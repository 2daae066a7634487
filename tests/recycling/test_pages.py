"""The pages of the project itself: words, errors, colours of one's own choice."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from inventory.views import saved
from recycling import context, pages
from recycling.accounts import device
from recycling.accounts.domain.limits import TooOften
from recycling.errors import Refused
from recycling.middleware import CalmRefusals

LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_the_worst_errors_need_no_database_and_speak_three_languages(name):
    shown = get_template(name).render()
    assert re.findall(r'<(?:html|section) lang="(\w\w)"', shown) == ["fi", "sv", "en"]
    assert shown.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["how", "privacy", "cookies", "accessibility"])
def test_a_page_of_words_is_open_to_everybody(client, page, language):
    answer = client.get(f"/{language}/{page}")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in shown
    assert shown.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "413", "429", "refused"])
def test_an_error_page_has_one_heading_and_a_way_to_help(name):
    shown = get_template(f"{name}.html").render({}, RequestFactory().get("/en/x"))
    assert shown.count("<h1") == 1
    assert 'href="tel:020000000"' in shown


class Ended(Refused):
    code = "ended"
    message = "This has ended."
    status = 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "status", "heading"),
    [
        (TooOften(), 429, "Too many tries"),
        (Refused(), 409, "This did not work"),
        (Ended(), 410, "This did not work"),
    ],
)
def test_a_refusal_that_no_page_caught_has_a_page_with_its_sentence(refusal, status, heading):
    request = RequestFactory().post("/en/x")
    with override("en"):
        answer = CalmRefusals(get_response=None).process_exception(request, refusal)
        sentence = str(refusal)
    shown = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in shown
    assert f"<p>{sentence}</p>" in shown


@pytest.mark.django_db
def test_every_cookie_is_on_the_page_about_cookies(client):
    shown = client.get("/en/cookies").content.decode()
    cookies = (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        device.COOKIE,
        saved.COOKIE,
        context.THEME_COOKIE,
    )
    assert [name for name in cookies if f">{name}</dt>" not in shown] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}]
)
def test_another_sites_page_cannot_choose_the_colours(client, told):
    answer = client.post("/en/theme", {"theme": "dark"}, **told)
    assert (answer.status_code, "theme" in answer.cookies) == (403, False)


@pytest.mark.django_db
def test_a_page_that_anybody_may_see_carries_no_token_and_sets_no_cookie(client):
    answer = client.get("/en/items")
    assert ("csrfmiddlewaretoken" in answer.content.decode(), dict(answer.cookies)) == (False, {})


@pytest.mark.django_db
def test_the_colours_that_a_person_chose_are_used_and_remembered(client):
    answer = client.post("/en/theme", {"theme": "dark", "next": "/en/how"})
    cookie = answer.cookies["theme"]
    assert (answer.status_code, answer.url) == (302, "/en/how")
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")
    assert 'data-theme="dark"' in client.get("/en/how").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["", "pink", "<script>"])
def test_colours_that_do_not_exist_are_not_remembered(client, theme):
    answer = client.post("/en/theme", {"theme": theme, "next": "/en/how"})
    assert (answer.url, dict(answer.cookies)) == ("/en/how", {})


@pytest.mark.django_db
def test_a_cookie_that_somebody_wrote_by_hand_is_not_shown(client):
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/en/how").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:x",
        "",
        "how",
    ],
)
def test_choosing_colours_never_leads_to_another_site(client, wanted):
    assert client.post("/en/theme", {"theme": "dark", "next": wanted}).url == "/en/"


@pytest.mark.django_db
def test_colours_are_chosen_by_a_form_not_by_a_link(client):
    assert client.get("/en/theme").status_code == 405


@pytest.mark.django_db
def test_a_warehouse_screen_is_light_until_somebody_chooses():
    source = '{% extends "warehouse/base.html" %}{% block title %}New{% endblock %}'
    template = engines["django"].from_string(source)
    request = RequestFactory().get("/en/wh/new")
    assert 'data-theme="light"' in template.render({}, request)
    request.COOKIES["theme"] = "auto"
    shown = template.render({}, request)
    assert 'data-theme="auto"' in shown
    assert '<body class="wh">' in shown


def test_the_statement_was_reviewed_after_it_was_written():
    assert pages.STATEMENT_WRITTEN <= pages.STATEMENT_REVIEWED
    assert set(pages.SUPERVISOR) == set(LANGUAGES)


def test_an_address_that_no_row_can_have_is_not_asked_for(client, db):
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/fi/alerts/a%00b")
    assert answer.status_code == 404
    assert "searchalert" not in str(asked.captured_queries)
