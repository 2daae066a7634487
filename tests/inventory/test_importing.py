"""Taking over somebody else's list: columns, measures, kinds and plans, all without a database."""

import json
from decimal import Decimal

import pytest
from django.utils import translation

from inventory import data, vocabulary
from inventory.domain import importing
from inventory.domain.importing import columns, kinds, measures, planning, words
from inventory.domain.tables import read_table
from recycling.errors import Refused


@pytest.fixture(autouse=True)
def _in_english():
    """The sentences are compared as they stand in the source."""
    with translation.override("en"):
        yield


KINDS = kinds.Kinds()


def table(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def planned(tmp_path, text, mapping=None):
    return importing.plan(table(tmp_path, text), mapping=mapping, kinds=KINDS)


def only(tmp_path, text, mapping=None):
    (row,) = planned(tmp_path, text, mapping)
    return row


def kinds_of(notes):
    return [note.kind for note in notes]


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("1 200", "1200"),
        ("1 200,5", "1200.5"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1.234.567", "1234567"),
        ("1'200", "1200"),
        ("-3", "-3"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert measures.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "1e5", "1,2,3", "80 60", "1.2.3", "--1", "1,2.3.4", "9" * 16])
def test_what_is_no_number_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011  (any sentence will do, the row says its own)
        measures.number(text)


@pytest.mark.parametrize(
    ("text", "unit", "centimetres"),
    [
        ("120", "cm", "120"),
        ("120 cm", "mm", "120"),
        ("1,2 m", "cm", "120"),
        ("1200 mm", "cm", "120"),
        ("1200", "mm", "120"),
        ("n. 65", "cm", "65"),
        ("~65cm", "cm", "65"),
        ("65-130", "cm", "130"),
        ("65 – 130 cm", "cm", "130"),
        ("12,34", "cm", "12.3"),
    ],
)
def test_lengths_become_centimetres(text, unit, centimetres):
    assert measures.amount(text, measures.CENTIMETRES, unit) == Decimal(centimetres)


@pytest.mark.parametrize("text", ["12 apples", "cm", "about", "12 kg"])
def test_a_length_in_something_else_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011  (the same)
        measures.amount(text, measures.CENTIMETRES, "cm")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("80x60x72 cm", [80, 60, 72]),
        ("L 80 x S 60 x K 72", [80, 60, 72]),
        ("800 × 600 mm", [80, 60]),
        ("1,2 m x 80 cm", [120, 80]),
        ("80 (L) * 60 (S)", [80, 60]),
    ],
)
def test_sizes_in_one_cell_are_taken_apart(text, found):
    assert measures.sizes(text) == found


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("20", "20", ""),
        ("20,50 €", "20.50", "EUR"),
        ("€ 1 200,00", "1200", "EUR"),
        ("25 euroa", "25", "EUR"),
        ("SR 1,385", "1385", "SAR"),
        ("12 kr", "12", "SEK"),
        ("Ilmainen", "0", ""),
        ("20,-", "20", ""),
    ],
)
def test_prices_are_read_with_their_currency(text, price, currency):
    assert measures.money(text) == (Decimal(price), currency)


# Columns


def test_headings_in_three_languages_and_with_units_are_recognised():
    finnish = [
        "Tunnus",
        "Nimike",
        "Luokka",
        "LEVEYS (mm)",
        "Syvyys/mm",
        "Korkeus [cm]",
        "Paino, kg",
        "Väri",
        "Kunto",
    ]
    swedish = [
        "Artikelnr.",
        "Benämning",
        "Kategori",
        "Bredd mm",
        "Djup",
        "Höjd_cm",
        "Vikt (g)",
        "Färg",
        "Skick",
    ]
    english = [
        "item_id",
        "Name",
        "Category",
        "width_cm",
        "Depth",
        "Height (m)",
        "weight",
        "Color",
        "condition",
    ]
    fields = ["row_id", "name", "category", "width", "depth", "height", "weight", "colour", "condition"]
    for headings, units in (
        (finnish, ["mm", "mm", "cm", "kg"]),
        (swedish, ["mm", "cm", "cm", "g"]),
        (english, ["cm", "cm", "m", "kg"]),
    ):
        found = columns.recognise(headings)
        assert [found.found[field].heading for field in fields] == headings
        assert [found.unit(field) for field in fields[3:7]] == units
        assert found.ignored == []


