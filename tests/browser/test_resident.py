"""A resident's whole story in a real browser: found, reserved, moved, let go; on a phone and at a desk, in every language."""

import re

import pytest

from reservations.models import Reservation, ReservationStatus
from tests.factories import counters, make_item

from .people import DESK, LANGUAGES, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AINO = "aino@example.org"
BOOK = "form[action$='/book'] button.primary"
FIRST_TIME = ".first-time button"
CONTINUE = "main form[novalidate] button.primary"
CONFIRM = "form[action$='/confirm'] button"


def find(person, item):
    """From the front page through a filter to the item's own page."""
    language = person.language
    person.go(f"/{language}/")
    person.press(f"header a[href='/{language}/items']", opens="/items$")
    if person.sees("details.filters:not([open]) > summary"):
        person.press("details.filters > summary")
    person.choose("condition", "good")
    person.press("details.filters button.primary", opens=r"condition=good")
    assert person.page.locator("article.card").count() == 1
    person.press(f"article.card a[href*='{item.shown_code}']", opens=f"/items/{item.shown_code}")


def book(person, *, name="Aino Asukas", contact=AINO):
    """From the item's page to the page with the pickup code, the first time on this device."""
    person.press(BOOK, opens="/time$")
    person.press(FIRST_TIME, opens="/contact$")
    person.write("name", name).write("contact", contact)
    person.press(CONTINUE, opens="/code$")
    person.write("code", person.code_from_message(contact))
    person.press(CONTINUE, opens="/check$")
    person.press(CONFIRM, opens="/r/[^/]+$")


def the_whole_story(person, chair):
    """R1 to R9. The taps and fields that the city promised are counted on the way."""
    find(person, chair)
    person.counted()
    book(person)
    taps, fields = person.counted()
    assert (taps <= 5, fields) == (True, 3), f"{taps} taps, {fields} fields"

    reservation = Reservation.objects.get()
    shown = f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}"
    assert (reservation.status, person.text(".pickup-code")) == (ReservationStatus.BOOKED, shown)
    qr = person.one("img.qr")
    assert qr.evaluate("one => one.complete && one.naturalWidth > 0")

    # The link of the message leads to the same page, in the language it was booked in.
    words, links = person.newest_message(AINO)
    assert shown in words
    link = next(one for one in links if "/r/" in one)
    person.go(link)
    person.counted()
    person.press("a[href$='/change']", opens="/change$")
    person.press(".slots li:last-child button >> nth=0", opens="/r/[^/]+$")
    assert person.counted()[0] + 1 <= 3  # opening the link is the first
    before = reservation.slot
    reservation.refresh_from_db()
    assert reservation.slot != before
    assert person.sees("main .message, main [role=status]")

    person.go(link)
    person.counted()
    person.press("a[href$='/cancel']", opens="/cancel$")
    person.press("form[novalidate] button.danger", opens="/r/[^/]+$")
    assert person.counted() == (2, 0)
    reservation.refresh_from_db()
    assert (reservation.status, counters(chair)) == (ReservationStatus.CANCELLED, (1, 0))
    assert not person.sees(".pickup-code")


# A phone in the first language and a desk in the second on each commit, the others by `make thorough`.
OFTEN = [(PHONE, "fi"), (DESK, "sv")]
RARELY = [(width, one) for width in (PHONE, DESK) for one in LANGUAGES if (width, one) not in OFTEN]


@pytest.mark.parametrize(
    ("width", "language"), [*OFTEN, *(pytest.param(*one, marks=pytest.mark.thorough) for one in RARELY)]
)
def test_from_the_list_to_the_code_to_another_time_to_letting_go(person, photographed, width, language):
    make_item(condition="worn")
    the_whole_story(person(width=width, language=language), photographed())


def test_the_whole_story_without_a_pointer(person, photographed):
    make_item(condition="worn")
    the_whole_story(person(keyboard=True), photographed())


def test_the_whole_story_without_javascript(person, photographed):
    make_item(condition="worn")
    the_whole_story(person(javascript=False, language="sv"), photographed())


def test_a_remembered_device_books_with_three_taps_and_no_field(person):
    first, second = make_item(), make_item(quantity=3)
    aino = person(language="en")
    aino.go(first.get_absolute_url().replace("/fi/", "/en/"))
    book(aino)

    aino.go(second.get_absolute_url().replace("/fi/", "/en/"))
    aino.counted()
    aino.press(BOOK, opens="/time$").press(FIRST_TIME, opens="/check$").press(CONFIRM, opens="/r/[^/]+$")
    assert aino.counted() == (3, 0)
    assert re.fullmatch(r"\d{3} \d{3}", aino.text(".pickup-code"))

    # The code is found again from any page of this device, and by whoever has the link.
    aino.go("/en/")
    aino.press("header a[href='/en/my']", opens="/my$")
    assert aino.page.locator("main .lines > li").count() == 2


def test_several_pieces_saved_things_and_one_contact_for_all(person):
    """The stepper by tap and by typing; two saved things are reserved together."""
    chairs, sofa = make_item(quantity=4), make_item(category="sofa")
    aino = person()
    aino.go(chairs.get_absolute_url())
    stepper = "form[action$='/book'] [data-stepper]"
    aino.press(f"{stepper} [data-step='1']").press(f"{stepper} [data-step='1']").press(
        f"{stepper} [data-step='-1']"
    )
    assert aino.one(f"{stepper} input").input_value() == "2"
    aino.press("#save button", opens=f"/items/{chairs.shown_code}")
    aino.go(sofa.get_absolute_url())
    aino.press("#save button", opens=f"/items/{sofa.shown_code}")
    aino.press("#save a[href$='/items/saved']", opens="/items/saved$")
    assert aino.page.locator("main .lines > li, main article.card").count() == 2
    aino.press("main form[action$='/book'] button.primary", opens="/time$")
    aino.press(FIRST_TIME, opens="/contact$").write("name", "Aino").write("contact", "040 123 4567")
    aino.press(CONTINUE, opens="/code$")
    aino.write("code", aino.code_from_message("+358401234567"))
    aino.press(CONTINUE, opens="/check$").press(CONFIRM, opens="/r/[^/]+$")
    assert (counters(chairs)[1], counters(sofa)[1]) == (1, 1)
    assert Reservation.objects.get().lines.count() == 2
