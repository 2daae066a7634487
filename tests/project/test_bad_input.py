"""Whatever is sent to whichever address: a clear no, never a fault, and nothing changed by what could not be read."""

import io
import zlib
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from recycling.accounts.domain import contacts
from recycling.accounts.domain.contacts import CodeOver, Contact, WrongCode
from recycling.accounts.models import ContactCode
from tests.factories import NOW

from .access import PAGES, by_role
from .town import row_counts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NASTY = [
    *(
        "\x00",
        "a\x00b",
        "'",
        '"',
        "\\",
        "%",
        "%00",
        "%s",
        "../../etc/passwd",
        "..%2f..",
        "a/b",
        "<script>alert(1)</script>",
    ),
    *(
        "{{ 7*7 }}",
        "{% load x %}",
        "${7*7}",
        "=1+1",
        "0",
        "-1",
        "1e9",
        "NaN",
        "Infinity",
        "9" * 25,
        "-" + "9" * 25,
        "0x10",
    ),
    *(
        "²",
        "١٢٣",
        "１２３",
        "½",
        "\ud7ff",
        "\uffff",
        "\U0001f6cb",
        "\u202eabc",
        "a\u0301" * 30,
        "\r\nSet-Cookie: x=y",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "x" * 300,
        "ß" * 40,
        "İ" * 40,
        "null",
        "None",
        "true",
        "[]",
        "{}",
    ),
]
# The parameters that any page of ours reads from its address.
ASKED = (
    "q",
    "after",
    "before",
    "category",
    "colour",
    "condition",
    "site",
    "width",
    "free",
    "available",
    "day",
    "from",
)
ASKED += (
    "step",
    "saved",
    "shelf",
    "status",
    "photo",
    "next",
    "page",
    "e",
    "item",
    "typed",
    "slot",
    "go",
    "drop",
    "here",
    "period",
)
# The pages that read them; the others get a few all the same.
ASKING = {
    *("inventory:items", "inventory:category", "inventory:item", "inventory:wh_items", "inventory:wh_new"),
    *("reservations:time", "reservations:change", "reservations:today", "account_login"),
}
# The fields that any form of ours has.
TYPED = (
    "code",
    "pieces",
    "client_key",
    "wish",
    "slot",
    "name",
    "contact",
    "wants_reminder",
    "reason",
    "typed",
    "email",
)
TYPED += (
    "next",
    "theme",
    "line",
    "undo",
    "quantity",
    "version",
    "uploaded",
    "category",
    "other_category",
    "condition",
)
TYPED += (
    "site",
    "shelf",
    "colour",
    "material",
    "width_cm",
    "weight_kg",
    "price",
    "maker",
    "defects",
    "description",
)
TYPED += (
    "counted",
    "reservation",
    "here",
    "who",
    "unit",
    "strokes",
    "by_other",
    "on_paper",
    "language",
    "add",
    "drop",
)
TYPED += ("text_language", "back", "off", "album", "camera", "action", "more_time", "draft", "open", "item")
TYPED += ("text", "seen")


def statuses(ask, things):
    """{thing: status} of those whose answer is a fault; what each did is undone."""
    faults = {}
    for thing in things:
        with transaction.atomic():
            status = ask(thing).status_code
            transaction.set_rollback(True)
        if status >= 500:
            faults[thing] = status
    return faults


def reader(town, name):
    """Whoever gets furthest on a page."""
    role = "worker" if by_role(PAGES[name].get)["anonymous"] == "login" else "own"
    browser = town.client(role)
    browser.raise_request_exception = False
    return browser


# On each commit every page gets some of the values, each page others; all get all of them by `make thorough`.
SOME = 6
HOW_MANY = pytest.mark.parametrize("every", [SOME, pytest.param(1, marks=pytest.mark.thorough)])


def of_them(values, every, name):
    """One of ``every`` so many values, from a place of the page's own on."""
    return values[zlib.crc32(name.encode()) % every :: every]


