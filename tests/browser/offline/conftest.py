"""The scene of the tests without a network."""

import pytest

from tests.browser.people import PHONE
from tests.factories import make_item, make_reservation, make_shelf, make_worker

from .phones import Phone


@pytest.fixture
def phone(person, warehouse):
    """``phone(name="Sari Sorsa")``: a worker with a phone of 360 px, signed in."""

    def phone_(name="Sari Sorsa", *, language="fi", **options):
        worker = make_worker(warehouse, name=name, language=language)
        return Phone(
            person(width=PHONE, language=language, permissions=["camera"], **options),
            worker,
        )

    return phone_


@pytest.fixture
def pickup(warehouse, clock):
    """Somebody's two chairs, to be collected now."""
    chairs = make_item(quantity=3, shelf=make_shelf(site=warehouse))
    reservation = make_reservation({chairs: 2})
    clock.move_to(reservation.slot.starts_at)
    return reservation, chairs
