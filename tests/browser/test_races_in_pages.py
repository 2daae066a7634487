"""Two people, one thing: whoever comes second gets a kind sentence and a way on, and loses nothing that was typed."""

import pytest
from django.utils import timezone

from reservations.models import OpeningHours, PickupSlot, Reservation, ReservationStatus
from tests.factories import booked, counters, first_slot, later, make_item, make_reservation

from .test_resident import AINO, BOOK, CONFIRM, CONTINUE, FIRST_TIME, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = "#error-summary p, #error-summary li"


def held():
    return Reservation.objects.filter(status=ReservationStatus.HELD).count()


def test_two_browsers_after_one_chair(person):
    """Both see it free; one gets it. The other is told kindly, sees when it may be free again, and goes on to something else."""
    chair, sofa = make_item(), make_item(category="sofa")
    aino, bea = person(), person(language="sv")
    for somebody in (aino, bea):
        somebody.go(f"/{somebody.language}/items/{chair.shown_code}")
    aino.press(BOOK, opens="/time$")
    bea.press(BOOK, opens="/book$")
    assert len(bea.text(SAID)) > 10
    assert (counters(chair), held()) == ((1, 1), 1)

    # The item's page offers no button any more, and says why.
    bea.press(f"main .actions a[href$='/items/{chair.shown_code}']", opens=chair.shown_code)
    assert (bea.sees(BOOK), bea.sees(".item .notice")) == (False, True)
    bea.go("/sv/items").press(f"article.card a[href*='{sofa.shown_code}']", opens=sofa.shown_code)
    book(bea, name="Bea", contact="bea@example.org")

    # Aino lets it go: it is free again, for whoever still has the old page.
    aino.press("main form[action$='/release'] button", opens=chair.shown_code)
    assert (counters(chair), aino.sees(BOOK)) == ((1, 0), True)


def test_part_of_a_lot_is_left(person):
    """Bea wanted 3 of 4 and 2 are left: the number is said, and what she wants instead is asked."""
    chairs = make_item(quantity=4)
    bea = person(language="en")
    bea.go(f"/en/items/{chairs.shown_code}").write_into("form[action$='/book'] [name=pieces]", "3")
    make_reservation({chairs: 2}, at=timezone.now())
    bea.press(BOOK, opens="/book$")
    assert "2" in bea.text(SAID)
    assert bea.one(f"[name='pieces-{chairs.code}']").input_value() == "3"
    bea.write(f"'pieces-{chairs.code}'", "2").press(CONTINUE, opens="/time$")
    assert counters(chairs) == (4, 4)


def test_the_time_is_taken_while_somebody_reads_the_page(person, warehouse):
    """The same page again, with the sentence above it; the hold is untouched and the next time is one press away."""
    OpeningHours.objects.update(capacity=1)
    PickupSlot.objects.update(capacity=1)
    chair = make_item()
    bea = person()
    bea.go(chair.get_absolute_url()).press(BOOK, opens="/time$")
    wanted = first_slot(at=timezone.now())
    make_reservation(at=timezone.now(), slot=wanted)
    bea.press(FIRST_TIME, opens="/time$")
    assert len(bea.text(SAID)) > 10
    assert (booked(wanted), counters(chair), held()) == (1, (1, 1), 1)
    bea.press(FIRST_TIME, opens="/contact$")
    assert Reservation.objects.get(status=ReservationStatus.HELD).slot.starts_at > wanted.starts_at


def test_the_hold_is_made_longer_during_the_contact_step_and_then_ends(person, clock):
    """More time keeps what was typed. When the time is over all the same, one press starts again with the same thing."""
    chair = make_item()
    aino = person(language="en")
    aino.go(f"/en/items/{chair.shown_code}").press(BOOK, opens="/time$").press(FIRST_TIME, opens="/contact$")
    clock.move_to(later(timezone.now(), minutes=15))
    aino.write("name", "Aino").write("contact", AINO).press("[name=more_time]", opens="/contact$")
    assert [aino.one(f"[name={name}]").input_value() for name in ("name", "contact")] == ["Aino", AINO]
    clock.move_to(later(timezone.now(), minutes=15))  # half an hour after the first press
    aino.press(CONTINUE, opens="/code$")

    clock.move_to(later(timezone.now(), minutes=21))
    aino.write("code", "123 456").press(CONTINUE, opens="/code$")
    assert not aino.sees("[name=code]")
    # The job that sweeps up has not come by: the chair can be had all the same.
    aino.press("main form[action$='/book'] button.primary", opens="/time$")
    assert (counters(chair), held()) == ((1, 1), 1)
    assert aino.page.locator(".hold-bar").count() == 1


def test_the_code_is_typed_wrong_five_times_and_a_new_one_is_sent(person, clock):
    chair = make_item()
    aino = person()
    aino.go(chair.get_absolute_url()).press(BOOK, opens="/time$").press(FIRST_TIME, opens="/contact$")
    aino.write("name", "Aino").write("contact", AINO).press(CONTINUE, opens="/code$")
    first = aino.code_from_message(AINO).replace(" ", "")
    wrong = f"{(int(first) + 1) % 1_000_000:06}"
    for _try in range(5):
        aino.write("code", wrong).press(CONTINUE, opens="/code$")
        assert aino.sees("#error-summary")
    aino.write("code", first).press(CONTINUE, opens="/code$")  # the right one is worth nothing any more
    assert aino.sees("#error-summary")
    clock.move_to(later(timezone.now(), seconds=31))
    aino.press("form[action$='/resend'] button", opens="/code$")
    aino.write("code", aino.code_from_message(AINO)).press(CONTINUE, opens="/check$")
    aino.press(CONFIRM, opens="/r/[^/]+$")
    assert counters(chair) == (1, 1)


def test_two_windows_of_one_browser_confirm_once(person):
    """The same booking open twice: the second press leads to the reservation that is there already."""
    chair = make_item()
    aino = person()
    aino.go(chair.get_absolute_url()).press(BOOK, opens="/time$").press(FIRST_TIME, opens="/contact$")
    aino.write("name", "Aino").write("contact", AINO).press(CONTINUE, opens="/code$")
    aino.write("code", aino.code_from_message(AINO)).press(CONTINUE, opens="/check$")
    with aino.page.context.new_page() as twin:
        twin.goto(aino.page.url)
        aino.press(CONFIRM, opens="/r/[^/]+$")
        twin.locator(CONFIRM).click()
        twin.wait_for_url("**/r/*")
        assert twin.url == aino.page.url
    assert (Reservation.objects.count(), counters(chair)) == (1, (1, 1))
