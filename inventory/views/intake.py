"""Logging a thing on a phone: photos, a category, a condition, and on to the next one."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import aliases, intake, likeness, photos, scanning, titles
from inventory.domain.imaging import PhotoRefused
from inventory.forms import IntakeForm, facts, sites_of
from inventory.models import Category, IntakeTime, Item, Photo
from recycling import clock, publications
from recycling.codes import BadCode, normalise
from recycling.errors import Refused

TILES = 9
TODAY = timedelta(hours=12)
LATELY = timedelta(days=30)
# What a new worker meets first, until the phone knows better.
USUAL = (
    *("office_chair", "desk", "desk_electric", "cabinet", "pedestal"),
    *("meeting_chair", "bookshelf", "meeting_table", "sofa"),
)


def sites_or_no(user):
    """The sites where this person works; whoever works at none has no business in the hall."""
    sites = list(sites_of(user))
    if not sites:
        raise PermissionDenied
    return sites


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The form, empty or kept from the last thing; POST logs the thing and leads back here."""
    sites = sites_or_no(request.user)
    if request.method == "POST" and "same" in request.POST:
        return _nothing_made(request)
    return _new(request, sites)


def _new(request, sites):
    at = timezone.now()
    used = used_lately(request.user, at=at)
    if request.method != "POST":
        like, saved = _named_in(request, "like"), _named_in(request, "saved")
        waiting = publications.waiting([*used, *([saved.category] if saved else [])], at=at)
        initial = _kept(request, sites, saved) | (_copied(like) if like else {})
        form = IntakeForm(initial=initial, sites=sites, used=used, waiting=waiting)
        return _page(request, form, saved=saved, like=like, waiting=waiting)
    waiting = publications.waiting(used, at=at)
    form = IntakeForm(request.POST, request.FILES, sites=sites, used=used, waiting=waiting)
    # Asked after the photos were read: what the first of two taps has taken meanwhile, it has saved.
    form.full_clean()
    uploaded = uploaded_before(request)
    if made := intake.made_with(own_key(request, form.cleaned_data.get("client_key")), by=request.user):
        return _onwards(request, made)  # pressed twice, or sent again because the answer was lost
    uploaded += take_in(request, form, "camera", "album")
    if not uploaded and not any(form.errors.get(name) for name in ("camera", "album")):
        form.add_error("camera", photos.NoPhoto.message)
    if form.errors:
        return _page(request, form, uploaded=uploaded, status=422)
    if earlier := _logged_before(request, form, uploaded):
        return _page(request, form, uploaded=uploaded, earlier=earlier, status=409)
    try:
        item = log_item(request, form, uploaded)
    except Refused as refusal:
        return _page(request, form, uploaded=uploaded, refusal=refusal, status=refusal.status)
    if label := form.cleaned_data["label"]:
        _stick(request, item, label)
    return _onwards(request, item)


def _onwards(request, item):
    """To the thing itself, to its label, or on to the next one: whichever button was pressed."""
    if "open" in request.POST:
        return redirect("inventory:wh_item", item.shown_code)
    if "print" in request.POST:
        return redirect(f"{reverse('inventory:wh_labels')}?{urlencode({'item': item.code, 'saved': 1})}")
    return _next_one(item, saved=item.shown_code)


def _stick(request, item, label):
    """The label that was scanned before the thing was saved. Whatever is wrong with it, the thing is logged."""
    try:
        aliases.attach(item, scanning.bare(label), by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))


def _next_one(item, **more):
    """On to the next thing, which is probably of the same kind and at the same place."""
    return redirect(f"{reverse('inventory:wh_new')}?{urlencode(more | _shared(item))}")


def _shared(item):
    shared = {"category": item.category.key, "site": item.site.code}
    return shared | {"shelf": item.shelf.code} if item.shelf else shared


def _kept(request, sites, saved):
    """What the next thing probably shares with the last one, from the address; nonsense in there is nothing."""
    asked = _shared(saved) if saved and "category" not in request.GET else request.GET
    kept = {name: asked.get(name, "") for name in ("category", "shelf")}
    if asked.get("site") in {site.code for site in sites}:
        kept["site"] = asked["site"]
    return kept | {"client_key": get_random_string(24), "text_language": get_language()}


def _copied(item):
    """A similar one: all that is said about the item, as many pieces, and no photos."""
    return facts(item) | {"quantity": item.quantity or 1}


def own_key(request, key):
    """With the worker's own number: the page of whoever had this phone before cannot take the next one's key."""
    return f"{request.user.pk}-{key}" if key else None


def _logged_before(request, form, uploaded):
    """The item that this seems to be again; None when somebody has said that it is another, or sends one form twice."""
    if "another" in request.POST:
        return None
    clean = form.cleaned_data
    earlier = likeness.logged_before(
        uploaded, category=clean["category"], site=clean["site"], shelf=clean["shelf"], at=timezone.now()
    )
    own = own_key(request, clean["client_key"])
    return None if earlier and own and earlier.client_key == own else earlier


def _nothing_made(request):
    """It was logged already: nothing is made, and the photos of the second time go."""
    item = shown_item(request.user, request.POST["same"])
    if item is None:
        raise Http404
    for one in uploaded_before(request):
        photos.remove(one, by=request.user, at=timezone.now())
    messages.success(
        request, _("Nothing was made. It is already here: %(code)s.") % {"code": item.shown_code}
    )
    return _next_one(item)