@pytest.mark.parametrize(
    ("headings", "language"),
    [(["Nimi", "Leveys cm"], "fi"), (["Namn", "Bredd cm"], "sv"), (["Name", "width_cm"], "en")],
)
def test_the_language_of_the_headings_is_that_of_the_texts(headings, language):
    assert columns.recognise(headings).language == language


def test_unknown_headings_are_listed_and_a_second_column_for_a_field_is_ignored():
    found = columns.recognise(["name", "title", "old_price", "other_colors"])
    assert (set(found.found), found.ignored) == ({"name"}, ["title", "old_price", "other_colors"])


def test_length_and_width_are_our_width_and_depth():
    found = columns.recognise(["name", "Length", "Width", "Height"]).found
    assert {field: column.heading for field, column in found.items() if field != "name"} == {
        "width": "Length",
        "depth": "Width",
        "height": "Height",
    }


@pytest.mark.parametrize("headings", [["foo", "bar"], ["width", "depth", "id"]])
def test_a_heading_that_does_not_say_what_things_are_is_refused(headings):
    with pytest.raises(columns.UnknownHeader) as caught:
        columns.recognise(headings)
    assert str(caught.value).endswith(f"Its headings are: {', '.join(headings)}")


def test_a_mapping_goes_before_the_words(tmp_path):
    mapping = {"name": "Bezeichnung", "width_cm": "Breite (mm)", "quantity": "name"}
    found = columns.recognise(["Bezeichnung", "Breite (mm)", "name"], mapping)
    assert {field: (column.heading, column.unit) for field, column in found.found.items()} == {
        "name": ("Bezeichnung", ""),
        "width": ("Breite (mm)", "mm"),
        "quantity": ("name", ""),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "mapping_unreadable"),
        ("[1]", "mapping_unreadable"),
        ('{"name": 3}', "mapping_unreadable"),
        ('{"wide": "Breite"}', "mapping_unknown_field"),
        ('{"name": "Nowhere"}', "mapping_missing_column"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, content, code):
    (tmp_path / "mapping.json").write_text(content)
    with pytest.raises(Refused) as caught:
        columns.recognise(["name"], importing.load_mapping(tmp_path / "mapping.json"))
    assert caught.value.code == code


def test_a_mapping_is_a_json_file(tmp_path):
    (tmp_path / "mapping.json").write_text(json.dumps({"name": "Bezeichnung"}), encoding="utf-8-sig")
    assert importing.load_mapping(tmp_path / "mapping.json") == {"name": "Bezeichnung"}


# Kinds


@pytest.mark.parametrize("row", list(data.categories()), ids=lambda row: row["key"])
def test_a_category_is_found_by_its_key_and_its_three_names(row):
    for name in (row["key"], row["fi"], row["sv"], row["en"], row["fi"].upper()):
        found, note = KINDS.find(name)
        assert (found, note) == (words.USUALLY.get(row["key"], row["key"]), None)


def test_the_words_of_the_import_lead_to_categories_that_exist():
    keys = {row["key"] for row in data.categories()}
    meant = {*words.PHRASES.values(), *words.ENDINGS.values(), *words.USUALLY, *words.USUALLY.values()}
    for context, among in (words.AMONG | words.BARE_AMONG).items():
        meant |= {context, *among, *among.values()}
    assert meant - keys == set()


def test_the_words_of_the_import_lead_to_our_vocabulary():
    assert set(words.COLOURS.values()) == {word.key for word in vocabulary.COLOURS}
    assert set(words.MATERIALS.values()) == {word.key for word in vocabulary.MATERIALS}
    assert set(words.CONDITIONS.values()) == {word.key for word in vocabulary.CONDITIONS}
    for word in (*vocabulary.COLOURS, *vocabulary.MATERIALS, *vocabulary.CONDITIONS):
        name = next(name for name, known in planning.VOCABULARY.items() if word.key in known.values())
        assert [planning.word_meant(name, text) for text in (word.fi, word.sv, word.en)] == [word.key] * 3


