"""What a unit gives away from its own site: the list, a new offer, one offer with what can be done about it."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.domain import intake, not_usable, offers, photos, stock, titles
from inventory.messages import why_sent_back
from inventory.models import Giving, Item, ItemStatus
from inventory.views.intake import own_key, take_in, take_in_photo, uploaded_before, used_lately
from recycling import clock
from recycling.codes import BadCode, normalise
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import giving, windows
from reservations.giving_forms import WEEKS, ChangeOfferForm, CountForm, GiveForm, UntilForm

from .shown import when
from .times import when_proposed

PAST_SHOWN = 20
SOON = timedelta(days=7)


def units_or_no(user):
    """The units for which this person gives things away; whoever does for none has no business here."""
    units = list(offers.giving_units(user))
    if not units:
        raise PermissionDenied
    return units


# -- the list


@require_safe
def overview(request):
    """What is listed, what waits for a look, what ends soon and what is over; who comes, and who waits for an answer."""
    at, units = timezone.now(), units_or_no(request.user)
    items = Item.objects.given_by_units_of(request.user).select_related("category__parent", "site", "owner")
    rows = [
        row_of(item, at=at) for item in items.prefetch_related("photos").order_by("-created_at", "-pk")[:200]
    ]
    groups: dict[str, list] = {"ending": [], "live": [], "waiting": [], "sent_back": [], "past": []}
    for row in rows:
        groups[row["state"]].append(row)
    groups["past"] = groups["past"][:PAST_SHOWN]
    context = {
        "page": "give",
        "units": units,
        "without_site": [one for one in units if offers.site_of(one) is None],
        "without_times": without_times(units),
        "groups": groups,
        "not_usable": [found_row(one) for one in not_usable.lasting(request.user)[:50]],
        "any": bool(rows),
        "coming": [coming_row(one) for one in giving.coming(request.user)[:50]],
        "unanswered": [asked_row(one) for one in giving.unanswered(request.user, at=at)[:50]],
    }
    return render(request, "department/give.html", context)


def found_row(row):
    return {"row": row, "title": titles.title(row.aside.item)}


def without_times(units):
    """Of these units the ones where nobody can choose a time yet: no weekly times, and none by arrangement."""
    sites = {one: offers.site_of(one) for one in units}
    kept = windows.sites_with_times([site for site in sites.values() if site])
    return [one for one, site in sites.items() if site and not site.by_arrangement and site.pk not in kept]


def row_of(item, *, at):
    """An offer as the list shows it."""
    return {
        "item": item,
        "title": titles.title(item),
        "photo": photos.first_of(item),
        "state": state_of(item, at=at),
        "until": clock.day_text(item.available_until) if item.available_until else "",
        "first": _still_ahead(item, at=at),
    }


def _still_ahead(item, *, at):
    """The first day in words, while it lies ahead."""
    first = item.available_from
    return clock.day_text(first) if first and first > clock.city_day(at) else ""


def state_of(item, *, at):
    """``live``, ``ending`` (within a week), ``waiting``, ``sent_back`` or ``past``."""
    if item.status == ItemStatus.DRAFT:
        return "waiting"
    if item.status == ItemStatus.WITHDRAWN:
        # What was never in the catalogue and is still there was sent back; the rest has ended.
        return "sent_back" if item.quantity and item.published_at is None else "past"
    last = item.available_until
    if not item.quantity or (last and last < clock.city_day(at)):
        return "past"
    return "ending" if last and last - clock.city_day(at) <= SOON else "live"


def coming_row(reservation):
    """A hand-over ahead: a first name, and no more of a person."""
    return {
        "reservation": reservation,
        "name": who_comes(reservation),
        "when": when(reservation.slot, reservation.site),
        "lines": [(line.pieces, titles.title(line.item)) for line in reservation.lines.all()],
    }


def who_comes(reservation):
    return str(reservation.department or reservation.first_name or reservation.code)


def asked_row(reservation):
    return {
        "reservation": reservation,
        "name": who_comes(reservation),
        "times": [when_proposed(one, reservation.site) for one in reservation.proposed.all()],
        "lines": [(line.pieces, titles.title(line.item)) for line in reservation.lines.all()],
    }


# -- a new one


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The form, with what the last offer of this person said about the place; POST offers it."""
    at, units = timezone.now(), units_or_no(request.user)
    used = used_lately(request.user, at=at)
    if request.method != "POST":
        form = GiveForm(initial=_usual(request.user, at=at), units=units, used=used)
        return _new_page(request, form)
    form = GiveForm(request.POST, request.FILES, units=units, used=used)
    form.full_clean()
    uploaded = uploaded_before(request)
    key = own_key(request, form.cleaned_data.get("client_key"))
    if made := intake.made_with(key, by=request.user):
        return redirect("reservations:give_item", made.shown_code)
    uploaded += take_in(request, form, "camera", "album")
    if not uploaded and not any(form.errors.get(name) for name in ("camera", "album")):
        form.add_error("camera", photos.NoPhoto.message)
    if form.errors:
        return _new_page(request, form, uploaded=uploaded, status=422)
    try:
        photos.check_number(len(uploaded))
        item = offers.offer(
            form.cleaned_data["unit"],
            by=request.user,
            at=at,
            photos=uploaded,
            client_key=key,
            **form.answers(),
        )
    except Refused as refusal:
        return _new_page(request, form, uploaded=uploaded, refusal=refusal, status=refusal.status)
    messages.success(
        request,
        _("It is in the catalogue.")
        if item.status == ItemStatus.PUBLISHED
        else _("Sent. The warehouse looks at it and writes to you."),
    )
    return redirect("reservations:give_item", item.shown_code)


