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
_offered_to: list[Callable[..., int]] = []
_together: ContextVar[list | None] = ContextVar("published_together", default=None)


@dataclass(frozen=True)
class Waiting:
    """How many units wait for a kind of thing, for how many pieces, and the first day by which one needs them. Nobody's name."""

    units: int
    pieces: int
    first: date


def register(
    offer: Callable[..., object],
    *,
    waiting: Callable[..., dict[int, Waiting]],
    offered_to: Callable[..., int],
) -> None:
    """``offer(items, at=)``, ``waiting(categories, at=)`` and ``offered_to(item)`` answer from now on; the last ones count."""
    _offer[:] = [offer]
    _waiting[:] = [waiting]
    _offered_to[:] = [offered_to]


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


def offered_to(item) -> int:
    """How many units are being offered pieces of ``item`` because they waited for such. One query."""
    (answer,) = _offered_to
    return answer(item)
