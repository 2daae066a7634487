"""A school has its things brought, and the driver hands them over: on phones, with and without a script, under a strict eye."""

import pytest

from inventory.models import SiteRole
from recycling.accounts.models import Department
from recycling.notifications.models import Notification
from reservations.models import Handover
from tests.factories import NOW, make_item, make_member, make_worker
from tests.reservations.driving import (
    accept,
    first_window,
    make_delivery,
    make_request,
    make_school,
    open_van,
    to_school,
)

from .inspection import Inspector
from .people import PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RISTO, LASSE = "risto@kierto.example", "lasse@kierto.example"
SHEET = "/wh/vans/warehouse/2026-11-18-0800"


@pytest.fixture
def risto(warehouse):
    open_van(warehouse)
    member = make_member(name="Risto Rinne", email=RISTO, cost_centre="31250", phone="+358401234567")
    Department.objects.update(default_site=make_school())
    return member


@pytest.fixture
def lasse(warehouse):
    return make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka", email=LASSE)


def sign_in(found, address):
    """By a code that comes by e-mail."""
    found.go(f"/{found.language}/accounts/login")
    found.write("email", address).press("main form[novalidate] button.primary", opens="/login/code$")
    found.write("code", found.code_from_message(address))
    found.press("main button[value=verify]", opens="/(dept|wh/today|(fi|sv|en)/)$")
    return found


@pytest.mark.parametrize("script", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_delivery_a_window_and_on_and_the_driver_gets_the_code(person, risto, lasse, script):
    request = make_request({make_item(quantity=24): 24}, by=risto)
    found = sign_in(person(language="en", width=PHONE, javascript=script), RISTO)
    way = f"/en/dept/requests/{request.code}/way"
    found.go(way)
    found.press(".ways li:last-child a", opens="way=delivery$")
    found.press(".halves .choice:nth-child(2) label")
    # On to what is left to do: the unit has nobody yet who approves.
    found.press("main form .button.primary", opens="/approver$")
    assert request.reservations.get().slot == first_window()

    accept(request)
    reservation = request.reservations.get()
    driver = sign_in(person(language="en", width=PHONE, javascript=script), LASSE)
    driver.go(f"/en{SHEET}")
    driver.press(".stop .button.primary", opens="/wh/deliver/")
    driver.write("typed", reservation.pickup_code)
    driver.press(".dock-action .button.primary", opens=SHEET)
    assert Handover.objects.get().signed == "code"


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_of_deliveries_under_a_strict_eye(person, risto, lasse, language):
    stops = [make_delivery({make_item(): 1}, by=risto, slot=first_window()) for _number in range(2)]
    request = make_request({make_item(quantity=24): 24}, by=risto)
    # The confirmations hold six digits too: the one code that comes now is that of the sign-in.
    Notification.objects.all().delete()
    to_school(stops[0].request, floor="2", lift="no", door_cm=82, unloading="Pihan puoli", at=NOW)
    found = sign_in(person(language=language, reduced_motion="reduce"), RISTO)
    look, way = Inspector(found), f"/{language}/dept/requests/{request.code}/way"
    look.go("two ways", way)
    look.go("pickup", f"{way}?way=pickup")
    look.go("delivery", f"{way}?way=delivery")
    look.open_everything()
    look.look("everything of a delivery")
    found.press("main .with-more:last-child label >> nth=0")
    found.write("street", " ").press("main form .button.primary", opens="way=delivery$")
    look.look("a mistake")
    look.go("booked", f"/{language}/r/{stops[0].token}")
    assert look.wrong == [], look.told()

    driver = sign_in(person(language=language, reduced_motion="reduce"), LASSE)
    look = Inspector(driver)
    look.go("half-days", f"/{language}/wh/vans")
    look.go("run sheet", f"/{language}{SHEET}")
    look.go("at the door", f"/{language}/wh/deliver/{stops[0].code}")
    look.open_everything()
    look.look("everything at the door")
    driver.press(".dock-action .button.primary", opens="/wh/deliver/")
    look.look("neither code nor signature")
    assert look.wrong == [], look.told()
