"""A thing's own page."""

from urllib.parse import urljoin

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory.domain import alike, cards, carrying, catalogue, impact, stages, standing, titles
from inventory.models import Item, SiteKind, Stage
from inventory.vocabulary import words
from recycling import clock, offers
from recycling.accounts import device
from recycling.accounts.rules import is_association, is_city, is_staff, kind_of
from recycling.codes import BadCode, normalise, shown
from recycling.policy.models import Policy
from recycling.typed import whole_number

from . import saved
from .conditional import with_keys_of_its_own


class Pieces(forms.Form):
    """How many of them; the booking reads the number for itself."""

    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, initial=1)

    def __init__(self, *, at_most, initial=1):
        super().__init__(initial={"pieces": initial})
        self.fields["pieces"].widget.attrs |= {"max": at_most, "class": "w-number", "inputmode": "numeric"}


# What the page says of the rules, before they bite.
RULES = (
    *("pieces_per_person", "pieces_days"),
    *("missed_open_days", "misses_allowed", "misses_days", "pause_days"),
)


@login_not_required
@require_safe
def item(request, code):
    """Everything that one wants to know before coming to fetch it; what has been collected keeps its page."""
    try:
        stored = normalise(code)
    except BadCode as bad:
        raise Http404 from bad
    if code != shown(stored):
        return redirect(reverse("inventory:item", args=[shown(stored)]), permanent=True)
    at = timezone.now()
    mark = catalogue.mark_of(stored, by=request.user, at=at, shape=kind_of(request.user))
    if mark is None:
        return _draft(request, stored)
    page = _Page(request, stored, mark, at)
    response = with_keys_of_its_own(request, page.marks, page.made, is_settled=lambda: page.is_settled)
    # The form's key makes one reservation: a page from the browser's memory would offer a used one.
    patch_cache_control(response, no_store=True, private=True)
    return response


class _Page:
    """The item's page: ``marks`` are all that it shows, and ``made`` puts it together when nobody has it."""

    def __init__(self, request, code, mark, at):
        self.request, self.code, self.mark, self.at = request, code, mark, at
        self.now = standing.current(at=at)
        self.saved = saved.codes(request)
        key, _version, quantity, reserved = mark.item
        # Only where every piece is promised does it matter whether this browser is among those that they are promised to.
        browser = device.key_of(request)
        self.is_begun = quantity == reserved and offers.begun(key, device=browser, at=at)
        self.foretold = None if request.user.is_authenticated else offers.foretold(device=browser, at=at)

    @property
    def marks(self):
        saved_here = (bool(self.saved), self.code in self.saved, self.is_begun)
        times = offers.times_at() if self.now.own_sites else None
        rules = Policy.shown()
        numbers = tuple(getattr(rules, name) for name in RULES)
        return times, self.now.mark, self.mark.item, self.mark.alike, saved_here, numbers, str(self.foretold)

    def made(self, token, key):
        """The page, with ``token`` and ``key`` in its forms."""
        request = self.request
        found = catalogue.item_with_photos(Item.objects.shown_to(request.user, at=self.at), self.code)
        if found is None:  # taken out of the catalogue since
            raise Http404
        self.thing, self.photos = self.now.settle(found[0]), found[1]
        self.similar = catalogue.rows_by_key([mark[0] for mark in self.mark.alike], now=self.now, at=self.at)
        refusal = offers.why_not(self.thing, by=request.user, at=self.at)
        unit = offers.unit_offer(self.thing, by=request.user)
        context = {
            "item": self.thing,
            "title": titles.title(self.thing),
            "state": cards.state_of(self.thing),
            "refusal_here": refusal,
            "is_begun": bool(refusal) and self.is_begun,
            "queue": _queue(refusal) if refusal and not unit else "",
            "reserve": None if refusal or unit else _reserve(self.thing, request.user, key),
            "unit": _for_unit(self.thing, unit, request.user, self.at) if unit else None,
            "rules": None if is_staff(request.user) else Policy.shown(),
            "foretold": self.foretold,
            "similar": self.similar,
            "saved": self.saved,
            "is_saved": self.code in self.saved,
            "trail": _trail(self.thing),
            "own_site": _own_site(self.thing),
            "csrf_token": token,
            **_for_whom(self.thing, request.user, self.at),
            **_facts(self.thing, self.now, self.at),
            **_photos(request, self.photos),
        }
        return render(request, "inventory/item.html", context)

    @property
    def is_settled(self):
        """Whether what was made shows what the marks say, and nothing that is still being made."""
        alike = catalogue.are_settled(self.similar, self.mark.alike)
        own = cards.mark_of(self.thing) == self.mark.item
        return own and alike and all(photo.is_settled for photo in self.photos)


