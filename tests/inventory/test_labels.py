"""Labels are printed to the millimetre, and every code on them is read again from the picture of the page."""

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from inventory.domain import aliases, labels
from inventory.domain.label_sheets import PAPERS, ROLL, SHEET, draw
from inventory.models import MAX_PIECES, Item
from recycling.errors import Refused
from tests.factories import NOW, make_item, make_shelf, make_site

pytestmark = pytest.mark.django_db

DPI = 600
MM = DPI / 25.4
EXACT = 0.2


def rendered(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def page_sizes(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return [tuple(side / 72 * 25.4 for side in page.get_size()) for page in document]


def read(page):
    """The QR codes of a page from the top left on: (text, left, top, width, height) in millimetres, to a tenth or better."""
    found = []
    for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode):
        corners = code.position
        middle = (
            (corners.top_left.x + corners.bottom_right.x) / 2,
            (corners.top_left.y + corners.bottom_right.y) / 2,
        )
        found.append((code.text, *_measured(page, middle)))
    return sorted(found, key=lambda one: (round(one[2]), one[1]))


def _measured(page, middle):
    """The edges of the dark square around ``middle``: the finder patterns reach them on three sides, so ink is looked for."""
    half = 13 * MM  # half a code and its quiet zone; nothing else comes so near
    box = [middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half]
    box = [round(max(0, edge)) for edge in box]
    ink = ImageOps.invert(page.crop(box)).point(lambda level: 255 if level > 127 else 0)
    # Words may stand in the corner of the box: the code ends where a white stripe of two modules begins.
    left, top, right, bottom = _grown(ink, (middle[0] - box[0], middle[1] - box[1]))
    return (box[0] + left) / MM, (box[1] + top) / MM, (right - left) / MM, (bottom - top) / MM


def _grown(ink, start):
    """From the middle outwards until a stripe of a millimetre is white, on each side."""
    stripe = round(MM)
    wide, high = ink.size
    columns = [ink.crop((x, 0, x + 1, high)).getbbox() is not None for x in range(wide)]
    rows = [ink.crop((0, y, wide, y + 1)).getbbox() is not None for y in range(high)]

    def edge(line, at, step):
        last = at
        while 0 <= at < len(line) and abs(at - last) <= stripe:
            if line[at]:
                last = at
            at += step
        return last

    x, y = (round(part) for part in start)
    return edge(columns, x, -1), edge(rows, y, -1), edge(columns, x, 1) + 1, edge(rows, y, 1) + 1


def wrong_sizes(page, paper, start=1):
    """What lies elsewhere or is larger or smaller than the paper says: [(text, what, got, expected)]."""
    wrong = []
    for place, (text, left, top, width, height) in enumerate(read(page), start=start - 1):
        corner = paper.corner(place)
        modules = {2: 25, 3: 29, 4: 33}[2 if len(text) <= 26 else 3 if len(text) <= 42 else 4]
        expected = {
            "left": corner[0] + 4 * paper.qr / modules,
            "top": corner[1] + (paper.label[1] - paper.qr) / 2,
            "width": paper.qr,
            "height": paper.qr,
        }
        for what, got in {"left": left, "top": top, "width": width, "height": height}.items():
            if abs(got - expected[what]) > EXACT:
                wrong.append((text, what, round(got, 2), round(expected[what], 2)))
    return wrong


def links(page):
    return [one[0] for one in read(page)]


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://kierto.example"


def some(number):
    return [
        labels.of_item(make_item(category=key)) for key in ["office_chair", "desk", "sofa"] * (number // 3)
    ]


def test_a_roll_has_a_label_a_page_and_every_code_reads_again():
    printed = some(3)
    pdf = draw(printed, paper=ROLL)
    assert page_sizes(pdf) == [pytest.approx((62, 29), abs=EXACT)] * 3
    for page, label in zip(rendered(pdf), printed, strict=True):
        assert links(page) == [label.link]
        assert wrong_sizes(page, ROLL) == []


def test_a_sheet_has_24_labels_in_their_places_and_every_code_reads_again():
    printed = some(24)
    pdf = draw(printed, paper=SHEET)
    assert page_sizes(pdf) == [pytest.approx((210, 297), abs=EXACT)]
    (page,) = rendered(pdf)
    assert links(page) == [label.link for label in printed]
    assert wrong_sizes(page, SHEET) == []
    assert len({label.link for label in printed}) == 24


def test_a_sheet_that_is_begun_starts_where_labels_are_left_and_goes_on_on_the_next():
    printed = some(6)
    first, second = rendered(draw(printed, paper=SHEET, start=22))
    assert links(first) == [label.link for label in printed[:3]]
    assert wrong_sizes(first, SHEET, start=22) == []
    assert links(second) == [label.link for label in printed[3:]]
    assert wrong_sizes(second, SHEET) == []


def test_a_page_that_was_made_to_fit_is_measured_as_wrong():
    """The control: what printers do when they are let, three per cent smaller and in the middle."""
    (page,) = rendered(draw(some(24), paper=SHEET))
    smaller = page.resize([round(side * 0.97) for side in page.size])
    fitted = Image.new("L", page.size, 255)
    fitted.paste(smaller, [(page.width - smaller.width) // 2, (page.height - smaller.height) // 2])
    assert len(wrong_sizes(fitted, SHEET)) > 48


def test_a_code_with_a_hole_is_not_read_as_another():
    """The control of the reading: what is missing is missed."""
    (page,) = rendered(draw(some(3)[:1], paper=ROLL))
    page.paste(255, [round(edge * MM) for edge in (2, 4, 14, 14)])
    assert links(page) == []


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_a_quiet_zone_of_four_modules_is_white(paper):
    """Nothing within four modules of the code; it is at least 20 mm wide and the zone lies on the label."""
    label = labels.Label("https://kierto.example/i/K7Q4M2P", ("WWW-", "WWWW"), "W" * 60)
    (page,) = rendered(draw([label], paper=paper))
    ((_text, left, top, width, height),) = read(page)
    quiet = 4 * width / 29
    assert width >= 20 - EXACT
    corner = paper.corner(0)
    assert left - quiet >= corner[0] - EXACT
    assert top - quiet >= corner[1] - EXACT
    assert top + height + quiet <= corner[1] + paper.label[1] + EXACT
    around = page.copy()
    around.paste(
        255, [round(edge * MM) for edge in (left - 0.1, top - 0.1, left + width + 0.1, top + height + 0.1)]
    )
    zone = [
        round(edge * MM) for edge in (left - quiet, top - quiet, left + width + quiet, top + height + quiet)
    ]
    zone[0], zone[1] = max(zone[0], 0), max(zone[1], 0)
    assert ImageOps.invert(around.crop(zone)).getbbox() is None


def test_the_letters_of_the_code_are_seven_millimetres_high_and_everything_is_on_the_label():
    label = labels.Label("https://kierto.example/i/K7Q4M2P", ("K7Q-", "4M2P"))
    (page,) = rendered(draw([label], paper=ROLL))
    words = page.crop((round(26 * MM), 0, page.width, page.height))
    _left, top, right, bottom = (
        ImageOps.invert(words).point(lambda level: 255 if level > 127 else 0).getbbox()
    )
    assert (bottom - top) / MM == pytest.approx(7 + 2 + 7, abs=0.5)
    assert right / MM <= 62 - 26 - 1.5


def test_a_code_of_wide_letters_and_a_long_title_stay_on_the_label():
    label = labels.Label("https://kierto.example/i/WWWWWWW", ("WWW-", "WWWW"), "Sähköpöytä " * 12)
    (page,) = rendered(draw([label], paper=ROLL))
    _left, top, right, bottom = ImageOps.invert(page).point(lambda level: 255 if level > 127 else 0).getbbox()
    assert right / MM <= 62 - 1.5
    assert top / MM >= 1.5
    assert bottom / MM <= 29 - 1.5


KINDS = {
    "items": lambda: [labels.of_item(make_item()) for _label in range(3)],
    "pieces of a pile": lambda: labels.of_items([make_item(quantity=3)], each=True),
    "shelves": lambda: [labels.of_shelf(make_shelf(code)) for code in ("H3-02-A", "H3-02-B", "TUOLIKULMA 1")],
    "blanks": lambda: [
        labels.of_blank(one) for one in aliases.print_blank(3, sheet="sheet", by=None, at=NOW)
    ],
}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_label_reads_again_and_is_right_to_a_fifth_of_a_millimetre(kind, paper):
    printed = KINDS[kind]()
    start = 5 if paper is SHEET else 1
    pages = rendered(draw(printed, paper=paper, start=start))
    assert [link for page in pages for link in links(page)] == [label.link for label in printed]
    assert [wrong_sizes(page, paper, start=start) for page in pages] == [[]] * len(pages)


@pytest.mark.parametrize("code", ["H3-02-B", "TUOLIKULMA 1", "KÄYTÄVÄ Å-Ö 12-B"])
def test_a_shelfs_label_leads_to_the_shelf(code, client):
    label = labels.of_shelf(make_shelf(code))
    (page,) = rendered(draw([label], paper=ROLL))
    assert links(page) == [label.link]
    assert "".join(label.lines).replace(" ", "") == code.replace(" ", "")


def test_labels_of_blank_codes_read_again():
    made = aliases.print_blank(24, sheet="sheet", by=None, at=NOW)
    (page,) = rendered(draw([labels.of_blank(one) for one in made], paper=SHEET))
    assert links(page) == [f"https://kierto.example/i/{one.code}" for one in made]


def test_a_pile_gets_one_label_or_one_for_each_piece():
    pile = make_item(quantity=5)
    assert len(labels.of_items([pile])) == 1
    assert len(labels.of_items([pile], each=True)) == 5


def test_no_label_and_too_many_are_refused():
    for pieces, code in ((0, "nothing_to_print"), (481, "too_many_labels")):
        items = [make_item(quantity=pieces)] if pieces else Item.objects.none()
        with pytest.raises(Refused) as caught:
            labels.of_items(items, each=True)
        assert caught.value.code == code


def test_the_pdf_has_a_title_a_language_and_nothing_of_anybody():
    item = make_item(description="Puhelin 040 1234567", site=make_site(street_fi="Salakatu 1"))
    pdf = draw([labels.of_item(item)], paper=ROLL, title="Tarrat", language="fi")
    assert b"/Lang (fi)" in pdf
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_dict()["Title"] == "Tarrat"
        text = document[0].get_textpage().get_text_bounded()
    # The reader takes the hyphen at the end of a line for one that only divides a word.
    assert text.replace("\x02", "- ").split() == [
        f"{item.code[:3]}-",
        item.code[3:],
        *labels.of_item(item).title.split(),
    ]


def test_a_label_for_each_of_thousands_of_pieces_is_refused_before_the_first_is_made(
    django_assert_num_queries,
):
    for _lot in range(3):
        make_item(quantity=MAX_PIECES)
    items = list(Item.objects.all())  # their categories are read for the words of the first label
    with django_assert_num_queries(0), pytest.raises(labels.TooManyLabels) as refused:
        labels.of_items(items, each=True)
    assert refused.value.details["labels"] == 3 * MAX_PIECES
