"""How the figures about savings are made, and from what."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory import data
from inventory.domain import impact, standing
from recycling import clock
from recycling.policy.models import Policy


@login_not_required
@require_safe
def method(request):
    """What we count, what we do not, each factor with its source."""
    now = standing.current(at=timezone.now())
    context = {
        "share": Policy.shown().displacement_percent,
        "share_instead": Policy.shown().displacement_instead_percent,
        "rows": _factors(now),
        "sources": list(data.impact_sources()),
    }
    return render(request, "inventory/method.html", context)


def _factors(now):
    """Each factor in force with the kinds of things it stands for, in the order of the catalogue; that for a kilogram last."""
    kinds: dict[str, list] = {}
    for category in now.categories.values():
        key = category.inherited("impact_key")
        kinds.setdefault(key if key in now.factors else impact.PER_KILO, []).append(category)
    rows = [(now.factors[key], below) for key, below in kinds.items() if key in now.factors]
    rows.sort(key=lambda row: row[0].per_kilo)
    return [
        {
            "kinds": ", ".join(category.name for category in below),
            "per_kilo": factor.per_kilo,
            "weight": clock.number(factor.weight_kg, 1),
            "low": _kilograms(factor.co2e_low, factor),
            "central": _kilograms(factor.co2e_central, factor),
            "high": _kilograms(factor.co2e_high, factor),
            "source": factor.source,
            "confidence": factor.confidence,
        }
        for factor, below in rows
    ]


def _kilograms(value, factor):
    return clock.number(value, 2 if factor.per_kilo else 0)
