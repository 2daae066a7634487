"""Shelves and what stands on them; several things moved in one go."""

from collections import Counter
from itertools import groupby

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, Sum
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inventory.domain import history, moving, scanning, titles
from inventory.domain.refusals import OtherSite
from inventory.hall_forms import NewShelfForm, ToShelfForm, TypedForm
from inventory.models import Item, Photo, SetAside, Shelf
from recycling.codes import BadCode, normalise
from recycling.errors import Refused

from .intake import sites_or_no
from .stocked import stocked

AT_ONCE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def shelves(request):
    """The shelves of one's sites with how much stands on each; POST adds one, or leads to the one that is there."""
    sites = sites_or_no(request.user)
    form = NewShelfForm(request.POST or None, sites=sites)
    if request.method == "POST" and form.is_valid():
        site = form.cleaned_data["site"]
        return redirect(
            moving.add_shelf(site, form.cleaned_data["shelf"], by=request.user, at=timezone.now())
        )
    here = Q(items__quantity__gt=0)
    rows = (
        Shelf.objects.filter(site__in=sites)
        .select_related("site")
        .annotate(lots=Count("items", filter=here), pieces=Sum("items__quantity", filter=here))
    )
    by_site = [(site, _aisles(row for row in rows if row.site_id == site.pk)) for site in sites]
    context = {"form": form, "by_site": by_site}
    return render(
        request, "inventory/wh_shelves.html", context, status=422 if request.method == "POST" else 200
    )


def _aisles(rows):
    """The shelves by aisle, in walking order, with the sum of what stands in each. Single places share the name ""."""
    rows = list(rows)
    sizes = Counter(row.aisle for row in rows)
    grouped = groupby(rows, key=lambda row: row.aisle if sizes[row.aisle] > 1 else "")
    by_aisle = ((name, list(shelves)) for name, shelves in grouped)
    return [(name, shelves, sum(one.pieces or 0 for one in shelves)) for name, shelves in by_aisle]


