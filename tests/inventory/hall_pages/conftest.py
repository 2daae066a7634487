"""The scene of the worker's pages about things."""

import pytest
import time_machine
from django.core.cache import cache

from tests.factories import (
    NOW,
    make_site,
    make_worker,
)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    """It is NOW, until a test moves on; photos lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sari():
    return make_worker(make_site())


@pytest.fixture
def hall(client, sari):
    """The browser of a worker of Warehouse 1."""
    client.force_login(sari)
    return client
