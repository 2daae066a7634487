"""What a unit has received, given and saved, and whether its people hear of it each month."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inventory.domain import titles
from recycling import clock, periods
from recycling.accounts.models import Membership
from recycling.periods import Period
from reservations.reports import units

from .department import units_or_no
from .shown import kilograms


@require_http_methods(["GET", "HEAD", "POST"])
def unit_impact(request):
    """One unit, one year or month; POST turns the month's summary on or off for whoever asks."""
    mine = units_or_no(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    unit = next((unit for unit in mine if unit.code == asked.get("unit")), mine[0])
    roles = Membership.objects.filter(user=request.user, department=unit)
    if request.method == "POST":
        roles.update(gets_summary=asked.get("summary") == "on")
        return redirect(f"{reverse('reservations:unit_impact')}?unit={unit.code}")
    today = clock.city_day(timezone.now())
    period = Period.of(asked.get("period", ""), otherwise=Period(today.year))
    received, given = units.received(unit, period), units.given(unit, period)
    context = {
        "page": "impact",
        "unit": unit,
        "units": mine,
        "period": period,
        "words": period.words,
        "periods": periods.choices(today, period),
        "parts": [
            ("received", _figures(units.totals(received)), _rows(received)),
            ("given", _figures(units.totals(given)), _rows(given)),
        ],
        "stock": [
            (item, titles.title(item), item.available) for item in units.stock_of(unit)[: units.LATEST]
        ],
        "gets_summary": roles.filter(gets_summary=True).exists(),
    }
    return render(request, "department/impact.html", context)


def _rows(lines):
    tz = settings.TIME_ZONE
    return [
        (title, code, pieces, clock.day_text(clock.today(tz, at)))
        for title, code, pieces, at in units.latest(lines)
    ]


def _figures(totals):
    """The totals in words and numbers; None where nothing moved."""
    if not totals.pieces:
        return None
    return {
        "pieces": totals.pieces,
        "weight": kilograms(totals.weight_kg),
        "is_estimate": totals.weight_is_estimate,
        "made": _span(totals.co2e_low, totals.co2e_high),
        "saved": _span(totals.saved_low, totals.saved_high),
        "price": _span(totals.price_low, totals.price_high),
    }


def _span(low, high):
    low, high = clock.number(low), clock.number(high)
    return "" if high == "0" else low if low == high else f"{low}-{high}"
