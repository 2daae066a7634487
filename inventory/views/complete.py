"""Completing what was logged in a hurry: one thing after the other, one question at a time."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.domain import intake, photos, publishing, titles
from inventory.domain.completeness import COUNTED, LACKS
from inventory.forms import SecondPhotoForm, SizeForm, WeightForm, facts
from recycling.errors import Refused
from recycling.typed import whole_number

from .intake import shown_item, sites_or_no, take_in, uploaded_before
from .stocked import stocked

FORMS = {"size": SizeForm, "weight": WeightForm, "photo": SecondPhotoForm}
USUAL = {"size": ("width_cm", "depth_cm", "height_cm"), "weight": ("weight_kg",)}


def _site(request, sites):
    """The site that the address names, or the first one."""
    return next((site for site in sites if site.code == request.GET.get("site")), sites[0])


@require_safe
def overview(request):
    """What there is to do at a site, by kind."""
    sites = sites_or_no(request.user)
    site, at = _site(request, sites), timezone.now()
    rows = [(lack, lack.count(site, at=at)) for lack in LACKS.values()]
    context = {
        "site": site,
        "sites": sites,
        "rows": rows,
        "most": COUNTED,
        "nothing": not any(number for _lack, number in rows),
    }
    return render(request, "inventory/wh_complete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, key):
    """The next thing that lacks something, with the one field that is missing; POST answers for it and goes on."""
    sites = sites_or_no(request.user)
    site, lack = _site(request, sites), LACKS[key]
    if request.method != "POST":
        after = shown_item(request.user, request.GET.get("after", ""))
        return _page(request, lack, site, lack.next_after(after, site, at=timezone.now()))
    item = shown_item(request.user, request.POST.get("code", ""))
    if item is None:
        raise Http404
    form = FORMS[key](request.POST, request.FILES, auto_id="one_%s") if key in FORMS else None
    try:
        done = _answer(request, item, key, form)
    except Refused as refusal:
        item.refresh_from_db()
        return _page(request, lack, site, item, form, refusal=refusal, status=refusal.status)
    if not done:
        return _page(request, lack, site, item, form, status=422)
    messages.success(request, _("Saved: %(code)s.") % {"code": item.shown_code})
    return redirect(_address(key, site, item))


def _address(key, site, after):
    asked = {"site": site.code, "after": after.shown_code}
    return f"{reverse('inventory:wh_complete_one', args=[key])}?{urlencode(asked)}"


def _answer(request, item, key, form):
    """Do what was answered. False when the form says what is wrong with it."""
    who = {"by": request.user, "at": timezone.now()}
    if form is None:
        return _decide(request, item, who)
    if "usual" in request.POST and (usual := _usual(item, key)):
        intake.edit(item, version=_version(request), **usual, **who)
        return True
    if not form.is_valid():
        return False
    if isinstance(form, SecondPhotoForm):
        taken = uploaded_before(request) + take_in(request, form, "camera", "album")
        if taken:
            intake.add_photos(item, taken[: photos.room_beside(item.photo_count)], **who)
        elif not form.errors:
            form.add_error("camera", photos.NoPhoto.message)
        return not form.errors
    intake.edit(item, version=_version(request), **form.cleaned_data, **who)
    return True


def _version(request):
    """The version that the page has shown; nonsense is none that an item ever has."""
    return whole_number(request.POST.get("version", ""), digits=9)


def _decide(request, item, who):
    """What becomes of a thing that has stood too long."""
    decided = request.POST.get("decide")
    if decided == "free":
        intake.edit(item, version=_version(request), price=0, **who)
    elif decided == "relist":
        publishing.relist(item, **who)
    elif decided == "withdraw":
        publishing.withdraw(item, reason="stood too long", **who)
    else:
        raise Http404
    return True


def _page(request, lack, site, item, form=None, *, refusal=None, status=200):
    context = {"lack": lack, "site": site, "item": item, "refusal": refusal, "language_path": request.path}
    if item is not None:
        if form is None and lack.key in FORMS:
            form = FORMS[lack.key](auto_id="one_%s", initial=facts(item))
        rows = list(item.photos.all())
        context |= {
            "form": form,
            "title": titles.title(item),
            "photo": rows[0] if rows else None,
            "uploaded": uploaded_before(request) if lack.key == "photo" and request.method == "POST" else (),
            "shown": stocked(item) if item.quantity > 1 else None,
            "usual": _in_words(_usual(item, lack.key), lack.key),
            "next": _address(lack.key, site, item),
        }
    return render(request, "inventory/wh_complete_one.html", context, status=status)


def _usual(item, key):
    """What things of this kind usually measure, by field; nothing where nobody has said."""
    usual = {name: item.category.inherited(name) for name in USUAL.get(key, ())}
    return {} if None in usual.values() else usual


def _in_words(usual, key):
    numbers = " × ".join(f"{number.normalize():f}" for number in usual.values())
    return f"{numbers} {'cm' if key == 'size' else 'kg'}" if numbers else ""
