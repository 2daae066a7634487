"""The pages of texts: looked at by whoever works here, changed by those who keep what the city shares."""

from itertools import product

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recycling.notifications.domain import city_texts
from recycling.notifications.models import CityText, Notification
from tests.factories import NOW, make_user, make_worker
from tests.inventory.hall import words_of

pytestmark = pytest.mark.django_db

SMS = ("booked", "sms", "en")
WORDS = "See you {when}: {item}, {place}. Code {code}. {url}"


@pytest.fixture(autouse=True)
def _clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meri():
    return make_user(name="Meri Mäki", is_manager=True)


@pytest.fixture
def browser(meri):
    found = Client()
    found.force_login(meri)
    return found


def address(name, *args):
    with translation.override("en"):
        return reverse(f"texts:{name}", args=args)


def test_every_message_is_listed_by_its_subject_and_what_is_changed_says_so(browser, meri):
    city_texts.write("booked", "subject", "en", "See you {start}", seen=0, by=meri, at=NOW)
    page = browser.get(address("overview"))
    said = words_of(page)
    assert "See you Wed 16 Sep 14:00 Changed by the city" in said
    assert [address("one", kind) in page.content.decode() for kind in city_texts.kinds()] == [True] * len(
        city_texts.kinds()
    )


def test_a_message_is_shown_in_three_languages_with_usual_and_longest_values(browser):
    page = browser.get(address("one", "booked"))
    said = words_of(page)
    for words in (
        "Varaus vahvistettu: Työtuoli, musta",
        "Bokningen är bekräftad",
        "Booking confirmed: Office",
    ):
        assert words in said
    assert "Korkeussäädettävä" in said
    assert "149 of 160 characters" in said
    assert 'lang="sv"' in page.content.decode()


def test_a_worker_looks_and_changes_nothing(client):
    client.force_login(make_worker())
    page = client.get(address("one", "booked"))
    assert (page.status_code, address("change", *SMS) in page.content.decode()) == (200, False)
    assert client.get(address("change", *SMS)).status_code == 403


def test_the_editor_begins_with_our_words_and_names_what_can_stand_there(browser):
    said = words_of(browser.get(address("change", *SMS)))
    assert "Booking confirmed: {item}. Pick up {when}, {place}. Code {code}. Change or cancel: {url}" in said
    assert "{url} must be there" in said


def test_saving_is_said_and_shown_from_then_on(browser):
    answer = browser.post(address("change", *SMS), {"words": WORDS, "seen": "0"}, follow=True)
    said = words_of(answer)
    assert "Saved. From now on the message says this." in said
    assert "See you Wed 16 Sep 14:00-14:30: Office chair, black" in said
    said = words_of(browser.get(address("change", *SMS)))
    assert "Mon 16 Nov 09:00, Meri" in said


def test_a_refusal_keeps_what_was_typed(browser):
    answer = browser.post(address("change", *SMS), {"words": "See you {nowhere}", "seen": "0"})
    assert answer.status_code == 422
    assert "This is no name of this message: {nowhere}." in words_of(answer)
    assert "See you {nowhere}" in answer.content.decode()
    assert not CityText.objects.exists()


def test_a_preview_without_a_script_keeps_nothing(browser):
    answer = browser.post(address("change", *SMS), {"words": WORDS, "seen": "0", "look": "1"})
    assert answer.status_code == 200
    assert "See you Wed 16 Sep 14:00-14:30" in words_of(answer)
    assert not CityText.objects.exists()


def test_the_live_preview_counts_and_says_what_is_wrong(browser):
    said = words_of(browser.post(address("preview", *SMS), {"words": WORDS}))
    assert "With sample values See you Wed 16 Sep 14:00-14:30" in said
    assert "of 160 characters" in said
    said = words_of(browser.post(address("preview", *SMS), {"words": "{code} {url} {when} " + 100 * "x"}))
    assert "With the longest values this takes" in said
    assert (
        words_of(browser.post(address("preview", *SMS), {"words": ""}))
        == "Write the text, or go back to the original."
    )


def test_a_trial_is_posted_and_nothing_kept(browser, meri):
    words = city_texts.original("booked", "text", "en")
    answer = browser.post(
        address("change", "booked", "text", "en"), {"words": words, "seen": "0", "try": "1"}
    )
    assert "Sent to you, with the sample values." in words_of(answer)
    assert Notification.objects.get().recipient == f"user:{meri.pk}"


def test_back_to_the_original_is_one_button(browser, meri):
    city_texts.write(*SMS, WORDS, seen=0, by=meri, at=NOW)
    answer = browser.post(address("change", *SMS), {"words": "", "seen": "1", "original": "1"}, follow=True)
    assert "The message says what it said originally." in words_of(answer)
    assert CityText.objects.get().words == ""
    assert "Back to the original text" in words_of(browser.get(address("change", *SMS)))


@pytest.mark.parametrize(
    "args",
    [("nothing", "sms", "en"), ("receipt", "sms", "en"), ("booked", "html", "en"), ("booked", "sms", "de")],
)
def test_what_no_message_consists_of_is_not_found(browser, args):
    assert browser.get(address("change", *args)).status_code == 404
    assert browser.post(address("preview", *args)).status_code == 404


@pytest.mark.parametrize("rows", [0, 6])
def test_the_pages_ask_the_same_however_much_is_changed(browser, meri, django_assert_num_queries, rows):
    changed = [*product(("booked", "moved"), ("fi", "sv", "en"))][:rows]
    for number, (kind, language) in enumerate(changed):
        words = city_texts.original(kind, "subject", language)
        city_texts.write(kind, "subject", language, f"{number} {words}"[:60], seen=0, by=meri, at=NOW)
    browser.get(address("overview"))
    with django_assert_num_queries(OVERVIEW):
        browser.get(address("overview"))
    with django_assert_num_queries(ONE):
        browser.get(address("one", "booked"))


# The session, the person, the texts, the rules, the list and the roles of the menu. Of one message the rules for each language
# and length.
OVERVIEW = 6
ONE = 11
