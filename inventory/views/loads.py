"""Loads and clearances: walking through the rooms with the camera, and making lots of what was shot."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import intake, loads, photos
from inventory.load_forms import ArrivedForm, GroupForm, LoadForm, ShootForm
from inventory.models import Category, Load, LoadKind, Photo, Shelf
from recycling import publications
from recycling.errors import Refused

from .intake import in_words, own_key, sites_or_no, take_in, upload_key

SHOWN = 60
# What units wait for, beside the list of categories: the most urgent ones.
WANTED = 6


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request):
    """The loads of one's sites, and the form of a new one."""
    sites = sites_or_no(request.user)
    if request.method != "POST":
        form = LoadForm(
            initial={"kind": LoadKind.CLEARANCE, "client_key": get_random_string(24)}, sites=sites
        )
        return _overview(request, form)
    form = LoadForm(request.POST, sites=sites)
    if not form.is_valid():
        return _overview(request, form, status=422)
    facts = dict(form.cleaned_data)
    key = own_key(request, facts.pop("client_key"))
    rooms = facts.pop("rooms") or [facts["name"][:60]]
    load = loads.open_load(by=request.user, at=timezone.now(), client_key=key, rooms=rooms, **facts)
    return redirect("inventory:wh_load", load.code)


def _overview(request, form, *, status=200):
    context = {"form": form, "loads": loads.listed(request.user)[:SHOWN]}
    return render(request, "inventory/wh_loads.html", context, status=status)


def _mine(request, code):
    """The load with this code among those of the worker's sites; anything else does not exist for them."""
    return get_object_or_404(Load.objects.handled_by(request.user).select_related("site"), code=code.upper())


def _room(request, code, number):
    return get_object_or_404(_mine(request, code).rooms.select_related("load__site"), position=int(number))


@require_safe
def load(request, code):
    """Its rooms, how far they are, and what is left to do."""
    return _page(request, _mine(request, code))


def _page(request, found, *, form=None, refusal=None, status=200):
    rooms = loads.progress(found)
    context = {
        "load": found,
        "rooms": rooms,
        "waiting": sum(room.shots_waiting for room in rooms),
        "lots": sum(room.lots for room in rooms),
        "pieces": sum(room.pieces for room in rooms),
        "on_the_spot": loads.on_the_spot(found).count(),
        "form": form or ArrivedForm(),
        "refusal": refusal,
    }
    return render(request, "inventory/wh_load.html", context, status=status)


ENDS = {"close": loads.close, "reopen": loads.reopen}
ENDED = {
    ("close", LoadKind.LOAD): gettext_lazy("The load is closed."),
    ("close", LoadKind.CLEARANCE): gettext_lazy("The clearance is closed."),
    ("reopen", LoadKind.LOAD): gettext_lazy("The load is open again."),
    ("reopen", LoadKind.CLEARANCE): gettext_lazy("The clearance is open again."),
}


@require_POST
def end(request, code, action):
    """Close the load, or open it again."""
    found = _mine(request, code)
    try:
        ENDS[action](found, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, refusal=refusal, status=refusal.status)
    messages.success(request, ENDED[action, found.kind])
    return redirect("inventory:wh_load", found.code)


@require_POST
def arrived(request, code):
    """What a clearance has found is in the hall now: all of it is published, on one shelf if that is said."""
    found = _mine(request, code)
    form = ArrivedForm(request.POST)
    shelf = None
    if form.is_valid() and (typed := form.cleaned_data["shelf"]):
        shelf = Shelf.objects.select_related("site").filter(site=found.site, code=typed).first()
        if shelf is None:
            form.add_error("shelf", _("There is no shelf %(code)s at your sites.") % {"code": typed})
    if form.errors:
        return _page(request, found, form=form, status=422)
    try:
        lots = loads.arrive(found, by=request.user, at=timezone.now(), shelf=shelf)
    except Refused as refusal:
        return _page(request, found, form=form, refusal=refusal, status=refusal.status)
    said = ngettext(
        "%(number)s lot is in the catalogue now.", "%(number)s lots are in the catalogue now.", len(lots)
    )
    messages.success(request, said % {"number": len(lots)})
    return redirect("inventory:wh_load", found.code)


