"""A worker's own items: found, mended, published, withdrawn, counted, set aside."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import (
    aliases,
    history,
    intake,
    photos,
    publishing,
    scanning,
    search,
    stock,
)
from inventory.domain.refusals import StaleEdit, StillPromised
from inventory.forms import CountForm, EditForm, MorePhotosForm, SetAsideForm, sites_of
from inventory.models import (
    Item,
    ItemAlias,
    ItemStatus,
    WriteOff,
    WriteOffStatus,
)
from recycling.codes import BadCode, normalise
from recycling.errors import Refused

from .intake import sites_or_no, take_in
from .stocked import for_whom, page_of, stocked

# The steps of its history that an item's own page shows.
LATEST = 6
# Whether a write-off of what is set aside waits for the lead.
WAITS = Exists(WriteOff.objects.filter(aside=OuterRef("pk"), status=WriteOffStatus.WAITING))
# What a list may be asked for: the words, and which items these are.
HERE = Q(quantity__gt=0)
STATES = {
    "": (gettext_lazy("All that is here"), HERE),
    ItemStatus.DRAFT.value: (gettext_lazy("Drafts"), HERE & Q(status=ItemStatus.DRAFT)),
    ItemStatus.PUBLISHED.value: (gettext_lazy("In the catalogue"), HERE & Q(status=ItemStatus.PUBLISHED)),
    ItemStatus.WITHDRAWN.value: (gettext_lazy("Withdrawn"), HERE & Q(status=ItemStatus.WITHDRAWN)),
    "gone": (gettext_lazy("No pieces left"), Q(quantity=0)),
}


def mine(request, code):
    """The item with this code among those that the worker handles; anything else does not exist for them."""
    try:
        code = normalise(code)
    except BadCode as refusal:
        raise Http404(str(refusal)) from None
    return get_object_or_404(
        Item.objects.handled_by(request.user).select_related(
            "category__parent", "site", "shelf", "merged_into"
        ),
        code=code,
    )


@require_safe
def items(request):
    """The items at one's sites, newest first, by word, code or shelf and by state."""
    sites_or_no(request.user)
    handled = Item.objects.handled_by(request.user)
    status = request.GET.get("status", "")
    if status not in STATES:
        status = ""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _found(handled, STATES[status][1], query)
    asked = {name: value for name, value in (("q", query), ("status", status)) if value}
    context = {
        **page_of(request, handled, found, asked),
        "query": query,
        "status": status,
        "states": [(key, words) for key, (words, _condition) in STATES.items()],
    }
    return render(request, "inventory/wh_items.html", context)


def _found(handled, condition, query):
    """The item with this code, whatever its state; else those in the state, at the shelf or with the words."""
    items = handled.filter(condition)
    if not query:
        return items
    try:
        code = scanning.code_of(query)
        return handled.filter(Q(code=code) | Q(pk__in=ItemAlias.objects.filter(code=code).values("item")))
    except BadCode:
        return items.filter(
            Q(pk__in=search.matching(items, query).values("pk")) | Q(shelf__code=intake.shelf_code(query))
        )


@require_http_methods(["GET", "HEAD", "POST"])
def item(request, code):
    """Everything about one item, and the form to mend it. A stale form is refused and keeps what was typed."""
    found = mine(request, code)
    if request.method != "POST":
        return page(request, found)
    edit = _edit_form(request, found, request.POST)
    if not edit.is_valid():
        return page(request, found, edit, status=422, edit=edit)
    try:
        version = edit.cleaned_data["version"]
        intake.edit(found, by=request.user, at=timezone.now(), version=version, **edit.answers())
    except Refused as refusal:
        return _not_saved(request, found, refusal)
    messages.success(request, _("Saved."))
    return redirect("inventory:wh_item", found.shown_code)


def _edit_form(request, found, *data):
    return EditForm(*data, sites=sites_of(request.user, also=found.site_id), item=found)


def _not_saved(request, found, refusal):
    """What was typed stays in the form. Where somebody else was quicker, both versions are shown.

    Saving again is then a decision, so the form carries the version that the page has shown.
    """
    found = mine(request, found.code)
    typed = request.POST.copy()
    typed["version"] = found.version
    edit = _edit_form(request, found, typed)
    both = list(edit.differences()) if isinstance(refusal, StaleEdit) else []
    return page(request, found, refusal=refusal, status=refusal.status, edit=edit, differences=both)


# The next step that an item's page offers, by its status.
STEPS = {ItemStatus.DRAFT: "publish", ItemStatus.PUBLISHED: "withdraw", ItemStatus.WITHDRAWN: "reopen"}
ACTIONS: dict[str, tuple[Callable, Any]] = {
    "publish": (publishing.publish, gettext_lazy("It is in the catalogue now.")),
    "withdraw": (publishing.withdraw, gettext_lazy("It is not in the catalogue any more.")),
    "reopen": (publishing.reopen, gettext_lazy("It is a draft again.")),
}


@require_POST
def act(request, code, action):
    """Publish, withdraw or reopen."""
    found = mine(request, code)
    verb, said = ACTIONS[action]
    return do(request, found, said, lambda who: verb(found, **who))


@require_POST
def count(request, code):
    """The number of pieces after somebody counted them."""
    found = mine(request, code)
    form = CountForm(request.POST, auto_id="count_%s")
    if not form.is_valid():
        return page(request, found, form, status=422, count_form=form)
    quantity = form.cleaned_data["quantity"]
    return do(
        *(request, found, _("The count is saved.")),
        lambda who: stock.correct(found, quantity=quantity, reason="counted", **who),
        count_form=form,
    )


