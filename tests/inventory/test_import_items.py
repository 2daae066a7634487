"""``manage.py import_items``: somebody else's list becomes items, once."""

import json
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from openpyxl import Workbook

from inventory.domain import importing
from inventory.domain.importing import rows
from inventory.models import Category, Item, ItemStatus, Photo, PhotoStatus, Shelf, SiteKind
from recycling.audit.models import AuditEntry
from recycling.tables import read_table
from tests import factories

pytestmark = pytest.mark.django_db

LIST = """\
Tunnus;Nimike;Luokka;Leveys mm;Korkeus;Väri;Kunto;Kpl;Hinta;Varasto;Hylly
1;Työtuoli Kilo;Työtuoli;680;96,5;musta;Hyvä;4;20 €;;b  3
2;Sohva;Sohvat;NA;-;sininen;kulunut;1;;Varasto 2;
3;Avaruussukkula;Avaruusalukset;;;;;;;Kuu;
4;Pöytä;Neuvottelupöytä;leveä;;;;;;;
5;Tuoli;Jakkara;40;;;;nolla;;;
6;Matto;Matto;170;;punainen;;1;;;;ylimääräinen
7;Lamppu;Pöytävalaisin;20;45;valkoinen;;1;;;
"""


@pytest.fixture
def site():
    return factories.make_site()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="cp1252")
    return path


