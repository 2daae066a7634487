"""The scene of the worker's pages about things."""

import pytest


@pytest.fixture(autouse=True)
def _at_now(clock):
    """The day stands still, and photos lie in a folder of the test's own."""
