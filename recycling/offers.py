"""The question "may I take this?", asked from below.

The catalogue shows the button, but who may reserve what is known to the app above it. That app answers here, so that the
catalogue need not know it.
"""

from collections.abc import Callable

from .errors import Refused

_answers: list[Callable[..., Refused | None]] = []
_begun: list[Callable[..., bool]] = []


def register(why_not: Callable[..., Refused | None], *, begun: Callable[..., bool]) -> None:
    """From now on ``why_not(item, by=, at=)`` and ``begun(item, device=, at=)`` answer; the last ones registered are asked."""
    _answers[:] = [why_not]
    _begun[:] = [begun]


def why_not(item, *, by, at) -> Refused | None:
    """The refusal that taking one piece of ``item`` would meet, or None."""
    (answer,) = _answers
    return answer(item, by=by, at=at)


def begun(item, *, device, at) -> bool:
    """Whether this browser is booking ``item`` right now: it is not somebody else who has it."""
    (answer,) = _begun
    return bool(device) and answer(item, device=device, at=at)
