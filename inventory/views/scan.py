"""One page that takes any code: from the camera, from a hand scanner, from a photo, from the fingers."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.domain import aliases, code_photos, scanning, titles
from inventory.domain.imaging import PhotoRefused
from inventory.models import AliasKind, Item, ItemAlias, Shelf, Site
from recycling.errors import Refused

from .intake import sites_or_no

LATEST = 6


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request):
    """POST leads to what the code means, or says what is wrong with it; a script gets the same as JSON."""
    sites_or_no(request.user)
    if request.method != "POST":
        return _page(request)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    typed = request.POST.get("code", "")
    try:
        found = _found(request, typed)
    except Refused as refusal:
        if wants_json:
            return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)
        return _page(request, typed=typed[:60], refusal=refusal, status=refusal.status)
    address, words = _leads_to(found)
    if wants_json:
        return JsonResponse({"kind": found.kind, "code": str(found.thing), "words": words, "href": address})
    return redirect(address)


def _found(request, typed):
    """What the typed code, or else the first of the codes in the photo that means something, is."""
    who = {"by": request.user, "at": timezone.now()}
    photo = request.FILES.get("photo")
    if typed.strip() or photo is None:
        return scanning.resolve(typed, **who)
    refusal = None
    for text in code_photos.read(photo, by=request.user, at=who["at"]):
        try:
            return scanning.resolve(text, **who)
        except Refused as refused:
            refusal = refusal or refused
    raise refusal or code_photos.NoCodeSeen()


def _leads_to(found):
    """The page of what was found, and its name in a few words."""
    match found.kind:
        case "item":
            item = found.thing
            words = f"{titles.title(item)}, {item.shown_code}"
            return reverse("inventory:wh_item", args=[item.shown_code]), words
        case "shelf":
            return found.thing.get_absolute_url(), _("Shelf %(code)s") % {"code": found.thing}
        case "reservation":
            address = reverse("reservations:handover", args=[found.thing.code])
            return address, _("Pickup %(code)s") % {"code": found.thing.code}
    return reverse("inventory:wh_claim", args=[str(found.thing)]), _("A label that is on nothing yet")


def _page(request, *, typed="", refusal=None, status=200):
    context = {
        "typed": typed,
        "refusal": refusal,
        "photo_failed": isinstance(refusal, PhotoRefused | code_photos.NoCodeSeen),
    }
    return render(request, "inventory/wh_scan.html", context, status=status)


@require_safe
def shelf_link(request, site, code):
    """What the label of a shelf opens: what stands there, for who works there."""
    mine = Site.objects.worked_at_by(request.user)
    code = code.replace("\0", "")
    shelves = Shelf.objects.filter(site__in=mine).select_related("site")
    return redirect(get_object_or_404(shelves, code=code, site__code=site))


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request, code):
    """A label or an old barcode that is on nothing yet: which item is it on? The last ones that were logged stand first."""
    sites_or_no(request.user)
    loose = _loose(code)
    typed, refusal = request.POST.get("item", ""), None
    if request.method == "POST":
        try:
            found = scanning.item_or_label(typed, by=request.user)
            if found.kind != "item":
                raise scanning.NoSuchItem(code=str(found.thing))
            aliases.attach(found.thing, loose, by=request.user, at=timezone.now())
            return redirect("inventory:wh_item", found.thing.shown_code)
        except Refused as refused:
            refusal = refused
    latest = (
        Item.objects.handled_by(request.user)
        .filter(created_by=request.user, quantity__gt=0)
        .select_related("category__parent", "shelf")
        .order_by("-pk")[:LATEST]
    )
    context = {
        "loose": loose,
        "is_barcode": aliases.old_barcode(loose) is not None,
        "latest": [(item, titles.title(item)) for item in latest],
        "typed": typed[:60],
        "refusal": refusal,
        "language_path": reverse("inventory:wh_claim", args=[loose]),
    }
    status = refusal.status if refusal else 200
    return render(request, "inventory/wh_claim.html", context, status=status)


def _loose(code):
    """The code as a label shows it; what is on an item already, or was never printed, is no address."""
    alias = ItemAlias.objects.filter(code=_kept(code)).first()
    if alias is None and (barcode := aliases.old_barcode(code)):
        return barcode
    if alias is None or alias.item_id or alias.kind != AliasKind.LABEL:
        raise Http404
    return str(alias)


def _kept(code):
    try:
        return scanning.code_of(code)
    except Refused:
        raise Http404 from None
