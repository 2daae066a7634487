"""The question of the day before on a phone, by one tap each; and how evenly things were shared, as a manager sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reservations.domain import booking, handover
from reservations.models import Reservation
from tests.factories import first_slot, make_item, make_reservation, make_user, make_worker

from .inspection import Inspector
from .people import PHONE, STRICT_LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MERI = "meri@kierto.example"


@pytest.fixture
def asked(photographed, clock):
    """Two reservations for Friday morning; it is Thursday, after the reminder's hour."""
    chairs, at = photographed(1, quantity=2), timezone.now()
    slot = first_slot(skip=40)

    def asked_(language):
        made = [
            make_reservation(
                {chairs: 1}, at=at, slot=slot, language=language, contact=f"p{number}@example.org"
            )
            for number in range(2)
        ]
        clock.move_to(slot.starts_at - timedelta(hours=22))
        return made

    return asked_


def status(reservation):
    return Reservation.objects.values_list("status", flat=True).get(pk=reservation.pk)


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_yes_and_no_are_one_tap_each(person, asked, language):
    coming, leaving = asked(language)
    aino = person(language=language, width=PHONE, reduced_motion="reduce")
    look = Inspector(aino)
    look.go("asked on the booking's page", f"/{language}/r/{coming.token}")
    aino.go(f"/r/{coming.token}/q")
    look.look("still coming?")
    aino.counted()
    aino.press("main .button.primary", opens=f"/r/{coming.token}$")
    look.look("said yes")
    look.go("said yes before", f"/{language}/r/{coming.token}/coming")
    aino.go(f"/r/{leaving.token}/q").press("main .button.danger", opens=f"/r/{leaving.token}$")
    assert aino.counted() == (2, 0)
    assert (status(coming), status(leaving)) == ("booked", "cancelled")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_a_pause_is_read_where_it_was_earned_and_where_it_would_bite(person, asked, language, clock):
    first, second = asked(language)
    Reservation.objects.filter(pk=second.pk).update(person=first.person)
    clock.move_to(first.slot.ends_at + timedelta(hours=1))
    for one in (first, second):
        booking.mark_missed(one, at=timezone.now())
    aino = person(language=language, width=PHONE, reduced_motion="reduce")
    look = Inspector(aino)
    look.go("paused", f"/{language}/r/{second.token}")
    assert look.wrong == [], look.told()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_a_manager_reads_how_evenly_things_were_shared(person, warehouse, language):
    at, sari = timezone.now(), make_worker(name="Sari Sorsa")
    for number in range(9):
        pieces = 1 + number % 2
        slot = first_slot(at=at, skip=number // 3)
        made = make_reservation(
            {make_item(quantity=pieces): pieces}, at=at, slot=slot, contact=f"p{number}@example.org"
        )
        handover.hand_over(made, given={made.lines.get().pk: pieces}, why_not={}, by=sari, at=at)
    make_user(name="Meri Mäki", email=MERI, is_manager=True, language=language)
    meri = person(language=language, reduced_motion="reduce")
    meri.go(f"/{language}/accounts/login")
    meri.write("email", MERI).press("main form[novalidate] button.primary", opens="/login/code$")
    meri.write("code", meri.code_from_message(MERI)).press(
        "main button[value=verify]", opens="/manage/units$"
    )
    look = Inspector(meri)
    look.go("shared evenly", f"/{language}/manage/fairness")
    look.go("too few", f"/{language}/manage/fairness?period=2020")
    assert look.wrong == [], look.told()
