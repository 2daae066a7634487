"""The questions "may I take this?" and "who has it?", asked from below.

The catalogue shows the button, but who may reserve what and who has, is known to the app above it. That app answers here, so
that the catalogue need not know it.
"""

from collections.abc import Callable, Iterable

from .errors import Refused

_answers: list[Callable[..., Refused | None]] = []
_begun: list[Callable[..., bool]] = []
_holders: list[Callable[..., Iterable]] = []


def register(
    why_not: Callable[..., Refused | None], *, begun: Callable[..., bool], holders: Callable[..., Iterable]
) -> None:
    """From now on ``why_not(item, by=, at=)``, ``begun(item, device=, at=)`` and ``holders(item)`` answer.

    The last ones registered are asked.
    """
    _answers[:] = [why_not]
    _begun[:] = [begun]
    _holders[:] = [holders]


def why_not(item, *, by, at) -> Refused | None:
    """The refusal that taking one piece of ``item`` would meet, or None."""
    (answer,) = _answers
    return answer(item, by=by, at=at)


def begun(item, *, device, at) -> bool:
    """Whether this browser is booking ``item`` right now: it is not somebody else who has it."""
    (answer,) = _begun
    return bool(device) and answer(item, device=device, at=at)


def holders(item) -> Iterable:
    """The reservations to which pieces of ``item`` are promised, for the worker who wants to do something else with it."""
    (answer,) = _holders
    return answer(item)
