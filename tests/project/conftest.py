"""The scene of the laws that are asked of every page."""

import pytest
import time_machine

from tests.factories import NOW

from .town import Town


@pytest.fixture
def clock():
    """It is NOW, until a test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock):
    return Town()
