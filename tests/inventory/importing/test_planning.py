"""What each row of a list would become."""

from decimal import Decimal

import pytest

from inventory.domain import importing
from inventory.domain.importing import planning
from recycling.tables import read_table
from tests.inventory.importing.tables import KINDS


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


# -- Plans


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


# -- Keys


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
