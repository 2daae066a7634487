"""It is Monday morning until a test moves on; no page and no counter is left of another test."""

import pytest
import time_machine
from django.core.cache import cache

from tests.factories import NOW


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
