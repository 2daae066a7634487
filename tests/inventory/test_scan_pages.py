"""Scanning and printing as a worker meets them: pages that work without a script."""

import html
import io
import re

import pypdfium2
import pytest
import segno
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from inventory.domain import aliases, labels, loads, lots, scanning
from inventory.models import Arrival, ItemAlias
from tests.factories import NOW, make_item, make_reservation, make_shelf, make_site, open_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SCAN = "/en/wh/scan"


@pytest.fixture
def browser(client, sari):
    client.force_login(sari, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def item(sari):
    return make_item(shelf=make_shelf("H3-02-B"))


def photo_of(text, name="code.jpg"):
    """A photo of a QR code with some wall around it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=8, border=6)
    wall = Image.new("RGB", (1200, 900), "#c8bca8")
    wall.paste(Image.open(out).convert("RGB").rotate(4, expand=True, fillcolor="#c8bca8"), (300, 180))
    out = io.BytesIO()
    wall.save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def codes_in(answer, scale=200 / 72):
    """(number of pages, what every QR code in the PDF says)."""
    assert answer["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as document:
        pages = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    found = [zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode) for page in pages]
    return len(pages), [code.text for codes in found for code in codes]


# -- scanning


def test_a_typed_code_opens_what_it_means(browser, item):
    open_site()
    booked = make_reservation({item: 1})
    for typed, address in (
        (item.shown_code.lower(), f"/en/wh/items/{item.shown_code}"),
        ("h3-02-b", "/en/wh/shelves/warehouse/H3-02-B"),
        (booked.pickup_code, f"/en/wh/handover/{booked.code}"),
        (f"http://testserver/r/{booked.token}", f"/en/wh/handover/{booked.code}"),
    ):
        answer = browser.post(SCAN, {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, address)


def test_a_foreign_code_says_so_and_keeps_the_field(browser):
    answer = browser.post(SCAN, {"code": "https://example.org/x"})
    assert answer.status_code == 422
    assert "This code is not one of ours" in answer.content.decode()
    assert 'value="https://example.org/x"' in answer.content.decode()


def test_a_script_gets_the_same_as_json(browser, item):
    found = browser.post(SCAN, {"code": item.code}, headers={"accept": "application/json"})
    assert found.json() == {
        "kind": "item",
        "code": item.shown_code,
        "words": f"Office chair, black, {item.shown_code}",
        "href": f"/en/wh/items/{item.shown_code}",
    }
    refused = browser.post(SCAN, {"code": "hello"}, headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (422, "foreign_code")
    assert refused.json()["detail"].startswith("This code is not one of ours")


def test_a_photo_of_a_label_opens_the_item(browser, item):
    answer = browser.post(SCAN, {"photo": photo_of(f"http://testserver/i/{item.code}")})
    assert (answer.status_code, answer["Location"]) == (302, f"/en/wh/items/{item.shown_code}")


def test_a_photo_of_a_foreign_code_of_nothing_and_of_no_photo_each_say_what_is_wrong(browser):
    blank = io.BytesIO()
    Image.new("RGB", (900, 900), "#c8bca8").save(blank, "JPEG")
    for photo, words in (
        (photo_of("https://example.org"), "This code is not one of ours"),
        (SimpleUploadedFile("wall.jpg", blank.getvalue()), "No code can be read in this photo"),
        (SimpleUploadedFile("x.jpg", b"not a photo"), "This file is not a photo we can read"),
    ):
        answer = browser.post(SCAN, {"photo": photo})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_an_old_barcode_is_read_from_a_photo(browser, item, sari):
    aliases.attach(item, "ABC123456", by=sari, at=NOW)
    barcode = zxingcpp.create_barcode("ABC123456", zxingcpp.BarcodeFormat.Code39)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(barcode, scale=3)).convert("RGB")
    wall = Image.new("RGB", (bars.width + 200, bars.height + 200), "white")
    wall.paste(bars, (100, 100))
    out = io.BytesIO()
    wall.save(out, "JPEG")
    answer = browser.post(SCAN, {"photo": SimpleUploadedFile("b.jpg", out.getvalue())})
    assert answer["Location"] == f"/en/wh/items/{item.shown_code}"


def test_a_byte_of_nothing_in_an_address_or_a_code_is_no_fault_of_ours(browser, item):
    """PostgreSQL cannot keep it; SQLite can, so there this test says little."""
    assert browser.post(SCAN, {"code": "http://testserver/s/warehouse/H%00"}).status_code == 404
    assert browser.post(SCAN, {"code": "http://testserver/wh/handover/R%00"}).status_code == 404
    assert browser.post(f"/en/wh/items/{item.shown_code}/codes", {"alias": "\0"}).status_code == 422
    assert browser.post(f"/en/wh/items/{item.shown_code}/codes/%00/detach").status_code == 404
    assert browser.get("/s/warehouse/%00").status_code == 404
    assert browser.get("/en/wh/labels/claim/%00").status_code == 404
    for name in ("item", "shelf", "site", "words", "which"):
        assert browser.get("/en/wh/labels", {name: "\0"}).status_code in {200, 422}, name


# -- labels that are on nothing yet


def test_a_sheet_of_blank_labels_is_made_once_and_printed_any_number_of_times(browser):
    form = browser.get("/en/wh/labels/blank").context["form"]
    asked = {"labels": 5, "paper": "sheet", "start": 3, "sheet": form.initial["sheet"]}
    made = browser.post("/en/wh/labels/blank", asked)
    again = browser.post("/en/wh/labels/blank", asked)
    assert made.status_code == again.status_code == 302
    assert made["Location"] == again["Location"]
    assert ItemAlias.objects.blank().count() == 5
    page = browser.get(made["Location"])
    for _time in range(2):
        assert codes_in(browser.get(page.context["file"])) == (
            1,
            [f"http://testserver/i/{one.code}" for one in ItemAlias.objects.all()],
        )


def test_scanning_a_blank_label_asks_for_its_item_and_the_last_one_logged_is_one_tap_away(
    browser, sari, item
):
    label = aliases.print_blank(1, sheet="s", by=sari, at=NOW)[0]
    claim = f"/en/wh/labels/claim/{label.shown_code}"
    assert browser.post(SCAN, {"code": label.code})["Location"] == claim
    assert browser.get(f"/i/{label.code}", headers={"accept-language": "en"})["Location"] == claim
    assert browser.get(claim).context["latest"] == [(item, "Office chair, black")]
    assert browser.post(claim, {"item": item.shown_code})["Location"] == f"/en/wh/items/{item.shown_code}"
    assert browser.get(claim).status_code == 404
    assert browser.post(SCAN, {"code": label.code})["Location"] == f"/en/wh/items/{item.shown_code}"
    assert f"/items/{item.shown_code}" in browser.get(f"/i/{label.code}")["Location"]


def test_a_wrong_item_for_a_label_says_why_and_keeps_what_was_typed(browser, sari):
    label, other = aliases.print_blank(2, sheet="s", by=sari, at=NOW)
    claim = f"/en/wh/labels/claim/{label.shown_code}"
    for typed, status in (("", 422), ("hello", 422), (other.shown_code, 404), ("222-2222", 404)):
        answer = browser.post(claim, {"item": typed})
        assert (answer.status_code, answer.context["typed"]) == (status, typed)
    assert ItemAlias.objects.blank().count() == 2


def test_whoever_scans_a_claimed_label_with_their_own_camera_sees_the_item(client, sari, item):
    label = aliases.print_blank(1, sheet="s", by=sari, at=NOW)[0]
    assert client.get(f"/i/{label.code}", follow=True).status_code == 404
    aliases.attach(item, label.code, by=sari, at=NOW)
    assert client.get(f"/i/{label.code}")["Location"].endswith(f"/items/{item.shown_code}")


def test_codes_are_attached_to_and_removed_from_the_items_page(browser, item):
    page = f"/en/wh/items/{item.shown_code}"
    assert browser.post(f"{page}/codes", {"alias": " abc 123456"})["Location"] == page
    assert "ABC123456" in browser.get(page).content.decode()
    wrong = browser.post(f"{page}/codes", {"alias": "what"})
    assert (wrong.status_code, wrong.context["typed_alias"]) == (422, "what")
    assert browser.post(f"{page}/codes/ABC123456/detach").status_code == 302
    assert browser.post(f"{page}/codes/ABC123456/detach").status_code == 404
    assert not item.aliases.exists()


def test_a_workers_search_finds_an_item_by_its_further_codes(browser, sari, item):
    make_item(category="sofa")
    aliases.attach(item, "ABC123456", by=sari, at=NOW)
    label = aliases.print_blank(1, sheet="s", by=sari, at=NOW)[0]
    aliases.attach(item, label.code, by=sari, at=NOW)
    for typed in ("abc123456", label.shown_code, f"http://testserver/i/{label.code}", item.code):
        rows = browser.get("/en/wh/items", {"q": typed}).context["rows"]
        assert [row.item for row in rows] == [item], typed


def test_the_label_of_a_shelf_opens_what_stands_there(browser, item):
    answer = browser.get("/s/warehouse/H3-02-B")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/wh/shelves/warehouse/H3-02-B")
    make_shelf("H9-01-A", make_site("other"))
    assert browser.get("/s/other/H9-01-A").status_code == 404


def test_the_label_of_a_shelf_with_a_slash_in_its_name_opens_it_too(browser):
    shelf = make_shelf("LATTIA 1/2")
    printed = labels.shelf_link(shelf).removeprefix("http://testserver")
    answer = browser.get(printed)
    assert (printed, answer.status_code) == ("/s/warehouse/LATTIA%201%2F2", 302)
    assert browser.get(answer["Location"]).context["shelf"] == shelf


# -- printing


def test_labels_are_chosen_by_day_by_shelf_and_by_code(browser, item):
    make_item(category="sofa", at=NOW.replace(day=12))
    table = make_item(category="desk")

    def items(**asked):
        return [
            row[0] for row in browser.get("/en/wh/labels", {"site": "warehouse"} | asked).context["items"]
        ]

    assert items(which="today") == [table, item]
    assert items(which="shelf", words="h3-02-b") == [item]
    assert items(which="codes", words=f"{table.shown_code}, {item.code.lower()}") == [table, item]
    assert items(item=item.code) == [item]


def test_codes_that_are_nobodys_are_named_and_do_not_cost_the_others(browser, item):
    page = browser.get(
        "/en/wh/labels", {"which": "codes", "words": f"{item.code} 222-2222 hello", "site": "warehouse"}
    )
    assert [row[0] for row in page.context["items"]] == [item]
    assert page.context["unknown"] == ["222-2222", "hello"]


def test_a_choice_without_its_words_is_asked_for_them(browser, item):
    page = browser.get("/en/wh/labels", {"which": "codes", "site": "warehouse"})
    assert page.status_code == 422
    assert "Write the shelf or the codes." in page.content.decode()


def test_the_file_has_what_was_ticked(browser, item):
    pile = make_item(category="desk", quantity=3)
    asked = {"item": [item.code, pile.code], "paper": "roll", "each": "piece"}
    links = [f"http://testserver/i/{one.code}" for one in (item, pile, pile, pile)]
    assert codes_in(browser.get("/en/wh/labels.pdf", asked)) == (4, links)
    asked |= {"paper": "sheet", "each": "pile", "start": 24}
    assert codes_in(browser.get("/en/wh/labels.pdf", asked)) == (2, [links[0], links[1]])


def test_shelves_get_labels_of_their_own(browser, item):
    for code in ("H3-02-A", "H1-01-A"):
        make_shelf(code)
    page = browser.get("/en/wh/labels", {"which": "shelves", "words": "h3", "site": "warehouse"})
    assert [shelf.code for shelf in page.context["shelves"]] == ["H3-02-A", "H3-02-B"]
    asked = {"shelf": ["H3-02-A", "H3-02-B"], "site": "warehouse", "paper": "roll"}
    _pages, links = codes_in(browser.get("/en/wh/labels.pdf", asked))
    assert links == ["http://testserver/s/warehouse/H3-02-A", "http://testserver/s/warehouse/H3-02-B"]


def test_what_is_not_ones_own_is_not_printed(browser, item):
    there = make_item(site=make_site("other"))
    asked = {"item": [item.code, there.code], "paper": "roll", "each": "pile"}
    assert codes_in(browser.get("/en/wh/labels.pdf", asked))[1] == [f"http://testserver/i/{item.code}"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"paper": "roll", "each": "pile"},
        {"paper": "sheet", "each": "pile", "start": 25, "item": "{code}"},
        {"paper": "tablecloth", "each": "pile", "item": "{code}"},
        {"paper": "roll", "each": "pile", "item": "\0"},
    ],
)
def test_a_file_of_nothing_or_on_no_paper_is_refused_with_words(browser, item, asked):
    asked = {name: str(value).replace("{code}", item.code) for name, value in asked.items()}
    answer = browser.get("/en/wh/labels.pdf", asked)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")
    assert "error-summary" in answer.content.decode()


@pytest.mark.parametrize("labels", ["0", "241", "x", ""])
def test_no_blank_label_and_too_many_are_refused(browser, labels):
    answer = browser.post("/en/wh/labels/blank", {"labels": labels, "paper": "sheet", "sheet": "a" * 16})
    assert answer.status_code == 422
    assert not ItemAlias.objects.exists()


def test_labels_are_asked_for_from_a_shelf_a_lot_a_load_and_a_room(browser, sari, item):
    pile = make_item(category="desk", quantity=3, shelf=item.shelf)
    load = loads.open_load(
        name="School", kind="clearance", site=item.site, rooms=["1 A", "2 B"], by=sari, at=NOW
    )
    for room, thing in zip(load.rooms.all(), (pile, item), strict=True):
        Arrival.objects.create(item=thing, room=room, pieces=1)

    def offered(path, words):
        """What the page behind this link offers to print."""
        link = re.search(
            rf'href="([^"]+)">(?:(?!</a>).)*{words}', browser.get(path).content.decode(), re.DOTALL
        )
        page = browser.get(html.unescape(link[1])).context
        return {one[0] for one in page["items"]} or {shelf.code for shelf in page["shelves"]}, page["form"]

    shelf, home = item.shelf.get_absolute_url().replace("/fi/", "/en/"), f"/en/wh/loads/{load.code}"
    assert offered(shelf, "Print the label")[0] == {"H3-02-B"}
    assert offered(shelf, "Labels of all that stands here")[0] == {item, pile}
    assert offered(home, "Labels of all that came with it")[0] == {item, pile}
    assert offered(f"{home}/rooms/1", "Labels of what came from here")[0] == {pile}
    things, form = offered(f"/en/wh/items/{pile.shown_code}", "Label each piece")
    assert (things, form.initial) == ({pile}, {"each": "piece"})
    assert browser.get("/en/wh/labels", {"load": "NOSUCH", "room": "x"}).context["items"] == []


def test_what_came_with_a_load_of_another_site_is_not_printed(browser, sari):
    there = make_item(site=make_site("other"))
    load = loads.open_load(name="School", kind="clearance", site=there.site, rooms=["1 A"], by=sari, at=NOW)
    Arrival.objects.create(item=there, room=load.rooms.get(), pieces=1)
    assert browser.get("/en/wh/labels", {"load": load.code}).context["items"] == []


def test_a_label_is_attached_by_a_script_and_a_wrong_one_says_so(browser, sari, item):
    other = make_item(category="sofa")
    label, taken = aliases.print_blank(2, sheet="s", by=sari, at=NOW)
    aliases.attach(other, taken.code, by=sari, at=NOW)
    page, json = f"/en/wh/items/{item.shown_code}/codes", {"accept": "application/json"}
    for code, status, words in (
        (f"http://testserver/i/{label.code}", 200, f"The label {label} is on it."),
        (label.shown_code, 200, f"The label {label} is on it."),
        (item.shown_code, 200, f"The label {item.shown_code} is on it."),
        (taken.code, 409, f"The code {taken} is on {other.shown_code} already."),
        ("222-2222", 404, "No sheet of pre-printed labels has the code 222-2222."),
        ("https://example.org", 422, "A pre-printed label reads like K7Q-4M2P"),
    ):
        answer = browser.post(page, {"alias": code}, headers=json)
        told = answer.json()
        said = told.get("words") or told["detail"]
        assert (answer.status_code, said[: len(words)]) == (status, words)
    assert list(item.aliases.all()) == [label]


def test_when_lots_are_separated_or_merged_each_code_stays_with_its_pieces(sari, item):
    lot, other = (make_item(category="desk", quantity=number) for number in (5, 2))
    labels_ = aliases.print_blank(2, sheet="s", by=sari, at=NOW)
    for label, thing in zip(labels_, (lot, other), strict=True):
        aliases.attach(thing, label.code, by=sari, at=NOW)
    apart = lots.split(lot, 2, by=sari, at=NOW, condition="worn")
    assert (list(lot.aliases.all()), list(apart.aliases.all())) == ([labels_[0]], [])
    lots.merge(other, into=lot, by=sari, at=NOW)
    assert (list(lot.aliases.all()), list(other.aliases.all())) == (labels_, [])
    for code in (other.code, labels_[1].code, lot.code):
        assert scanning.item_or_label(code, by=sari).thing == lot


def test_a_list_that_is_too_long_says_that_it_is_cut(browser, item, monkeypatch):
    words = "Only the first 2 are listed."
    monkeypatch.setattr("inventory.views.labels.MOST", 2)
    asked = {"which": "shelf", "words": "H3-02-B", "site": "warehouse"}
    assert words not in browser.get("/en/wh/labels", asked).content.decode()
    for _number in range(2):
        make_item(shelf=item.shelf)
    assert words in browser.get("/en/wh/labels", asked).content.decode()
