"""The school's story: 24 of 40 chairs, approved by another, brought by the van, one short, and what it saved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.domain import stock
from inventory.models import SiteRole
from recycling import clock
from recycling.accounts.models import Department, GroupRule
from reservations.models import FurnitureRequest, Handover, Reservation
from tests.factories import counters, make_unit, make_worker
from tests.oidc import Provider
from tests.reservations.asking import make_approver
from tests.reservations.driving import make_school, open_van

from .people import PHONE
from .test_sign_on import BUTTON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HELMI, LASSE, PIA = "helmi@kierto.example", "lasse@kierto.example", "pia@kierto.example"
MAILBOX = "koulu@kierto.example"
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
    Department.objects.filter(pk=unit.pk).update(default_site=make_school(), receipt_email=MAILBOX)
    GroupRule.objects.create(group="kierto-koulut", role="requester")
    provider.person |= {"groups": ["kierto-koulut"], "unit": unit.code, "email": PIA}
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
    pia.press(NEXT, opens="/way$").press(".ways li:last-child a", opens="way=delivery$")
    pia.write("contact_phone", "040 123 4567").press("main form .button.primary", opens="/check$")
    pia.press(NEXT, opens=f"/dept/requests/{CODE}$")
    taps, fields = pia.counted()
    assert taps <= 10, taps
    assert fields <= 6, fields
    request = FurnitureRequest.objects.get()
    assert (request.status, counters(chairs)) == ("waiting", (40, 24))

    # -- approved by another, from the link of the message: one press after signing in
    helmi = person(width=PHONE)
    _words, links = helmi.newest_message(HELMI)
    (link,) = [one for one in links if one.endswith("/decision")]
    helmi.go(link)
    helmi.write("email", HELMI).press("main form[novalidate] button", opens=r"/login/code\?next=")
    helmi.write("code", helmi.code_from_message(HELMI))
    helmi.press("main button[value=verify]", opens="/decision$").counted()
    helmi.press("button[value=approve]", opens="/dept/approvals$")
    assert helmi.counted() == (1, 0)

    # -- the half day of the van, from the link of the answer
    _words, links = pia.newest_message(PIA)
    (link,) = [one for one in links if "/dept/requests/" in one]
    pia.go(link)
    if not pia.page.url.endswith("/way"):
        pia.press("main .button.primary", opens="/way$")
    pia.press(".halves .choice:nth-child(2) label").press("main form .button.primary")
    reservation = Reservation.objects.get()
    assert (reservation.status, reservation.fulfilment) == ("booked", "delivery")

    # -- the run sheet, and a short count of one at the door, received by the code
    lasse = sign_in(person(width=PHONE), LASSE, opens="/wh/today$")
    half = clock.local(reservation.slot.starts_at, reservation.site.tz)
    lasse.go("/fi/wh/vans").press(f"main a[href*='{half:%Y-%m-%d-%H%M}']", opens="/wh/vans/warehouse/")
    assert "040 123 4567" in lasse.text()
    lasse.press(".stop .button.primary", opens="/wh/deliver/")
    line = reservation.lines.get()
    lasse.page.locator(".stays summary").click()
    lasse.write(f"given-{line.pk}", "23").choose(f"why-{line.pk}", "missing")
    lasse.write("typed", reservation.pickup_code)
    lasse.press(".dock-action .button.primary", opens="/wh/vans/")
    assert (Handover.objects.get().signed, counters(chairs)) == ("code", (17, 1))

    # -- the receipt, also to the mailbox of the school, and what it saved: 80 % where it is instead of a purchase
    for address in (PIA, MAILBOX):
        words, _links = pia.newest_message(address)
        assert "23" in words
    pia.go("/fi/dept/impact")
    assert "23" in pia.text("main .summary")
    assert Handover.objects.get().lines.get().displacement_percent == 80

    # -- and once more next month, when more of them have come
    stock.correct(chairs, quantity=60, by=request.by, at=timezone.now(), reason="counted")
    pia.go("/fi/dept").counted()
    pia.press("main .lines form button", opens="/details$")
    write_day(pia, days=60)
    pia.press(NEXT, opens="/check$").press(NEXT, opens=f"/dept/requests/{CODE}$")
    taps, fields = pia.counted()
    assert taps <= 6, taps
    assert fields <= 2, fields