@require_POST
def set_aside(request, code):
    """Some pieces are off the offer: being repaired, or not found."""
    found = mine(request, code)
    form = SetAsideForm(request.POST, auto_id="aside_%s")
    if not form.is_valid():
        return page(request, found, form, status=422, aside_form=form)
    clean = form.cleaned_data
    details = {"reason": clean["reason"], "client_key": clean["client_key"]}
    return do(
        *(request, found, _("Set aside.")),
        lambda who: stock.set_aside(found, clean["pieces"], **details, **who),
        aside_form=form,
    )


@require_POST
def end_aside(request, code):
    """What was set aside is back on offer. What is gone for good has a page of its own."""
    found = mine(request, code)
    row = with_token(found.set_aside, request.POST.get("back", ""))
    return do(request, found, _("Back on offer."), lambda who: stock.put_back(row, **who))


def with_token(rows, typed):
    """The one of the rows that a button of our own page names; anything else does not exist."""
    return get_object_or_404(rows, token=typed.replace("\0", ""))


@require_POST
def add_photos(request, code):
    """More photos: the good ones are added, as many as there is room for; what could not be used is named."""
    found = mine(request, code)
    form = MorePhotosForm(request.POST, request.FILES, auto_id="more_%s")
    taken = take_in(request, form, "album")
    if not taken and not form.errors:
        form.add_error("album", photos.NoPhoto.message)
    fitting = taken[: photos.room_beside(found.photos.count())]
    try:
        if fitting:
            intake.add_photos(found, fitting, by=request.user, at=timezone.now())
        photos.check_number(found.photos.count() + len(taken) - len(fitting))
    except Refused as refusal:
        form.add_error("album", str(refusal))
    if form.errors:
        return page(request, found, form, status=422, photos_form=form)
    messages.success(request, _("The photos are saved."))
    return redirect("inventory:wh_item", found.shown_code)


@require_POST
def photo(request, code, key, action):
    """Move a photo one place left or right, or remove it."""
    found = mine(request, code)
    shown = list(found.photos.all())
    place = next((number for number, one in enumerate(shown) if one.key == key), None)
    if place is None:
        raise Http404
    if action == "remove":
        return do(request, found, _("Removed."), lambda who: photos.remove(shown[place], **who))
    other = place + (-1 if action == "left" else 1)
    if not 0 <= other < len(shown):
        return redirect("inventory:wh_item", found.shown_code)
    shown[place], shown[other] = shown[other], shown[place]
    return do(request, found, _("Moved."), lambda who: photos.reorder(found, shown, **who))


@require_POST
def attach(request, code):
    """A pre-printed label or an old barcode is on this item. A script is answered with JSON."""
    found, typed = mine(request, code), request.POST.get("alias", "")[: scanning.LONGEST]
    if request.headers.get("Accept", "").startswith("application/json"):
        try:
            alias = aliases.attach(found, scanning.bare(typed), by=request.user, at=timezone.now())
        except Refused as refusal:
            return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)
        return JsonResponse(
            {"words": _("The label %(code)s is on it.") % {"code": alias or found.shown_code}}
        )
    return do(
        *(request, found, _("The item is found by this code too.")),
        lambda who: aliases.attach(found, scanning.bare(typed), **who),
        typed_alias=typed[:60],
    )


@require_POST
def detach(request, code, alias):
    """The code is not on this item after all."""
    found = mine(request, code)
    row = get_object_or_404(found.aliases, code=alias.replace("-", "").replace("\0", ""))
    return do(request, found, _("Removed."), lambda who: aliases.detach(row, **who))


def do(request, found, said, verb, **forms):
    """Call the verb; the page says that it is done, or why not, with what was typed."""
    try:
        verb({"by": request.user, "at": timezone.now()})
    except Refused as refusal:
        return page(request, mine(request, found.code), refusal=refusal, status=refusal.status, **forms)
    messages.success(request, said)
    return redirect("inventory:wh_item", found.shown_code)


def page(request, found, form=None, *, status=200, **more):
    """The item's page. ``form`` is the one among its forms that something is wrong with, if any."""
    rows = list(found.photos.all())
    shown = stocked(found, found.set_aside.lasting().annotate(waits=WAITS))
    moments, earlier = history.of(found, tz=found.site.tz, size=LATEST)
    context = {
        "item": found,
        "shown": shown,
        "step": STEPS[found.status],
        "title": shown.title,
        "form": form,
        "photos": list(zip(rows, photos.words_of(found, rows), strict=True)),
        "room": photos.room_beside(len(rows)),
        "count_form": CountForm(initial={"quantity": found.quantity}, auto_id="count_%s"),
        "aside_form": SetAsideForm(auto_id="aside_%s"),
        "photos_form": MorePhotosForm(auto_id="more_%s"),
        "promises": history.as_promised([found]).get(found.pk, []) if found.reserved else [],
        "promises_refuse": isinstance(more.get("refusal"), StillPromised),
        **for_whom(request.user, found),
        "history": moments,
        "earlier": earlier,
        "aliases": found.aliases.all(),
        "language_path": reverse("inventory:wh_item", args=[found.shown_code]),
    }
    context["edit"] = more.pop("edit", None) or _edit_form(request, found)
    return render(request, "inventory/wh_item.html", context | more, status=status)
