"""What a unit gave and somebody could not use: what is wrong, with the photo, and what has become of it."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.domain import stock, titles, writing_off
from inventory.models import Giving, NotUsable, WriteOffReason, WriteOffStatus
from recycling import clock
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.taking_forms import RecycledForm

from .giving import units_or_no
from .giving_pickups import require_form


def _mine(request, token):
    """What was found of something that this person's unit gave; anything else does not exist here."""
    units_or_no(request.user)
    rows = NotUsable.objects.given_by_units_of(request.user)
    return get_object_or_404(
        rows.select_related("aside__item__category__parent", "aside__item__site", "photo"), aside__token=token
    )


@require_form
def not_usable(request, token):
    """POST says that it works after all, or where it has gone; both only where it stands with the unit."""
    row, form, refusal, status = _mine(request, token), RecycledForm(), None, 200
    if request.method == "POST":
        if not _is_with_unit(row):
            raise Http404
        status = 422
        form = RecycledForm(request.POST)
        try:
            if "works" in request.POST:
                stock.put_back(row.aside, by=request.user, at=timezone.now())
                messages.success(request, _("It is on offer again."))
                return redirect("reservations:not_usable", token)
            if form.is_valid():
                _recycled(row.aside, form.cleaned_data["destination"], by=request.user)
                messages.success(request, _("Written down. It is no longer here."))
                return redirect("reservations:not_usable", token)
        except Refused as refused:
            refusal, status = refused, refused.status
    item = row.aside.item
    context = {
        "page": "give",
        "row": row,
        "item": item,
        "title": titles.title(item),
        "when": clock.moment_text(row.aside.since, item.site.tz),
        "fee": Policy.shown().not_usable_fee,
        "is_with_unit": _is_with_unit(row),
        "waits": row.aside.write_offs.filter(status=WriteOffStatus.WAITING).exists(),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "department/not_usable.html", context, status=status)


def _is_with_unit(row):
    return row.aside.item.giving == Giving.STAYS


def _recycled(aside, destination, *, by):
    writing_off.write_off(
        aside.item,
        aside.pieces,
        reason=WriteOffReason.BROKEN,
        destination=destination,
        aside=aside,
        by=by,
        at=timezone.now(),
    )


@require_safe
def picture(request, token):
    """The photo itself, for nobody else: its own address among the photos of the catalogue is said nowhere."""
    try:
        file = default_storage.open(_mine(request, token).photo.master_name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/jpeg")
