"""The scene of several tests of bookings: an open warehouse, and who works there."""

import pytest

from tests.factories import make_worker, open_site


@pytest.fixture
def warehouse():
    return open_site()


@pytest.fixture
def sari():
    return make_worker()
