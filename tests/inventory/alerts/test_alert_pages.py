"""The pages of search alerts: from a list, by the links of messages, and the one click of a mail program."""

import pytest
from django.test import Client

from inventory.models import SearchAlert
from tests.factories import NOW, later, make_item, make_member
from tests.inventory.browsing import main_of

from .alerting import ask, make_alert, messages_of

pytestmark = pytest.mark.django_db

TYPED = {"frequency": "daily", "contact": "aino@example.org"}


# -- from a list


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/en/items", "/en/alerts/new"),
        ("/en/items?q=chair&colour=black", "/en/alerts/new?q=chair&amp;colour=black"),
        ("/en/c/office_chair?width=70", "/en/alerts/new?category=office_chair&amp;width=70"),
        ("/en/items?q=gramophone", "/en/alerts/new?q=gramophone"),
    ],
)
def test_every_list_leads_to_an_alert_for_its_search(client, address, leads_to):
    make_item(width_cm=60)
    assert f'href="{leads_to}"' in main_of(client.get(address))


def test_the_form_says_in_words_what_it_looks_for(client):
    page = main_of(client.get("/en/alerts/new?category=sofa&width=140&free=1&colour=nonsense"))
    assert "<strong>Sofa, At most 140 cm wide, Free only</strong>" in page
    assert "<strong>All items</strong>" in main_of(client.get("/en/alerts/new"))


def test_an_alert_is_asked_for_and_its_link_is_sent_not_shown(client):
    answer = client.post("/en/alerts/new?category=sofa&width=140", TYPED)
    assert answer["Location"] == "/en/alerts/sent"
    alert = SearchAlert.objects.get()
    assert (alert.asked, alert.frequency, alert.language) == (
        {"category": "sofa", "width": 140},
        "daily",
        "en",
    )
    assert (alert.contact, alert.confirmed_at, alert.person) == ("aino@example.org", None, None)
    assert alert.token not in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"contact": ""}, "Write an e-mail address"),
        ({"contact": "aino"}, "Write an e-mail address"),
        ({"frequency": "hourly"}, "hourly is not one of the available choices"),
        ({"frequency": ""}, "Choose how often we write to you."),
    ],
)
def test_what_is_missing_is_said(client, settings, typed, says):
    settings.SMS_CHANNEL = ""
    answer = client.post("/en/alerts/new?category=sofa", TYPED | typed)
    assert answer.status_code == 422
    assert says in main_of(answer)
    assert not SearchAlert.objects.exists()


def test_too_many_links_are_refused_with_what_was_typed_kept(client):
    for _number in range(5):
        client.post("/en/alerts/new", TYPED)
    answer = client.post("/en/alerts/new", TYPED)
    assert answer.status_code == 429
    assert 'value="aino@example.org"' in main_of(answer)


def test_whoever_is_signed_in_has_their_address_there_and_needs_no_link(client):
    member = make_member()
    client.force_login(member)
    assert f'value="{member.email}"' in main_of(client.get("/en/alerts/new"))
    answer = client.post("/en/alerts/new", TYPED | {"contact": member.email})
    alert = SearchAlert.objects.get()
    assert alert.confirmed_at == NOW
    assert answer["Location"] == f"/en/alerts/{alert.token}"


# -- by the links of messages


@pytest.mark.parametrize("act", ["confirm", "extend", "delete"])
def test_looking_at_a_link_changes_nothing(client, act):
    alert = ask() if act == "confirm" else make_alert()
    before = SearchAlert.objects.values().get()
    assert client.get(f"/en/alerts/{alert.token}/{act}").status_code == 200
    assert SearchAlert.objects.values().get() == before


def test_confirming_is_one_button(client):
    alert = ask()
    answer = client.post(f"/en/alerts/{alert.token}/confirm", follow=True)
    assert "The search alert has begun." in answer.content.decode()
    assert SearchAlert.objects.get().confirmed_at == NOW


def test_the_link_of_what_is_confirmed_already_leads_to_its_page(client):
    alert = make_alert()
    assert client.get(f"/en/alerts/{alert.token}/confirm")["Location"] == f"/en/alerts/{alert.token}"


def test_extending_is_one_button(client, clock):
    alert = make_alert()
    clock.move_to(later(days=100))
    client.post(f"/en/alerts/{alert.token}/extend")
    assert SearchAlert.objects.get().ends_at > alert.ends_at


def test_deleting_is_one_button(client):
    alert = make_alert()
    answer = client.post(f"/en/alerts/{alert.token}/delete", follow=True)
    assert "The search alert and your contact are deleted." in answer.content.decode()
    assert not SearchAlert.objects.exists()


def test_a_link_that_came_too_late_is_refused_with_a_sentence(client, clock):
    alert = ask()
    clock.move_to(later(days=3))
    answer = client.post(f"/en/alerts/{alert.token}/confirm")
    assert answer.status_code == 410
    assert "This link is no longer valid." in main_of(answer)


@pytest.mark.parametrize("address", ["", "/extend", "/delete", "/confirm"])
def test_an_alert_that_is_gone_has_a_page_that_says_so(client, address):
    answer = client.get(f"/en/alerts/ABCDEFGHJK{address}")
    assert answer.status_code == 404
    assert "There is no such search alert" in main_of(answer)


def test_there_are_no_other_acts(client):
    assert client.get(f"/en/alerts/{make_alert().token}/sell").status_code == 404


def test_its_page_shows_the_search_and_its_end_but_no_contact(client):
    alert = make_alert(category="sofa", frequency="weekly")
    page = main_of(client.get(f"/en/alerts/{alert.token.lower()}"))
    assert "It looks for new items until Sunday 16 May 2027." in page
    assert 'href="/en/items?category=sofa"' in page
    assert 'value="weekly"' in page
    assert "aino@example.org" not in page


def test_how_often_it_writes_can_be_changed(client):
    alert = make_alert(frequency="weekly")
    client.post(f"/en/alerts/{alert.token}", {"frequency": "at_once"})
    assert SearchAlert.objects.get().frequency == "at_once"
    assert client.post(f"/en/alerts/{alert.token}", {"frequency": "never"}).status_code == 422


def test_its_pages_are_kept_by_nobody(client):
    alert = make_alert()
    for address in ("", "/delete"):
        answer = client.get(f"/en/alerts/{alert.token}{address}")
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_the_short_link_leads_to_its_page_in_its_language(client):
    alert = make_alert(language="sv")
    assert client.get(f"/a/{alert.token}")["Location"] == f"/sv/alerts/{alert.token}"


# -- one click (RFC 8058)


def test_one_click_ends_it_without_a_cookie_or_a_token():
    alert = make_alert()
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(f"/a/{alert.token}", {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert not SearchAlert.objects.exists()
    assert {row.why_not for row in messages_of(alert, "alert_ending")} == {"alert_removed"}
    # Said once more, or to something that never was, it is answered alike.
    for token in (alert.token, "ABCDEFGHJK"):
        assert browser.post(f"/a/{token}", {"List-Unsubscribe": "One-Click"}).status_code == 204


def test_it_may_come_in_either_encoding():
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        alert = make_alert()
        body = "List-Unsubscribe=One-Click"
        if "multipart" in content_type:
            body = (
                '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
            )
        Client().post(f"/a/{alert.token}", body, content_type=content_type)
        assert not SearchAlert.objects.exists()


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Maybe"}, {"other": "One-Click"}])
def test_any_other_post_ends_nothing(client, body):
    alert = make_alert()
    assert client.post(f"/a/{alert.token}", body).status_code == 400
    assert SearchAlert.objects.exists()
