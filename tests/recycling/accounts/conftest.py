"""Fixtures of several tests of people and how they sign in."""

import pytest
import time_machine
from django.test import Client

from tests.factories import NOW, make_worker
from tests.oidc import Provider


@pytest.fixture
def clock():
    """It is NOW, until a test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser():
    """Somebody who has not signed in."""
    return Client()


@pytest.fixture
def sari():
    return make_worker(name="Sari Sorsa", email="sari@kierto.example")


@pytest.fixture(scope="session")
def _provider():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(_provider, settings):
    """The city's sign-on, well-behaved, and the service that knows it."""
    _provider.behave()
    _provider.asked.clear()
    _provider.redirect_uri = f"{settings.SITE_URL}/sign-on/callback"
    settings.SIGN_ON = _provider.settings()
    return _provider
