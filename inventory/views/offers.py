"""What units offer: the hall sees it, and a lead decides: into the catalogue, back with a reason, or fetched."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.domain import intake, not_usable, offers, photos, titles
from inventory.domain.offer_refusals import WhereDoesItStand
from inventory.hall_forms import ArrivedForm
from inventory.models import Giving, Site, SiteKind
from recycling import clock
from recycling.codes import BadCode, normalise
from recycling.errors import Refused

from .intake import sites_or_no

SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request):
    """The offers that wait, the oldest first; POST decides about one of them."""
    sites_or_no(request.user)
    is_lead = offers.leads_a_warehouse(request.user)
    refusal, status = None, 200
    if request.method == "POST":
        if not is_lead:
            raise PermissionDenied
        item = _asked(request.POST.get("item", ""))
        try:
            said = _decide(request, item, at=timezone.now())
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            messages.success(request, said)
            return redirect("inventory:wh_offers")
    rows = list(_offers()[:SHOWN])
    fetched = offers.agreed_to_be_fetched(rows)
    context = {
        "rows": [_row(item, request.user, item.pk in fetched) for item in rows],
        "is_lead": is_lead,
        "refusal": refusal,
        "asked": request.POST.get("item", ""),
    }
    return render(request, "inventory/wh_offers.html", context, status=status)


def _offers():
    items = offers.waiting().select_related("category__parent", "site", "owner", "given_by")
    return items.prefetch_related("photos")


def _asked(code):
    """The waiting offer with this code; 404 for anything else."""
    try:
        item = _offers().filter(code=normalise(code)).first()
    except BadCode as bad:
        raise Http404 from bad
    if item is None:
        raise Http404
    return item


def _row(item, user, is_fetched):
    return {
        "item": item,
        "title": titles.title(item),
        "photos": [photo for photo in item.photos.all() if photo.src],
        "photo": photos.first_of(item),
        "until": clock.day_text(item.available_until) if item.available_until else "",
        "first": clock.day_text(item.available_from) if item.available_from else "",
        "is_fetched": is_fetched,
        "stays": item.giving == Giving.STAYS,
        "arrived_form": ArrivedForm(sites=_led(user), auto_id=f"{item.code}_%s"),
    }


def _led(user):
    return list(Site.objects.open().led_by(user).filter(kind=SiteKind.WAREHOUSE))


def _decide(request, item, *, at):
    """What was pressed; the words that say that it is done."""
    who = {"by": request.user, "at": at}
    if "publish" in request.POST:
        offers.accept(item, **who)
        return _("It is in the catalogue, and the unit was told.")
    if "back" in request.POST:
        offers.send_back(item, reason=request.POST.get("reason", "")[:500].replace("\0", ""), **who)
        return _("Sent back. The unit was told why.")
    if "fetch" in request.POST:
        offers.fetch(item, **who)
        return _("The unit was told that we fetch it.")
    form = ArrivedForm(request.POST, request.FILES, sites=_led(request.user))
    if "arrived" not in request.POST or not form.is_valid():
        raise WhereDoesItStand
    clean, found = form.cleaned_data, None
    pieces = clean["pieces"] or 0
    if pieces:
        found = not_usable.take_in(clean["words"], clean["photo"], **who)
    shelf = intake.shelf_at(clean["site"], clean["shelf"])
    offers.arrived(item, shelf=shelf, pieces_not_usable=pieces, found=found, **who)
    if found:
        return _("It is one of the warehouse's now. What is not usable is set aside, and the unit was told.")
    return _("It is one of the warehouse's now, and in the catalogue.")
