"""Fixtures of several tests of what the city has."""

from datetime import timedelta

import pytest
import time_machine

from inventory.views.conditional import kept
from tests.factories import NOW, make_site, make_worker
from tests.inventory.decoding import decoded


@pytest.fixture
def clock(settings, tmp_path):
    """It is NOW, until a test moves on; photos lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sari():
    """A worker of Warehouse 1."""
    return make_worker(make_site())


@pytest.fixture
def hall(client, sari):
    """Sari's browser."""
    client.force_login(sari)
    return client


@pytest.fixture
def now():
    """An hour after what is on offer was published, until a test moves on; no page has been kept."""
    kept.pages.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def decode(tmp_path):
    """Opens a stranger's picture in the child program; see ``decoding.Ending`` for how it ends."""

    def run(data, name="photo"):
        return decoded(data, tmp_path / f"{name}.in", tmp_path / f"{name}.jpg")

    return run
