"""The catalogue's pages: the front page, the lists, and the short address on a label."""

from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.domain import cards, catalogue, search, standing
from inventory.domain.asked import Asked
from inventory.domain.scanning import item_with
from inventory.filters import ItemFilter, asked_in, nearest_broader
from inventory.models import Item, ItemAlias, Site
from inventory.vocabulary import COLOURS, CONDITIONS
from recycling.accounts.models import Department, UnitRole
from recycling.accounts.rules import kind_of
from recycling.codes import BadCode, normalise, shown

from .conditional import unless_unchanged

ON_FRONT_PAGE = 8


@login_not_required
@require_safe
def front(request):
    """Search, the kinds of things, the newest, how it works, and where things are collected."""
    at = timezone.now()
    now = standing.current(at=at)
    free = Item.objects.visible_to(request.user, at=at).on_offer()
    newest = catalogue.newest(free, ON_FRONT_PAGE, at=at)
    covers = catalogue.covers_by_category(at=at)
    context = {
        "rows": newest,
        "kinds": [(top, cards.icon_of(top), covers.get(top.pk)) for top, _below in now.tree],
        "sites": now.open_sites,
    }
    marks = (now.mark, newest, covers)
    return unless_unchanged(request, marks, lambda: render(request, "inventory/front.html", context))


@login_not_required
@require_safe
def items(request):
    """Everything that is here, or what was asked for."""
    return _list(request)


@login_not_required
@require_safe
def category(request, key):
    """One kind of things."""
    return _list(request, key)


def _list(request, key=""):
    at = timezone.now()
    now = standing.current(at=at)
    kind = _kind(now, key)

    def visible(at):
        return Item.objects.visible_to(request.user, at=at)

    asks = _asks(request, key)
    asked = asked_in(asks, now)

    # Which question finds words depends on how many items have them now.
    way = search.way_to(asked.q, remembered=now.remembered) if asked.q else None

    def found(at):
        if asked.q and not way:
            return Item.objects.none()
        return ItemFilter(asks, visible(at), standing=now).qs if asked.pairs() else visible(at)

    shape = (kind_of(request.user), asked, way, now.mark)
    after, before = (_cursor(request, name) for name in ("after", "before"))
    page = catalogue.page(found, at=at, after=after, before=before, shape=shape)
    shown_list = List(asked, key, now)
    if (after or before) and len(page) < (catalogue.PAGE if before else 1):
        # The item that the page began beside is gone, or the first page would be shown in part: from the start.
        return redirect(shown_list.query(asked))

    def make():
        found_wider = None
        if asked.pairs() and not page:
            found_wider = nearest_broader(asked, visible(at), way=way, standing=now)
        shown_list.own.extend(_own_sites(request.user, now))
        context = {
            "list": shown_list,
            "page": page,
            "previous": shown_list.query(asked, before=shown(page.rows[0].code)) if page.before else "",
            "next": shown_list.query(asked, after=shown(page.rows[-1].code)) if page.more else "",
            "kind": kind or now.by_key.get(asked.category),
            "broader": shown_list.told(found_wider),
        }
        return render(request, "inventory/items.html", context)

    # What an empty page offers instead is not among its marks.
    marks = (now.mark, page.mark)
    return unless_unchanged(request, marks, make, is_settled=lambda: page.is_settled) if page else make()


def _own_sites(user, now):
    """The places of this person's own units, which may give things away where they stand."""
    if not user.is_authenticated:
        return []
    mine = Department.objects.with_role(user, *UnitRole.values).exclude(default_site=None)
    return [now.sites[key] for key in mine.values_list("default_site", flat=True) if key in now.sites]


def _kind(now, key):
    if key and key not in now.by_key:
        raise Http404
    return now.by_key.get(key)


def _asks(request, key):
    """What the address asks for. On a category's own page its kind comes before any other."""
    if not key:
        return request.GET
    asks = request.GET.copy()
    asks["category"] = key
    return asks


def _cursor(request, name):
    """The item that the page begins beside, or "" when the address names none that could be."""
    try:
        return normalise(request.GET.get(name, ""))
    except BadCode:
        return ""


@dataclass(frozen=True)
class List:
    """What the list page says around its items. ``key`` names the category whose own page it is, ``own`` the reader's places."""

    asked: Asked
    key: str
    now: standing.Standing
    own: list[Site] = field(default_factory=list)

    def query(self, asked, **more):
        """The address of the same list asked differently; on a category's own page the path says the category."""
        if self.key and asked.category == self.key:
            here = reverse("inventory:category", args=[self.key])
            return here + asked.without("category").query(**more)
        return reverse("inventory:items") + asked.query(**more)

    @property
    def pills(self):
        """Each thing that is asked, with the address of the list without it."""
        told = self.asked.told(self.now)
        own = self.now.by_key[self.key].name if self.key else ""
        return [(words, self.query(asked)) for words, asked in told if words != own]

    def told(self, asked):
        """A search in words, with its address."""
        if asked is None:
            return None
        return asked.words(self.now), self.query(asked)

    @property
    def filters_on(self):
        """How many filters are on beside the words and, on a category's own page, the category."""
        return len(
            [
                name
                for name, _value in self.asked.pairs()
                if name != "q" and not (name == "category" and self.key)
            ]
        )

    @property
    def kinds(self):
        """The categories for the filter: groups of (key, name, chosen)."""
        return [
            (top.name, [(one.key, one.name, one.key == self.asked.category) for one in (top, *below)])
            for top, below in self.now.tree
        ]

    @property
    def narrower(self):
        """The kinds within the one that is shown."""
        chosen = self.now.by_key.get(self.asked.category)
        return next((below for top, below in self.now.tree if top is chosen), [])

    @property
    def colours(self):
        return [(one.key, one.label, one.swatch, one.key in self.asked.colour) for one in COLOURS]

    @property
    def conditions(self):
        return [(one.key, one.label, one.key in self.asked.condition) for one in CONDITIONS]

    @property
    def sites(self):
        own = [(site.code, _("%(site)s (our own)") % {"site": site.name}) for site in self.own]
        others = [(site.code, site.name) for site in self.now.open_sites if site not in self.own]
        return [(code, name, code in self.asked.site) for code, name in [*own, *others]]


@login_not_required
@require_safe
def short_link(request, code):
    """What a label's code opens: the worker's page for who works there, the item's own for everybody else."""
    try:
        stored = normalise(code)
    except BadCode as bad:
        raise Http404 from bad
    if item := item_with(stored):
        stored = item.code  # the label may have been printed before it had an item
    works = request.user.is_authenticated and Site.objects.worked_at_by(request.user)
    if works and item is None and ItemAlias.objects.blank().filter(code=stored).exists():
        return redirect("inventory:wh_claim", shown(stored))
    page = "inventory:wh_item" if works and item and item.site in works else "inventory:item"
    return redirect(reverse(page, args=[shown(stored)]))