def _usual(user, *, at):
    """What the next offer probably shares with the last one."""
    last = Item.objects.given_by_units_of(user).filter(created_by=user).order_by("-pk").first()
    said = {name: getattr(last, name) for name in ("place", "access", "residents_may_come")} if last else {}
    return said | {
        "unit": last.owner.code if last else "",
        "given_by": user.pk,
        "available_until": clock.city_day(at) + timedelta(weeks=WEEKS),
        "residents_may_come": last.residents_may_come if last else False,
        "client_key": get_random_string(24),
        "text_language": get_language(),
    }


def _new_page(request, form, *, uploaded=(), refusal=None, status=200):
    context = {
        "page": "give",
        "form": form,
        "uploaded": uploaded,
        "refusal": refusal,
        "fee": Policy.shown().not_usable_fee,
    }
    return render(request, "department/give_new.html", context, status=status)


@require_POST
def upload(request):
    """One photo, sent by the page's script while the giver goes on."""
    units_or_no(request.user)
    return take_in_photo(request)


# -- one offer


def mine(request, code):
    """The offer with this code, if its unit is one for which this person gives things away; 404 for anything else."""
    units_or_no(request.user)
    try:
        stored = normalise(code)
    except BadCode as bad:
        raise Http404 from bad
    items = Item.objects.given_by_units_of(request.user)
    item = items.select_related("category__parent", "site", "owner", "given_by").filter(code=stored).first()
    if item is None:
        raise Http404
    return item


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, code):
    """What the offer says and what was reserved of it; POST changes what it says."""
    item, at = mine(request, code), timezone.now()
    if request.method != "POST":
        return _one_page(request, item)
    form = ChangeOfferForm(request.POST, item=item)
    if not form.is_valid():
        return _one_page(request, item, form=form, status=422)
    try:
        offers.edit(item, by=request.user, at=at, version=form.cleaned_data["version"], **form.answers())
    except Refused as refusal:
        return _one_page(request, item, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Saved."))
    return redirect("reservations:give_item", item.shown_code)


def _one_page(request, item, *, form=None, until_form=None, count_form=None, refusal=None, status=200):
    at = timezone.now()
    item = mine(request, item.shown_code)
    state = state_of(item, at=at)
    stays = item.giving == Giving.STAYS
    is_listed = item.status == ItemStatus.PUBLISHED and stays
    context = {
        "page": "give",
        **row_of(item, at=at),
        "photos": [photo for photo in item.photos.all() if photo.src],
        "state": state,
        "reason": why_sent_back(item) if state == "sent_back" else "",
        "is_listed": is_listed,
        "can_open": is_listed and (not item.residents_may_come or item.public_from > at),
        "can_offer_again": item.status == ItemStatus.WITHDRAWN and item.quantity > 0,
        "promised": [promised_row(one) for one in giving.promised_of(item)[:50]],
        "edit_form": form or ChangeOfferForm(item=item),
        "until_form": until_form or UntilForm(item=item, today=clock.city_day(at)),
        "count_form": count_form or CountForm(initial={"quantity": item.quantity}, auto_id="count_%s"),
        # The form that something is wrong with, for the summary of errors.
        "form": form or until_form or count_form,
        "refusal": refusal,
        "language_path": reverse("reservations:give_item", args=[item.shown_code]),
    }
    return render(request, "department/give_item.html", context, status=status)


def promised_row(reservation):
    return {
        "reservation": reservation,
        "name": who_comes(reservation),
        "when": when(reservation.slot, reservation.site) if reservation.slot else "",
    }


NOW_AND_HERE: dict[str, Callable] = {
    "residents": offers.open_to_residents,
    "transport": offers.ask_transport,
    "gone": offers.gone,
    "end": offers.end,
}
UNTIL: dict[str, Callable] = {"extend": offers.extend, "again": offers.again}
SAID = {
    "residents": gettext_lazy("Residents can reserve it now."),
    "transport": gettext_lazy("The warehouse was asked to fetch it."),
    "gone": gettext_lazy("Marked as gone."),
    "end": gettext_lazy("Ended. Nobody else can reserve it."),
    "extend": gettext_lazy("It has more time."),
    "again": gettext_lazy("Offered again."),
    "count": gettext_lazy("The count is saved."),
}


@require_POST
def act(request, code, action):
    """Open to residents, ask for transport, gone, ended; or another last day, or a new count."""
    item, at = mine(request, code), timezone.now()
    who = {"by": request.user, "at": at}
    until = UntilForm(request.POST, item=item, today=clock.city_day(at)) if action in UNTIL else None
    count = CountForm(request.POST, auto_id="count_%s") if action == "count" else None
    if (until and not until.is_valid()) or (count and not count.is_valid()):
        return _one_page(request, item, until_form=until, count_form=count, status=422)
    try:
        if until:
            UNTIL[action](item, until=until.cleaned_data["until"], **who)
        elif count:
            quantity = count.cleaned_data["quantity"]
            stock.correct(item, quantity=quantity, reason="counted by the giver", **who)
        else:
            NOW_AND_HERE[action](item, **who)
    except Refused as refusal:
        return _one_page(request, item, refusal=refusal, status=refusal.status)
    messages.success(request, str(SAID[action]))
    return redirect("reservations:give_item", item.shown_code)