READ = sorted(name for name in PAGES if name != "readyz")
FORMS = [name for name in READ if PAGES[name].post != 405]


@HOW_MANY
def test_nothing_in_an_address_breaks_a_page(town, every):
    faults = {}
    for name in READ:
        page = PAGES[name]
        address = reverse(name, args=page.at(town))
        values = of_them(NASTY if name in ASKING else NASTY[::8], every, name)
        asked = {f"{address}?{'&'.join(f'{one}={quote(value)}' for one in ASKED)}" for value in values}
        for part in page.at(town):
            nasty = of_them(NASTY, every, name)
            asked |= {address.replace(quote(str(part)), quote(value, safe="")) for value in nasty}
        faults |= statuses(reader(town, name).get, sorted(asked))
    assert faults == {}


@HOW_MANY
def test_nothing_typed_into_a_form_breaks_it(town, every):
    lines = town.own.reservation.lines.all()
    names = [*TYPED, *(f"{kind}-{line.pk}" for line in lines for kind in ("given", "why"))]
    faults = {}
    for name in FORMS:
        browser, address = reader(town, name), reverse(name, args=PAGES[name].at(town))
        nasty = of_them(NASTY, every, name)
        found = statuses(lambda value: browser.post(address, dict.fromkeys(names, value)), nasty)  # noqa: B023  (called here)
        faults |= {(name, value): status for value, status in found.items()}
    assert faults == {}


# -- codes


@pytest.mark.parametrize("typed", ["²²²²²²", "١٢٣٤٥٦", "１２３４５６", "½", "", " ", "abc", "9" * 40])
def test_a_code_in_any_digits_is_compared_and_counted(typed):
    contact = Contact("email", "aino@example.org")
    code = contacts.send_code(contact, device="d", network="n", language="fi", at=NOW)
    with pytest.raises(WrongCode):
        contacts.check_code(contact, typed, device="d", at=NOW)
    code.refresh_from_db()
    assert code.tries == 1


def test_the_right_digits_are_right_in_any_script():
    contact = Contact("email", "aino@example.org")
    code = contacts.send_code(contact, device="d", network="n", language="fi", at=NOW)
    arabic = contacts.digits(code).translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    contacts.check_code(contact, arabic, device="d", at=NOW)
    assert ContactCode.objects.get().used_at == NOW


def test_wrong_codes_stay_counted_however_many_come():
    contact = Contact("email", "aino@example.org")
    code = contacts.send_code(contact, device="d", network="n", language="fi", at=NOW)
    wrong = f"{(int(contacts.digits(code)) + 1) % 1_000_000:06d}"
    answers = []
    for _try in range(8):
        with pytest.raises((WrongCode, CodeOver)) as refused:
            contacts.check_code(contact, wrong, device="d", at=NOW)
        answers.append(refused.value.code)
    assert answers == ["wrong_code"] * 4 + ["code_over"] * 4
    with pytest.raises(CodeOver):
        contacts.check_code(contact, contacts.digits(code), device="d", at=NOW)


# -- requests that are too much


def test_what_announces_two_hundred_megabytes_is_refused_before_it_is_read(town):
    """The body is not even there: whoever waits for it would wait for ever."""
    for name, page in PAGES.items():
        if page.post == 405:
            continue
        answer = reader(town, name).post(
            reverse(name, args=page.at(town)),
            data=b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(200 * 1024 * 1024),
        )
        assert answer.status_code == 413, name
        assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "abc", "", "1e9", "9" * 30, "²"])
def test_a_length_that_is_no_length_breaks_nothing(town, length):
    browser = town.client("worker")
    browser.raise_request_exception = False
    answer = browser.post(
        reverse("inventory:wh_new"), data=b"", content_type="text/plain", CONTENT_LENGTH=length
    )
    assert answer.status_code in {413, 422}