def _shelf(request, site, code):
    if "\0" in code:
        raise Http404
    here = Shelf.objects.filter(site__in=sites_or_no(request.user)).select_related("site")
    return get_object_or_404(here, site__code=site, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def shelf(request, site, code):
    """What stands on a shelf; all of it moved to another one, put into quarantine, or let out of it."""
    found = _shelf(request, site, code)
    form = ToShelfForm()
    if request.method != "POST":
        return _shelf_page(request, found, form)
    who = {"by": request.user, "at": timezone.now()}
    if "block" in request.POST:
        moving.block(found, **who)
        messages.success(request, _("The shelf is in quarantine. Its free pieces are off the offer."))
        return redirect(found)
    if "unblock" in request.POST:
        moving.unblock(found, **who)
        messages.success(request, _("The quarantine has ended."))
        return redirect(found)
    form = ToShelfForm(request.POST)
    to = form.is_valid() and Shelf.objects.filter(site=found.site, code=form.cleaned_data["shelf"]).first()
    if not to:
        if form.is_valid():
            form.add_error("shelf", _("There is no such shelf here. Add it on the page of the shelves."))
        return _shelf_page(request, found, form, status=422)
    moved = moving.clear(found, to=to, **who)
    if moved.stayed:
        return _shelf_page(request, found, form, status=409, stayed=_told(moved.stayed))
    messages.success(request, moved_words(moved.done, to))
    return redirect(to)


def _shelf_page(request, found, form, *, status=200, stayed=()):
    rows = list(_with_pictures(moving.standing_on(found)).order_by("pk")[: AT_ONCE + 1])
    promised = history.as_promised(rows) if found.blocked_at else {}
    context = {
        "shelf": found,
        "rows": [(_row(item), promised.get(item.pk, [])) for item in rows[:AT_ONCE]],
        "more": rows[AT_ONCE:] and f"{reverse('inventory:wh_items')}?{urlencode({'q': found.code})}",
        "form": form,
        "stayed": stayed,
    }
    return render(request, "inventory/wh_shelf.html", context, status=status)


def _with_pictures(items):
    return items.select_related("category__parent", "site", "shelf").prefetch_related(
        Prefetch("photos", Photo.objects.filter(position=0)),
        Prefetch("set_aside", SetAside.objects.lasting()),
    )


def _row(item):
    return stocked(item, item.set_aside.all())


def _told(stayed):
    return [(item, titles.title(item), str(refusal)) for item, refusal in stayed]


def moved_words(done, to):
    """How many things stand on the shelf now."""
    return ngettext(
        "%(number)s item stands on %(shelf)s now.", "%(number)s items stand on %(shelf)s now.", len(done)
    ) % {"number": len(done), "shelf": to.code}


@require_http_methods(["GET", "HEAD", "POST"])
def move(request):
    """Codes of things one after another, then the shelf. The list is in the address, so that nothing is lost on the way.

    A script that asks for JSON is told where the longer list is, and for a shelf to send the form itself.
    """
    sites_or_no(request.user)
    posted = request.method == "POST"
    items = _listed(request.POST if posted else request.GET, request.user)
    if not posted:
        return _move_page(request, items)
    items = [item for item in items if item.code != request.POST.get("drop")]
    form = TypedForm(request.POST)
    if not form.is_valid():
        return _move_page(request, items, form, status=422)
    added, to, wrong = _read(form.cleaned_data["typed"], request.user, items)
    longer = list(dict.fromkeys(items + added))
    if len(longer) > AT_ONCE:
        # The address would be read up to there only, and the rest would drop off without a word.
        longer, wrong = items, _too_many()
    if request.headers.get("Accept", "").startswith("application/json"):
        return _told_a_script(items, added, longer, to, wrong)
    if wrong:
        form.add_error("typed", wrong)
    elif to and not longer:
        form.add_error("typed", _("Type the codes of the items first, then the shelf."))
    elif to:
        return _put(request, longer, to)
    if form.errors:
        return _move_page(request, longer, form, status=422)
    return redirect(_address(longer))


def _too_many():
    return _(
        "At most %(number)s items are moved at a time. Scan their shelf first, then go on with the rest."
    ) % {"number": AT_ONCE}


def _told_a_script(items, added, longer, to, wrong):
    if wrong:
        return JsonResponse({"detail": wrong}, status=422)
    if to:
        return JsonResponse({"shelf": to.code})
    if twice := next((item for item in added if item in items), None):
        words = _("%(code)s is in the list already.") % {"code": twice.shown_code}
    else:
        words = ", ".join(f"{titles.title(item)} {item.shown_code}" for item in added)
    return JsonResponse({"words": words, "href": _address(longer)})


def _address(items):
    return f"{reverse('inventory:wh_move')}?{urlencode([('item', item.shown_code) for item in items])}"


def _listed(asked, user):
    """The items that the page has already, in the order in which they were typed."""
    codes = []
    for typed in asked.getlist("item")[:AT_ONCE]:
        try:
            codes.append(normalise(typed))
        except BadCode:
            continue
    mine = {item.code: item for item in _with_pictures(Item.objects.handled_by(user)).filter(code__in=codes)}
    return [mine[code] for code in dict.fromkeys(codes) if code in mine]


def _read(typed, user, items):
    """(the items, the shelf, what is wrong) of what was typed: a code a line, or the links of labels."""
    found: list[Item] = []
    to = None
    for line in typed.replace(",", "\n").replace(";", "\n").splitlines():
        text = scanning.bare(line.strip())
        if not text:
            continue
        try:
            read = scanning.resolve(text, by=user, at=timezone.now())
        except Refused as refusal:
            return found, None, str(refusal)
        if read.kind == "item":
            found.append(read.thing)
        elif read.kind == "shelf":
            # The label of a shelf names its site; a code that was typed means the shelf where the things are.
            to = read.thing if "/" in text else _same_site(read.thing, found + items)
        else:
            return (
                found,
                None,
                _("%(code)s is neither an item nor a shelf at your sites.") % {"code": text[:60]},
            )
    return found, to, ""


def _same_site(shelf, items):
    """The shelf of this name at the site of the things, if there is one; else the shelf itself."""
    sites = {item.site_id for item in items}
    there = Shelf.objects.filter(code=shelf.code, site__in=sites).select_related("site")
    return shelf if shelf.site_id in sites else there.first() or shelf


def _put(request, items, to):
    moved = moving.move(items, shelf=to, by=request.user, at=timezone.now(), across="across" in request.POST)
    if not moved.stayed:
        messages.success(request, moved_words(moved.done, to))
        return redirect(to)
    stayed = [item for item, _refusal in moved.stayed]
    return _move_page(
        *(request, stayed),
        status=409,
        stayed=_told(moved.stayed),
        moved=moved.done and moved_words(moved.done, to),
        to=to,
        across=any(isinstance(refusal, OtherSite) for _item, refusal in moved.stayed),
    )


def _move_page(request, items, form=None, *, status=200, **more):
    context = {
        "form": TypedForm() if form is None or form.is_valid() else form,
        "rows": [_row(item) for item in items],
        "language_path": _address(items),
    }
    return render(request, "inventory/wh_move.html", context | more, status=status)
