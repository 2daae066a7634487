"""A giver with a phone: a lot is offered with two photos, and handed over by the six digits of who comes for it."""

from datetime import time

import pytest

from inventory.models import Item
from recycling.accounts.models import Department
from reservations.domain import windows
from reservations.domain.windows import Window
from reservations.models import Reservation
from tests.factories import NOW, counters, make_member, make_reservation
from tests.giving import make_school

from .inspection import Inspector
from .people import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANTTI = "antti@kierto.example"
GIVE = "button.primary[form=give]"


@pytest.fixture
def antti(person, clock):
    """``antti(width=360)``: somebody who gives things away for a school, signed in, in front of the unit's list."""
    school = make_school()
    Department.objects.update(is_trusted_giver=True)
    giver = make_member("giver", name="Antti Antaja", email=ANTTI)
    kept = [Window(day, time(13), time(15)) for day in (1, 3)]
    windows.keep(school, kept, by_arrangement=False, by=giver, at=NOW)

    def antti_(**options):
        found = person(**options)
        found.go("/fi/accounts/login")
        found.write("email", ANTTI).press("main form[novalidate] button.primary", opens="/login/code$")
        found.write("code", found.code_from_message(ANTTI))
        found.press("main button[value=verify]", opens="/fi/dept$")
        return found.go("/fi/dept/give")

    return antti_


@pytest.mark.parametrize(
    "options", [{"width": PHONE, "reduced_motion": "reduce"}, {"width": PHONE, "javascript": False}]
)
def test_a_lot_is_offered_with_two_photos_and_handed_over_by_code(antti, files, options):
    found = antti(**options)
    look = Inspector(found)
    if "javascript" not in options:
        look.look("nothing yet")
    found.press("main a[href$='/dept/give/new']", opens="/dept/give/new$")
    if "javascript" not in options:
        look.open_everything()
        look.look("a new offer")
        found.go("/fi/dept/give/new")
    found.counted()
    found.give_files("album", files)
    found.choose("category", "office_chair").choose("condition", "good")
    found.write("quantity", "12").write("place", "Luokka 112")
    found.press(GIVE, opens="/dept/give/[A-Z0-9-]{8}$")
    taps, fields = found.counted()
    assert (taps <= 5, fields) == (True, 2), f"{taps} taps, {fields} fields"
    offer = Item.objects.get()
    assert (offer.status, offer.quantity, offer.photos.count(), offer.place) == (
        "published",
        12,
        2,
        "Luokka 112",
    )
    if "javascript" not in options:
        look.open_everything()
        look.look("the offer")
        look.go("the times", "/fi/dept/give/windows")

    Item.objects.update(residents_may_come=True, public_from=NOW)
    reservation = make_reservation({offer: 2})
    found.go("/fi/dept/give")
    if "javascript" not in options:
        look.look("somebody comes")
    found.press("main a[href$='/dept/give/handover']", opens="/dept/give/handover$")
    if "javascript" not in options:
        look.look("the digits")
    found.write("typed", f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}")
    found.press("main button.primary", opens=f"/dept/give/handover/{reservation.code}$")
    if "javascript" not in options:
        look.open_everything()
        look.look("the hand-over")
    found.press("button.primary[form=handover]", opens=f"/dept/give/handover/{reservation.code}$")
    assert (Reservation.objects.get().status, counters(offer)) == ("collected", (10, 0))
    if "javascript" not in options:
        look.look("handed over")
    assert look.wrong == [], look.told()
