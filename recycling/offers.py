"""The question "may I take this?", asked from below.

The catalogue shows the button, but who may reserve what is known to the app above it. That app answers here, so that the
catalogue need not know it.
"""

from collections.abc import Callable

from .errors import Refused

_answers: list[Callable[..., Refused | None]] = []


def register(why_not: Callable[..., Refused | None]) -> None:
    """From now on ``why_not(item, by=..., at=...)`` answers; the last one registered is the one that is asked."""
    _answers[:] = [why_not]


def why_not(item, *, by, at) -> Refused | None:
    """The refusal that taking one piece of ``item`` would meet, or None."""
    (answer,) = _answers
    return answer(item, by=by, at=at)
