"""Pieces separated from their lot, two lots made one, and the whole history of a thing."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.domain import history, lots, photos, scanning, titles
from inventory.hall_forms import MergeForm, SplitForm
from recycling.errors import Refused
from recycling.typed import whole_number

from .intake import take_in, uploaded_before
from .shelves import mine
from .stocked import stocked


@require_http_methods(["GET", "HEAD", "POST"])
def split(request, code):
    """Some pieces become a lot of their own, with its own code, condition and photos."""
    found = mine(request, code)
    form = SplitForm(request.POST or None, request.FILES or None, initial={"condition": found.condition})
    status, refusal, own = 200, None, []
    if request.method == "POST":
        form.full_clean()
        own = uploaded_before(request) + take_in(request, form, "camera", "album")
        if form.is_valid():
            answers = {name: form.cleaned_data[name] for name in ("condition", "client_key")}
            answers["defects"] = form.cleaned_data["defects"] or None
            try:
                photos.check_number(len(own))
                new = lots.split(
                    *(found, form.cleaned_data["pieces"]),
                    by=request.user,
                    at=timezone.now(),
                    photos=own,
                    **answers,
                )
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, _("These pieces have a code of their own now."))
                return redirect("inventory:wh_item", new.shown_code)
        else:
            status = 422
    found = mine(request, code)
    shown = stocked(found)
    context = {
        "item": found,
        "shown": shown,
        "title": shown.title,
        "form": form,
        "uploaded": own,
        "refusal": refusal,
    }
    return render(request, "inventory/wh_split.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, code):
    """All pieces of this lot become pieces of an equal one on the same shelf."""
    found = mine(request, code)
    form = MergeForm(request.POST or None)
    status, refusal = 200, None
    if request.method == "POST":
        other = _other(request, form)
        status = 422
        if other:
            try:
                into = lots.merge(found, into=other, by=request.user, at=timezone.now())
            except Refused as refused:
                refusal, status = refused, refused.status
            else:
                messages.success(request, _("The two lots are one now."))
                return redirect("inventory:wh_item", into.shown_code)
    found = mine(request, code)
    context = {
        "item": found,
        "shown": stocked(found),
        "title": titles.title(found),
        "equal": [stocked(one) for one in lots.equal_to(found)],
        "promises": history.as_promised([found]).get(found.pk, []),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "inventory/wh_merge.html", context, status=status)


def _other(request, form):
    """The item whose code was typed, among those that the worker handles."""
    if not form.is_valid():
        return None
    try:
        found = scanning.item_or_label(form.cleaned_data["code"], by=request.user)
        if found.kind != "item":
            raise scanning.NoSuchItem(code=str(found.thing))
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return None
    return found.thing


@require_safe
def whole_history(request, code):
    """Everything that was done to a thing, a page at a time."""
    found = mine(request, code)
    page = whole_number(request.GET.get("page", ""), digits=4, otherwise=1)
    moments, earlier = history.of(found, tz=found.site.tz, page=max(1, page))
    address = reverse("inventory:wh_history", args=[found.shown_code])
    context = {
        "item": found,
        "title": titles.title(found),
        "history": moments,
        "previous": page > 1 and f"{address}?page={page - 1}",
        "next": earlier and f"{address}?page={page + 1}",
    }
    return render(request, "inventory/wh_history.html", context)
