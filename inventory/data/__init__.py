"""What every city starts with: categories and impact factors with their sources, from the tables beside.

Each row comes as a dict with the columns of its table: numbers as ``Decimal`` (``None`` where the cell is
empty), yes or no as ``bool``, synonyms as a tuple. Nothing here knows a model.
"""

import csv
from decimal import Decimal
from pathlib import Path

_FOLDER = Path(__file__).parent

_SIZES = ("width_cm", "depth_cm", "height_cm", "weight_kg")
_FIGURES = ("weight_kg", "weight_low", "weight_high", "co2e_new_kg", "co2e_low", "co2e_high")


def categories():
    """The two levels of categories, each parent before its children.

    An empty size or weight is the parent's. An empty ``impact_key`` means the factor for each kilogram;
    ``estimate`` says that size and weight are our own typical values and no source's.
    """
    for row in _rows("categories.csv"):
        yield row | {
            **{column: _decimal(row[column]) for column in _SIZES},
            **{column: _phrases(row[column]) for column in ("synonyms_fi", "synonyms_sv", "synonyms_en")},
            **{column: row[column] == "1" for column in ("electrical", "residents_allowed", "estimate")},
            "loading_minutes": int(row["loading_minutes"]) if row["loading_minutes"] else None,
        }


def impact_factors():
    """Weight and kg CO2e of one new piece, or of one kilogram where ``per_kilo`` is true."""
    for row in _rows("impact_factors.csv"):
        yield row | {
            **{column: _decimal(row[column]) for column in _FIGURES},
            "per_kilo": row["category_key"] == "generic_per_kg",
        }


def impact_sources():
    """Where the factors come from: the key that their source columns name, and the numbers that were read."""
    yield from _rows("impact_sources.csv")


def _rows(name):
    with (_FOLDER / name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table, strict=True)


def _decimal(cell):
    return Decimal(cell) if cell else None


def _phrases(cell):
    return tuple(phrase.strip() for phrase in cell.split(";") if phrase.strip())
