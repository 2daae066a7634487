"""What a hand-over saved: kilograms as a fact, CO2e as a range with its source."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from inventory.models import ImpactFactor
from recycling import clock

PER_KILO = "generic_per_kg"


@dataclass(frozen=True)
class Impact:
    """For all the pieces together. ``co2e_*`` is what making them anew causes, in kg, before the displacement share."""

    weight_kg: Decimal
    weight_is_estimate: bool
    co2e_low: Decimal
    co2e_central: Decimal
    co2e_high: Decimal
    factor: ImpactFactor | None


def factors_for(categories, *, day) -> dict[str, ImpactFactor]:
    """The factors in force on ``day`` for these categories and the one for each kilogram, in one query."""
    keys = {category.inherited("impact_key") or PER_KILO for category in categories} | {PER_KILO}
    rows = ImpactFactor.objects.filter(Q(key__in=keys), valid_from__lte=day).order_by("key", "valid_from")
    return {row.key: row for row in rows}


def of(item, pieces, *, at, factors=None) -> Impact:
    """The impact of ``pieces`` of ``item``. Weight: what was typed, else the category's, else the factor's own."""
    if factors is None:
        factors = factors_for([item.category], day=clock.today(item.site.tz, at))
    factor = factors.get(item.category.inherited("impact_key")) or factors.get(PER_KILO)
    weight = (
        item.weight_kg or item.category.inherited("weight_kg") or (factor.weight_kg if factor else Decimal(0))
    )
    times = Decimal(pieces) * (weight if factor and factor.per_kilo else 1)
    zero = Decimal(0)
    return Impact(
        weight_kg=weight * pieces,
        weight_is_estimate=item.weight_kg is None,
        co2e_low=factor.co2e_low * times if factor else zero,
        co2e_central=factor.co2e_central * times if factor else zero,
        co2e_high=factor.co2e_high * times if factor else zero,
        factor=factor,
    )
