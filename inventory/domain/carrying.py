"""Whether one can take it home: what a person lifts, what a car swallows."""

import math
from dataclasses import dataclass
from decimal import Decimal

from inventory.models import Item

from .cards import number_text

# What one person can be asked to carry; a heavier piece needs somebody at the other end.
KILOGRAMS_EACH = 25
# Longer than this and one person cannot steer it through a door alone, however light it is.
LONGEST_ALONE_CM = 180
# The room of an ordinary estate or hatchback with its seats folded: behind the front seats, between the wheels, under the lid.
CAR_CM = (160, 95, 70)


@dataclass(frozen=True)
class Carrying:
    """``fits_a_car`` is None while a size is unknown, ``carriers`` while the weight is."""

    fits_a_car: bool | None
    longest_cm: Decimal | None
    carriers: int | None

    @property
    def longest_text(self) -> str:
        return number_text(self.longest_cm)


def of(item: Item) -> Carrying:
    """What taking one piece home needs; the weight is the typed one, else what its kind usually weighs."""
    sizes = [item.width_cm, item.depth_cm, item.height_cm]
    known = sorted((size for size in sizes if size), reverse=True)
    longest = known[0] if known else None
    return Carrying(
        fits_a_car=_fits(known) if len(known) == len(sizes) else None,
        longest_cm=longest,
        carriers=_carriers(item.weight_kg or item.category.inherited("weight_kg"), longest),
    )


def _fits(sizes):
    return all(size <= room for size, room in zip(sizes, CAR_CM, strict=True))


def _carriers(weight, longest):
    if not weight:
        return None
    enough = math.ceil(weight / KILOGRAMS_EACH)
    return max(2, enough) if longest and longest > LONGEST_ALONE_CM else enough
