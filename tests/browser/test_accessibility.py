"""Every page under a strict eye: axe by day and by night, narrow and with wide text, in every language; how heavy, how calm."""

import gzip
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import timezone, translation
from playwright.sync_api import expect

from inventory.models import Item
from recycling.accounts.domain import limits
from reservations.domain import booking, handover
from reservations.models import Reservation
from tests.factories import category as category_named
from tests.factories import later, make_item, make_reservation, make_shelf, make_worker

from .inspection import Inspector
from .people import DESK, PHONE, STRICT_LANGUAGES
from .test_resident import AINO, BOOK, CONFIRM, CONTINUE, FIRST_TIME
from .test_worker import GIVE, SARI, SAVE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def token_page(reservation, language):
    return f"/{language}/r/{reservation.token}"


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_catalogue_and_the_pages_of_words(person, photographed, language):
    """What anybody may see, with something in it and with nothing."""
    chairs = photographed(
        3, quantity=4, defects="Käsinoja naarmuinen", description="Vanha mutta mainio.", maker="Isku"
    )
    free, gone = make_item(category="sofa"), make_item(category="desk_electric", price=20)
    gone_for_good = make_reservation({gone: 1}, at=timezone.now())
    Item.objects.filter(pk=free.pk).update(width_cm=200, depth_cm=90, height_cm=80)
    make_reservation({make_item(category="bookshelf"): 1}, at=timezone.now())
    lines = {line.pk: 1 for line in gone_for_good.lines.all()}
    handover.hand_over(gone_for_good, given=lines, why_not={}, by=make_worker(), at=timezone.now())

    aino = person(language=language, reduced_motion="reduce")
    look = Inspector(aino)
    home = f"/{language}"
    look.go("front", f"{home}/")
    if aino.sees("header details.menu > summary"):
        aino.press("header details.menu > summary")
        look.look("menu")
    look.go("list", f"{home}/items")
    aino.press("details.filters > summary")
    look.look("filters")
    look.go("filtered", f"{home}/items?q=a&colour=black&condition=good&width=300&free=1&available=1")
    look.go("nothing found", f"{home}/items?q=xyzzy")
    look.go("category", f"{home}/c/seating")
    look.go("nothing saved", f"{home}/items/saved")
    look.go("item", f"{home}/items/{chairs.shown_code}")
    aino.press("#save button", opens=chairs.shown_code)
    look.look("item that is saved")
    look.go("item without a size", f"{home}/items/{free.shown_code}")
    look.go("item that is gone", f"{home}/items/{gone.shown_code}")
    look.go("saved", f"{home}/items/saved")
    for page in ("impact", "how", "where", "privacy", "cookies", "accessibility", "my", "book"):
        look.go(page, f"{home}/{page}")
    look.go("not found", f"{home}/items/222-2222")
    look.go("no such page", f"{home}/nowhere")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_way_through_a_booking(person, photographed, language, settings):
    """Every step with and without a mistake; the reservation's page; what was given up and what was too late."""
    chairs = photographed(2, quantity=3)
    aino = person(language=language, reduced_motion="reduce")
    look = Inspector(aino)
    item_page = f"/{language}/items/{chairs.shown_code}"
    aino.go(item_page).write_into("form[action$='/book'] [name=pieces]", "900")
    aino.press("form[action$='/book'] button.primary", opens="/book$")
    look.look("not held")
    aino.go(item_page).press(BOOK, opens="/time$")
    look.look("time")
    look.go("in progress", f"/{language}/book")
    aino.press("main a.primary", opens="/time$").press(FIRST_TIME, opens="/contact$")
    look.look("contact")
    aino.press(CONTINUE, opens="/contact$")
    look.look("contact with mistakes")
    aino.write("name", "Aino").write("contact", AINO).press(CONTINUE, opens="/code$")
    look.look("code")
    wrong, right = "000 000", aino.code_from_message(AINO)
    aino.write("code", wrong).press(CONTINUE, opens="/code$")
    look.look("wrong code")
    aino.write("code", right).press(CONTINUE, opens="/check$")
    look.look("check")
    aino.press(CONFIRM, opens="/r/[^/]+$")
    look.look("booked")
    here = aino.page.url
    look.go("my reservations", f"/{language}/my")
    look.go("change", f"{here}/change")
    look.go("messages", f"{here}/messages")
    look.go("cancel", f"{here}/cancel")
    aino.press("main form button.danger", opens="/r/[^/]+$")
    look.look("cancelled")
    aino.go(item_page).press(BOOK, opens="/time$").press(
        "main form[action$='/release'] button", opens=chairs.shown_code
    )
    look.look("let go")
    look.go("mailbox", f"/demo/mailbox?{language}")
    aino.press("main .lines > li:first-child h2 a", opens=r"/mailbox/\d+$")
    look.look("message")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_what_becomes_of_a_reservation_and_what_is_refused(person, photographed, language, settings, clock):
    chairs = photographed(1, quantity=9)
    at = timezone.now()
    ready, missed, over, collected = (
        make_reservation({chairs: pieces}, at=at, language=language, contact=f"p{pieces}@example.org")
        for pieces in (1, 1, 2, 2)
    )
    sari = make_worker(name="Sari Sorsa")
    handover.pick(ready.lines.get(), by=sari, at=at)
    clock.move_to(later(missed.slot.ends_at, hours=2))
    for one in (missed, over):
        booking.mark_missed(one, by=sari, at=timezone.now())
    line = collected.lines.get()
    handover.hand_over(collected, given={line.pk: 1}, why_not={line.pk: "broken"}, by=sari, at=timezone.now())
    aino = person(language=language, reduced_motion="reduce")
    look = Inspector(aino)
    for name, one in (("ready", ready), ("missed", missed), ("collected", collected)):
        look.go(name, token_page(one, language))
    clock.move_to(later(Reservation.objects.get(pk=over.pk).held_until, minutes=1))
    booking.expire(Reservation.objects.get(pk=over.pk), at=timezone.now())
    look.go("ended", token_page(over, language))

    aino.go(f"/{language}/items/{chairs.shown_code}").press(BOOK, opens="/time$")
    clock.move_to(later(timezone.now(), minutes=30))
    aino.press(FIRST_TIME, opens="/time$")
    look.look("hold over")

    look.go("sign-in", f"/{language}/accounts/login")
    aino.press(CONTINUE, opens="/accounts/login$")
    look.look("sign-in with a mistake")
    for _time in range(10):
        limits.count("sign_in_email_here", f"{SARI} 127.0.0.1", limit=10, per=HOUR, at=timezone.now())
    aino.write("email", SARI).press(CONTINUE, opens="/accounts/login$")
    look.look("too often")
    settings.REQUEST_MAX_BYTES = 10
    aino.go(f"/{language}/my").write("contact", AINO).press(CONTINUE, opens="/my$")
    look.look("too large")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_what_happens_to_things_in_the_hall(person, photographed, warehouse, language):
    shelf = make_shelf()
    chairs = photographed(2, quantity=9, shelf=shelf)
    photographed(1, quantity=3, shelf=shelf)
    at = timezone.now()
    booked = make_reservation({chairs: 2}, at=at)
    handover.hand_over(
        booked, given={booked.lines.get().pk: 2}, why_not={}, by=make_worker(site=warehouse), at=at
    )
    make_reservation({chairs: 1}, at=at)
    make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language)
    sari = person(language=language, reduced_motion="reduce")
    sign_in(sari)
    look = Inspector(sari)
    hall, thing = f"/{language}/wh", f"/{language}/wh/items/{chairs.shown_code}"
    look.go("shelves", f"{hall}/shelves")
    look.go("move", f"{hall}/move?item={chairs.shown_code}")
    sari.write("typed", "nowhere").press("form:has([name=typed]) button.primary", opens="/move$")
    look.look("move with a mistake")
    look.go("split", f"{thing}/split")
    look.go("merge", f"{thing}/merge")
    look.go("return", f"{hall}/returns/{chairs.shown_code}")
    look.go("returns", f"{hall}/returns")
    look.go("calendar", f"{hall}/calendar")
    sari.press("main form button.primary", opens="/calendar$")
    look.look("calendar with its address")
    look.go("history", f"{thing}/history")
    look.go("write off", f"{thing}/writeoff")
    sari.write("pieces", "6").press("main button.danger", opens="/writeoff$")
    look.look("write-off with mistakes")
    sari.choose("reason", "broken").choose("destination", "wood")
    sari.press("main button.danger", opens="/writeoffs$")
    look.look("write-offs")
    look.go("shelf", f"{hall}/shelves/{warehouse.code}/{shelf.code}")
    look.open_everything()
    sari.press("button[name=block]", opens=f"{shelf.code}$")
    look.look("shelf in quarantine")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_the_hall(person, photographed, files, warehouse, language, clock):
    chairs = photographed(3, quantity=5, shelf=make_shelf())
    at = timezone.now()
    booked = make_reservation({chairs: 3}, at=at, language=language)
    other = make_reservation({make_item(shelf=make_shelf("H2-01-B")): 1}, at=at, contact="b@example.org")
    make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language)
    sari = person(language=language, reduced_motion="reduce")
    sign_in(sari)
    look = Inspector(sari)
    hall = f"/{language}/wh"
    look.look("no pickups today")
    look.go("pickups", f"{hall}/today?day={booked.slot.starts_at:%Y-%m-%d}")
    sari.press(f"#{booked.code} .tick", opens=booked.code)
    look.look("picked")
    look.go("code", f"{hall}/code")
    sari.press(".code-row button.primary", opens="/wh/code$")
    look.look("no code typed")
    look.go("new", f"{hall}/new")
    sari.press(SAVE, opens="/wh/new$")
    look.look("new with mistakes")
    sari.give_files("album", files).choose("category", "office_chair").choose("condition", "good")
    look.look("new with photos")
    sari.press(SAVE, opens="saved=")
    look.look("saved")
    look.go("items", f"{hall}/items")
    look.go("item", f"{hall}/items/{chairs.shown_code}")
    look.open_everything()
    look.look("item, everything open")
    sari.write("width_cm", "leveä").press("form:has([name=width_cm]) button.primary", opens=chairs.shown_code)
    look.look("item with mistakes")
    clock.move_to(later(other.slot.ends_at, minutes=5))
    look.go("another time", f"{hall}/handover/{booked.code}/time")
    look.go("hand-over", f"{hall}/handover/{booked.code}")
    look.open_everything()
    look.look("hand-over, everything open")
    line = booked.lines.get()
    sari.write(f"given-{line.pk}", "1").press(GIVE, opens=f"{booked.code}$")
    look.look("hand-over with mistakes")
    sari.choose(f"why-{line.pk}", "broken").press(GIVE, opens=f"{booked.code}$")
    look.look("handed over")
    sari.press("a[href$='/thanks']", opens="/thanks$")
    look.look("thanks")
    sari.go(f"{hall}/handover/{other.code}").press("details.more:has(form[action$='/missed']) > summary")
    sari.press("form[action$='/missed'] button", opens=f"{other.code}$")
    look.look("nobody came")
    look.go("sign out", f"/{language}/accounts/logout")
    sari.press("main form button.primary", opens=f"/{language}/$")
    assert look.wrong == [], look.told()


