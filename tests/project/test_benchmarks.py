"""What the benchmark calls met and missed: it must be able to fail."""

import pytest

from benchmarks import report
from benchmarks.report import Figure


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure("P1", "list", 0.6, 0.6), "ok"),
        (Figure("P1", "list", 0.66, 0.6), "ok (margin)"),
        (Figure("P1", "list", 0.67, 0.6), "MISSED"),
        (Figure("P7", "statements", 3, 3, exact=True), "ok"),
        (Figure("P7", "statements", 4, 3.9, exact=True), "MISSED"),
        (Figure("P5", "wrong races", 1, 0, exact=True), "MISSED"),
        (Figure("", "for information", 99.0), ""),
    ],
)
def test_a_goal_has_a_margin_unless_it_is_exact(figure, verdict):
    assert figure.verdict == verdict
    assert report.exit_code([figure]) == (verdict == "MISSED")


def test_the_table_says_how_many_goals_were_met():
    figures = [Figure("P1", "list", 0.9, 0.6), Figure("P4", "unchanged", 0.2, 0.3), Figure("", "photo", 1.5)]
    assert report.text(figures, {"sizes": "1,000"}).splitlines()[-1] == "1 of 2 goals met."
