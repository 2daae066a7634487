"""At the shelves and at the desk in a real browser: scanned right, wrong and equal; a signature, a walk-in, a booking."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.models import SiteRole
from recycling.accounts.models import CostCentre
from recycling.policy.models import Policy
from reservations.models import Handover, Reservation
from tests.factories import counters, make_item, make_member, make_reservation, make_shelf, make_worker

from .inspection import Inspector
from .people import STRICT_LANGUAGES
from .test_worker import GIVE, SARI, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWER = "#scan-answer"
DONE = ".dock-action .button.primary"


@pytest.fixture
def worker(person, warehouse):
    """``worker(width=360)``: Sari, signed in by a code."""

    def worker_(*, language="en", role=SiteRole.WORKER, **options):
        make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language, role=role)
        sari = person(language=language, **options)
        sign_in(sari)
        return sari

    return worker_


# From inside the page: a busy machine hands keys over from outside so slowly that they are a person's.
KEYS = """(code) => {
  document.activeElement.blur();
  for (const key of ["Escape", ...code, "Enter"])
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""


def scanner(sari, code):
    """What a hand scanner types: very fast, and Enter."""
    sari.page.evaluate(KEYS, code)


def booked(wishes, language="en", **fields):
    return make_reservation(wishes, at=timezone.now(), language=language, **fields)


def list_of(reservation, language="en"):
    return f"/{language}/wh/today?day={reservation.slot.starts_at:%Y-%m-%d}"


def test_at_the_shelves_a_scan_ticks_counts_stops_and_swaps(worker):
    chair, equal, lot = make_item(), make_item(), make_item(quantity=24, colour="red")
    sofa = make_item(category="sofa")
    reservation = booked({chair: 1, lot: 4})
    sari = worker()
    vibrated = "window.vibrated = []; navigator.vibrate = (how) => window.vibrated.push(how)"
    sari.page.add_init_script(vibrated)
    sari.go(list_of(reservation))
    scanner(sari, sofa.shown_code)
    expect(sari.page.locator(f"{ANSWER} .danger")).to_contain_text(
        f"Wrong piece. This is Sofa, black, {sofa.shown_code}."
    )
    assert sari.page.evaluate("window.vibrated") == [[200, 100, 200]]

    scanner(sari, equal.shown_code)
    sari.page.locator(f"{ANSWER} form button").click()
    expect(sari.page.locator(f"{ANSWER} .ok")).to_contain_text(equal.shown_code)
    assert {line.item for line in reservation.lines.all()} == {equal, lot}

    scanner(sari, lot.shown_code)
    expect(sari.page.locator("#counted")).to_have_value("4")
    sari.page.locator(
        f"{ANSWER} [data-step='-1']"
    ).click()  # the buttons of a piece of page that came later work too
    sari.page.locator(f"{ANSWER} [data-step='1']").click()
    sari.page.locator(f"{ANSWER} form .primary").click()
    expect(sari.page.locator(f"#{reservation.code} .badge")).to_contain_text("Ready")
    assert sari.page.evaluate("window.vibrated.at(-1)") == 80
    reservation.refresh_from_db()
    assert (reservation.status, [line.counted for line in reservation.lines.order_by("pieces")]) == (
        "ready",
        [1, 4],
    )
    sari.press(f"{ANSWER} [data-close]")
    assert sari.text(f"#{reservation.code} .ticks").count("Picked and checked: Sari") == 2


def test_a_scan_without_a_network_says_that_nothing_was_ticked(worker):
    chair = make_item()
    reservation = booked({chair: 1})
    sari = worker()
    sari.go(list_of(reservation))
    sari.page.context.set_offline(True)
    scanner(sari, chair.shown_code)
    expect(sari.page.locator(ANSWER)).to_contain_text("Nothing was ticked: scan it again.")
    sari.page.context.set_offline(False)
    scanner(sari, chair.shown_code)
    expect(sari.page.locator(f"{ANSWER} .ok")).to_be_visible()
    sari.complaints.clear()  # the browser's own words about the network


def test_at_the_desk_things_are_here_one_by_one_and_somebody_else_signs(worker):
    chair, lamp, sofa = make_item(), make_item(category="desk_lamp"), make_item(category="sofa")
    reservation = booked({chair: 1, lamp: 1})
    sari = worker()
    sari.go(f"/en/wh/handover/{reservation.code}")
    scanner(sari, chair.shown_code)
    expect(sari.page.locator("[data-here-count]")).to_have_text("1")
    scanner(sari, sofa.shown_code)
    expect(sari.page.locator(f"{ANSWER} .danger")).to_be_visible()
    expect(sari.page.locator("[data-here-count]")).to_have_text("1")
    sari.press(f"{ANSWER} [data-close]").press("#handover details[data-scan-to] > summary")
    sari.write("code", lamp.shown_code).press("#handover button[formaction]")
    expect(sari.page.locator("[data-here-count]")).to_have_text("2")
    expect(sari.page.locator(".is-here")).to_have_count(2)
    sari.press(f"{ANSWER} [data-close]")

    sari.page.locator("[name=by_other]").check()
    sari.press("#handover details:has([data-signature]) > summary")
    sign(sari, "[data-signature] svg")
    drawn = sari.page.locator("[name=strokes]").input_value()
    sari.press(GIVE, opens=f"/wh/handover/{reservation.code}$")
    done = Handover.objects.get()
    assert (done.by_other, done.signed, done.signature.strokes) == (True, "screen", drawn)
    assert sari.one(".done-box .signature path").get_attribute("d") == drawn


def sign(sari, where):
    box = sari.one(where)
    box.evaluate("one => one.scrollIntoView({ block: 'start' })")
    area = box.bounding_box()
    mouse = sari.page.mouse
    mouse.move(area["x"] + 20, area["y"] + 20)
    mouse.down()
    for step in range(10):
        mouse.move(area["x"] + 20 + step * 15, area["y"] + 20 + (step % 3) * 10)
    mouse.up()


def test_a_signature_is_wiped_and_nothing_of_it_is_sent(worker):
    reservation = booked({make_item(): 1})
    policy = Policy.current()
    policy.asks_signature = True
    policy.save()
    sari = worker()
    sari.go(f"/en/wh/handover/{reservation.code}")
    sign(sari, "[data-signature] svg")  # the city asks for one: the box is open
    assert sari.page.locator("[name=strokes]").input_value().startswith("M")
    sari.press("[data-again]").press(GIVE, opens=f"/wh/handover/{reservation.code}$")
    assert Handover.objects.get().signed == ""


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, marks=pytest.mark.thorough),
        {"javascript": False},
        pytest.param({"keyboard": True}, marks=pytest.mark.thorough),
    ],
)
def test_a_walk_in_and_a_booking_for_somebody(worker, how):
    chair, lamps = make_item(), make_item(category="desk_lamp", quantity=5)
    sari = worker(**how)
    sari.go("/en/wh/walkin")
    sari.write("typed", chair.shown_code).press("[data-add]", opens="/wh/walkin$")
    sari.press(DONE, opens=f"/wh/handover/{'[A-Z0-9]+'}$")
    assert (counters(chair), sari.text("h1")) == ((0, 0), "Without a reservation")

    sari.go(f"/en/wh/items/{lamps.shown_code}")
    sari.press(".deeds a[href*='/wh/book']", opens=f"item={lamps.code}$")
    sari.press(DONE, opens="go=1$").press(".first-time button", opens="slot=[^&]+$")
    sari.write("name", "Aino").write("contact", "aino@example.org")
    sari.press(DONE, opens=r"/wh/handover/\w+$")
    made = Reservation.objects.get(status="booked")
    assert (made.contact_name, made.made_by.email, counters(lamps)) == ("Aino", SARI, (5, 1))
    words, links = sari.newest_message("aino@example.org")
    assert any(made.token in link for link in links), words


