"""The scan page in a real browser: a camera that works, one that is refused, none at all; and a hand scanner on any page.

Chromium on Linux has no detector of codes, so the pages get one that says what a test holds in front of it, and a canvas for
a camera.
"""

import pytest
import segno
from playwright.sync_api import expect

from inventory.domain import aliases, stocktake
from inventory.models import Item, StockTakeScan
from tests.factories import NOW, make_item, make_shelf, make_site, make_worker, open_site

from .inspection import Inspector
from .people import SELDOM, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DETECTOR = """
  window.inFront = [];
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code", "code_39"]); }
    detect(video) {
      return Promise.resolve(video.videoWidth ? window.inFront.map((rawValue) => ({ rawValue })) : []);
    }
  };
  navigator.vibrate = (pattern) => { (window.shaken ??= []).push(pattern); return true; };
"""
CAMERA = """
  navigator.mediaDevices.getUserMedia = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const pen = canvas.getContext("2d");
    setInterval(() => { pen.fillStyle = "#b8ae9c"; pen.fillRect(0, 0, 640, 480); }, 50);
    return Promise.resolve(canvas.captureStream(20));
  };
"""
REFUSING = """
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
"""


@pytest.fixture
def hall(clock, open_page, client, live_server, settings):
    """``hall(CAMERA, language="en")``: a signed-in worker's page in which these scripts ran before any other."""
    worker = make_worker(open_site(make_site()))

    def open_(*scripts, language="en", **options):
        page = open_page(language=language, **options)
        client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        for script in scripts:
            page.add_init_script(script)
        return page

    open_.worker = worker
    return open_


def hold(page, *codes):
    page.evaluate("(codes) => { window.inFront = codes; }", list(codes))