def test_a_body_without_a_length_is_no_body(town):
    """Sent in chunks: what a server passes on without a length is not read, so no limit can be passed that way."""
    browser = town.client("worker")

    class Endless(io.RawIOBase):
        def read(self, *_size):
            raise AssertionError("somebody read it")

    answer = browser.generic(
        "POST", reverse("inventory:wh_new"), HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": Endless()}
    )
    assert answer.status_code == 422


def picture(number):
    return SimpleUploadedFile(f"{number}.jpg", b"\xff\xd8\xff no picture", content_type="image/jpeg")


def test_more_files_than_anybody_chooses_are_not_read(town, settings):
    files = [picture(number) for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)]
    browser = town.client("worker")
    before = row_counts()
    answer = browser.post(reverse("inventory:wh_new"), {"album": files})
    assert (answer.status_code, row_counts()) == (400, before)
    assert "Traceback" not in answer.content.decode()


def test_a_form_of_thousands_of_fields_is_not_read(town):
    answer = town.client("worker").post(reverse("inventory:wh_new"), {f"field{n}": "" for n in range(1001)})
    assert answer.status_code == 400


def test_a_form_of_three_megabytes_of_text_is_not_read(town):
    answer = town.client("worker").post(reverse("inventory:wh_new"), {"description": "x" * 3 * 1024 * 1024})
    assert answer.status_code == 400


def test_a_drawing_that_calls_itself_a_photo_is_named_and_not_taken(town):
    before = row_counts()
    svg = SimpleUploadedFile("chair.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    answer = town.client("worker").post(reverse("inventory:wh_new"), {"album": svg})
    counts = row_counts()
    assert answer.status_code == 422
    assert {name: counts[name] for name in ("inventory_photo", "inventory_item")} == {
        name: before[name] for name in ("inventory_photo", "inventory_item")
    }


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "..\\..\\x.jpg", "\x00.jpg", "a" * 300 + ".jpg", "<b>.jpg", "x.jpg\r\nX: y"],
)
def test_the_name_of_a_file_leads_nowhere(town, name):
    file = SimpleUploadedFile("x.jpg", b"no picture")
    file.name = name  # past the cleaning that Django does on the way in
    answer = town.client("worker").post(reverse("inventory:wh_new"), {"album": file})
    assert answer.status_code == 422
    assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../kierto.sqlite3",
            "..%2fkierto.sqlite3",
            "photos/../../kierto.sqlite3",
            "photos/x/320.svg",
            "photos/x/320.html",
        ),
        *(
            "/etc/passwd",
            "photos/x/320.jpg%00.html",
            "photos//etc/passwd.jpg",
            "%2e%2e/x.jpg",
            "photos/x/320.jpg/",
        ),
        *(".", "", "photos/", "photos/x", "photos\\..\\x.jpg"),
    ],
)
def test_no_other_file_is_served_from_the_folder_of_photos(path):
    answer = Client().get(f"/media/{path}")
    assert answer.status_code in {404, 302}
    if answer.status_code == 302:  # to the same path with a language before it, which is none either
        assert Client().get(answer["Location"]).status_code == 404


# -- hosts


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "[::1", "a b"],
)
def test_another_host_is_refused(host):
    assert Client().get("/fi/", headers={"host": host}).status_code == 400


def test_links_lead_to_the_service_whatever_the_request_says(town, settings):
    settings.SITE_URL = "https://kierto.example"
    answer = town.client("own").get(
        reverse("inventory:item", args=[town.item.shown_code]),
        headers={"host": "127.0.0.1", "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher"},
    )
    page = answer.content.decode()
    assert (answer.status_code, "evil.example" in page, "gopher" in page) == (200, False, False)
    assert 'href="https://kierto.example' in page
    calendar = town.client("own").get(reverse("reservations:calendar", args=[town.own.reservation.token]))
    assert b"https://kierto.example/r/" in calendar.content
