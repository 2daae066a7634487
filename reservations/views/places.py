"""Where things are collected, and when the doors are open."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Prefetch, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Site
from recycling import clock
from recycling.translated import reading_language
from reservations.models import ClosedDay, Fulfilment, OpeningHours

from .shown import map_of

CLOSED_DAYS_AHEAD = 60


@login_not_required
@require_safe
def places(request):
    """The sites in use with their address, hours and coming closed days."""
    at = timezone.now()
    hours = OpeningHours.objects.filter(fulfilment=Fulfilment.PICKUP)
    sites = Site.objects.open().prefetch_related(Prefetch("opening_hours", hours)).order_by("pk")
    closed = list(
        ClosedDay.objects.filter(
            Q(site=None) | Q(site__is_active=True),
            day__gte=at.date() - timedelta(days=1),
            day__lte=at.date() + timedelta(days=CLOSED_DAYS_AHEAD),
        ).order_by("day", F("site_id").asc(nulls_first=True))
    )
    shown = [_shown(site, closed, today=clock.today(site.tz, at)) for site in sites]
    return render(request, "reservations/places.html", {"places": shown})


def _shown(site, closed, *, today):
    # The site's own reason says more than the general one, and comes after it.
    theirs = {row.day: row for row in closed if row.site_id in {None, site.pk} and row.day >= today}
    return {
        "site": site,
        "week": _week(list(site.opening_hours.all()), today),
        "closed": [
            {"day": clock.day_long(day), "reason": row.reason or _("Closed")} for day, row in theirs.items()
        ],
        "map": map_of(site),
    }


def _week(rows, today):
    """(weekday, hours) of the coming seven days, beginning with Monday; days with no hours are closed."""
    names = clock.WEEKDAYS[reading_language()]
    week = []
    for weekday in range(7):
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
        open_rows = [row for row in rows if _is_on(row, day)]
        hours = [f"{clock.time_text(row.opens)}-{clock.time_text(row.closes)}" for row in open_rows]
        week.append((names[weekday], ", ".join(hours)))
    return week


def _is_on(row, day):
    return (
        row.weekday == day.weekday()
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_until is None or day <= row.valid_until)
    )
