"""Somebody with a phone at a place where nobody is: the button, the paper's digits, what is not usable; and the giver's paper."""

import pytest
from django.utils import timezone

from inventory.models import Item, NotUsable
from recycling.accounts.models import Department
from recycling.notifications.domain import sending
from reservations.domain import site_code
from reservations.models import Reservation
from tests.factories import NOW, counters, later, make_member, make_reservation
from tests.giving import give_weekly, make_offer, make_school, nobody_hands_over

from .inspection import Inspector
from .people import PHONE, STRICT_LANGUAGES
from .test_giving import ANTTI

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TIME = later(days=1, hours=4)
HERE = "main .panel a[href$='/here']"
TAKE = "main form .button.primary"


@pytest.fixture
def chairs(warehouse):
    school = make_school(access_fi="Ovi on auki koulupäivinä.")
    Department.objects.update(is_trusted_giver=True)
    antti = make_member("giver", name="Antti Antaja", email=ANTTI)
    give_weekly(school, antti)
    nobody_hands_over(antti)
    found = make_offer(antti, quantity=12, residents_may_come=True, place="Luokka 112")
    Item.objects.update(public_from=NOW)
    return found


@pytest.mark.parametrize("options", [{"width": PHONE}, {"width": PHONE, "javascript": False}])
def test_four_digits_and_two_taps_take_everything(person, chairs, clock, options):
    reservation = make_reservation({chairs: 2})
    aino = person(**options).go(f"/fi/r/{reservation.token}")
    assert not aino.sees(HERE)
    clock.move_to(TIME)
    aino.go(f"/fi/r/{reservation.token}").counted()
    aino.press(HERE, opens="/here$")
    digits = site_code.digits(chairs.site)
    wrong = f"{(int(digits) + 1) % 10_000:04d}"
    aino.write("typed", wrong).press(TAKE, opens="/here$")
    assert aino.sees("#error-summary")
    aino.write("typed", digits).press(TAKE, opens=f"/r/{reservation.token}$")
    assert (aino.counted(), counters(chairs)) == ((3, 2), (10, 0))
    assert Reservation.objects.get().status == "collected"


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_not_usable_is_photographed_and_stays(person, chairs, clock, files, javascript):
    reservation = make_reservation({chairs: 2})
    line = reservation.lines.get()
    clock.move_to(TIME)
    aino = person(width=PHONE, javascript=javascript).go(f"/fi/r/{reservation.token}/here")
    aino.press("main summary").choose(f"why-{line.pk}", "broken").write(f"given-{line.pk}", "1")
    aino.write(f"wrong-{line.pk}", "Jalka on irti").give_files(f"photo-{line.pk}", files[:1])
    aino.write("typed", site_code.digits(chairs.site)).press(TAKE, opens=f"/r/{reservation.token}$")
    row = NotUsable.objects.get()
    assert (row.words, row.aside.pieces, counters(chairs)) == ("Jalka on irti", 1, (11, 1))


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_are_for_everybody(person, chairs, clock, files, language):
    """Axe, 320 px, by night: the taker's pages, and the giver's."""
    reservation = make_reservation({chairs: 2}, language=language)
    line = reservation.lines.get()
    calm = {"language": language, "reduced_motion": "reduce"}
    aino = person(**calm)
    look = Inspector(aino)
    look.go("too early", f"/{language}/r/{reservation.token}")
    clock.move_to(TIME)
    look.go("now", f"/{language}/r/{reservation.token}")
    aino.press(HERE, opens="/here$")
    look.open_everything()
    look.look("I am here")
    aino.choose(f"why-{line.pk}", "broken").press(TAKE, opens="/here$")
    look.look("something lacks")
    aino.write(f"given-{line.pk}", "1").write(f"wrong-{line.pk}", "Jalka on irti")
    aino.give_files(f"photo-{line.pk}", files[:1]).write("typed", site_code.digits(chairs.site))
    aino.press(TAKE, opens=f"/r/{reservation.token}$")
    look.look("collected")

    sending.send_due(at=timezone.now())  # so that the newest message to Antti is the code
    antti = person(**calm).go(f"/{language}/accounts/login")
    antti.write("email", ANTTI).press("main form[novalidate] button.primary", opens="/login/code$")
    antti.write("code", antti.code_from_message(ANTTI))
    antti.press("main button[value=verify]", opens="/dept$")
    looks = Inspector(antti)
    looks.go("the list", f"/{language}/dept/give")
    antti.press("main section[aria-labelledby=not-usable] a", opens="/dept/give/not-usable/[A-Z0-9]+$")
    looks.look("not usable")
    looks.go("nobody there", f"/{language}/dept/give/code")
    looks.open_everything()
    looks.look("new digits")
    looks.go("the paper", f"/{language}/dept/give/code/paper")
    assert [look.wrong, looks.wrong] == [[], []], look.told() + looks.told()
