"""When nobody is there to hand over: whether a unit wants that, the paper with its four digits, and new digits."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory.domain import offers
from recycling.translated import LANGUAGES
from recycling.typed import whole_number
from reservations.domain import site_code

from .giving_pickups import require_form, unit_with_site

SAID = {
    "on": _("From now on people confirm with the digits. Print the paper and put it beside the things."),
    "off": _("Somebody of yours hands over again."),
    "renew": _("There are new digits. Print the paper again; the old one is of no use."),
}
ON_THE_PAPER = _(
    "Have you reserved something here? Open your booking on your phone, "
    "press “I am here and take these” and type these digits."
)


@require_form
def code(request):
    """On, off, or new digits: one button each."""
    units, unit = unit_with_site(request)
    if request.method == "POST":
        action, who = request.POST.get("action"), {"by": request.user, "at": timezone.now()}
        if action not in SAID:
            raise Http404
        if action == "renew":
            # No paper has the number 0.
            site_code.renew(unit, paper=whole_number(request.POST.get("paper", ""), digits=8), **who)
        else:
            site_code.set_unattended(unit, action == "on", **who)
        messages.success(request, str(SAID[action]))
        return redirect(f"{reverse('reservations:give_code')}?unit={unit.code}")
    context = {"page": "give_code", "units": units, "unit": unit, "site": unit and offers.site_of(unit)}
    return render(request, "department/give_code.html", context)


@require_safe
def paper(request):
    """The paper for the place, in the three languages of whoever comes."""
    _units, unit = unit_with_site(request)
    site = unit and offers.site_of(unit)
    if site is None or not site.is_unattended:
        raise Http404
    sentences = []
    for language in LANGUAGES:
        with translation.override(language):
            sentences.append((language, str(ON_THE_PAPER)))
    context = {
        "page": "give_code",
        "unit": unit,
        "site": site,
        "digits": site_code.digits(site),
        "sentences": sentences,
    }
    return render(request, "department/give_paper.html", context)
