"""The scene of the tests of stock-takes."""

import pytest

from .counting import Count


@pytest.fixture
def count():
    return Count()
