"""Labels to print: of items, of shelves, of nothing yet. Printing changes nothing, so it can be done again at any time."""

from datetime import time

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.domain import aliases, labels, scanning, titles
from inventory.domain.intake import shelf_code
from inventory.domain.label_sheets import PAPERS, SHEET, draw
from inventory.label_forms import BlankForm, ItemPaperForm, PaperForm, WhichForm
from inventory.models import Item, ItemAlias, Shelf
from recycling import clock
from recycling.errors import Refused
from recycling.typed import whole_number

from .intake import sites_or_no

MOST = 120  # in one list: more would not fit into an address


@require_safe
def choose(request):
    """First for what, then which of them and on what paper."""
    sites = sites_or_no(request.user)
    asked = bool(request.GET.keys() & {"which", "item", "shelf", "load"})
    which = WhichForm(request.GET if "which" in request.GET else None, sites=sites)
    if not asked or (which.is_bound and not which.is_valid()):
        return render(
            request, "inventory/wh_labels.html", {"form": which}, status=422 if which.errors else 200
        )
    return _choice(request, *_asked_for(request, which, sites))


def _asked_for(request, which, sites):
    """The items and the shelves to choose from, and the codes that are nobody's."""
    if "load" in request.GET:
        return _of_load(request), [], []
    if not which.is_bound:
        items, shelves = _named(request, sites)
        return items, shelves, []
    answers = which.cleaned_data
    mine = _items(request).filter(quantity__gt=0).order_by("-pk")
    match answers["which"]:
        case "today":
            tz = answers["site"].tz
            begins = clock.resolve(clock.today(tz, timezone.now()), time.min, tz)
            found = mine.filter(site=answers["site"], created_at__gte=begins)
            return list(found[:MOST]), [], []
        case "shelf":
            found = mine.filter(site=answers["site"], shelf__code=shelf_code(answers["words"]))
            return list(found[:MOST]), [], []
        case "shelves":
            shelves = Shelf.objects.filter(
                site=answers["site"], code__startswith=shelf_code(answers["words"])
            )
            return [], list(shelves.select_related("site")[:MOST]), []
    return _typed(request, answers["words"])


def _of_load(request):
    """What came with a load or from one of its rooms and is still here, in the order in which it was logged."""
    load, room = (request.GET.get(name, "").replace("\0", "").upper() for name in ("load", "room"))
    where = {"arrivals__room__load__code": load}
    position = whole_number(room, digits=4, otherwise=None)
    if position is not None:
        where["arrivals__room__position"] = position
    # Merged lots may have come from several rooms of one load.
    found = _items(request).filter(quantity__gt=0, **where).order_by("pk").distinct()
    return list(found[:MOST])


def _typed(request, words):
    """The worker's items with these codes, in their order, and the words that are no code of one."""
    found, unknown = {}, []
    for word in words.replace(",", " ").split()[:MOST]:
        try:
            item = scanning.item_or_label(word, by=request.user)
        except Refused:
            unknown.append(word[:20])
        else:
            if item.kind == "item":
                found[item.thing.pk] = item.thing
            else:
                unknown.append(word[:20])
    return list(found.values()), [], unknown


def _items(request):
    return Item.objects.handled_by(request.user).select_related("category__parent", "site", "shelf")


def _named(request, sites):
    """The items and shelves that the address names: only the worker's own, in the order of the address."""
    codes = [code.replace("-", "") for code in _plain(request.GET.getlist("item"))]
    items = {item.code: item for item in _items(request).filter(code__in=codes)}
    names = _plain(request.GET.getlist("shelf"))
    site = next((one for one in sites if one.code == request.GET.get("site")), sites[0])
    shelves = {shelf.code: shelf for shelf in site.shelves.select_related("site").filter(code__in=names)}
    return [items[code] for code in codes if code in items], [
        shelves[name] for name in names if name in shelves
    ]


