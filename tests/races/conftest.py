"""Who takes part in several races."""

import pytest

from inventory.models import SiteRole
from tests.factories import make_site, make_worker


@pytest.fixture
def lead():
    return make_worker(make_site(), SiteRole.LEAD)