@pytest.mark.parametrize(
    ("category", "description", "key"),
    [
        ("Chairs", "Bar stool with backrest, 74 cm", "bar_stool"),
        ("Chairs", "Desk chair", "office_chair"),
        ("Chairs", "Table and 4 chairs", "dining_table"),
        ("Tables & desks", "Desk sit/stand, 160x80 cm", "desk_electric"),
        ("Tables & desks", "Table and 6 chairs", "dining_table"),
        ("Bookcases & shelving units", "Cabinet with doors", "cabinet"),
        ("Bookcases & shelving units", "Something new", "bookshelf"),
        ("Sofas & armchairs", "3-seat sofa-bed", "sofa_bed"),
        ("Cabinets & cupboards", "Glass-door cabinet", "display_cabinet"),
        ("Wardrobes", "2 sections", "wardrobe"),
        ("Outdoor furniture", "Table+4 reclining chairs", "garden_table"),
        ("Outdoor furniture", "Armchair", "garden_chair"),
        ("Outdoor furniture", "3-seat modular sofa", "outdoor"),
        ("Beds", "Loft bed frame with desk top", "bunk_bed"),
        ("TV & media furniture", "TV bench", "cabinet"),
        ("Chests of drawers & drawer units", "Chest of 6 drawers", "chest"),
        ("Chests of drawers & drawer units", "Drawer unit on castors", "pedestal"),
        ("Children's furniture", "Children's desk chair", "daycare"),
        ("Children's furniture", "Wardrobe", "wardrobe"),
        ("Nursery furniture", "Cot with drawers", "child_bed"),
        ("Bar furniture", "Bar table, in/outdoor", "dining_table"),
        ("Bar furniture", "Stool", "bar_stool"),
        ("Trolleys", "", "trolley"),
        ("Café furniture", "Chair with armrests", "dining_chair"),
        ("Sideboards, buffets & console tables", "Console table", "side_table"),
        ("Sideboards, buffets & console tables", "", "cabinet"),
        ("Room dividers", "Screen for desk", "screen"),
        ("toimistotuolit", "", "office_chair"),
        ("Pöydät", "Neuvottelupöytä, 8 henkilöä", "meeting_table"),
        ("hoitajantuoli", "", "visitor_chair"),
        ("Sammanträdesbord", "", "meeting_table"),
        ("TYÖPÖYTÄ ", "Tuoli mukana", "desk"),
    ],
)
def test_a_catalogues_category_becomes_the_nearest_of_ours(category, description, key):
    assert KINDS.find(category, description) == (key, None)


@pytest.mark.parametrize(
    ("category", "description", "key", "kind"),
    [
        ("Avaruusalukset", "Tuoli", "other", "unknown_category"),
        ("Sofas & armchairs", "Cover for corner sofa", "other", "part"),
        ("Chairs", "Chair cushion, outdoor", "other", "part"),
        ("", "Satulatuoli, musta", "saddle_chair", "guessed_category"),
        ("Kalusteet", "Pyöreä kahvilapöytä", "dining_table", "guessed_category"),
        ("", "Kilo", "other", "no_category"),
        ("", "", "other", "no_category"),
    ],
)
def test_a_doubtful_category_is_told(category, description, key, kind):
    found, note = KINDS.find(category, description)
    assert (found, note.kind) == (key, kind)
    assert str(note).endswith(".")


def test_a_category_that_the_city_does_not_use_is_other():
    few = kinds.Kinds([kinds.Kind("other", "", ("Other",)), kinds.Kind("sofa", "", ("Sofa",))])
    assert [few.find(name)[0] for name in ("Sofa", "Armchair", "Chairs")] == ["sofa", "other", "other"]


# Plans


