"""The table, the goals beside it, and the same as JSON. Ratios, but for the seconds of search alerts; no names of machines."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MARGIN = 1.1
RESULTS = Path(__file__).parent / "results"
OK, CLOSE, MISSED, NO_GOAL = "ok", "ok (margin)", "MISSED", ""


@dataclass(frozen=True)
class Figure:
    """One measured number and the most that it may be; with an ``exact`` goal there is no margin."""

    goal_name: str
    what: str
    value: float
    goal: float | None = None
    exact: bool = False
    note: str = ""

    @property
    def verdict(self):
        if self.goal is None:
            return NO_GOAL
        if self.value <= self.goal:
            return OK
        return CLOSE if not self.exact and self.value <= self.goal * MARGIN else MISSED


def text(figures, about):
    """What ``make bench`` prints."""
    lines = [f"{name}: {said}" for name, said in about.items()]
    lines += ["", f"{'goal':5} {'what':52} {'measured':>9} {'at most':>8}  verdict", "-" * 100]
    for figure in figures:
        goal = "" if figure.goal is None else _number(figure.goal, exact=figure.exact)
        value = _number(figure.value, exact=figure.exact)
        lines.append(
            f"{figure.goal_name:5} {figure.what:52} {value:>9} {goal:>8}  {figure.verdict} {figure.note}".rstrip()
        )
    missed = [figure for figure in figures if figure.verdict == MISSED]
    goals = [figure for figure in figures if figure.goal is not None]
    lines += ["", f"{len(goals) - len(missed)} of {len(goals)} goals met."]
    return "\n".join(lines)


def _number(value, *, exact):
    return f"{value:.0f}" if exact else f"{value:.2f}"


def write(figures, about, *, name="latest"):
    """Put the figures beside the benchmark, for whoever wants to compare two runs."""
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    path = RESULTS / f"{name}.json"
    path.write_text(
        json.dumps({"about": about, "figures": rows}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return path


def exit_code(figures):
    """1 when any goal is missed by more than its margin."""
    return int(any(figure.verdict == MISSED for figure in figures))
