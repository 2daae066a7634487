"""The school's story, from the city's sign-on to what it saved: 24 of 40 chairs, approved by another, brought by the van, one short."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.models import SiteRole
from recycling.accounts.models import Department, GroupRule
from reservations.models import FurnitureRequest, Reservation
from tests.factories import make_unit, make_worker
from tests.oidc import Provider
from tests.reservations.asking import make_approver
from tests.reservations.driving import make_school, open_van

from .people import PHONE
from .test_sign_on import BUTTON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HELMI, LASSE = "helmi@kierto.example", "lasse@kierto.example"
ADD = ".dock-action button.primary"
NEXT = "main .actions a.button.primary, main .actions button.primary"
CODE = "Q[0-9A-Z]+"


@pytest.fixture
def school(live_server, settings, warehouse):
    """Puisto School has a site, a cost centre and an approver; the city's sign-on says who asks there."""
    provider = Provider()
    provider.redirect_uri = f"{live_server.url}/sign-on/callback"
    settings.SIGN_ON = provider.settings()
    unit = make_unit(cost_centre="31250")
    Department.objects.filter(pk=unit.pk).update(
        default_site=make_school(), receipt_email="koulu@kierto.example"
    )
    GroupRule.objects.create(group="kierto-koulut", role="requester")
    provider.person |= {"groups": ["kierto-koulut"], "unit": unit.code, "email": "pia@kierto.example"}
    make_approver(email=HELMI, language="fi")
    make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka", email=LASSE)
    open_van(warehouse, at=timezone.now())
    yield unit
    provider.stop()


def write_day(found, *, days):
    """A day as the browser's own field takes it."""
    found.fields += 1
    found.one("main [name=needed_by]").fill((timezone.now() + timedelta(days=days)).date().isoformat())


def sign_in(found, address, *, opens):
    found.go("/fi/accounts/login")
    found.write("email", address).press("main form[novalidate] button", opens="/login/code$")
    found.write("code", found.code_from_message(address))
    return found.press("main button[value=verify]", opens=opens)


def test_the_schools_story(person, school, photographed):
    chairs = photographed(quantity=40)
    pia = person(width=PHONE)
    pia.go("/fi/accounts/login").press(BUTTON, opens="/fi/dept$")

    # -- 24 of 40, for the first time
    pia.go(f"/fi/items/{chairs.shown_code}").counted()
    pia.write("pieces", "24").press(ADD, opens=f"/dept/requests/{CODE}$")
    pia.press(NEXT, opens="/details$")
    pia.choose("replaces", "purchase")
    write_day(pia, days=30)
    pia.press(NEXT)
    pia.press(".ways li:last-child a", opens="way=delivery$")
    pia.page.screenshot(path="/tmp/school-2.png", full_page=True)
    pia.write("contact_phone", "040 123 4567")
    pia.press("main form .button.primary", opens="/check$")
    pia.page.screenshot(path="/tmp/school-3.png", full_page=True)
    pia.press(NEXT, opens=f"/dept/requests/{CODE}$")
    pia.page.screenshot(path="/tmp/school-4.png", full_page=True)
    request = FurnitureRequest.objects.get()
    assert request.status == "waiting"

    # -- approved by another, from the link of the message
    helmi = person(width=PHONE)
    _words, links = helmi.newest_message(HELMI)
    (link,) = [one for one in links if one.endswith("/decision")]
    helmi.go(link)
    helmi.write("email", HELMI).press("main form[novalidate] button", opens=r"/login/code\?next=")
    helmi.write("code", helmi.code_from_message(HELMI))
    helmi.press("main button[value=verify]", opens="/decision$").counted()
    helmi.page.screenshot(path="/tmp/school-5.png", full_page=True)
    helmi.press("main button[value=approve]", opens="/dept/approvals$")
    assert helmi.counted() == (1, 0)

    # -- the window of the delivery
    words, links = pia.newest_message("pia@kierto.example")
    pia.go("/fi/dept")
    pia.page.screenshot(path="/tmp/school-6.png", full_page=True)
    pia.go(f"/fi/dept/requests/{request.code}/way")
    pia.press(".halves .choice:nth-child(2) label")
    pia.press("main form .button.primary")
    reservation = Reservation.objects.get()
    assert reservation.status == "booked"

    # -- the run sheet, and a short count of one at the door
    lasse = sign_in(person(width=PHONE), LASSE, opens="/wh/today$")
    lasse.go("/fi/wh/vans")
    lasse.page.screenshot(path="/tmp/school-7.png", full_page=True)
    lasse.press("main .lines a, main a.tall", opens="/wh/vans/warehouse/")
    lasse.page.screenshot(path="/tmp/school-8.png", full_page=True)
    lasse.press(".stop .button.primary", opens="/wh/deliver/")
    lasse.page.screenshot(path="/tmp/school-9.png", full_page=True)