def test_things_are_gathered_by_scanning_and_a_wrong_code_stops_nothing(worker):
    chair, lamp = make_item(), make_item(category="desk_lamp")
    sari = worker()
    for page in ("walkin", "book"):
        sari.go(f"/en/wh/{page}")
        scanner(sari, chair.shown_code)
        expect(sari.page.locator("#things .thing")).to_have_count(1)
        scanner(sari, "222-2222")
        expect(sari.page.locator(ANSWER)).to_contain_text("Nothing has the code 222-2222.")
        scanner(sari, lamp.shown_code)
        expect(sari.page.locator("#things .thing")).to_have_count(2)
        expect(sari.page.locator(ANSWER)).to_be_empty()
        expect(sari.page.locator(DONE)).to_have_count(1)
    sari.press(DONE, opens="go=1$")
    assert sari.page.locator(".slots").count() > 0


@pytest.mark.parametrize("how", [{"javascript": False}, {"keyboard": True}])
def test_picking_and_handing_over_by_typed_codes(worker, how):
    chair, equal = make_item(), make_item()
    reservation = booked({chair: 1})
    sari = worker(**how)
    sari.go(list_of(reservation)).press(f"#{reservation.code} .stays > summary")
    sari.write_into(f"#code-{reservation.code}", equal.shown_code)
    if how.get("javascript") is False:
        sari.press(f"#{reservation.code} .code-row button", opens="/today/scan$")
        sari.press("main form[action$='/swap'] button", opens=f"{reservation.code}$")
    else:
        sari.press(f"#{reservation.code} .code-row button")
        expect(sari.page.locator(f"{ANSWER} form")).to_be_visible()
        sari.press(f"{ANSWER} form button")
        expect(sari.page.locator(f"{ANSWER} .ok")).to_be_visible()
    reservation.refresh_from_db()
    assert (reservation.status, reservation.lines.get().item) == ("ready", equal)
    sari.go(f"/en/wh/handover/{reservation.code}").press("#handover details[data-scan-to] > summary")
    sari.write("code", equal.shown_code)
    sari.press("#handover button[formaction]", opens="/scan$" if how.get("javascript") is False else None)
    expect(sari.page.locator(".is-here")).to_have_count(1)
    sari.press(GIVE, opens=f"/wh/handover/{reservation.code}$")
    assert Handover.objects.count() == 1


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_every_page_and_every_answer_under_a_strict_eye(worker, photographed, language):
    chair, equal = photographed(1, shelf=make_shelf()), photographed(1)
    lot = photographed(1, quantity=24, colour="red")
    reservation, later = (
        booked({chair: 1, lot: 4}, language),
        booked({make_item(category="sofa"): 1}, language, contact="b@example.org"),
    )
    unit = make_member().memberships.get().department
    CostCentre.objects.create(department=unit, number="31250", name_fi="Keittiö")
    sari = worker(language=language, role=SiteRole.LEAD, reduced_motion="reduce")
    look = Inspector(sari)
    hall = f"/{language}/wh"
    look.go("list", list_of(reservation, language))
    look.open_everything()
    scanner(sari, equal.shown_code)
    expect(sari.page.locator(f"{ANSWER} form")).to_be_visible()
    look.look("wrong piece with an offer")
    sari.press(f"{ANSWER} form button")
    expect(sari.page.locator(f"{ANSWER} .ok")).to_be_visible()
    scanner(sari, lot.shown_code)
    expect(sari.page.locator("#counted")).to_be_visible()
    look.look("count them")

    look.go("hand-over", f"{hall}/handover/{reservation.code}")
    look.open_everything()
    scanner(sari, later.lines.get().item.shown_code)
    expect(sari.page.locator(f"{ANSWER} .danger")).to_be_visible()
    look.look("wrong at the desk")
    sari.press(f"{ANSWER} [data-close]").press(GIVE, opens=f"{reservation.code}$")
    look.look("handed over")
    look.go("receipt", f"{hall}/handover/{reservation.code}/receipt")

    look.go("walk-in", f"{hall}/walkin")
    look.go("walk-in with a thing", f"{hall}/walkin?item={chair.code}")
    sari.choose("who", "unit").press(DONE, opens="/walkin$")
    look.look("walk-in without its unit")
    look.go("book", f"{hall}/book")
    look.go("book a thing", f"{hall}/book?item={lot.code}")
    look.go("a code that is none", f"{hall}/book?item={lot.code}&typed=nonsense")
    look.go("times", f"{hall}/book?item={lot.code}&go=1")
    sari.press(".first-time button", opens="slot=[^&]+$")
    look.look("who")
    sari.press(DONE, opens="slot=[^&]+$")
    look.look("who with mistakes")
    assert look.wrong == [], look.told()