@require_http_methods(["GET", "HEAD", "POST"])
def room(request, code, number):
    """The room's camera and the photos that wait; POST sends photos from a phone without a script."""
    found = _room(request, code, number)
    if request.method != "POST":
        return _room_page(request, found)
    shoot = ShootForm(request.POST, request.FILES)
    try:
        taken = take_in(request, shoot, "camera", "album")
        for photo in taken:
            loads.keep_shot(found, photo)
    except Refused as refusal:
        return _room_page(request, found, shoot=shoot, refusal=refusal, status=refusal.status)
    if not taken and not shoot.errors:
        shoot.add_error("camera", photos.NoPhoto.message)
    if shoot.errors:
        return _room_page(request, found, shoot=shoot, form=shoot, status=422)
    return redirect("inventory:wh_room", found.load.code, found.position)


@require_POST
def shot(request, code, number):
    """One photo, sent by the page's script while the worker walks on."""
    found = _room(request, code, number)
    try:
        if "photo" not in request.FILES:
            raise photos.NoPhoto
        photo = photos.take_in(
            request.FILES["photo"], by=request.user, at=timezone.now(), client_key=upload_key(request)
        )
        loads.keep_shot(found, photo)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)
    return JsonResponse({"key": photo.key, "src": photo.src}, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
def group(request, code, number):
    """Tick the photos of one lot and say what it is; ``remove`` throws the ticked ones away."""
    found = _room(request, code, number)
    if request.method != "POST":
        return _group_page(request, found, GroupForm(initial={"client_key": get_random_string(24)}))
    wanted = set(request.POST.getlist("shot")[:100])
    if "remove" in request.POST:
        return _throw_away(request, found, wanted)
    ticked = [photo for photo in loads.waiting(found) if photo.key in wanted]
    form = GroupForm(request.POST)
    form.full_clean()
    if not wanted:
        form.add_error(None, _("Tick at least one photo."))
    if form.errors:
        return _group_page(request, found, form, ticked=ticked, status=422)
    return _make_lot(request, found, form, ticked, wanted)


def _throw_away(request, found, wanted):
    shot_here = Photo.objects.filter(shot__room=found)
    try:
        loads.throw_away(found, [photo for photo in shot_here if photo.key in wanted])
    except Refused as refusal:
        form = GroupForm(initial=request.POST.dict())  # nobody has said yet that it is filled in
        return _group_page(request, found, form, refusal=refusal, status=refusal.status)
    return redirect("inventory:wh_group", found.load.code, found.position)


def _make_lot(request, found, form, ticked, wanted):
    answers = dict(form.cleaned_data)
    key = own_key(request, answers.pop("client_key"))
    try:
        if len(ticked) != len(wanted) and not intake.made_with(key, by=request.user):
            raise loads.AlreadyGrouped
        item = loads.group(
            *(found, ticked),
            by=request.user,
            at=timezone.now(),
            client_key=key,
            text_language=get_language(),
            **answers,
        )
    except Refused as refusal:
        return _group_page(request, found, form, ticked=ticked, refusal=refusal, status=refusal.status)
    messages.success(request, _("Saved: %(code)s.") % {"code": item.shown_code})
    more = loads.waiting(found).exists()
    place = (found.load.code, found.position)
    return redirect("inventory:wh_group", *place) if more else redirect("inventory:wh_load", found.load.code)


def _shots(found):
    return list(loads.waiting(found))


def _room_page(request, found, *, shoot=None, form=None, refusal=None, status=200):
    rooms = list(found.load.rooms.all())
    after = next((one for one in rooms if one.position > found.position), None)
    context = {
        "load": found.load,
        "room": found,
        "next_room": after,
        "shoot": shoot or ShootForm(),
        "form": form,
        "waiting": loads.waiting(found).count(),
        "labelled": found.arrivals.exists(),
        "refusal": refusal,
    }
    return render(request, "inventory/wh_room.html", context, status=status)


def _wanted():
    """(category, who waits for it) of what units need first. Two queries."""
    categories = {one.pk: one for one in Category.objects.filter(is_active=True).select_related("parent")}
    waiting = publications.waiting(categories.values(), at=timezone.now())
    # What is waited for by the name of the category above stands there once, not beside each of its kinds.
    own = [pk for pk, one in waiting.items() if one != waiting.get(categories[pk].parent_id or 0)]
    first = sorted(own, key=lambda pk: (waiting[pk].first, pk))[:WANTED]
    return [(categories[pk].name, in_words(waiting[pk])) for pk in first]


def _group_page(request, found, form, *, ticked=(), refusal=None, status=200):
    context = {
        "load": found.load,
        "room": found,
        "form": form,
        "shots": _shots(found),
        "ticked": {photo.key for photo in ticked},
        "wanted": _wanted(),
        "refusal": refusal,
    }
    return render(request, "inventory/wh_group.html", context, status=status)