@require_POST
def undo(request, code):
    """What was just logged is not here after all; back to the form."""
    item = shown_item(request.user, code)
    if item is None:
        raise Http404
    try:
        intake.undo(item, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("inventory:wh_item", item.shown_code)
    messages.success(request, _("Undone. %(code)s is not here any more.") % {"code": item.shown_code})
    return _next_one(item)


def _took(post):
    """How long it took, as the page has measured it; None where that makes no sense. Never a reason to refuse anything."""
    numbers = [post.get(name, "") for name in ("seconds", "taps")]
    if not all(typed.isascii() and typed.isdigit() and len(typed) < 7 for typed in numbers):
        return None
    seconds, taps = (int(typed) for typed in numbers)
    if not taps or seconds > IntakeTime.LONGEST or taps > IntakeTime.MOST_TAPS:
        return None
    return {"seconds": seconds, "taps": taps, "with_camera": bool(post.get("live"))}


def log_item(request, form, uploaded):
    """The item that the filled-in form and its photos make."""
    photos.check_number(len(uploaded))
    return intake.log(
        by=request.user,
        at=timezone.now(),
        photos=uploaded,
        quantity=form.cleaned_data["quantity"],
        publish="draft" not in request.POST,
        client_key=own_key(request, form.cleaned_data["client_key"]),
        took=_took(request.POST),
        **form.answers(),
    )


def take_in(request, form, *fields):
    """Store every file of the request; one that cannot be read is named at its field and does not cost the others."""
    taken = []
    for field in fields:
        for file in request.FILES.getlist(field):
            try:
                taken.append(photos.take_in(file, by=request.user, at=timezone.now()))
            except PhotoRefused as refusal:
                form.add_error(field, f"{_named(file)}: {refusal}")
            except Refused as refusal:  # the photos of the day are used up: said once
                form.add_error(field, str(refusal))
                return taken
    return taken


def _named(file):
    """The file's name as its owner knows it: shortened in the middle, and kept from turning the sentence around."""
    name = file.name if len(file.name) <= 40 else f"{file.name[:24]}…{file.name[-12:]}"
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


@require_POST
def upload(request):
    """One photo, sent by the page's script while the worker goes on."""
    sites_or_no(request.user)
    return take_in_photo(request)


def take_in_photo(request):
    """The key of the photo that was sent, for the form, or why it cannot be used. Whoever sends it may: the view has asked."""
    try:
        if "photo" not in request.FILES:
            raise photos.NoPhoto
        photo = photos.take_in(
            request.FILES["photo"], by=request.user, at=timezone.now(), client_key=upload_key(request)
        )
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)
    return JsonResponse({"key": photo.key, "src": photo.src}, status=201)


def upload_key(request):
    """The key that the phone has given to this file, so that a second try is no second photo; None for nonsense."""
    key = request.POST.get("client_key", "")
    return own_key(request, key) if key.isascii() and key.isalnum() and len(key) <= 40 else None


def uploaded_before(request):
    """The photos that came before the form, or with an earlier try of it, in their order: only this worker's own."""
    sent = dict.fromkeys(request.POST.getlist("uploaded")[:40])
    keys = [key for key in sent if key.isalnum() and f"remove-{key}" not in request.POST]
    own = {
        photo.key: photo for photo in Photo.objects.filter(key__in=keys, item=None, uploaded_by=request.user)
    }
    return [own[key] for key in keys if key in own]


def used_lately(user, *, at):
    """The nine categories that this worker needs: the most used today, then in a month, then the usual ones.

    They stand in the order of all categories, so that a tile stays where the hand expects it.
    """
    counted = (
        Item.objects.filter(created_by=user, created_at__gt=at - LATELY, category__is_active=True)
        .values("category__key")
        .annotate(
            today=Count("pk", filter=Q(created_at__gt=at - TODAY)), times=Count("pk"), last=Max("created_at")
        )
        .order_by("-today", "-times", "-last")[:TILES]
    )
    wanted = [*dict.fromkeys([row["category__key"] for row in counted] + list(USUAL))]
    found = {
        category.key: category
        for category in Category.objects.filter(key__in=wanted, is_active=True).select_related("parent")
    }
    chosen = [found[key] for key in wanted if key in found][:TILES]
    return sorted(chosen, key=lambda one: ((one.parent or one).position, one.position, one.pk))


def shown_item(user, code):
    """The item with the code that somebody typed, if this person may handle it; else None."""
    try:
        code = normalise(code)
    except BadCode:
        return None
    items = Item.objects.handled_by(user).select_related("category__parent", "site", "shelf")
    return items.filter(code=code).first()


def _named_in(request, name):
    """The item that the address names: just saved here, or to be copied."""
    return shown_item(request.user, request.GET.get(name, ""))


def in_words(waiting):
    """Who waits for a kind of thing, as a page says it; None when nobody does."""
    return waiting and {
        "units": waiting.units,
        "pieces": waiting.pieces,
        "first": clock.day_text(waiting.first),
    }


def _page(
    request, form, *, uploaded=(), saved=None, like=None, earlier=None, refusal=None, waiting=None, status=200
):
    context = {
        "form": form,
        "is_begun": request.method == "POST",
        "uploaded": uploaded,
        "saved": saved,
        "saved_title": titles.title(saved) if saved else "",
        "wait": in_words(waiting.get(saved.category_id)) if saved and waiting else None,
        "offered_to": publications.offered_to(saved) if saved and saved.reserved else 0,
        "can_undo": saved and not intake.why_not_undo(saved, by=request.user, at=timezone.now()),
        "refusal": refusal,
        "like": like,
        "took": _took(request.POST),
    }
    if earlier:
        first = earlier.photos.all()[0]
        context |= {
            "earlier": earlier,
            "earlier_title": titles.title(earlier),
            "earlier_picture": first,
        }
    return render(request, "inventory/wh_new.html", context, status=status)
