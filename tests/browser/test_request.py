"""Minna asks for 24 of 40 chairs for her school, and once more next month: taps and fields are counted."""

import pytest
from django.utils import timezone

from reservations.domain import requests
from reservations.models import FurnitureRequest
from tests.factories import make_member
from tests.reservations.writing import MINNA, make_minna

from .inspection import Inspector
from .people import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the whole way may cost, from the item's page to "sent". How it gets there (`request_way`) is a page of its own, with a
# test of its own: these taps and fields are left for it.
FIRST, FIRST_WAY = (10, 6), (4, 3)
AGAIN, AGAIN_WAY = (6, 2), (3, 0)
ADD = ".dock-action button.primary"
NEXT = "main .actions a.button.primary, main .actions button.primary"


@pytest.fixture
def minna(person):
    """``minna(width=360)``: signed in by a code, on the page of her unit."""

    def minna_(**options):
        make_minna(language="fi")
        make_member("approver", name="Helmi Hyväksyjä")
        found = person(**options)
        found.go("/fi/accounts/login")
        found.write("email", MINNA).press("main form[novalidate] button.primary", opens="/login/code$")
        found.write("code", found.code_from_message(MINNA))
        found.press("main button[value=verify]", opens="/fi/dept$")
        found.counted()
        return found

    return minna_


def collects_it():
    """The step of another page: it is fetched."""
    asked = FurnitureRequest.objects.get(status="writing")
    requests.write(asked, by=asked.by, at=timezone.now(), fulfilment="pickup")


def within(counted, limit, left):
    return all(one <= most - kept for one, most, kept in zip(counted, limit, left, strict=True))


def write_day(found, day):
    """A day as the browser's own field takes it."""
    found.fields += 1
    found.one("main [name=needed_by]").fill(day)


def to_the_first_request(found, chairs):
    found.go(f"/fi/items/{chairs.shown_code}")
    found.write("pieces", "24")
    found.press(ADD, opens="/dept/requests/Q[0-9A-Z]+$")
    collects_it()
    found.press(NEXT, opens="/details$")
    found.choose("replaces", "purchase")
    write_day(found, "2026-12-16")
    return found.press(NEXT, opens="/check$")


@pytest.mark.parametrize(
    "options",
    [
        {"width": PHONE, "javascript": False},
        # With a script the school's whole story goes this way (test_school).
        pytest.param({"width": PHONE}, marks=pytest.mark.thorough),
        pytest.param({"width": DESK}, marks=pytest.mark.thorough),
    ],
)
def test_the_first_request_and_the_next_are_quick(minna, photographed, options):
    chairs = photographed(quantity=60)
    found = to_the_first_request(minna(**options), chairs)
    found.press(NEXT, opens="/dept/requests/Q[0-9A-Z]+$")
    first = FurnitureRequest.objects.get()
    assert first.status == "waiting"
    assert within(counted := found.counted(), FIRST, FIRST_WAY), counted
    found.go("/fi/dept")
    found.press("main .lines form button", opens="/details$")
    write_day(found, "2027-01-20")
    found.press(NEXT, opens="/check$")
    found.press(NEXT, opens="/dept/requests/Q[0-9A-Z]+$")
    assert FurnitureRequest.objects.filter(status="waiting").count() == 2
    assert within(counted := found.counted(), AGAIN, AGAIN_WAY), counted


def test_the_pages_of_a_request_under_a_strict_eye(minna, photographed):
    chairs = photographed(quantity=30)
    photographed(quantity=5)
    found = minna(reduced_motion="reduce")
    look = Inspector(found)
    look.look("our unit, nothing yet")
    look.go("no list yet", "/fi/dept/request")
    look.go("the item", f"/fi/items/{chairs.shown_code}")
    look.go("a set", f"/fi/dept/items/{chairs.shown_code}/alike")
    found.go(f"/fi/items/{chairs.shown_code}").write("pieces", "31")
    found.page.locator(ADD).click()
    look.look("fewer remain")
    to_the_first_request(found, chairs)
    look.look("check")
    code = FurnitureRequest.objects.get().code
    for page in ("", "/things", "/details", "/approver", "/cancel"):
        look.go(page or "tasks", f"/fi/dept/requests/{code}{page}")
    found.go(f"/fi/dept/requests/{code}/check").press(NEXT, opens=f"/{code}$")
    look.look("sent")
    look.go("our unit", "/fi/dept")
    assert look.wrong == [], look.told()
