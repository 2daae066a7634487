"""The scene of every page about a booking or a reservation: a warehouse on a Monday morning, a resident, a worker."""

import pytest
import time_machine
from django.core.cache import cache

from tests.factories import NOW, make_item, make_member, make_site, make_worker, open_site
from tests.reservations.driving import open_van
from tests.reservations.visiting import Resident


@pytest.fixture(autouse=True)
def clock():
    """It is NOW, until a test moves on."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def warehouse():
    """Warehouse 1: open, without steps, on the map."""
    where = {"postal_code": "00580", "latitude": "60.190000", "longitude": "24.960000"}
    return open_site(make_site(is_step_free=True, **where))


@pytest.fixture
def aino():
    """A resident's browser; of a reservation that others made, somebody who has the link and nothing else."""
    return Resident()


@pytest.fixture
def chair():
    return make_item(quantity=3)


@pytest.fixture
def sari(warehouse):
    return make_worker(warehouse)


@pytest.fixture
def risto(warehouse):
    """Asks for the school, to which the warehouse's van brings things."""
    open_van(warehouse)
    return make_member(name="Risto Rinne", cost_centre="31250")


@pytest.fixture
def desk(client, sari):
    """The browser of a worker of Warehouse 1."""
    client.force_login(sari)
    return client