def test_a_row_becomes_what_would_be_logged(tmp_path):
    row = only(
        tmp_path,
        "Tunnus;Nimike;Luokka;Valmistaja;Leveys mm;Syvyys;Korkeus;Paino;Väri;Materiaali;Kunto;Kpl;Hinta €;Varasto;"
        "Hylly;Viat\n"
        "A-7;Työtuoli Kilo;Työtuoli;Martela;680;68 cm;0,96 m;12,5;tummanharmaa;kangas;Kulunut;4 kpl;1 200,50;"
        "Varasto 1;b 3;pieni naarmu\n",
    )
    assert (row.line, row.key, row.warnings, row.errors) == (2, "A-7 tyotuoli", [], [])
    assert row.fields == {
        "category": "office_chair",
        "maker": "Martela",
        "description": "Työtuoli Kilo",
        "defects": "pieni naarmu",
        "text_language": "fi",
        "width_cm": Decimal(68),
        "depth_cm": Decimal(68),
        "height_cm": Decimal(96),
        "weight_kg": Decimal("12.5"),
        "colour": "grey",
        "material": "fabric",
        "condition": "worn",
        "quantity": 4,
        "price": Decimal("1200.50"),
        "site": "Varasto 1",
        "shelf": "b 3",
    }


def test_a_bare_row_gets_the_defaults(tmp_path):
    fields = only(tmp_path, "name,width\nSohva,NA\n").fields
    assert {name: value for name, value in fields.items() if value not in ("", None)} == {
        "category": "sofa",
        "description": "Sohva",
        "text_language": "en",
        "quantity": 1,
        "price": Decimal(0),
        "condition": "good",
    }


def test_a_models_name_is_the_makers_and_a_telling_name_is_described(tmp_path):
    first, second, third = planned(
        tmp_path,
        "name,category,description,designer\n"
        "KOIVULA,Chairs,Bar stool with backrest,Aino Esimerkki\n"
        "Round café table,Tables,slightly worn,\n"
        f"KOIVULA,Chairs,Stool,{'long ' * 30}\n",
    )
    assert [(row.fields["maker"], row.fields["description"]) for row in (first, second, third)] == [
        ("KOIVULA, Aino Esimerkki", "Bar stool with backrest"),
        ("", "Round café table\nslightly worn"),
        ("KOIVULA", "Stool"),
    ]


@pytest.mark.parametrize(
    ("cell", "colour"),
    [
        ("Musta", "black"),
        ("Ljusgrå", "grey"),
        ("vaaleanharmaa", "grey"),
        ("white stained oak", "oak"),
        ("grön", "green"),
    ],
)
def test_colours_are_recognised(tmp_path, cell, colour):
    assert only(tmp_path, f"name;colour\nTuoli;{cell}\n").fields["colour"] == colour


def test_a_colour_is_read_from_the_words_where_no_column_has_it(tmp_path):
    text = (
        "name,link\nBench,https://shop.example/p/koivula-bench-light-grey-123/\nShelf with rod,\nStol röd,\n"
    )
    assert [row.fields["colour"] for row in planned(tmp_path, text)] == ["grey", "", "red"]


def test_words_that_nobody_knows_are_told_and_left_out(tmp_path):
    row = only(tmp_path, "name,colour,material,condition\nChair,octarine,unobtainium,legendary\n")
    assert kinds_of(row.warnings)[1:] == ["unknown_colour", "unknown_material", "unknown_condition"]
    assert (row.fields["colour"], row.fields["material"], row.fields["condition"]) == ("", "", "good")


def test_one_column_of_sizes_fills_what_no_other_column_says(tmp_path):
    row = only(tmp_path, "name;Mitat (cm);Leveys\nTuoli;80 x 60 x 72;81\n")
    assert [row.fields[f"{side}_cm"] for side in planning.SIDES] == [81, 60, 72]


