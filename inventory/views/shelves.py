"""A worker's own items: found, mended, published, withdrawn, counted, set aside."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import intake, photos, pictures, publishing, search, stock, titles
from inventory.domain.imaging import PhotoRefused
from inventory.forms import CountForm, EditForm, MorePhotosForm, SetAsideForm, sites_of
from inventory.models import Item, ItemStatus, Photo
from recycling.audit.words import history_of
from recycling.codes import BadCode, normalise
from recycling.errors import Refused

PAGE = 24


def _mine(request, code):
    """The item with this code among those that the worker handles; anything else does not exist for them."""
    try:
        code = normalise(code)
    except BadCode as refusal:
        raise Http404(str(refusal)) from None
    return get_object_or_404(
        Item.objects.handled_by(request.user).select_related("category__parent", "site", "shelf"), code=code
    )


@require_safe
def items(request):
    """The items at one's sites, newest first, by word or code and by state."""
    found = Item.objects.handled_by(request.user)
    status = request.GET.get("status", "")
    if status in ItemStatus.values:
        found = found.filter(status=status)
    if query := request.GET.get("q", "").strip()[:100]:
        found = _found(found, query)
    before = request.GET.get("before", "")
    if before:
        try:
            found = found.filter(pk__lt=Item.objects.get(code=normalise(before)).pk)
        except (BadCode, Item.DoesNotExist):
            before = ""
    rows = found.select_related("category", "site", "shelf").order_by("-pk")[: PAGE + 1]
    shown = list(rows.prefetch_related(Prefetch("photos", Photo.objects.filter(position=0))))
    more = shown[PAGE:] and {"q": query, "status": status, "before": shown[PAGE - 1].shown_code}
    context = {
        "rows": [(item, titles.title(item), _first_picture(item)) for item in shown[:PAGE]],
        "previous": before and f"?{urlencode({'q': query, 'status': status})}",
        "next": more and f"?{urlencode(more)}",
        "query": query,
        "status": status,
        "statuses": ItemStatus.choices,
    }
    return render(request, "inventory/wh_items.html", context)


def _found(items, query):
    try:
        return items.filter(code=normalise(query))
    except BadCode:
        return items.filter(
            Q(pk__in=search.matching(items, query).values("pk")) | Q(shelf__code=query.upper())
        )


def _first_picture(item):
    first = next(iter(item.photos.all()), None)
    return pictures.picture(first, alt="") if first else None


@require_http_methods(["GET", "HEAD", "POST"])
def item(request, code):
    """Everything about one item, and the form to mend it. A stale form is refused and keeps what was typed."""
    found = _mine(request, code)
    sites = sites_of(request.user)
    if request.method != "POST":
        return _page(request, found, EditForm.filled(found, sites=sites))
    form = EditForm(request.POST, sites=sites)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        answers = form.answers()
        typed = form.cleaned_data["shelf"].strip()
        answers["shelf"] = intake.shelf_of(answers["site"], typed) if typed else None
        intake.edit(
            found, by=request.user, at=timezone.now(), version=form.cleaned_data["version"], **answers
        )
    except Refused as refusal:
        return _stale(request, found, form, refusal)
    messages.success(request, _("Saved."))
    return redirect("inventory:wh_item", found.shown_code)


def _stale(request, found, form, refusal):
    """What was typed stays in the form; saving it again is then a decision, so it carries the version that is shown now."""
    form.data = form.data.copy()
    found.refresh_from_db()
    form.data["version"] = found.version
    return _page(request, found, form, refusal=refusal, status=refusal.status)


# The next step that an item's page offers, by its status.
STEPS = {ItemStatus.DRAFT: "publish", ItemStatus.PUBLISHED: "withdraw", ItemStatus.WITHDRAWN: "reopen"}
ACTIONS = {"publish": publishing.publish, "withdraw": publishing.withdraw, "reopen": publishing.reopen}


@require_POST
def act(request, code, action):
    """Publish, withdraw or reopen."""
    found = _mine(request, code)
    return _do(request, found, lambda who: ACTIONS[action](found, **who))


@require_POST
def count(request, code):
    found = _mine(request, code)
    form = CountForm(request.POST)
    if not form.is_valid():
        return _refuse(request, found, " ".join(form.errors.get("quantity", [])))
    quantity = form.cleaned_data["quantity"]
    return _do(request, found, lambda who: stock.correct(found, quantity=quantity, reason="counted", **who))


@require_POST
def set_aside(request, code):
    found = _mine(request, code)
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _refuse(request, found, " ".join(error for errors in form.errors.values() for error in errors))
    clean = form.cleaned_data
    return _do(
        request, found, lambda who: stock.set_aside(found, clean["pieces"], reason=clean["reason"], **who)
    )


@require_POST
def end_aside(request, code):
    """What was set aside is back on offer (``back=``), or written off (``off=``)."""
    found = _mine(request, code)
    verb, which = (stock.put_back, "back") if "back" in request.POST else (stock.write_off, "off")
    number = request.POST.get(which, "")
    row = get_object_or_404(found.set_aside, pk=number if number.isdecimal() and len(number) < 19 else 0)
    return _do(request, found, lambda who: verb(row, **who))


@require_POST
def add_photos(request, code):
    found = _mine(request, code)
    form = MorePhotosForm(request.POST, request.FILES)
    form.is_valid()
    files = request.FILES.getlist("album")
    try:
        photos.check_number(found.photos.count() + len(files))
        taken = [photos.take_in(file, by=request.user, at=timezone.now()) for file in files]
    except PhotoRefused as refusal:
        return _refuse(request, found, str(refusal))
    return _do(request, found, lambda _who: intake.attach(found, taken))


@require_POST
def photo(request, code, key, action):
    """Move a photo one place left or right, or remove it."""
    found = _mine(request, code)
    shown = list(found.photos.all())
    place = next((number for number, one in enumerate(shown) if one.key == key), None)
    if place is None:
        raise Http404
    if action == "remove":
        return _do(request, found, lambda who: photos.remove(shown[place], **who))
    other = place + (-1 if action == "left" else 1)
    if 0 <= other < len(shown):
        shown[place], shown[other] = shown[other], shown[place]
    return _do(request, found, lambda who: photos.reorder(found, shown, **who))


def _do(request, found, verb):
    try:
        verb({"by": request.user, "at": timezone.now()})
    except Refused as refusal:
        return _refuse(request, found, str(refusal), status=refusal.status)
    messages.success(request, _("Done."))
    return redirect("inventory:wh_item", found.shown_code)


def _refuse(request, found, sentence, *, status=422):
    form = EditForm.filled(found, sites=sites_of(request.user))
    return _page(request, found, form, refusal=sentence, status=status)


def _page(request, found, form, *, refusal=None, status=200):
    rows = list(found.photos.all())
    context = {
        "item": found,
        "step": STEPS[found.status],
        "title": titles.title(found),
        "form": form,
        "photos": list(zip(rows, pictures.pictures_of(found, rows), strict=True)),
        "asides": found.set_aside.filter(ended_at=None).order_by("pk"),
        "count_form": CountForm(initial={"quantity": found.quantity}),
        "aside_form": SetAsideForm(initial={"pieces": 1}, auto_id="aside_%s"),
        "photos_form": MorePhotosForm(auto_id="more_%s"),
        "history": history_of(found, tz=found.site.tz),
        "refusal": refusal,
        "language_path": request.path,
    }
    return render(request, "inventory/wh_item.html", context, status=status)
