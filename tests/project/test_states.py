"""A status is written in one place each: by the verb that checks the table of steps."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [
    path
    for app in ("recycling", "inventory", "reservations")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
WRITES = re.compile(r"\.status\s*=(?!=)|\.update\([^)]*\bstatus=|setattr\([^)]*\bstatus\b")
# The movers of the kinds of rows that have a status, and the demo that says what went out long ago.
MOVERS = {
    "inventory/domain/publishing.py",
    "inventory/domain/photos.py",
    "inventory/domain/writing_off.py",
    "inventory/domain/stocktake.py",
    "recycling/notifications/domain/outbox.py",
    "recycling/notifications/domain/sending.py",
    "reservations/domain/queue_states.py",
    "reservations/domain/request_states.py",
    "reservations/domain/states.py",
    "reservations/domain/wanted_states.py",
    "reservations/demo/history.py",
}


def writers():
    return {
        str(path.relative_to(ROOT)) for path in SOURCES if WRITES.search(path.read_text(encoding="utf-8"))
    }


def test_nobody_but_the_movers_writes_a_status():
    assert writers() - MOVERS == set()


@pytest.mark.parametrize(
    "code", ["one.status = S.BOOKED", "rows.update(status=S.SENT)", "x.filter(pk=1).update(a=2, status=3)"]
)
def test_the_search_sees_how_a_status_could_be_written(code):
    assert WRITES.search(code)


@pytest.mark.parametrize(
    "code", ["if one.status == S.BOOKED:", "rows.filter(status=S.SENT)", "print(one.status)"]
)
def test_reading_a_status_is_nobodys_privilege(code):
    assert not WRITES.search(code)
