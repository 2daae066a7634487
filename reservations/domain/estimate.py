"""What a list of things weighs, would cause and would cost as new: an estimate for whoever decides about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from inventory.domain import impact
from recycling import clock

ZERO = Decimal(0)


@dataclass(frozen=True)
class Estimate:
    """For all the pieces together. ``new_*`` are None where no category has prices; ``new_is_partial``: some have none."""

    pieces: int
    weight_kg: Decimal
    weight_is_estimate: bool
    co2e_low: Decimal
    co2e_high: Decimal
    new_low: Decimal | None
    new_high: Decimal | None
    new_is_partial: bool

    @property
    def new_about(self) -> Decimal:
        """The middle of the prices; nothing counts where nothing is known."""
        return (self.new_low + self.new_high) / 2 if self.new_low is not None and self.new_high else ZERO


def of(lines: Iterable[Any], *, at: datetime) -> Estimate:
    """The figures of these lines, which come with their items and categories. One query."""
    lines = [line for line in lines if line.pieces]
    day = clock.city_day(at)
    factors = impact.factors_for([line.item.category for line in lines], day=day)
    figures = [impact.of(line.item, line.pieces, at=at, factors=factors) for line in lines]
    prices = [price_as_new(one.factor, line.pieces) for one, line in zip(figures, lines, strict=True)]
    known = [price for price in prices if price]
    return Estimate(
        pieces=sum(line.pieces for line in lines),
        weight_kg=sum((one.weight_kg for one in figures), ZERO),
        weight_is_estimate=any(one.weight_is_estimate for one in figures),
        co2e_low=sum((one.co2e_low for one in figures), ZERO),
        co2e_high=sum((one.co2e_high for one in figures), ZERO),
        new_low=sum((low for low, _high in known), ZERO) if known else None,
        new_high=sum((high for _low, high in known), ZERO) if known else None,
        new_is_partial=len(known) < len(prices),
    )


def price_as_new(factor, pieces: int) -> tuple[Decimal, Decimal] | None:
    """From what to what so many new pieces cost, where the city has written prices for them."""
    if factor is None or factor.per_kilo or factor.price_low is None:
        return None
    high = factor.price_low if factor.price_high is None else max(factor.price_low, factor.price_high)
    return factor.price_low * pieces, high * pieces
