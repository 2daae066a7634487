"""What a unit has received and given away, and what that saved. Each total is one question, however much there is."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, Max, Q, Sum

from inventory.domain import titles
from inventory.models import Item
from reservations.models import HandoverLine, Returned

LATEST = 10
_DECIMAL: DecimalField = DecimalField(max_digits=20, decimal_places=4)


@dataclass(frozen=True)
class Totals:
    """Net of what came back. ``co2e_*`` is what making all of it anew causes, in kg; ``saved_*`` the share that counts as saved.

    ``price_*`` is what as many new ones cost, in euros; 0 where the city has entered no prices (decisions of the impact).
    """

    pieces: int
    weight_kg: Decimal
    weight_is_estimate: bool
    co2e_low: Decimal
    co2e_high: Decimal
    saved_low: Decimal
    saved_high: Decimal
    price_low: Decimal
    price_high: Decimal


def received(unit, period):
    """The lines of hand-overs to this unit."""
    return _lines(period).filter(handover__reservation__department=unit)


def given(unit, period):
    """The lines of hand-overs of what this unit gave away, whoever took it; not what it took back itself."""
    return _lines(period).filter(item__owner=unit).exclude(handover__reservation__department=unit)


def _lines(period):
    begins, ends = period.span()
    return HandoverLine.objects.filter(handover__at__gte=begins, handover__at__lt=ends, given__gt=0)


def totals(lines) -> Totals:
    """The sums of these lines, in two questions: what left, less what came back of the same lines."""
    left = lines.aggregate(
        pieces=Sum(F("given") - F("returned")),
        estimates=Sum("given", filter=Q(weight_is_estimate=True)),
        price_low=Sum(_product(F("given") - F("returned"), "factor__price_low")),
        price_high=Sum(_product(F("given") - F("returned"), "factor__price_high")),
        **_sums("displacement_percent"),
    )
    back = Returned.objects.filter(line__in=lines).aggregate(**_sums("line__displacement_percent"))
    zero = Decimal(0)
    net = {name: _decimal(left[name]) - _decimal(back[name]) for name in back}
    return Totals(
        pieces=left["pieces"] or 0,
        weight_is_estimate=bool(left["estimates"]),
        price_low=left["price_low"] or zero,
        price_high=left["price_high"] or zero,
        weight_kg=net["kilograms"],
        co2e_low=net["made_low"],
        co2e_high=net["made_high"],
        saved_low=net["saved_low"],
        saved_high=net["saved_high"],
    )


def _sums(percent):
    return {
        "kilograms": Sum("weight_kg"),
        "made_low": Sum("co2e_low"),
        "made_high": Sum("co2e_high"),
        "saved_low": Sum(_product(F("co2e_low"), percent)) / 100,
        "saved_high": Sum(_product(F("co2e_high"), percent)) / 100,
    }


def _product(one, other):
    return ExpressionWrapper(one * F(other), output_field=_DECIMAL)


def _decimal(number):
    return Decimal(0) if number is None else Decimal(str(number))


def latest(lines):
    """The latest lots of these lines as ``(title, code, pieces, when last)``, in two questions."""
    by_item = (
        lines.order_by()
        .values("item")
        .annotate(pieces=Sum(F("given") - F("returned")), last=Max("handover__at"))
    )
    rows = list(by_item.filter(pieces__gt=0).order_by("-last", "-item")[:LATEST])
    items = Item.objects.select_related("category__parent").in_bulk([row["item"] for row in rows])
    return [
        (titles.title(items[row["item"]]), items[row["item"]].shown_code, row["pieces"], row["last"])
        for row in rows
    ]


def stock_of(unit):
    """The lots that the unit gives away and that are still there, the newest first."""
    return (
        Item.objects.filter(owner=unit, quantity__gt=0)
        .select_related("category__parent", "site")
        .newest_first()
    )
