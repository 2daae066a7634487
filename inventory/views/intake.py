"""Logging a thing on a phone: photos, a category, a condition, and on to the next one."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from inventory.domain import intake, photos, pictures, titles
from inventory.domain.imaging import PhotoRefused
from inventory.forms import TILES, IntakeForm, sites_of
from inventory.models import Category, Item, Photo
from recycling.errors import Refused

LATELY = timedelta(days=30)
# What a new worker meets first, until the phone knows better.
USUAL = (
    *("office_chair", "desk", "desk_electric", "cabinet", "pedestal"),
    *("meeting_chair", "bookshelf", "meeting_table", "sofa"),
)
KEPT = ("category", "site", "shelf")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The form, empty or kept from the last thing; POST logs the thing and leads back here."""
    sites = sites_of(request.user)
    if not sites:
        raise PermissionDenied
    used = used_lately(request.user, at=timezone.now())
    if request.method != "POST":
        kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
        initial = {"client_key": get_random_string(32), "text_language": request.LANGUAGE_CODE} | kept
        form = IntakeForm(initial=initial, sites=sites, used=used)
        return _page(request, form, saved=_saved(request))
    form = IntakeForm(request.POST, request.FILES, sites=sites, used=used)
    valid = form.is_valid()
    uploaded = _uploaded_before(request) + _take_in(request, form)
    if not uploaded and not form.errors.get("camera"):
        form.add_error("camera", photos.NoPhoto.message)
    if not valid or form.errors:
        return _page(request, form, uploaded=uploaded, status=422)
    try:
        item = _log(request, form, uploaded)
    except Refused as refusal:
        return _page(request, form, uploaded=uploaded, refusal=refusal, status=refusal.status)
    if "open" in request.POST:
        return redirect("inventory:wh_item", item.shown_code)
    kept = {"saved": item.shown_code} | {
        "category": item.category.key,
        "site": item.site.code,
        "shelf": item.shelf.code if item.shelf else "",
    }
    return redirect(f"{reverse('inventory:wh_new')}?{urlencode(kept)}")


def _log(request, form, uploaded):
    at = timezone.now()
    answers = form.answers()
    if shelf := form.cleaned_data["shelf"].strip():
        answers["shelf"] = intake.shelf_of(answers["site"], shelf)
    photos.check_number(len(uploaded))
    return intake.log(
        by=request.user,
        at=at,
        photos=uploaded,
        quantity=form.cleaned_data["quantity"],
        publish="draft" not in request.POST,
        client_key=form.cleaned_data["client_key"],
        **answers,
    )


def _take_in(request, form):
    """Store every file of the request; one that cannot be read is named and does not cost the others."""
    taken = []
    for field in ("camera", "album"):
        for file in request.FILES.getlist(field):
            try:
                taken.append(photos.take_in(file, by=request.user, at=timezone.now()))
            except PhotoRefused as refusal:
                form.add_error(field, f"{file.name}: {refusal}")
            except Refused as refusal:
                form.add_error(field, str(refusal))
    return taken


def _uploaded_before(request):
    """The photos that came with an earlier try of this form, in their order: only this worker's own."""
    keys = request.POST.getlist("uploaded")[:20]
    own = {
        photo.key: photo for photo in Photo.objects.filter(key__in=keys, item=None, uploaded_by=request.user)
    }
    return [own[key] for key in keys if key in own and f"remove-{key}" not in request.POST]


def used_lately(user, *, at):
    """The nine categories that this worker needs most, newest use first among equals; filled up with the usual ones."""
    counted = (
        Item.objects.filter(created_by=user, created_at__gt=at - LATELY)
        .values("category")
        .annotate(times=Count("pk"), last=Max("created_at"))
        .order_by("-times", "-last")[:TILES]
    )
    keys = [row["category"] for row in counted]
    by_pk = Category.objects.filter(is_active=True).in_bulk(keys)
    used = [by_pk[key] for key in keys if key in by_pk]
    if len(used) < TILES:
        usual = {
            category.key: category for category in Category.objects.filter(key__in=USUAL, is_active=True)
        }
        used += [usual[key] for key in USUAL if key in usual and usual[key] not in used]
    return used[:TILES]


def _saved(request):
    """The item that was just saved here, if its worker may see it."""
    code = request.GET.get("saved", "").replace("-", "")
    return Item.objects.handled_by(request.user).select_related("category").filter(code=code).first()


def _page(request, form, *, uploaded=(), saved=None, refusal=None, status=200):
    context = {
        "form": form,
        "uploaded": [(photo, pictures.picture(photo, alt="")) for photo in uploaded],
        "saved": saved,
        "saved_title": titles.title(saved) if saved else "",
        "refusal": refusal,
    }
    return render(request, "inventory/wh_new.html", context, status=status)
