"""From an item onto the list: so many pieces of it, or a set of things alike from several places."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import alike, cards, photos, titles
from inventory.models import Item
from inventory.vocabulary import words
from recycling.codes import BadCode, normalise
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.domain import request_sets, requests
from reservations.domain.unit_refusals import OnlyRemain
from reservations.request_forms import SetForm, SeveralPiecesForm

from .request_tasks import address
from .requests import asking_units


def _item(request, code, *, at):
    """The item with this code that this person may see, also when all its pieces are promised."""
    try:
        stored = normalise(code)
    except BadCode as bad:
        raise Http404 from bad
    found = Item.objects.visible_to(request.user, at=at).select_related("category__parent", "site")
    item = found.filter(code=stored).first()
    if item is None:
        raise Http404
    return item


@require_POST
def add(request, code):
    """So many pieces of the item on the list; where fewer remain, what one can do about it."""
    at, units = timezone.now(), asking_units(request.user)
    item = _item(request, code, at=at)
    form = SeveralPiecesForm(request.POST)
    if not form.is_valid():
        context = {"item": item, "title": titles.title(item), "form": form}
        return _not_added(request, item, context, status=422)
    asked = requests.current(request.user, units[0], at)
    pieces = form.cleaned_data["pieces"]
    try:
        requests.set_pieces(asked, item, pieces, by=request.user, at=at)
    except OnlyRemain as refusal:
        return _not_added(request, item, _choices(item, pieces, refusal, by=request.user, at=at))
    except Refused as refusal:
        return _not_added(request, item, {"refusal": refusal})
    if request.POST.get("wanted") and (wanted := address("wanted_new")):
        query = urlencode({"category": item.category.key, "pieces": request.POST["wanted"][:6]})
        return redirect(f"{wanted}?{query}")
    messages.success(request, _("It is on your request list."))
    return redirect(asked)


def _choices(item, pieces, refusal, *, by, at):
    left = refusal.details["left"]
    return {
        "refusal": refusal,
        "pieces": pieces,
        "left": left,
        "less": pieces - left,
        "alike": sum(one.available for one in alike.others(item, by=by, at=at)),
    }


def _not_added(request, item, context, *, status=409):
    context |= {
        "page": "request",
        "item": item,
        "title": titles.title(item),
        "photo": photos.first_of(item),
        "language_path": item.get_absolute_url(),
    }
    return render(request, "department/request_not_added.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_set(request, code):
    """The lots alike at every site; POST takes all that are wanted, or at least so many, or none."""
    at, units = timezone.now(), asking_units(request.user)
    item = _item(request, code, at=at)
    initial = {"pieces": whole_number(request.GET.get("pieces", ""), digits=5, otherwise=None)}
    form = SetForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = requests.current(request.user, units[0], at)
            wanted = form.cleaned_data
            try:
                taken = request_sets.add_set(
                    asked, item, wanted["pieces"], at_least=wanted["at_least"], by=request.user, at=at
                )
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                said = {"pieces": sum(taken.values()), "lots": len(taken)}
                messages.success(request, _("On your list: %(pieces)s pieces, from %(lots)s lots.") % said)
                return redirect("reservations:request_things", asked.code)
    lots = alike.lots(item, by=request.user, at=at)
    context = {
        "page": "request",
        "item": item,
        "title": titles.title(item),
        "form": form,
        "refusal": refusal,
        "lots": [_lot(one) for one in lots],
        "total": sum(one.available for one in lots),
        "sites": len({one.site_id for one in lots}),
    }
    return render(request, "department/request_set.html", context, status=status)


def _lot(one):
    return {
        "item": one,
        "site": one.site.name,
        "left": one.available,
        "condition": words(one.condition).label,
        "size": cards.size_text(one),
        "photo": photos.first_of(one),
    }