def _queue(refusal):
    """How whoever may not have it now can wait for it, in words; "" where there is nothing to wait for."""
    return {"not_enough_left": _("Join the queue"), "drawn_later": _("Take part in the draw")}.get(
        refusal.code, ""
    )


def _draft(request, code):
    """What is not in the catalogue has a page only for the people who work with it."""
    if request.user.is_authenticated and Item.objects.handled_by(request.user).filter(code=code).exists():
        return redirect("inventory:wh_item", shown(code))
    raise Http404


def _reserve(thing, person, key):
    is_limited = stages.is_limited(thing, person)
    limit = Policy.shown().pieces_per_person if is_limited else thing.available
    at_most = min(thing.available, limit)
    return {
        "key": key,
        "is_limited": is_limited,
        "form": Pieces(at_most=at_most) if at_most > 1 else None,
    }


def _for_whom(thing, person, at):
    """What its stage means to whoever looks, where it means anything."""
    if thing.stage == Stage.LEAVING:
        return {"goes_to": stages.last_stage(thing.category).label if thing.quantity else ""}
    tz = thing.site.tz
    if thing.public_from > at:
        return {
            "units_until": clock.day_text(clock.last_day(tz, thing.public_from)),
            "then_residents": stages.residents_may(thing) and thing.residents_may_come,
        }
    if thing.stage != Stage.RESIDENTS or thing.stage_until is None or is_city(person):
        return {}
    # Only where a resident's limit keeps an association from taking what it needs.
    more_than_limit = thing.available > Policy.shown().pieces_per_person
    is_news = thing.available and (more_than_limit or is_association(person))
    return {"associations_from": clock.day_text(clock.today(tz, thing.stage_until)) if is_news else ""}


def _for_unit(thing, unit, person, at):
    """How many pieces somebody may have for a unit: those that are free and those on their list already."""
    free = thing.available + unit.chosen
    return {
        "free": free,
        "chosen": unit.chosen,
        "stays": thing.available,
        "code": unit.code,
        "form": Pieces(at_most=free, initial=unit.chosen or 1) if free else None,
        "alike": sum(one.available for one in alike.others(thing, by=person, at=at)),
    }


def _own_site(thing):
    """What everybody may know of where a unit gives something away: roughly where, and when; None at a warehouse.

    The room, the way to it and who hands it over are told to whoever has reserved it.
    """
    if thing.site.kind != SiteKind.DEPARTMENT:
        return None
    return {"area": thing.site.postal_code, "times": offers.times_at().get(thing.site_id, [])}


def _trail(thing):
    kind = thing.category
    lineage = [kind.parent, kind] if kind.parent else [kind]
    kinds = [(reverse("inventory:category", args=[one.key]), one.name) for one in lineage]
    return [(reverse("inventory:items"), _("Items")), *kinds]


def _facts(thing, now, at):
    usual = impact.of(thing, 1, at=at, factors=now.factors)
    weight = thing.weight_kg or thing.category.inherited("weight_kg")
    return {
        "condition": words(thing.condition),
        "colour": words(thing.colour) if thing.colour else None,
        "material": words(thing.material) if thing.material else None,
        "size": cards.size_text(thing),
        "sides": [_plain(side) for side in (thing.width_cm, thing.depth_cm, thing.height_cm)],
        "usual_size": cards.size_text(_Usual(thing.category)),
        "weight": cards.number_text(weight) if weight else "",
        "carrying": carrying.of(thing),
        "price": cards.price_text(thing.price),
        "written_in": thing.get_text_language_display() if thing.text_language != get_language() else "",
        "defects": [line.strip() for line in thing.defects.splitlines() if line.strip()],
        "impact": usual if usual.co2e_high else None,
        "co2e_low": clock.number(usual.co2e_low),
        "co2e_high": clock.number(usual.co2e_high),
    }


def _plain(number):
    """Without a decimal that says nothing."""
    return int(number) if number is not None and number == int(number) else number


class _Usual:
    """The sizes that things of a kind usually have."""

    def __init__(self, category):
        self.width_cm, self.depth_cm, self.height_cm = (
            category.inherited(name) for name in ("width_cm", "depth_cm", "height_cm")
        )


def _photos(request, photos):
    """The photo that was chosen, in large, and the row of all. Any other number shows the first."""
    number = whole_number(request.GET.get("photo", ""), digits=3, otherwise=1)
    number = number if 1 <= number <= len(photos) else 1
    chosen = photos[number - 1] if photos else None
    return {
        "photos": photos,
        "photo": chosen,
        "photo_number": number,
        "share_photo": urljoin(settings.SITE_URL, photos[0].src) if photos else "",
        "share_url": settings.SITE_URL + request.path,
    }
