"""The things that a worker gathers on a page: each with a number, added by its code, taken off again."""

from dataclasses import dataclass

from inventory.domain import photos, scanning, titles
from inventory.models import Item, Photo
from recycling.codes import BadCode, normalise
from recycling.errors import Refused
from reservations.domain.refusals import NotAThing, SomeGone
from reservations.forms import Wish

MOST = 40


@dataclass
class Thing:
    """One item of the list. ``typed`` is the number as it stands in its field, ``why`` the refusal that it has met."""

    item: Item
    title: str
    photo: Photo | None
    typed: str
    why: str = ""


class Things:
    """What a form carries: ``item`` for each code, ``pieces-CODE`` beside it; ``typed`` to add one, ``drop`` to take one off.

    What the worker does not handle is not on the list, whatever was sent.
    """

    def __init__(self, data, *, by, at):
        self.refusal = None
        codes = self._codes(data, by=by, at=at)
        found = Item.objects.handled_by(by).filter(code__in=codes)
        found = found.select_related("category__parent", "site", "shelf").prefetch_related("photos")
        items = {item.code: item for item in found}
        self.rows = [
            Thing(
                items[code],
                titles.title(items[code]),
                photos.first_of(items[code]),
                data.get(f"pieces-{code}", "1")[:9],
            )
            for code in codes
            if code in items
        ]

    def _codes(self, data, *, by, at):
        codes = []
        for typed in data.getlist("item")[:MOST]:
            try:
                codes.append(normalise(typed))
            except BadCode:
                continue
        if data.get("typed", "").strip():
            try:
                found = scanning.resolve(data["typed"], by=by, at=at)
                if found.kind != "item":
                    raise NotAThing
                codes.append(found.thing.code)
            except Refused as refusal:
                self.refusal = refusal
        return [code for code in dict.fromkeys(codes) if code != data.get("drop")]

    def __bool__(self):
        return bool(self.rows)

    @property
    def wishes(self):
        """``{item: pieces}`` as the verbs take them; 0, which none takes, for what is no number."""
        return {row.item: Wish(row.item.code, row.typed).pieces for row in self.rows}

    @property
    def site(self):
        """Where they are given or collected: the first one's; the verbs refuse those of another."""
        return self.rows[0].item.site

    def explain(self, refusal):
        """Each row that was refused says why."""
        for row in self.rows:
            why = refusal.refusals.get(row.item, "") if isinstance(refusal, SomeGone) else ""
            row.why = str(why)
