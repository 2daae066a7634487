"""A unit's wanted list: what it waits for, what it is offered, and what all units wait for."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import cards, photos, titles
from inventory.models import MAX_PIECES, Category, Photo, Site
from recycling import clock
from recycling.accounts.models import Department
from recycling.accounts.rules import is_city
from recycling.errors import Refused
from recycling.typed import whole_number
from reservations.domain import wanted as verbs
from reservations.domain.wanted_matching import SIZES
from reservations.models import Reservation, WantedEntry, WantedStatus
from reservations.wanted_forms import MOST_CM, DeclineForm, WantedForm

from .department import units_or_no

ENDED_SHOWN = 20
REQUEST_LIST = "reservations:request_list"
LABELS = {name: WantedForm.base_fields[name].label for name in SIZES}


@require_safe
def wanted(request):
    """What the person's units are offered, what they wait for, and what is over."""
    units = units_or_no(request.user, "requester", "approver")
    at = timezone.now()
    entries = WantedEntry.objects.visible_to(request.user)
    entries = entries.select_related("category__parent", "department", "request")
    open_ones = list(entries.filter(status__in=[WantedStatus.OPEN, WantedStatus.TAKEN]))
    there = verbs.free_now(open_ones, at=at)
    may_write = set(Department.objects.with_role(request.user, "requester").values_list("pk", flat=True))
    over = entries.exclude(closed_at=None).order_by("-closed_at", "-pk")
    context = {
        "page": "wanted",
        "offers": [_offer(one, may_write) for one in _offers(request.user, at)],
        "waiting": [_entry(one, may_write, sum(lot.available for lot in there[one.pk])) for one in open_ones],
        "over": [_entry(one) for one in over[:ENDED_SHOWN]],
        "may_write": bool(may_write),
        "several": len(units) > 1,
    }
    return render(request, "department/wanted.html", context)


def _offers(user, at):
    """The offers to one's units that wait for their answer, the next deadline first."""
    offers = Reservation.objects.offered_to(WantedEntry.objects.visible_to(user), at=at)
    return _with_things(offers)


def _with_things(offers):
    photos_shown = Prefetch("lines__item__photos", Photo.objects.shown())
    told = offers.select_related("wanted__category__parent", "department", "site")
    return told.prefetch_related("lines__item__category__parent", photos_shown)


def _offer(offer, may_write=frozenset()):
    lines = [
        {
            "item": line.item,
            "title": titles.title(line.item),
            "pieces": line.pieces,
            "size": cards.size_text(line.item),
            "condition": line.item.get_condition_display(),
            "photo": photos.first_of(line.item),
        }
        for line in offer.lines.all()
    ]
    last = clock.local(offer.held_until - timedelta(seconds=1), offer.site.tz)
    return {
        "token": offer.token,
        "unit": offer.department.name,
        "wanted": offer.wanted.category.name,
        "still": offer.wanted.still,
        "pieces": sum(line["pieces"] for line in lines),
        "lines": lines,
        "site": offer.site.name,
        "until": clock.day_text(last),
        "may_write": offer.department_id in may_write,
    }


def _entry(entry, may_write=frozenset(), there=0):
    return {
        "token": entry.token,
        "unit": entry.department.name,
        "category": entry.category,
        "pieces": entry.pieces,
        "still": entry.still,
        "had": entry.pieces - entry.still,
        "at_least": entry.at_least,
        "needed_by": clock.day_text(entry.needed_by),
        "condition": entry.get_condition_display(),
        "sizes": [(LABELS[size], getattr(entry, size)) for size in SIZES if getattr(entry, size)],
        "note": entry.note,
        "found": entry.status == WantedStatus.FOUND,
        "list": entry.request if entry.status == WantedStatus.TAKEN else None,
        "there": there,
        "may_write": entry.department_id in may_write,
    }


@require_safe
def wanted_all(request):
    """What all units wait for, by category: for everybody who works for the city, without a name."""
    if not is_city(request.user):
        raise PermissionDenied
    wishes = [
        {
            "category": wish.category,
            "units": wish.waiting.units,
            "pieces": wish.waiting.pieces,
            "first": clock.day_text(wish.waiting.first),
        }
        for wish in verbs.of_the_city(at=timezone.now())
    ]
    works = Site.objects.worked_at_by(request.user).exists()
    frame = "warehouse/base.html" if works else "department/base.html"
    return render(
        request, "department/wanted_all.html", {"page": "wanted_all", "frame": frame, "wishes": wishes}
    )