def _plain(words):
    """No more of them than a list has, and without the one character that PostgreSQL cannot keep."""
    return [word.replace("\0", "") for word in words[:MOST]]


def _choice(request, items, shelves, unknown, *, form=None, refusal=None, status=200):
    """The list with everything ticked, and the paper."""
    context = {
        "items": [(item, titles.title(item)) for item in items],
        "shelves": shelves,
        "unknown": unknown,
        "most": MOST if len(items) == MOST else 0,
        "form": form or (PaperForm() if shelves else ItemPaperForm(initial=_each(request))),
        "saved": items[0] if items and "saved" in request.GET else None,
        "refusal": refusal,
    }
    return render(request, "inventory/wh_labels_choice.html", context, status=status)


def _each(request):
    return {"each": "piece"} if request.GET.get("each") == "piece" else {}


@require_safe
def pdf(request):
    """The labels of what was ticked."""
    sites = sites_or_no(request.user)
    items, shelves = _named(request, sites)
    form = (PaperForm if shelves else ItemPaperForm)(request.GET)
    if not form.is_valid():
        return _choice(request, items, shelves, [], form=form, status=422)
    try:
        chosen = labels.of_shelves(shelves) if shelves else labels.of_items(items, each=_is_each(form))
    except Refused as refusal:
        return _choice(request, items, shelves, [], form=form, refusal=refusal, status=refusal.status)
    return _file(chosen, form)


def _is_each(form):
    """Whether every piece of a lot gets a label of its own."""
    return form.cleaned_data["each"] == "piece"


def _file(chosen, form):
    title = _("Labels")
    drawn = draw(
        chosen,
        paper=PAPERS[form.cleaned_data["paper"]],
        start=form.first,
        title=title,
        language=get_language(),
    )
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{title.lower()}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def blank(request):
    """Labels for the day when no printer is at hand: POST reserves their codes, once for each form."""
    sites_or_no(request.user)
    if request.method != "POST":
        start = {"sheet": get_random_string(16), "labels": SHEET.places, "paper": "sheet"}
        return render(request, "inventory/wh_labels_blank.html", {"form": BlankForm(initial=start)})
    form = BlankForm(request.POST)
    if not form.is_valid():
        return render(request, "inventory/wh_labels_blank.html", {"form": form}, status=422)
    # With the worker's own number: a form that somebody else left open makes labels of its own.
    sheet = f"{request.user.pk}x{form.cleaned_data['sheet']}"[:24]
    aliases.print_blank(form.cleaned_data["labels"], sheet=sheet, by=request.user, at=timezone.now())
    asked = {"paper": form.cleaned_data["paper"], "start": form.first}
    return redirect(f"{reverse('inventory:wh_blank_done', args=[sheet])}?{urlencode(asked)}")


def _sheet(sheet):
    found = list(ItemAlias.objects.filter(sheet=sheet).select_related("item").order_by("place"))
    if not found:
        raise Http404
    return found


@require_safe
def blank_done(request, sheet):
    """What was reserved, how much of it is still blank, and the file to print; again if the printer jams."""
    sites_or_no(request.user)
    made = _sheet(sheet)
    form = PaperForm(request.GET)
    asked = (
        {"paper": form.cleaned_data["paper"], "start": form.first} if form.is_valid() else {"paper": "sheet"}
    )
    context = {
        "labels": made,
        "blank": sum(one.item_id is None for one in made),
        "file": f"{reverse('inventory:wh_blank_pdf', args=[sheet])}?{urlencode(asked)}",
    }
    return render(request, "inventory/wh_labels_made.html", context)


@require_safe
def blank_pdf(request, sheet):
    """The labels of one print."""
    sites_or_no(request.user)
    form = PaperForm(request.GET or {"paper": "sheet"})
    made = _sheet(sheet)
    if not form.is_valid():
        raise Http404
    return _file([labels.of_blank(one) for one in made], form)