def run(*arguments, **options):
    out = StringIO()
    call_command("import_items", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def counted(model):
    return model.objects.count()


def test_good_rows_become_published_items_and_bad_ones_are_told_by_row(site, table):
    second = factories.make_site("second", name_fi="Varasto 2", name_sv="Lager 2", name_en="Warehouse 2")

    lines = run(table)

    chair, sofa, shuttle, lamp = Item.objects.order_by("pk")
    assert (chair.category.key, chair.quantity, chair.width_cm, chair.height_cm) == (
        "office_chair",
        4,
        68,
        96.5,
    )
    assert (chair.colour, chair.condition, chair.price, chair.description) == (
        "black",
        "good",
        20,
        "Työtuoli Kilo",
    )
    assert (chair.site, chair.shelf.code, chair.text_language) == (site, "B 3", "fi")
    assert (sofa.category.key, sofa.site, sofa.condition, sofa.width_cm) == ("sofa", second, "worn", None)
    assert (shuttle.category.key, shuttle.site) == ("other", site)
    assert lamp.category.key == "desk_lamp"
    assert {item.status for item in Item.objects.all()} == {ItemStatus.PUBLISHED}
    assert [line for line in lines if line.startswith(("Error", "Warning", "  "))] == [
        "Warning (unknown_category): 1",
        "  row 4: The category “Avaruusalukset” is not known; the item is under “other”.",
        "Warning (unknown_site): 1",
        "  row 4: The site “Kuu” is not known; the item is at Warehouse 1.",
        "Error, row 5: “leveä” in “Leveys mm” is not a number.",
        "Error, row 6: “nolla” in “Kpl” is not a number.",
        "Error, row 7: The row has 12 cells and the heading only 11.",
    ]
    assert lines[-1] == "Made 4, unchanged 0, left out 3."


def test_a_second_run_changes_nothing(site, table):
    run(table)
    before = [counted(model) for model in (Item, Photo, Shelf, AuditEntry)]
    versions = list(Item.objects.order_by("pk").values_list("pk", "version", "quantity"))

    assert run(table)[-1] == "Made 0, unchanged 4, left out 3."

    assert [counted(model) for model in (Item, Photo, Shelf, AuditEntry)] == before
    assert list(Item.objects.order_by("pk").values_list("pk", "version", "quantity")) == versions


def test_a_run_that_was_stopped_goes_on_where_it_was(site, table):
    assert run(table, "--limit", 1)[-1] == "Made 1, unchanged 0, left out 0."
    assert run(table)[-1] == "Made 3, unchanged 1, left out 3."


def test_a_mended_row_is_added_and_the_others_left_alone(site, table):
    run(table)
    table.write_text(LIST.replace("leveä", "1800"), encoding="cp1252")
    assert run(table)[-1] == "Made 1, unchanged 4, left out 2."


def test_a_dry_run_says_the_same_and_changes_nothing(site, table):
    dry = run(table, "--dry-run")
    assert [counted(model) for model in (Item, Photo, Shelf, AuditEntry)] == [0, 0, 0, 0]
    real = run(table)
    assert dry == [
        *real[:-1],
        real[-1].replace("Made", "Would make"),
        "This was a dry run: nothing was changed.",
    ]


def test_drafts_are_not_published(site, table):
    run(table, "--draft")
    assert set(Item.objects.values_list("status", flat=True)) == {ItemStatus.DRAFT}


def test_every_item_has_a_drawing_and_those_that_look_alike_share_its_files(site, tmp_path):
    (tmp_path / "a.csv").write_text("id,category,colour\n1,sofa,red\n2,sofa,red\n3,sofa,blue\n")
    run(tmp_path / "a.csv")
    first, second, third = (item.photos.get() for item in Item.objects.order_by("pk"))
    assert first.folder_name == second.folder_name != third.folder_name
    for photo in (first, third):
        assert (photo.is_drawing, photo.status) == (True, PhotoStatus.READY)
        assert default_storage.exists(photo.master_name)
        assert photo.renditions
        for size, _width, _height in photo.renditions:
            assert default_storage.exists(photo.rendition_name(size, "webp"))


def test_the_site_can_be_named_and_must_exist(site, table):
    other = factories.make_site("north", kind=SiteKind.DEPARTMENT)
    run(table, "--site", "NORTH", "--limit", 1)
    assert Item.objects.get().site == other
    with pytest.raises(
        CommandError, match=r"^There is no site with the code “south”. The sites are: warehouse, north$"
    ):
        run(table, "--site", "south")


def test_without_a_warehouse_nothing_is_imported(table):
    factories.make_site("school", kind=SiteKind.DEPARTMENT)
    with pytest.raises(CommandError, match=r"^There is no warehouse"):
        run(table)


def test_a_city_that_does_not_use_other_is_told_so(site, table):
    Category.objects.filter(key="other").update(is_active=False)
    with pytest.raises(CommandError, match=r"^The category “other” is not in use"):
        run(table)


def test_a_category_of_the_citys_own_is_found(site, tmp_path):
    Category.objects.create(
        key="piano", name_fi="Piano", name_sv="Piano", name_en="Piano", synonyms_fi="flyygeli"
    )
    (tmp_path / "a.csv").write_text("nimi;luokka\nBösendorfer;Flyygeli\n")
    run(tmp_path / "a.csv")
    assert Item.objects.get().category.key == "piano"


def test_a_saved_mapping_names_the_columns(site, tmp_path):
    (tmp_path / "a.csv").write_text("Bezeichnung;Breite (mm)\nSofa;2000\n")
    (tmp_path / "m.json").write_text(json.dumps({"name": "Bezeichnung", "width_cm": "Breite (mm)"}))
    run(tmp_path / "a.csv", "--mapping", tmp_path / "m.json")
    assert (Item.objects.get().category.key, Item.objects.get().width_cm) == ("sofa", 200)


def test_a_workbook_is_imported_like_any_table(site, tmp_path):
    book = Workbook()
    for row in (["Kalusteet 2024"], [], ["Nr", "Benämning", "Bredd cm", "Antal"], [7, "Soffa", 180.5, 2]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    lines = run(tmp_path / "a.xlsx")
    item = Item.objects.get()
    assert (item.category.key, item.width_cm, item.quantity, item.text_language) == ("sofa", 180.5, 2, "sv")
    assert lines[-1] == "Made 1, unchanged 0, left out 0."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"foo;bar\n1;2\n", "No heading tells what the things are"),
        (b"", "The table is empty"),
        (b"\x00\x01\x02", "The file cannot be read as a table"),
    ],
)
def test_a_file_that_cannot_be_used_as_a_whole_is_refused(site, tmp_path, content, sentence):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(CommandError, match=f"^{sentence}"):
        run(tmp_path / "a.csv")