def page_of(template, language):
    """An error page as the service would answer with it."""
    with translation.override(language):
        return get_template(f"{template}.html").render({}, RequestFactory().get(f"/{language}/x"))


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_errors_that_nobody_can_press_a_button_for(person, language):
    """They are seldom met in a story: answered here at an address of the service, with its own styles."""
    aino = person(language=language, reduced_motion="reduce")
    look = Inspector(aino)
    names = ["403", "403_csrf", "404", "413", "429"] + (["400", "500", "503"] if language == "fi" else [])
    pages = {f"/as-if-{name}": page_of(name, language) for name in names}
    aino.page.route(
        "**/as-if-*",
        lambda route: route.fulfill(body=pages[urlsplit(route.request.url).path], content_type="text/html"),
    )
    for path in pages:
        look.go(path, path)
    assert look.wrong == [], look.told()


# How much of the page has moved without anybody's doing.
MOVED = """() => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { moved += one.hadRecentInput ? 0 : one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  window.moved = () => moved;
}"""


def slowly(route):
    """A photo on a bad connection: it comes when the page has long been painted."""
    time.sleep(0.25)
    route.continue_()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_jumps_while_the_photos_come(person, photographed, width):
    """CLS at most 0.05 on the front page, the list, the item and the booking, with photos that come late."""
    chairs = photographed(3, quantity=4)
    for category in ("desk", "sofa", "bookshelf"):
        photographed(1, sized=category != "sofa", category=category_named(category))
    aino = person(width=width)
    aino.page.add_init_script(f"({MOVED})()")
    aino.page.route("**/media/**", slowly)
    for path in ("/fi/", "/fi/items", f"/fi/items/{chairs.shown_code}"):
        aino.go(path)
        aino.page.mouse.wheel(0, 2000)
        aino.page.wait_for_load_state("networkidle")
        loaded = aino.page.locator("main img").evaluate_all(
            "all => all.filter((one) => one.naturalWidth > 0).length"
        )
        assert (loaded > 0, aino.page.evaluate("moved()") <= 0.05) == (True, True), path
    aino.press(BOOK, opens="/time$")
    aino.page.wait_for_load_state("networkidle")
    assert aino.page.evaluate("moved()") <= 0.05


