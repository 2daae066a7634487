"""The question "whose pickup is this?", asked from below.

The one place that reads codes lives beside the items, but a code may be a reservation's: the link of its QR code, or the six
digits. The app above answers, so that the items need not know it.
"""

from collections.abc import Callable

_answers: list[Callable] = []


def register(find: Callable) -> None:
    """From now on ``find(by=, at=, token=)``, ``find(..., pickup=)`` and ``find(..., code=)`` answer; the last one is asked."""
    _answers[:] = [find]


def reservation(*, by, at, **named):
    """The reservation with this token, pickup code or code, for a worker of its site. It has a ``code``; or a refusal."""
    (find,) = _answers
    return find(by=by, at=at, **named)
