"""The questions "may I take this?" and "who is it promised to?", asked from below.

The catalogue shows the button, but who may reserve what is known to the app above it. That app answers here, so that the
catalogue need not know it.
"""

from collections.abc import Callable
from dataclasses import dataclass

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


_foretold: list[Callable[..., Refused | None]] = []


def register_foretold(foretold: Callable[..., Refused | None]) -> None:
    """From now on ``foretold(device=, at=)`` answers; the last one registered is asked."""
    _foretold[:] = [foretold]


def foretold(*, device, at) -> Refused | None:
    """What would stand against one piece more for whoever booked on this browser last, or None: said before they begin."""
    (answer,) = _foretold
    return answer(device=device, at=at) if device else None


@dataclass(frozen=True)
class UnitList:
    """A member's way to their unit, and how many things are on the list that they are writing."""

    things: int


@dataclass(frozen=True)
class UnitOffer:
    """What somebody who asks for a unit can do with an item: put pieces on the list, which has ``chosen`` of them already."""

    chosen: int
    code: str


_unit_lists: list[Callable[..., UnitList | None]] = []
_unit_offers: list[Callable[..., UnitOffer | None]] = []


def register_units(unit_list, unit_offer) -> None:
    """From now on ``unit_list(user)`` and ``unit_offer(item, by=)`` answer; the last ones registered are asked."""
    _unit_lists[:] = [unit_list]
    _unit_offers[:] = [unit_offer]


def unit_list(user) -> UnitList | None:
    """The list of a member of a unit; None for everybody else. One question."""
    (answer,) = _unit_lists
    return answer(user)


def unit_offer(item, *, by) -> UnitOffer | None:
    """What ``by`` can do with ``item`` for a unit; None for who asks for none."""
    (answer,) = _unit_offers
    return answer(item, by=by) if by.is_authenticated else None


@dataclass(frozen=True)
class Promise:
    """What the hall may know of a reservation, in words where the hall only reads it. Nobody's name.

    ``ending`` is how its pickup code ends, if it has one yet; ``until`` is when a hold ends that has not been booked.
    """

    item: int
    code: str
    ending: str
    pieces: int
    status: str
    when: str
    until: str


_times_at: list[Callable[[], dict[int, list[str]]]] = []


def register_times(times_at: Callable[[], dict[int, list[str]]]) -> None:
    """From now on ``times_at()`` answers: the weekly times of each unit's own site, in words; the last one is asked."""
    _times_at[:] = [times_at]


def times_at() -> dict[int, list[str]]:
    """When things are collected at each unit's own site, by the site's key, in the reader's words; a moment old."""
    (answer,) = _times_at
    return answer()


_holders: list[Callable[..., list[Promise]]] = []
_reservations_of: list[Callable[..., dict[int, Promise]]] = []


def register_promises(holders, reservations_of) -> None:
    """From now on ``holders(items)`` and ``reservations_of(item)`` answer; the last ones registered are asked."""
    _holders[:] = [holders]
    _reservations_of[:] = [reservations_of]


def holders(items) -> list[Promise]:
    """The reservations that hold pieces of these items now."""
    (answer,) = _holders
    return answer(items)


def reservations_of(item) -> dict[int, Promise]:
    """Every reservation that ever had pieces of ``item``, by its key in the audit log."""
    (answer,) = _reservations_of
    return answer(item)
