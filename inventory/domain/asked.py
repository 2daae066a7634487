"""A search of the catalogue as it was understood: it goes into an address, is told in words, made broader, and kept."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from inventory.vocabulary import words


@dataclass(frozen=True)
class Asked:
    """Each field is a parameter of the list's address; what is empty asks for nothing."""

    q: str = ""
    category: str = ""
    width: int | None = None
    pieces: int | None = None
    colour: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    free: bool = False
    available: bool = False

    @classmethod
    def again(cls, kept: dict[str, Any]) -> "Asked":
        """The search that ``kept()`` gave to be kept."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**values)

    def kept(self) -> dict[str, Any]:
        """What of it is to be kept: the things that are asked, as plain data."""
        return {name: value for name, value in asdict(self).items() if value}

    def pairs(self) -> list[tuple[str, str]]:
        """Its parameters in a settled order: one address for one search."""
        single = [("q", self.q), ("category", self.category)]
        single += [(name, str(getattr(self, name) or "")) for name in ("width", "pieces")]
        several = [(name, one) for name in ("colour", "condition", "site") for one in getattr(self, name)]
        ticks = [(name, "1") for name in ("free", "available") if getattr(self, name)]
        return [(name, value) for name, value in [*single, *several, *ticks] if value]

    def query(self, **more: str) -> str:
        """``?q=tuoli&width=60``, or "" when nothing is asked."""
        pairs = self.pairs() + [(name, value) for name, value in more.items() if value]
        return "?" + urlencode(pairs) if pairs else ""

    def words(self, standing) -> str:
        """All that is asked, in words; when nothing is, that it is everything."""
        return ", ".join(words for words, _less in self.told(standing)) or _("All items")

    def without(self, name: str, value: str = "") -> "Asked":
        """The same search with one thing less."""
        now = getattr(self, name)
        rest: Any = (
            tuple(one for one in now if one != value) if isinstance(now, tuple) else getattr(Asked, name)
        )
        return replace(self, **{name: rest})

    def told(self, standing) -> list[tuple[str, "Asked"]]:
        """Each thing that is asked, in words, with the search that does without it."""
        return [
            (self._word(name, value, standing), self.without(name, value)) for name, value in self.pairs()
        ]

    def broader(self) -> list["Asked"]:
        """Wider searches, the nearest first: one thing less, then the words alone, then the kind alone."""
        one_less = [self.without(name, value) for name, value in reversed(self.pairs())]
        alone = [Asked(q=self.q), Asked(category=self.category)]
        return [one for one in dict.fromkeys([*one_less, *alone]) if one.pairs() and one != self]

    def with_fewer_words(self) -> "Asked":
        """The same without its last word."""
        return replace(self, q=self.q.rpartition(" ")[0])

    @staticmethod
    def _word(name, value, standing):
        if name == "width":
            return _("At most %(width)s cm wide") % {"width": value}
        if name == "pieces":
            return _("At least %(pieces)s pieces") % {"pieces": value}
        if name in {"free", "available"}:
            return {"free": _("Free only"), "available": _("Available now")}[name]
        if name == "category":
            # A search that was kept may name what is gone.
            return standing.by_key[value].name if value in standing.by_key else value
        if name == "site":
            return next((site.name for site in standing.sites.values() if site.code == value), value)
        return f"“{value}”" if name == "q" else words(value).label
