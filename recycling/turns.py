"""Whose turn it is when pieces come free: a question from below.

People wait for an item in the app above. It answers here (docs/decisions/0012), so that the items need not know it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_offer: list[Callable[..., object]] = []
_merged: list[Callable[..., object]] = []
_later: ContextVar[dict | None] = ContextVar("turns_later", default=None)


def register(offer_next: Callable[..., object], merged: Callable[..., object]) -> None:
    """``offer_next(item, at=)`` and ``merged(gone, into=, at=)`` answer from now on; the last ones registered are asked."""
    _offer[:] = [offer_next]
    _merged[:] = [merged]


def came_free(item, *, at) -> None:
    """Some pieces of ``item``, locked by the caller, are free: whoever waits first has them before anybody else sees them."""
    later = _later.get()
    if later is not None:
        later[item.pk] = item
        return
    (offer_next,) = _offer
    offer_next(item, at=at)


@contextmanager
def when_settled(*, at) -> Iterator[None]:
    """What comes free inside is offered at the end, in the caller's transaction: some of it is set aside again before that."""
    later: dict = {}
    token = _later.set(later)
    try:
        yield
    finally:
        _later.reset(token)
    for _pk, item in sorted(later.items()):
        came_free(item, at=at)


def merged(gone, *, into, at) -> None:
    """The pieces of the lot ``gone`` are pieces of ``into``, both locked by the caller: who waited for it waits there.

    Refuses `waits_for_draw` while lots are still to decide about either.
    """
    (move,) = _merged
    move(gone, into=into, at=at)
    came_free(into, at=at)
