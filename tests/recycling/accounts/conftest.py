import pytest

from tests.oidc import Provider


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