def shoot(page, code):
    """A hand scanner: very fast, and Enter at the end."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_code_in_front_of_the_camera_opens_its_item(hall, live_server):
    page, item = hall(DETECTOR, CAMERA), make_item()
    page.goto("/en/wh/scan")
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_text("Hold the code in the frame.")).to_be_visible()
    hold(page, f"{live_server.url}/i/{item.code}")
    page.wait_for_url(f"**/wh/items/{item.shown_code}")


def test_many_in_a_row_are_listed_once_each_and_a_bad_one_says_why(hall, live_server):
    page = hall(DETECTOR, CAMERA)
    chair, shelf = make_item(), make_shelf("H3-02-B")
    page.goto("/en/wh/scan")
    page.get_by_label("Many in a row").check()
    page.get_by_role("button", name="Start the camera").click()
    lines = page.locator("#scanned li")
    hold(page, f"{live_server.url}/i/{chair.code}")
    expect(lines).to_have_count(1)
    page.wait_for_timeout(2500)  # it stays in the picture for longer than the lock-out
    expect(lines).to_have_count(1)
    hold(page, "https://example.org/menu")
    expect(lines).to_have_count(2)
    expect(page.locator("[data-says]")).to_contain_text("This code is not one of ours")
    hold(page, f"{live_server.url}/s/warehouse/{shelf.code}")
    expect(lines.first).to_have_text("Shelf H3-02-B")
    expect(page.locator("[data-count]")).to_have_text("(2)")
    hold(page)
    page.wait_for_timeout(1600)
    hold(page, f"{live_server.url}/i/{chair.code}")  # seen again after a while: scanned again
    expect(lines).to_have_count(4)
    assert page.evaluate("window.shaken.map((one) => typeof one)") == ["number", "object", "number", "number"]


def test_a_network_that_is_away_is_said_and_the_next_scan_works(hall, live_server):
    page, item = hall(DETECTOR, CAMERA), make_item()
    page.goto("/en/wh/scan")
    page.get_by_role("button", name="Start the camera").click()
    page.context.set_offline(True)
    hold(page, f"{live_server.url}/i/{item.code}")
    expect(page.locator("[data-says]")).to_contain_text("No network just now")
    page.context.set_offline(False)
    page.wait_for_url(f"**/wh/items/{item.shown_code}")


def test_a_refused_camera_explains_itself_and_the_typing_field_has_the_focus(hall):
    page, item = hall(DETECTOR, REFUSING), make_item()
    page.goto("/en/wh/scan")
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("status").filter(has_text="The camera is not allowed.")).to_be_visible()
    expect(page.get_by_label("Type the code")).to_be_focused()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
    page.keyboard.type(item.shown_code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/wh/items/{item.shown_code}")


@pytest.mark.parametrize("javascript", [True, False])
def test_without_a_detector_a_photo_of_the_code_is_read(hall, live_server, tmp_path, javascript):
    page, item = hall(javascript=javascript), make_item()
    picture = tmp_path / "code.png"
    segno.make(f"{live_server.url}/i/{item.code}", error="m").save(picture, scale=10, border=8)
    page.goto("/en/wh/scan")
    if not javascript:
        expect(page.get_by_role("button", name="Start the camera")).to_be_hidden()
    page.locator("#photo").set_input_files(picture)
    if not javascript:
        page.get_by_role("button", name="Read the code in the photo").click()
    page.wait_for_url(f"**/wh/items/{item.shown_code}", timeout=30_000)


def test_a_hand_scanner_works_on_every_page_and_in_a_field_it_types(hall):
    page, item = hall(), make_item()
    for path in ("/en/wh/new", "/en/wh/today", "/en/wh/items", "/en/wh/labels", "/en/wh/scan"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        shoot(page, item.shown_code)
        page.wait_for_url(f"**/wh/items/{item.shown_code}")
    # With a button in focus its Enter presses nothing else.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Withdraw from the catalogue").focus()
    shoot(page, "http://nowhere.example/r/2222222222")
    page.wait_for_url("**/wh/scan")
    expect(page.locator("#error-summary")).to_contain_text("This code is not one of ours")
    item.refresh_from_db()
    assert item.status == "published"
    page.goto(f"/en/wh/items/{item.shown_code}")
    page.get_by_label("Pre-printed label or old barcode on it").focus()
    shoot(page, "ABC123456")
    expect(page.get_by_text("ABC123456", exact=True).first).to_be_visible()
    assert item.aliases.get().code == "ABC123456"


def test_a_person_who_types_is_no_scanner(hall):
    page = hall()
    page.goto("/en/wh/items")
    page.keyboard.type("K7Q4M2P", delay=150)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("/en/wh/items")


def test_a_shelf_is_counted_by_camera_with_every_code_and_without_a_network(hall, live_server):
    shelf, other = make_shelf("A1"), make_shelf("A2")
    chair, chairs = make_item(shelf=shelf), make_item(shelf=shelf, quantity=4)
    aliases.attach(chair, "ABC123456", by=hall.worker, at=NOW)
    take = stocktake.start(
        chair.site, shelves=[shelf, other], by=hall.worker, at=NOW, client_key="camera-count"
    )
    places = {one.shelf: one.get_absolute_url().replace("/fi/", "/en/") for one in take.shelves.all()}
    page = hall(DETECTOR, CAMERA)
    page.goto(places[shelf])
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_text("Hold the code in the frame.")).to_be_visible()
    page.context.set_offline(True)
    hold(page, "ABC123456")
    expect(page.locator(f"[data-item='{chair.code}']")).to_have_class("is-done is-kept")
    hold(page, f"{live_server.url}/i/{chairs.code}")
    number = page.locator("#count [name=pieces]")
    expect(number).to_be_focused()
    hold(page, f"{live_server.url}/i/{chair.code}")  # not now: how many are there?
    expect(page.locator("[data-says]")).to_have_text("First say how many there are.")
    number.fill("4")
    number.press("Enter")
    hold(page, "https://example.org/menu")
    expect(page.locator("[data-words]")).to_contain_text("This is not a code of ours.")
    page.context.set_offline(False)
    expect(page.locator("[data-waits]")).to_be_hidden()
    seen = sorted((scan.item.pk, scan.pieces) for scan in StockTakeScan.objects.filter(undone_at=None))
    assert set(seen) == {(chair.pk, 1), (chairs.pk, 4)}
    hold(page, f"{live_server.url}/s/warehouse/A2")
    page.wait_for_url(f"**{places[other]}")


def test_a_blank_label_that_is_scanned_after_saving_is_on_the_thing_without_a_tap(hall, files, live_server):
    right, wrong, next_one = aliases.print_blank(3, sheet="s", by=hall.worker, at=NOW)
    sofa = make_item(category="sofa")
    aliases.attach(sofa, wrong.code, by=hall.worker, at=NOW)
    page = hall(DETECTOR, CAMERA)
    page.goto("/en/wh/new?category=office_chair")
    said = page.locator("[data-label-said]")

    def save(*photos):
        page.locator("#id_album").set_input_files(photos)
        expect(page.locator(".shots input[name=uploaded]")).to_have_count(len(photos))
        page.locator("[name=condition][value=good]").check()
        page.get_by_role("button", name="Save and next").last.click()
        page.wait_for_url("**saved=**")
        page.wait_for_load_state("networkidle")
        return Item.objects.latest("pk")

    chair = save(files[0])
    shoot(page, wrong.shown_code)
    expect(said).to_contain_text(f"The code {wrong} is on {sofa.shown_code} already.")
    shoot(page, right.shown_code)
    expect(said).to_have_text(f"The label {right} is on it.")
    assert list(chair.aliases.all()) == [right]
    # With the camera: one tap opens it, the label is read, and it closes.
    page.get_by_role("button", name="Scan label").click()
    hold(page, "ABC123456")
    expect(said).to_have_text("The label ABC123456 is on it.")
    expect(page.locator("[data-frame]")).to_be_hidden()
    hold(page)
    # What is scanned once the next thing is begun is the next thing's.
    page.locator("#id_album").set_input_files(files[1])
    expect(page.locator(".shots input[name=uploaded]")).to_have_count(1)
    make_shelf("H3-02-B")
    shoot(page, "H3-02-B")
    expect(page.locator("[name=shelf]")).to_have_value("H3-02-B")
    shoot(page, wrong.shown_code)
    expect(said).to_contain_text("This label is on something else:")
    shoot(page, next_one.shown_code)
    expect(said).to_have_text(f"When it is saved, it gets the label {next_one}")
    page.locator("[name=condition][value=good]").check()
    page.get_by_role("button", name="Save and next").last.click()
    expect(page.locator(".saved .big-code")).not_to_have_text(chair.shown_code)
    table = Item.objects.latest("pk")
    assert (list(table.aliases.all()), table.shelf.code) == ([next_one], "H3-02-B")


def test_things_are_moved_by_scanning_them_and_then_the_shelf(hall, live_server):
    chair, table, shelf = make_item(), make_item(category="desk"), make_shelf("H2")
    page = hall(DETECTOR, CAMERA)
    page.goto("/en/wh/move")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Start the camera").click()
    for number, item in enumerate((chair, table), start=1):
        hold(page, f"{live_server.url}/i/{item.code}")
        expect(page.locator("#moving .lines > li")).to_have_count(number)
    expect(page.locator("[data-says]")).to_contain_text(table.shown_code)
    shoot(page, "K7Q4M2X")
    expect(page.locator("[data-says]")).to_contain_text("One character of K7Q-4M2X is wrong.")
    hold(page, f"{live_server.url}/s/warehouse/H2")
    page.wait_for_url("**/wh/shelves/warehouse/H2")
    expect(page.get_by_text("2 items stand on H2 now.")).to_be_visible()
    assert set(Item.objects.values_list("shelf", flat=True)) == {shelf.pk}


def test_a_page_with_one_field_for_a_code_takes_what_is_scanned(hall):
    one, other = (make_item(shelf=make_shelf("H2"), quantity=number) for number in (2, 3))
    page = hall()
    page.goto(f"/en/wh/items/{one.shown_code}/merge")
    page.wait_for_load_state("networkidle")
    shoot(page, other.shown_code)
    page.wait_for_url(f"**/wh/items/{other.shown_code}")
    expect(page.get_by_text("The two lots are one now.")).to_be_visible()


def test_a_code_that_stays_in_the_picture_sends_a_form_once(hall):
    page = hall(DETECTOR, CAMERA, "window.inFront = ['https://example.org/menu'];", permissions=["camera"])
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.goto("/en/wh/returns")
    expect(page.locator("#error-summary")).to_contain_text("This code is not one of ours")
    expect(page.get_by_text("Hold the code in the frame.")).to_be_visible()
    page.wait_for_timeout(3000)
    assert len(sent) == 1


@pytest.mark.parametrize("language", SELDOM)
def test_the_pages_of_codes_and_labels_under_a_strict_eye(hall, language):
    page = hall(DETECTOR, REFUSING, language=language, reduced_motion="reduce")
    item = make_item(quantity=3, shelf=make_shelf("H3-02-B"))
    aliases.attach(item, "ABC123456", by=hall.worker, at=NOW)
    label = aliases.print_blank(5, sheet="sheet", by=hall.worker, at=NOW)[0]
    look = Inspector(Person(page, language))
    home = f"/{language}/wh"
    look.go("scan", f"{home}/scan")
    page.locator("[data-start]").click()
    expect(page.locator("[data-says].is-bad")).to_be_visible()
    look.look("scan with a refused camera")
    page.locator("#code").fill("hello")
    page.locator("form.code-row button").click()
    page.wait_for_load_state()
    look.look("scan of a foreign code")
    look.go("labels", f"{home}/labels")
    look.go("labels with a mistake", f"{home}/labels?which=codes&site=warehouse")
    look.go("labels to choose", f"{home}/labels?item={item.code}")
    look.go("labels of shelves", f"{home}/labels?which=shelves&site=warehouse")
    look.go("nothing to print", f"{home}/labels?which=shelf&words=X&site=warehouse")
    look.go("codes of nobody", f"{home}/labels?which=codes&words=222-2222+{item.code}&site=warehouse")
    look.go("labels for later", f"{home}/labels/blank")
    look.go("labels made", f"{home}/labels/blank/sheet")
    look.go("claim", f"{home}/labels/claim/{label}")
    look.go("claim of a barcode", f"{home}/labels/claim/ABC999999")
    look.go("item with codes", f"{home}/items/{item.shown_code}")
    look.go("just saved", f"{home}/new?saved={item.shown_code}")
    look.go("just saved, to be printed", f"{home}/labels?item={item.code}&saved=1")
    look.go("to be moved", f"{home}/move?item={item.shown_code}")
    look.go("shelf", f"{home}/shelves/warehouse/H3-02-B")
    look.go("returns", f"{home}/returns")
    assert look.wrong == [], look.told()
