"""A worker's day in a real browser: signing in, logging a thing with two photos, picking, handing over, nobody came."""

import pytest
from django.utils import timezone

from inventory.models import Item
from recycling.policy.models import Policy
from reservations.models import HandoverLine, Reservation, ReservationStatus
from tests.factories import counters, later, make_item, make_reservation, make_shelf, make_worker

from .people import DESK, PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SARI = "sari@kierto.example"
SAVE = "button.primary[form=intake]"
GIVE = "button.primary[form=handover]"


@pytest.fixture
def worker(person, warehouse):
    """``worker(width=360)``: Sari, who works at the warehouse, in front of a fresh browser, signed in by a code."""

    def worker_(*, language="fi", **options):
        make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language)
        Policy.objects.update(internal_first_days=0)  # a resident takes what was logged a moment ago
        sari = person(language=language, **options)
        sign_in(sari)
        return sari

    return worker_


def sign_in(sari):
    """By the link of the menu; the code comes by e-mail, and nothing else is asked."""
    sari.go(f"/{sari.language}/")
    if sari.sees("header details.menu > summary"):
        sari.press("header details.menu > summary")
    sari.press("header a[href$='/accounts/login']", opens="/accounts/login$")
    sari.write("email", SARI).press("main form[novalidate] button.primary", opens="/login/code$")
    sari.write("code", sari.code_from_message(SARI))
    sari.press("main button[value=verify]", opens="/wh/today$")


def log_a_chair(sari, files):
    """W1: photos, kind, condition, save. Everything else has a default. Gives the item."""
    sari.press("nav.places a[href$='/wh/new']", opens="/wh/new$")
    sari.counted()
    sari.give_files("album", files)
    sari.choose("category", "office_chair").choose("condition", "good")
    sari.press(SAVE, opens="/wh/new.saved=")
    taps, fields = sari.counted()
    assert (taps <= 7, fields) == (True, 0), f"{taps} taps, {fields} fields"
    item = Item.objects.get()
    assert (item.photos.count(), item.status, item.category.key) == (2, "published", "office_chair")
    assert sari.text(".saved .big-code") == item.shown_code
    return item


def pick_and_hand_over(sari, reservation):
    """W7: the tick on the list, the six digits at the desk, everything leaves."""
    sari.press("nav.places a[href$='/wh/today']", opens="/wh/today$")
    sari.go(f"/{sari.language}/wh/today?day={reservation.slot.starts_at:%Y-%m-%d}")
    row = f"#{reservation.code}"
    assert reservation.pickup_code not in sari.page.content()  # the last digits are enough on a list
    sari.press(f"{row} .tick[aria-pressed=false]", opens=f"{row}$")
    assert sari.one(f"{row} .tick").get_attribute("aria-pressed") == "true"
    sari.press(f"{row} .tick", opens=f"{row}$").press(f"{row} .tick", opens=f"{row}$")
    reservation.refresh_from_db()
    assert reservation.status == ReservationStatus.READY

    sari.press("nav.places a[href$='/wh/today']", opens="/wh/today$")
    sari.counted()
    sari.write("typed", f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}")
    sari.press(".code-row button.primary", opens=f"/wh/handover/{reservation.code}$")
    sari.press(GIVE, opens=f"/wh/handover/{reservation.code}$")
    assert sari.counted() == (2, 1)
    reservation.refresh_from_db()
    assert reservation.status == ReservationStatus.COLLECTED
    assert sari.sees(".done-box")


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
@pytest.mark.parametrize("width", [PHONE, pytest.param(DESK, marks=pytest.mark.thorough)])
def test_from_the_photo_to_the_hand_over(worker, person, files, width, language):
    sari = worker(width=width, language=language)
    item = log_a_chair(sari, files)

    aino = person(width=width, language=language)
    aino.go(f"/{language}/items").press(
        f"article.card a[href*='{item.shown_code}']", opens=f"{item.shown_code}$"
    )
    photos = aino.page.locator(".item-photos img")
    assert photos.count() == 3  # the large one and two thumbs
    assert photos.evaluate_all(
        "all => Promise.all(all.map((one) => one.decode().then(() => one.naturalWidth > 0)))"
    )

    pick_and_hand_over(sari, make_reservation({item: 1}, at=timezone.now(), language=language))
    assert counters(item) == (0, 0)


def test_the_day_without_a_pointer(worker, files):
    sari = worker(keyboard=True)
    pick_and_hand_over(sari, make_reservation({log_a_chair(sari, files): 1}, at=timezone.now()))


def test_the_day_without_javascript(worker, files):
    sari = worker(javascript=False, language="sv")
    pick_and_hand_over(sari, make_reservation({log_a_chair(sari, files): 1}, at=timezone.now()))


def test_the_link_of_the_code_part_of_a_lot_and_a_reason(worker, clock):
    """The QR's link opens the hand-over; 2 of 3 leave, and why is asked before anything changes."""
    chairs = make_item(quantity=5, shelf=make_shelf())
    reservation = make_reservation({chairs: 3})
    sari = worker()
    clock.move_to(reservation.slot.starts_at)
    sari.go(f"/r/{reservation.token}")
    assert sari.page.url.endswith(f"/wh/handover/{reservation.code}")
    (line,) = reservation.lines.all()

    sari.press("details.stays > summary").press(".stays [data-step='-1']")
    assert sari.text("[data-leaving]") == "2/3"
    sari.press(GIVE, opens="/wh/handover/")
    assert sari.sees("#error-summary")
    assert counters(chairs) == (5, 3)
    assert sari.one(f"[name=given-{line.pk}]").input_value() == "2"

    sari.choose(f"why-{line.pk}", "broken").press(GIVE, opens="/wh/handover/")
    assert sari.sees(".done-box")
    given = HandoverLine.objects.get()
    assert (given.promised, given.given, given.why_not) == (3, 2, "broken")
    sari.press("a[href$='/thanks']", opens="/thanks$")


def test_a_wrong_code_another_day_and_nobody_came(worker, clock):
    tomorrow = make_reservation()
    sari = worker()
    sari.go("/fi/wh/code")
    wrong = "000000" if tomorrow.pickup_code != "000000" else "111111"
    sari.write("typed", wrong).press(".code-row button.primary", opens="/wh/code$")
    assert sari.sees("#error-summary")
    sari.write("typed", tomorrow.pickup_code)
    sari.press(".code-row button.primary", opens=f"/wh/handover/{tomorrow.code}$")

    clock.move_to(later(tomorrow.slot.ends_at, minutes=5))
    sari.go("/fi/wh/today")
    sari.press(f"#{tomorrow.code} h3 a", opens=f"/{tomorrow.code}$")
    sari.press("main > .wrap details.more:has(form[action$='/missed']) > summary")
    sari.press("form[action$='/missed'] button", opens=f"/{tomorrow.code}$")
    assert Reservation.objects.get().status == ReservationStatus.MISSED