@pytest.mark.parametrize(
    ("heading", "cell", "kind"),
    [
        ("width", "wide", "not_a_number"),
        ("width", "-5", "out_of_bounds"),
        ("width", "3000", "out_of_bounds"),
        ("weight", "9 t", "out_of_bounds"),
        ("quantity", "0", "out_of_bounds"),
        ("quantity", "1000000000", "out_of_bounds"),
        ("quantity", "1,5", "not_a_number"),
        ("quantity", "many", "not_a_number"),
        ("price", "-1", "out_of_bounds"),
        ("price", "ask", "not_a_number"),
        ("price", "999999", "out_of_bounds"),
        ("size", "big", "not_a_number"),
    ],
)
def test_a_bad_number_costs_its_row_and_no_other(tmp_path, heading, cell, kind):
    bad, good = planned(tmp_path, f'name,{heading}\nChair,"{cell}"\nSofa,\n')
    assert (bad.line, kinds_of(bad.errors), good.line, good.errors) == (2, [kind], 3, [])
    assert str(bad.errors[0]).startswith(f"“{cell}” in “{heading}” is ")


def test_a_broken_row_is_reported_and_the_others_kept(tmp_path):
    rows = list(planned(tmp_path, 'id,name\n1,Chair\n2,Sofa,extra\n3,"Desk\n4,Bed\n'))
    assert [(row.line, kinds_of(row.errors)) for row in rows] == [
        (2, []),
        (3, ["too_many_cells"]),
        (4, ["open_quote"]),
        (5, []),
    ]


def test_a_size_of_zero_is_told_and_left_empty(tmp_path):
    row = only(tmp_path, "name,category,width\nA,sofa,0\n")
    assert (row.fields["width_cm"], kinds_of(row.warnings), row.errors) == (None, ["zero"], [])


def test_a_long_text_is_cut_and_told(tmp_path):
    row = only(tmp_path, f"name,category,defects\nA,sofa,{'ä' * 3000}\n")
    assert (len(row.fields["defects"]), kinds_of(row.warnings)) == (1000, ["text_cut"])


def test_prices_in_another_currency_are_ignored_with_one_note(tmp_path):
    plan = planned(tmp_path, "name,category,price_sar\nA,sofa,995\nB,sofa,free for all\n")
    assert [row.fields["price"] for row in plan] == [0, 0]
    assert [row.warnings + row.errors for row in plan] == [[], []]
    assert [str(note) for note in plan.columns.notes] == [
        "The prices in “price_sar” are in SAR, not in euros, and are ignored."
    ]


def test_a_row_may_name_its_own_currency(tmp_path):
    plan = planned(
        tmp_path, "name,category,price,currency\nA,sofa,9,EUR\nB,sofa,9,SEK\nC,sofa,9 kr,\nD,sofa,9 €,\n"
    )
    assert [(row.fields["price"], kinds_of(row.warnings)) for row in plan] == [
        (9, []),
        (0, ["foreign_price"]),
        (0, ["foreign_price"]),
        (9, []),
    ]


# Keys


def test_the_key_is_the_rows_number_with_its_category(tmp_path):
    text = "id,name,category\n7,A,Chairs\n7,A,Bar furniture\n8,B,Chairs\n"
    assert [row.key for row in planned(tmp_path, text)] == ["7 chairs", "7 bar furniture", "8 chairs"]


def test_a_second_plan_gives_the_same_keys_in_whatever_order(tmp_path):
    header, *rows = "name,category,width\nA,sofa,1\nB,sofa,2\nA,sofa,1\nC,sofa,3\n".splitlines()
    keys = [row.key for row in planned(tmp_path, "\n".join([header, *rows]))]
    again = [row.key for row in planned(tmp_path, "\n".join([header, *reversed(rows)]))]
    assert (len(set(keys)), set(again)) == (4, set(keys))


def test_a_number_twice_in_one_category_is_an_error_of_the_second(tmp_path):
    first, second = planned(tmp_path, "id,name,category\n7,A,Chairs\n7,B,chairs\n")
    assert (first.errors, [str(error) for error in second.errors]) == (
        [],
        ["The row has the same number and category as row 2."],
    )


def test_a_very_long_number_still_fits_its_column(tmp_path):
    row = only(tmp_path, f"id,name\n{'9' * 500},Chair\n")
    assert len(row.key) <= planning.KEY_LENGTH
