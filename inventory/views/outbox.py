"""What was done without a network: where a phone sends it later, and the page that shows what could not be done."""

from datetime import timedelta

from django.contrib import messages
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.domain import errands, moving, photos, scanning, titles
from inventory.domain.intake import shelf_code
from inventory.forms import IntakeForm
from inventory.models import Errand, ErrandKind, ErrandState, Item, Photo, Shelf
from recycling import clock
from recycling.errors import Refused
from recycling.typed import whole_number

from .intake import log_item, own_key, sites_or_no, uploaded_before
from .places import AT_ONCE, moved_words

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def outbox(request):
    """What waits on this phone, which its own script knows, and what could not be done. POST: somebody has looked into it.

    A script that is about to send asks here first, as JSON, whether it reaches us and for whom.
    """
    sites = sites_or_no(request.user)
    if request.method == "POST":
        found = Errand.objects.unseen().shown_to(request.user)
        errand = get_object_or_404(found, pk=whole_number(request.POST.get("seen", "")))
        errands.see(errand, by=request.user, at=timezone.now())
        messages.success(request, _("Seen."))
        return redirect("inventory:wh_outbox")
    if request.headers.get("Accept", "").startswith("application/json"):
        return _door(request)
    rows = Errand.objects.unseen().shown_to(request.user).select_related("by", "rival", "site")[:SHOWN]
    context = {
        "rows": [
            (
                row,
                errands.answer(row),
                clock.moment_text(row.done_at, (row.site or sites[0]).tz),
            )
            for row in rows
        ],
    }
    return render(request, "inventory/wh_outbox.html", context)


def _door(request):
    """Whom a script would send for, with the token of our forms; what waits to be seen; whether a form has arrived (``made``)."""
    unseen = Errand.objects.unseen().shown_to(request.user).count()
    made = _made(request, request.GET.get("made", "")) is not None
    told = {"who": str(request.user.pk), "token": get_token(request), "unseen": unseen, "made": made}
    return JsonResponse(told)


def received(request, act, *, kind, about=None):
    """Run one errand and say as JSON what became of it: done or a conflict, with words; or a refusal, and the phone keeps it."""
    try:
        errand = errands.run(
            act, kind=kind, about=about, by=request.user, at=timezone.now(), **_told(request)
        )
    except Refused as refusal:
        return refused(refusal)
    return JsonResponse({"state": errand.state, "words": errands.answer(errand), "address": errand.address})


def refused(refusal):
    """``keep``: it can still succeed, so the phone sends it again."""
    keep = isinstance(refusal, errands.KEPT)
    told = {"code": refusal.code, "detail": str(refusal), "keep": keep}
    return JsonResponse(told, status=refusal.status)


def not_filled_in(form):
    """What is wrong with the form, as the refusal of its errand."""
    return errands.NotFilledIn(what=" ".join(error for all_ in form.errors.values() for error in all_))


def _told(request):
    """What the phone says about the errand itself. Refuses `unreadable_errand`, `somebody_elses`."""
    key, ago = request.POST.get("errand", ""), request.POST.get("ago", "")
    if not (key.isascii() and key.isalnum() and len(key) <= 40 and ago.isascii() and ago.isdigit()):
        raise errands.UnreadableErrand
    if request.POST.get("who") != str(request.user.pk):
        raise errands.SomebodyElses
    return {"key": key, "ago": timedelta(milliseconds=int(ago[:12]))}


@require_POST
def item(request):
    """A thing that was logged without a network. Its photos have come before it."""
    sites = sites_or_no(request.user)

    def act(errand):
        logged = _logged(request, IntakeForm(request.POST, sites=sites, used=()))
        errand.site, errand.address = logged.site, reverse("inventory:wh_item", args=[logged.shown_code])
        errand.words = _("Saved: %(title)s, %(code)s") % {
            "title": titles.title(logged),
            "code": logged.shown_code,
        }

    return received(request, act, kind=ErrandKind.ITEM)


def _made(request, key):
    """The item that this worker's phone has made with this key, or None."""
    own = own_key(request, key[:24].replace("\0", ""))
    return own and Item.objects.filter(client_key=own, created_by=request.user).first()


def _logged(request, form):
    sent = set(request.POST.getlist("uploaded")[:40])
    there = Photo.objects.filter(key__in=sent, uploaded_by=request.user)
    if there.count() < len(sent):
        raise errands.PhotoNotHere
    known = _made(request, request.POST.get("client_key", ""))
    if known and there.filter(item=known).count() == len(sent):
        return known  # saved by the page itself, and its answer got lost: the second half of one tap
    uploaded = uploaded_before(request)
    if not uploaded:
        raise photos.NoPhoto
    if not form.is_valid():
        raise not_filled_in(form)
    if known:  # other photos: another thing, made from the form of the one before
        form.cleaned_data["client_key"] = None
    return log_item(request, form, uploaded)


@require_POST
def move(request):
    """Things that were carried to a shelf without a network. What somebody has moved since then stays where it is."""
    sites_or_no(request.user)
    codes = dict.fromkeys(code[: scanning.LONGEST] for code in request.POST.getlist("item")[:AT_ONCE])
    typed = request.POST.get("typed", "")[: scanning.LONGEST]

    def act(errand):
        items, strange = _named(codes, by=request.user)
        shelf = _shelf_for(items, typed, by=request.user, at=errand.received_at)
        moved = moving.move(
            items,
            shelf=shelf,
            by=request.user,
            at=errand.done_at,
            across="across" in request.POST,
            is_late=True,
        )
        errand.site, errand.address = shelf.site, shelf.get_absolute_url()
        refusals = [*strange, *(refusal for _item, refusal in moved.stayed)]
        said = [moved_words(moved.done, shelf)] if moved.done else []
        errand.words = " ".join([*said, *map(str, refusals)])
        if refusals:
            errand.state = ErrandState.CONFLICT
            errand.rival = next(filter(None, (getattr(one, "rival", None) for one in refusals)), None)

    return received(request, act, kind=ErrandKind.MOVE)


def _named(codes, *, by):
    """The worker's items with these codes, and a refusal for each code that is none of them."""
    items, strange = {}, []
    for code in codes:
        try:
            found = scanning.item_or_label(scanning.bare(code), by=by)
        except Refused as refusal:
            strange.append(refusal)
        else:
            if found.kind == "item":
                items[found.thing.pk] = found.thing
            else:
                strange.append(scanning.NoSuchItem(code=str(found.thing)))
    return list(items.values()), strange


def _shelf_for(items, typed, *, by, at):
    """The shelf that was scanned or typed; of two with one code, the one at the site of the things."""
    there = Shelf.objects.filter(
        site__in={one.site_id for one in items}, code=shelf_code(typed.replace("\0", ""))
    )
    if shelf := there.select_related("site").first():
        return shelf
    found = scanning.resolve(typed, by=by, at=at)
    if found.kind != "shelf":
        raise scanning.NoSuchShelf(code=shelf_code(typed))
    return found.thing
