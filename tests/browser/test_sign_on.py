"""The city's sign-on in a real browser: a provider on another origin, the demo's own, and the pages that say no."""

from urllib.parse import urlsplit

import pytest

from recycling.accounts.models import Department, GroupRule, Membership, User
from recycling.settings import dev
from tests.factories import make_user
from tests.oidc import Provider

from .inspection import Inspector
from .people import LANGUAGES, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BUTTON = "main form[action$='/accounts/sign-on'] button"


@pytest.fixture
def provider(live_server, settings):
    found = Provider()
    found.redirect_uri = f"{live_server.url}/sign-on/callback"
    settings.SIGN_ON = found.settings()
    yield found
    found.stop()


@pytest.fixture
def school():
    department = Department.objects.create(code="31", name_fi="Puiston koulu", name_sv="Parkskolan")
    GroupRule.objects.create(group="kierto-koulut", role="requester")
    return department


@pytest.mark.parametrize("options", [{}, {"keyboard": True}, {"javascript": False}])
def test_one_press_on_the_button_and_one_is_in(person, provider, school, options):
    """Also under the page's policy: the form may lead to the provider's origin, and to no other."""
    provider.person |= {"groups": ["kierto-koulut"], "unit": "31"}
    pia = person(width=PHONE, **options)
    pia.go("/fi/accounts/login").counted()
    pia.press(BUTTON, opens="/fi/dept$")
    assert pia.counted() == (1, 0)
    assert Membership.objects.get().department == school
    assert urlsplit(pia.page.url).netloc == urlsplit(provider.redirect_uri).netloc


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_around_the_sign_on_under_a_strict_eye(person, provider, language):
    somebody = person(language=language, reduced_motion="reduce")
    look = Inspector(somebody)
    look.go("sign-in", f"/{language}/accounts/login")
    provider.person |= {"email_verified": False}
    somebody.press(BUTTON, opens="/sign-on/callback.code=")
    look.look("refused")
    provider.behave()
    somebody.press("main a.primary", opens="/accounts/login$").press(BUTTON, opens="/accounts/unit$")
    look.look("no unit")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demos_own_sign_on(person, live_server, school, settings, language):
    settings.SITE_URL = live_server.url
    settings.SIGN_ON = dev.SIGN_ON | {"issuer": f"{live_server.url}/demo/sign-on"}
    make_user(name="Risto Rinne", email="risto@kierto.example", is_demo=True)
    ulla = person(language=language, reduced_motion="reduce")
    look = Inspector(ulla)
    ulla.go(f"/{language}/accounts/login").press(BUTTON, opens="/demo/sign-on/authorize.*")
    look.look("who are you")
    ulla.press("main button[value=uusi]", opens=f"/{language}/dept$")
    assert User.objects.get(name="Ulla Uusi").memberships.get().department == school
    ulla.page.context.clear_cookies()
    ulla.go(f"/{language}/accounts/login").press(BUTTON, opens="/demo/sign-on/authorize.*")
    ulla.press("main button[value='']", opens="/sign-on/callback.error=.*")
    look.look("turned back")
    assert look.wrong == [], look.told()
