"""What a code is: an item's, a shelf's, a reservation's, on nothing yet, torn, or somebody else's."""

import pytest

from inventory.domain import aliases, labels, scanning
from inventory.models import Item, ItemAlias
from recycling.accounts.models import Tally
from recycling.audit.models import AuditEntry
from recycling.codes import ALPHABET, new_item_code, shown
from recycling.errors import Refused
from tests.factories import NOW, make_item, make_reservation, make_shelf, make_site, open_site

pytestmark = pytest.mark.django_db

FOREIGN = "https://example.org/menu"


@pytest.fixture
def item(sari):
    return make_item()


def scan(text, sari):
    return scanning.resolve(text, by=sari, at=NOW)


def refusal_of(act, *args, **named):
    with pytest.raises(Refused) as caught:
        act(*args, **named)
    return caught.value


def torn(code):
    """The code with its last character changed to another."""
    return code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]


def blank(sheet="sheet", labels=3):
    return aliases.print_blank(labels, sheet=sheet, by=None, at=NOW)


@pytest.mark.parametrize(
    "form",
    [
        "{code}",
        "{shown}",
        "  {lower} ",
        "http://testserver/i/{code}",
        "HTTP://TESTSERVER/i/{code}",
        "http://testserver/fi/items/{shown}",
        "http://testserver/sv/wh/items/{shown}",
    ],
)
def test_an_items_code_is_known_in_every_form(sari, item, form):
    text = form.format(code=item.code, shown=item.shown_code, lower=item.shown_code.lower())
    assert scan(text, sari) == scanning.Found("item", item)


@pytest.mark.parametrize(
    "text",
    [
        FOREIGN,
        "https://testserver.example.org/i/2345672",
        "http://testserver/impact",
        "javascript:alert(1)",
        "WIFI:S:cafe;T:WPA;P:secret;;",
        "http://[broken",
        "6414893400012",
        "hello world",
        "x" * 400,
    ],
)
def test_what_is_not_ours_is_called_foreign_and_not_repeated(sari, text):
    refusal = refusal_of(scan, text, sari)
    assert refusal.code == "foreign_code"
    assert text[:20] not in str(refusal)


@pytest.mark.parametrize("text", ["", "  \t", "\0"])
def test_nothing_is_nothing(sari, text):
    assert refusal_of(scan, text, sari).code == "nothing_scanned"


def test_a_wrong_check_character_is_a_torn_label_and_names_what_was_read(sari, item):
    wrong = torn(item.code)
    for text in (wrong, f"http://testserver/i/{wrong}"):
        refusal = refusal_of(scan, text, sari)
        assert (refusal.code, refusal.status) == ("label_torn", 422)
        assert shown(wrong) in str(refusal)


def test_characters_that_no_code_has_say_which_those_are(sari):
    assert refusal_of(scan, "K7Q-4MO0", sari).code == "code_unreadable"


def test_a_sound_code_of_nothing_says_so(sari, item):
    code = item.code
    Item.objects.filter(pk=item.pk).update(code="2222222")
    assert refusal_of(scan, code, sari).code == "no_such_item"


def test_an_item_of_another_site_names_the_site(sari):
    there = make_item(site=make_site("other", name_fi="Varasto 2", name_sv="Lager 2", name_en="Warehouse 2"))
    refusal = refusal_of(scan, there.code, sari)
    assert (refusal.code, refusal.details["site"]) == ("item_elsewhere", there.site)


def test_a_shelf_is_known_by_its_label_and_by_its_code(sari):
    shelf = make_shelf("H3-02-B")
    floor = make_shelf("TUOLIKULMA 1")
    assert scan("h3-02-b", sari) == scanning.Found("shelf", shelf)
    assert scan("http://testserver/s/warehouse/H3-02-B", sari).thing == shelf
    assert scan("http://testserver/s/warehouse/TUOLIKULMA%201", sari).thing == floor
    assert scan("Tuolikulma  1", sari).thing == floor


def test_a_shelf_of_another_site_is_no_shelf_of_theirs(sari):
    make_shelf("H9-99-X", make_site("other"))
    assert refusal_of(scan, "H9-99-X", sari).code == "no_such_shelf"
    assert refusal_of(scan, "http://testserver/s/other/H9-99-X", sari).code == "no_such_shelf"


def test_a_reservation_is_known_by_link_pickup_code_and_code(sari):
    open_site()
    booked = make_reservation()
    for text in (
        booked.code,
        f"http://testserver/r/{booked.token}",
        f"http://testserver/fi/r/{booked.token.lower()}",
        f"http://testserver/fi/wh/handover/{booked.code}",
        booked.pickup_code,
        f"{booked.pickup_code[:3]} {booked.pickup_code[3:]}",
    ):
        assert scan(text, sari) == scanning.Found("reservation", booked), text


def test_a_reservation_of_another_site_is_not_found(sari):
    there = open_site(make_site("other"))
    booked = make_reservation({make_item(site=there): 1})
    for text in (f"http://testserver/r/{booked.token}", "http://testserver/r/2222222222"):
        assert refusal_of(scan, text, sari).code == "no_such_reservation"
    assert refusal_of(scan, booked.pickup_code, sari).code == "no_such_pickup"


def test_guessing_pickup_codes_by_scanning_ends_like_guessing_them_at_the_desk(sari):
    codes = {refusal_of(scan, f"{number:06}", sari).code for number in range(200)}
    assert codes == {"no_such_pickup", "too_often"}


