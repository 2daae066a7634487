"""Numbers, lengths, sizes and prices as other lists write them."""

from decimal import Decimal

import pytest

from inventory.domain.importing import measures


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
