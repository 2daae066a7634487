"""The closing report of a load."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory.models import Load
from reservations.reports.loads import where_it_went

WORDS = {
    "spot": _("Still on the spot"),
    "free": _("In the hall, free"),
    "reserved": _("In the hall, reserved"),
    "aside": _("In the hall, set aside"),
    "given": _("Handed over"),
    "off": _("Written off"),
    "withdrawn": _("Withdrawn"),
    "other": _("Counted otherwise"),
}


@require_safe
def report(request, code):
    """Where every piece of the load went."""
    load = get_object_or_404(Load.objects.handled_by(request.user).select_related("site"), code=code.upper())
    rows, sums = where_it_went(load)
    context = {
        "load": load,
        "rows": [(row, [(WORDS[key], number) for key, number in row.shares if number]) for row in rows],
        "sums": [(WORDS[key], number) for key, number in sums.items() if number],
        "pieces": sum(row.pieces for row in rows),
    }
    return render(request, "reservations/load_report.html", context)
