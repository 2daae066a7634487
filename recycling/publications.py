"""What has just come into the catalogue, and who waits for a kind of thing: two questions from below.

Units wait for things in the app above. It answers here (docs/decisions/0012), so that the items need not know it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

_offer: list[Callable[..., object]] = []
_waiting: list[Callable[..., dict[int, "Waiting"]]] = []
_together: ContextVar[list | None] = ContextVar("published_together", default=None)


@dataclass(frozen=True)
class Waiting:
    """How many units wait for a kind of thing, for how many pieces, and the first day by which one needs them. Nobody's name."""

    units: int
    pieces: int
    first: date


def register(offer: Callable[..., object], *, waiting: Callable[..., dict[int, Waiting]]) -> None:
    """From now on ``offer(items, at=)`` and ``waiting(categories, at=)`` answer; the last ones registered are asked."""
    _offer[:] = [offer]
    _waiting[:] = [waiting]


def published(item, *, at) -> None:
    """``item``, locked by the caller, is in the catalogue: whoever waits for it is offered it before anybody else sees it."""
    several = _together.get()
    if several is not None:
        several.append(item)
        return
    (offer,) = _offer
    offer([item], at=at)


@contextmanager
def together(*, at) -> Iterator[None]:
    """What is published inside is offered at the end, all at once, in the caller's transaction.

    So a load asks as much as a single thing, and whoever waits is locked in one order: two loads never wait in a circle.
    """
    if _together.get() is not None:
        yield
        return
    several: list = []
    token = _together.set(several)
    try:
        yield
    finally:
        _together.reset(token)
    if several:
        (offer,) = _offer
        offer(several, at=at)


def waiting(categories, *, at) -> dict[int, Waiting]:
    """By the key of each of these categories that units wait for: how many do. One query."""
    (answer,) = _waiting
    return answer(categories, at=at)
