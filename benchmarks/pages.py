"""The catalogue's pages beside their floors: what each costs, how many statements it sends, how it grows."""

import re
from dataclasses import dataclass, field

from django.utils import timezone

from inventory.domain import standing
from inventory.models import Item
from inventory.views.conditional import kept
from recycling.codes import shown

from . import words
from .cost import in_turn, statements
from .visitor import Visitor, without_middleware

COMMON = "musta"
KIND = "seating"


@dataclass
class Measured:
    """One page at one size of the catalogue."""

    costs: dict[str, int]
    sent: int
    bytes: int


@dataclass
class Page:
    """A page, the floor it is compared with, and whether it is taken as it was kept or made anew each time."""

    name: str
    address: str
    floor: str = "/floor/items"
    anew: bool = False
    unchanged: bool = False
    cards: int | None = 24
    measured: dict[int, Measured] = field(default_factory=dict)


def pages():
    """Every page that is measured, with its address in the catalogue as it is now."""
    catalogue = Item.objects.published().filter(quantity__gt=0).newest_first()
    before_last_page = catalogue.reverse()[24]
    # Three photos, a text, and pieces to be had: a page with everything on it.
    thing = catalogue.filter(photos__position=2, quantity__gt=1, reserved=0).exclude(condition="fix").first()
    filtered = f"/fi/items?category={KIND}&q={COMMON}"
    return [
        Page("list", "/fi/items"),
        Page("list, made anew", "/fi/items", anew=True),
        Page("category + word", filtered),
        Page("category + word, made anew", filtered, anew=True),
        Page("item", f"/fi/items/{shown(thing.code)}", floor=f"/floor/items/{thing.code}", cards=None),
        Page("unchanged", "/fi/items", unchanged=True, cards=0),
        Page("deepest page", f"/fi/items?after={shown(before_last_page.code)}"),
        Page("rare word", f"/fi/items?q={words.RARE}"),
        Page("no match", f"/fi/items?q={words.NOWHERE}", cards=0),
    ]


def measure(meter, *, rounds):
    """Each page of the catalogue as it is now, measured in turn with its floor."""
    return {page.name: (page, _measure(meter, page, rounds)) for page in pages()}


def _forget():
    """As if nobody had asked for anything in the last ten seconds."""
    kept.pages.clear()
    standing.current(at=timezone.now()).remembered.clear()


def _measure(meter, page, rounds):
    visitor, floor = Visitor(), Visitor(without_middleware)
    # Whoever looks at a second page has the cookies of the first.
    visitor.remember(visitor.get("/fi/"))
    headers = {"HTTP_IF_NONE_MATCH": visitor.get(page.address).header("ETag")} if page.unchanged else {}
    answer = visitor.get(page.address, **headers)
    _check(page, answer)
    act = {
        "page": lambda: visitor.get(page.address, **headers),
        "floor": lambda: floor.get(page.floor),
    }
    if page.anew:
        act = {"forget": _forget, **act}
    costs = in_turn(meter, act, rounds=rounds)
    return Measured(costs=costs, sent=_sent(page, act["page"]), bytes=len(answer.body))


def _sent(page, act):
    """The statements of one request. What the process reads anew every ten seconds is not the page's: the least of three."""
    numbers = []
    for _again in range(3):
        if page.anew:
            _forget()
        with statements() as sent:
            act()
        numbers.append(len(sent))
    return min(numbers)


def _check(page, answer):
    """A ratio of the wrong page would say nothing."""
    expected = 304 if page.unchanged else 200
    cards = len(re.findall(rb'class="card[ "]', answer.body))
    if answer.status != expected or (page.cards is not None and cards != page.cards):
        raise RuntimeError(f"{page.name}: {answer.status} with {cards} cards")


def check_floors():
    """The floors answer with as many cards and photos as they are taken for."""
    floor = Visitor(without_middleware)
    for page in pages():
        answer = floor.get(page.floor)
        cards = len(re.findall(rb'class="card"', answer.body))
        if answer.status != 200 or cards != (0 if page.cards is None else 24):
            raise RuntimeError(f"floor of {page.name}: {answer.status} with {cards} cards")