# -- labels printed before they have an item, and old barcodes


def test_blank_labels_have_sound_codes_that_nothing_else_has(item):
    made = blank(labels=24)
    codes = [one.code for one in made]
    assert len(set(codes)) == 24
    assert [aliases._label_code(code) for code in codes] == codes
    assert not Item.objects.filter(code__in=codes).exists()


def test_printing_the_same_form_again_makes_no_further_labels():
    assert [one.code for one in blank()] == [one.code for one in blank()]
    assert ItemAlias.objects.count() == 3


def test_no_item_gets_the_code_of_a_printed_label(sari, monkeypatch):
    taken = blank()[0].code
    Item._meta.get_field("code").default = lambda: taken
    try:
        assert make_item().code != taken
    finally:
        Item._meta.get_field("code").default = new_item_code


def test_a_blank_label_waits_for_its_item_and_then_leads_to_it(sari, item):
    label = blank()[0]
    assert scan(label.code, sari) == scanning.Found("loose", label)
    aliases.attach(item, f"http://testserver/i/{label.code}".rpartition("/")[2], by=sari, at=NOW)
    for text in (label.code, label.shown_code, f"http://testserver/i/{label.code}"):
        assert scan(text, sari) == scanning.Found("item", item)
    assert item.code != label.code
    assert [*AuditEntry.objects.filter(action="alias_attached").values_list("target_id", "details")] == [
        (item.pk, {"code": label.shown_code})
    ]


def test_a_pile_may_carry_many_labels(sari):
    pile = make_item(quantity=5)
    for label in blank(labels=5):
        aliases.attach(pile, label.code, by=sari, at=NOW)
        assert scan(label.code, sari).thing == pile
    assert pile.aliases.count() == 5


def test_attaching_twice_is_attaching_once(sari, item):
    for text in (blank()[0].code, "ABC123456"):
        for _time in range(2):
            aliases.attach(item, text, by=sari, at=NOW)
    assert item.aliases.count() == 2
    assert AuditEntry.objects.filter(action="alias_attached").count() == 2


def test_a_label_on_one_item_cannot_be_put_on_another(sari, item):
    other = make_item()
    for text in (blank()[0].code, "ABC123456"):
        aliases.attach(item, text, by=sari, at=NOW)
        refusal = refusal_of(aliases.attach, other, text, by=sari, at=NOW)
        assert (refusal.code, refusal.details["item"]) == ("on_another_item", item.shown_code)
    assert not other.aliases.exists()


def test_another_items_own_code_is_no_label(sari, item):
    assert refusal_of(aliases.attach, make_item(), item.code, by=sari, at=NOW).code == "on_another_item"


@pytest.mark.parametrize(
    ("text", "code"),
    [("ABC12345", "no_further_code"), ("AB1234567", "no_further_code"), ("ABC1234567890", "no_further_code")],
)
def test_what_is_neither_label_nor_barcode_is_told_the_two_shapes(sari, item, text, code):
    assert refusal_of(aliases.attach, item, text, by=sari, at=NOW).code == code


def test_a_code_from_no_sheet_and_a_mistyped_one_say_so(sari, item):
    label = blank()[0]
    assert refusal_of(aliases.attach, item, torn(label.code), by=sari, at=NOW).code == "code_mistyped"
    ItemAlias.objects.all().delete()
    assert refusal_of(aliases.attach, item, label.code, by=sari, at=NOW).code == "never_printed"


@pytest.mark.parametrize("text", ["abc123456", "*ABC123456*", " ABC 123 456 ", "abc-123456"])
def test_an_old_barcode_is_known_however_it_is_read(sari, item, text):
    aliases.attach(item, text, by=sari, at=NOW)
    assert item.aliases.get().code == text.strip("* ").replace(" ", "").replace("-", "").upper()
    assert scan(text, sari).thing == item


def test_an_old_barcode_on_nothing_is_loose(sari):
    assert scan("*ABC123456*", sari) == scanning.Found("loose", "ABC123456")


def test_detached_a_label_is_blank_again_and_a_barcode_is_nobodys(sari, item):
    label = aliases.attach(item, blank()[0].code, by=sari, at=NOW)
    barcode = aliases.attach(item, "ABC123456", by=sari, at=NOW)
    for one in (label, barcode, barcode):
        aliases.detach(one, by=sari, at=NOW)
    assert scan(label.code, sari).kind == "loose"
    assert scan("ABC123456", sari) == scanning.Found("loose", "ABC123456")
    assert AuditEntry.objects.filter(action="alias_detached").count() == 2
    aliases.attach(make_item(), label.code, by=sari, at=NOW)


@pytest.mark.parametrize("code", ["HAL-001-002", "R01-02-0003", "123456"])
def test_a_shelf_whose_code_looks_like_something_else_is_a_shelf(sari, code):
    shelf = make_shelf(code)
    assert scan(code.lower(), sari) == scanning.Found("shelf", shelf)
    assert Tally.objects.count() == 0  # no try of a pickup code


def test_the_label_of_a_shelf_with_a_slash_in_its_name_is_known_however_it_was_read(sari):
    shelf = make_shelf("LATTIA 1/2")
    for link in (labels.shelf_link(shelf), "http://testserver/s/warehouse/LATTIA 1/2"):
        assert scan(link, sari) == scanning.Found("shelf", shelf)