def test_long_lists_of_warnings_are_shortened_unless_asked_for(site, tmp_path):
    (tmp_path / "a.csv").write_text("id,name\n" + "".join(f"{number},Zorg\n" for number in range(5)))
    dry = run(tmp_path / "a.csv", "--dry-run")
    assert dry[1:6] == [
        "Warning (no_category): 5",
        *(f"  row {line}: Nothing says what it is; the item is under “other”." for line in (2, 3, 4)),
        "  and 2 more; -v 2 lists them all",
    ]
    assert (
        len([line for line in run(tmp_path / "a.csv", "--dry-run", verbosity=2) if line.startswith("  ")])
        == 5
    )


def test_text_of_any_kind_is_kept_as_it_is(site, tmp_path):
    text = "Sohva 🛋️ <b>&amp; مرحبا 100 % 'x'"
    # A NUL further down than the first look at the file, as a damaged export has it.
    padding = "".join(f"sohva;rivi {number}\n" for number in range(600))
    (tmp_path / "a.csv").write_text(f'luokka;kuvaus\n{padding}sohva;"{text}\x00"\n', encoding="utf-8")
    (row,) = list(importing.plan(read_table(tmp_path / "a.csv")))[600:]
    assert row.fields["description"] == text
    into = importing.Arrival(at=factories.NOW)
    into.drawings.prepare("sofa", "")
    assert importing.import_row(row, into=into, at=factories.NOW) == importing.MADE
    assert Item.objects.get().description == text


def test_two_imports_of_one_row_make_one_item(site, tmp_path):
    (tmp_path / "a.csv").write_text("id;luokka\n1;sohva\n")
    (row,) = importing.plan(read_table(tmp_path / "a.csv"))
    into = importing.Arrival(at=factories.NOW)
    into.drawings.prepare("sofa", "")
    results = [importing.import_row(row, into=into, at=factories.NOW) for _run in range(2)]
    assert (results, counted(Item)) == ([importing.MADE, importing.UNCHANGED], 1)


def test_a_row_that_a_verb_refuses_is_left_out_and_undone_alone(site, tmp_path, monkeypatch):
    """The shelf belongs to another site: what a race between the import and a move of the shelf would meet."""
    (tmp_path / "a.csv").write_text("id;luokka;hylly\n1;sohva;\n2;sohva;A1\n3;sohva;\n")
    elsewhere = factories.make_shelf("A1", factories.make_site("second"))
    monkeypatch.setattr(rows, "_shelf", lambda _row, code: elsewhere if code else None)
    assert run(tmp_path / "a.csv")[-2:] == [
        "Error, row 3: That shelf is at another site.",
        "Made 2, unchanged 0, left out 1.",
    ]
    assert (counted(Item), Photo.objects.exclude(item=None).count()) == (2, 2)


def test_known_rows_cost_one_question_for_a_hundred(site, tmp_path, django_assert_num_queries):
    (tmp_path / "a.csv").write_text("id;luokka\n" + "".join(f"{number};sohva\n" for number in range(30)))
    plan = importing.plan(read_table(tmp_path / "a.csv"))
    into = importing.Arrival(at=factories.NOW)
    assert {outcome.result for outcome in importing.import_plan(plan, into=into, at=factories.NOW)} == {
        "made"
    }
    # Besides that question only the chunk's own empty transaction.
    with django_assert_num_queries(3 if connection.in_atomic_block else 1):
        outcomes = list(importing.import_plan(plan, into=into, at=factories.NOW))
    assert {outcome.result for outcome in outcomes} == {"unchanged"}
