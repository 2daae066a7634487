"""For whom things are: a lead changes the stage of one, and decides about what nobody took."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import stages, writing_off
from inventory.hall_forms import StageForm
from inventory.models import Item, Site, Stage
from recycling.errors import Refused

from . import shelves
from .intake import sites_or_no
from .stocked import page_of


@require_POST
def change(request, code):
    """Longer as it is, on to the next stage, or back to residents."""
    found = shelves.mine(request, code)
    if "longer" in request.POST:
        form = StageForm(request.POST, auto_id="stage_%s")
        if not form.is_valid():
            return shelves.page(request, found, form, status=422, stage_form=form)
        days = form.cleaned_data["days"]
        return shelves.do(
            *(request, found, _("It stays as it is for longer.")),
            lambda who: stages.prolong(found, days, **who),
            stage_form=form,
        )
    if "on" in request.POST:
        # The button names the stage that follows: a second tap, or the job's step before it, moves nothing further.
        if request.POST["on"] != _following(found):
            return redirect("inventory:wh_item", found.shown_code)
        return shelves.do(request, found, _("Moved on."), lambda who: stages.move_on(found, **who))
    if "back" in request.POST:
        return shelves.do(
            *(request, found, _("Residents may have it again.")),
            lambda who: stages.back_to(found, Stage.RESIDENTS, **who),
        )
    raise Http404


def _following(found):
    return "" if found.stage == Stage.LEAVING else stages.after(found.stage)


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request):
    """What nobody took, site by site, with what it goes to; the lead sends it to the auction or puts it back."""
    sites = sites_or_no(request.user)
    site = next((one for one in sites if one.code == request.GET.get("site")), sites[0])
    refusal, status = None, 200
    if request.method == "POST":
        try:
            answer = _decide(request)
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            return answer
    handled = Item.objects.handled_by(request.user).filter(site=site)
    asked = {"site": site.code} if len(sites) > 1 else {}
    context = {
        **page_of(request, handled, handled.leaving(), asked),
        "sites": sites,
        "site": site,
        "is_lead": Site.objects.led_by(request.user).filter(pk=site.pk).exists(),
        "refusal": refusal,
    }
    context["rows"] = [(row, stages.last_stage(row.item.category)) for row in context["rows"]]
    return render(request, "inventory/wh_leaving.html", context, status=status)


ANSWERS = {
    "auction": writing_off.to_auction,
    "residents": lambda item, **who: stages.back_to(item, Stage.RESIDENTS, **who),
}


def _decide(request):
    answer = next((name for name in ANSWERS if name in request.POST), None)
    if answer is None:
        raise Http404
    found = shelves.mine(request, request.POST[answer])
    ANSWERS[answer](found, by=request.user, at=timezone.now())
    said = {
        "auction": _("Gone to the auction. It can be undone today, on the page of write-offs."),
        "residents": _("Residents may have it again."),
    }
    messages.success(request, said[answer])
    return redirect(request.get_full_path())
