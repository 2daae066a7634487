"""How evenly things were shared, for managers: a chart, its table, and the same to take along."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from recycling import clock, periods
from recycling.accounts.rules import manages
from recycling.periods import Period
from recycling.policy.models import Policy
from recycling.tables.writing import as_csv
from reservations.reports import fairness as report


@require_safe
def fairness(request):
    """One year. Nobody's name, number or row is on it."""
    period, today, shares = _asked(request)
    policy = Policy.shown()
    context = {
        "page": "fairness",
        "period": period,
        "words": period.words,
        "periods": periods.choices(today, period, by_month=False),
        "all": shares.all,
        "rows": [_row(_words(group), group.part, shares.all) for group in shares.groups],
        "first_time": _row("", shares.first_time, shares.all) if shares.first_time else None,
        "top_tenth": _row("", shares.top_tenth, shares.all) if shares.top_tenth else None,
        "without_name": shares.without_name,
        "least": policy.report_people,
        "forgotten_after": policy.contact_days,
    }
    return render(request, "department/fairness.html", context)


@require_safe
def fairness_table(request):
    """The same as a table: a row for each group, and for each of the other figures."""
    period, _today, shares = _asked(request)
    head = (
        *(_("Period"), _("Who"), _("Pieces each, from"), _("Pieces each, to")),
        *(_("People"), _("Share of people, %"), _("Pieces"), _("Share of pieces, %")),
    )
    rows = [
        (_words(group), group.least, group.most, *_figures(group.part, shares.all)) for group in shares.groups
    ]
    # Of these two no pieces: beside those of the groups they could tell of a single person.
    for who, part in (
        (_("Here for the first time"), shares.first_time),
        (_("The tenth that got most"), shares.top_tenth),
    ):
        if part:
            people, people_share, _pieces, pieces_share = _figures(part, shares.all)
            rows.append((who, None, None, people, people_share, None, pieces_share))
    rows.append((_("Without a reservation"), None, None, None, None, shares.without_name, None))
    answer = HttpResponse(
        as_csv([head, *((str(period), *row) for row in rows)]), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="fairness-{period}.csv"'
    return answer


def _asked(request):
    """(period, today, its shares), for whoever manages."""
    if not manages(request.user):
        raise PermissionDenied
    today = clock.city_day(timezone.now())
    month = Period(today.year, today.month)
    # Whole years, to the end of the last full month: a look before and after a hand-over shows nothing of it.
    asked = Period.of(request.GET.get("period", ""), otherwise=Period(month.before.year))
    period, (until, _ends) = Period(asked.year), month.span()
    return period, today, report.shares(period, until=until, least_people=Policy.current().report_people)


def _words(group):
    if group.most is None:
        return ngettext("%(least)s piece or more", "%(least)s pieces or more", group.least) % {
            "least": group.least
        }
    if group.least == group.most:
        return ngettext("%(pieces)s piece", "%(pieces)s pieces", group.least) % {"pieces": group.least}
    return _("%(least)s-%(most)s pieces") % {"least": group.least, "most": group.most}


def _figures(part, everybody):
    """People, their share in per cent, pieces, their share."""
    return (
        part.people,
        _percent(part.people, everybody.people),
        part.pieces,
        _percent(part.pieces, everybody.pieces),
    )


def _row(words, part, everybody):
    people, people_share, pieces, pieces_share = _figures(part, everybody)
    return {
        "words": words,
        "people": clock.number(people),
        "people_share": people_share,
        "pieces": clock.number(pieces),
        "pieces_share": pieces_share,
    }


def _percent(part, whole):
    """Whole ones: more would be false precision, and could tell of a single person."""
    return (200 * part + whole) // (2 * whole)