def weights(aino, path):
    """{kind: bytes} of everything but pictures that a first visit brings, gzipped as a server would."""
    found = {}

    def weigh(answer):
        kind = answer.request.resource_type
        if kind in {"document", "stylesheet", "script", "font"}:
            found[kind] = found.get(kind, 0) + len(gzip.compress(answer.body()))

    aino.page.on("response", weigh)
    aino.go(path)
    aino.page.wait_for_load_state("networkidle")
    aino.page.remove_listener("response", weigh)
    return found


def test_a_page_is_light(person, photographed, warehouse):
    """HTML and CSS at most 40 kB, JavaScript 15 kB, six photos of a list at most 25 kB each; the hall 90 kB in all."""
    for _number in range(6):
        photographed(1)
    for path in ("/fi/", "/fi/items", "/fi/how", Item.objects.first().get_absolute_url()):
        aino = person()
        brought = weights(aino, path)
        assert brought["document"] + brought["stylesheet"] <= 40_000, (path, brought)
        assert (brought["script"] <= 15_000, brought.get("font", 0)) == (True, 0), (path, brought)
    pictures = person()
    sizes = []
    pictures.page.on(
        "response",
        lambda answer: sizes.append(len(answer.body())) if answer.request.resource_type == "image" else None,
    )
    pictures.go("/fi/items").page.wait_for_load_state("networkidle")
    photos = [size for size in sizes if size > 2_000]
    assert (len(photos), max(photos) <= 25_000) == (6, True), photos

    make_worker(site=warehouse, email=SARI)
    sari = person()
    sign_in(sari)
    brought = weights(sari, "/fi/wh/new")
    assert sum(brought.values()) <= 90_000, brought


def test_the_focus_goes_from_the_summary_to_the_field(person):
    """The summary has the focus; its link puts the cursor into the field; the same words stand at both."""
    aino = person(keyboard=True)
    aino.go(make_item().get_absolute_url()).press(BOOK, opens="/time$").press(FIRST_TIME, opens="/contact$")
    aino.write("name", "Aino").press(CONTINUE, opens="/contact$")
    assert aino.one("[name=name]").input_value() == "Aino"
    link = aino.one("#error-summary a")
    aino.page.keyboard.press("Tab")
    expect(link).to_be_focused()
    aino.page.keyboard.press("Enter")
    expect(aino.one("[name=contact]")).to_be_focused()
    field = aino.one("[name=contact]")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    words = " ".join(aino.page.locator(f"#{one}").inner_text() for one in described)
    said = link.inner_text().partition(": ")[2]
    assert said
    assert said in words
