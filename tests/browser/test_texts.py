"""A manager changes the words of a message: with a script, without one, by keyboard, on a phone, in every language."""

import pytest
from playwright.sync_api import expect

from recycling.notifications.models import CityText
from tests.factories import make_user

from .inspection import Inspector
from .people import DESK, PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MERI = "meri@kierto.example"
SAVE = "#words button.primary"
WORDS = "Nouto {when}: {item}, {place}. Koodi {code}. {url}"


@pytest.fixture
def meri(person):
    """``meri(width=360)``: a manager, signed in by a code."""

    def meri_(*, language="fi", **options):
        make_user(name="Meri Mäki", email=MERI, is_manager=True, language=language)
        found = person(language=language, **options)
        found.go(f"/{language}/accounts/login")
        found.write("email", MERI).press("main form[novalidate] button.primary", opens="/login/code$")
        found.write("code", found.code_from_message(MERI))
        found.press("main button[value=verify]", opens="/manage/units$")
        return found

    return meri_


def test_the_preview_follows_what_is_typed(meri):
    found = meri(width=DESK)
    found.go("/fi/manage/texts/booked/sms/fi")
    found.write("words", WORDS)
    expect(found.page.locator("#preview")).to_contain_text("Nouto ke 16.9. klo 14.00-14.30: Työtuoli, musta")
    expect(found.page.locator("#preview")).to_contain_text("160")
    found.write("words", "Nouto {when}")
    expect(found.page.locator("#preview .notice.danger")).to_contain_text("{code}, {url}")
    assert not CityText.objects.exists()


@pytest.mark.parametrize(
    "options", [{"width": PHONE}, {"width": DESK, "keyboard": True}, {"width": PHONE, "javascript": False}]
)
def test_words_are_written_looked_at_and_kept(meri, options):
    found = meri(**options)
    found.go("/fi/manage/texts/booked/sms/fi")
    found.write("words", WORDS)
    found.press("#words button[name=look]", opens="/booked/sms/fi$")
    assert "Nouto ke 16.9. klo 14.00-14.30: Työtuoli, musta" in found.text("#preview")
    found.press(SAVE, opens="/manage/texts/booked$")
    assert CityText.objects.get().words == WORDS
    found.go("/fi/manage/texts/booked/sms/fi")
    found.press("#words button[name=original]", opens="/manage/texts/booked$")
    assert CityText.objects.get().words == ""


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_texts_under_a_strict_eye(meri, language):
    found = meri(language=language, reduced_motion="reduce")
    look = Inspector(found)
    look.go("texts", f"/{language}/manage/texts")
    look.go("one text", f"/{language}/manage/texts/booked")
    look.open_everything()
    look.look("one text with the longest values")
    look.go("editor", f"/{language}/manage/texts/booked/text/sv")
    look.open_everything()
    look.look("editor with everything open")
    look.go("editor of a text message", f"/{language}/manage/texts/booked/sms/fi")
    found.write("words", "Nouto")
    found.press(SAVE, opens="/booked/sms/fi$")
    look.look("refused")
    found.write("words", WORDS)
    found.press(SAVE, opens="/manage/texts/booked$")
    look.look("kept")
    look.go("history", f"/{language}/manage/texts/booked/sms/fi")
    look.go("messages of the service", f"/{language}/wh/sending")
    assert look.wrong == [], look.told()