# -- writing


def _asked(request):
    """What the address says beforehand: which category, how many, how wide. Nonsense in there is nothing."""
    initial: dict[str, object] = {}
    key = request.GET.get("category", "")
    if Category.objects.filter(key=key, is_active=True).exists():
        initial["category"] = key
    for name, most in (("pieces", MAX_PIECES), ("width_cm", MOST_CM)):
        number = whole_number(request.GET.get(name, ""), digits=7)
        if 1 <= number <= most:
            initial[name] = number
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
def wanted_new(request):
    """A new entry, prefilled by the address where a page sends somebody here."""
    units = units_or_no(request.user, "requester")
    if request.method != "POST":
        return _form_page(request, WantedForm(initial=_asked(request), units=units))
    form = WantedForm(request.POST, units=units)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    answers = dict(form.cleaned_data)
    try:
        entry = verbs.add(
            by=request.user,
            department=answers.pop("unit"),
            at=timezone.now(),
            language=get_language(),
            **answers,
        )
    except Refused as refusal:
        return _form_page(request, form, refusal=refusal, status=refusal.status)
    there = sum(lot.available for lot in verbs.free_now([entry], at=timezone.now())[entry.pk])
    messages.success(request, _("It is on the wanted list. You get an e-mail when something comes."))
    if there:
        said = ngettext(
            "%(pieces)s such piece is there right now: you can take it at once.",
            "%(pieces)s such pieces are there right now: you can take them at once.",
            there,
        )
        messages.info(request, said % {"pieces": there})
    return redirect("reservations:wanted")


@require_http_methods(["GET", "HEAD", "POST"])
def wanted_edit(request, token):
    entry = _mine(request, token)
    if request.method != "POST":
        initial = {name: getattr(entry, name) for name in verbs.CHANGEABLE}
        initial |= {
            "category": entry.category.key,
            "needed_by": entry.needed_by.isoformat(),
            "at_least": entry.at_least if entry.at_least > 1 else None,
        }
        return _form_page(request, WantedForm(initial=initial, units=[entry.department]), entry=entry)
    form = WantedForm(request.POST, units=[entry.department])
    if not form.is_valid():
        return _form_page(request, form, entry=entry, status=422)
    answers = {name: form.cleaned_data[name] for name in verbs.CHANGEABLE}
    try:
        verbs.change(entry, by=request.user, at=timezone.now(), **answers)
    except Refused as refusal:
        return _form_page(request, form, entry=entry, refusal=refusal, status=refusal.status)
    messages.success(request, _("The change is saved."))
    return redirect("reservations:wanted")


def _mine(request, token):
    entries = WantedEntry.objects.written_by(request.user).select_related("category", "department")
    return get_object_or_404(entries, token=token)


def _form_page(request, form, *, entry=None, refusal=None, status=200):
    context = {"page": "wanted", "form": form, "entry": entry, "refusal": refusal}
    return render(request, "department/wanted_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def wanted_end(request, token):
    """Asked once more, then the unit waits no longer."""
    entry = _mine(request, token)
    refusal = None
    if request.method == "POST":
        try:
            verbs.end(entry, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("You wait for it no longer."))
            return redirect("reservations:wanted")
    context = {"page": "wanted", "entry": _entry(entry), "refusal": refusal}
    return render(request, "department/wanted_end.html", context, status=refusal.status if refusal else 200)


# -- an offer


def _offered(request, token):
    """The offer with this token to a unit for which the person asks; anything else does not exist for them."""
    offers = Reservation.objects.filter(wanted__in=WantedEntry.objects.written_by(request.user))
    return get_object_or_404(_with_things(offers), token=token)


@require_POST
def offer_take(request, token):
    """The offered things move into the request list."""
    offer = _offered(request, token)
    try:
        verbs.take(offer, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reservations:wanted")
    messages.success(request, _("They are on your request list. Send the request to get them."))
    return redirect(REQUEST_LIST)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_decline(request, token):
    """Why not: then the next unit is offered them."""
    offer = _offered(request, token)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verbs.decline(offer, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("Thank you. The next unit is offered them."))
            return redirect("reservations:wanted")
    context = {"page": "wanted", "form": form, "offer": _offer(offer) if offer.held_until else None}
    return render(request, "department/wanted_decline.html", context, status=status)
