"""The reservation's own page for its whole life, and whose link it is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from reservations.domain import booking, handover
from reservations.domain.timetable import VALUE
from reservations.models import Handover, Reservation
from tests.factories import (
    NOW,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
)
from tests.reservations.pages.reserved import handed_over
from tests.reservations.visiting import text_of

pytestmark = pytest.mark.django_db

# -- the page in every state


def test_a_booked_reservation_shows_code_time_place_and_what_comes_next(aino):
    reservation = make_reservation(slot=first_slot(skip=40))
    page = aino.get("manage", reservation.token)
    words = text_of(page)
    code = reservation.pickup_code
    assert page.status_code == 200
    assert words.startswith(f"Booking confirmed Pickup code {code[:3]} {code[3:]}")
    assert "Hello Aino!" in words
    assert "Friday 20 November 2026, 09:00-09:30" in words
    assert "Warehouse 1 Varastokatu 6" in words
    assert "Office chair, black" in words
    assert "About 12 kg in all. 1 person can carry it." in words
    assert "We remind you on Thursday 19 November 2026, 10:00." in words
    markup = page.content.decode()
    for name in ("qr", "calendar", "change", "cancel"):
        assert f'"{aino.address(name, reservation.token)}"' in markup
    assert "https://www.openstreetmap.org/?mlat=60.190000&amp;mlon=24.960000" in markup


def test_without_a_reminder_the_page_promises_none(aino):
    words = text_of(aino.get("manage", make_reservation().token))
    assert "We remind you" not in words
    assert "We take your items from the shelf before you come." in words


def test_the_page_shows_the_first_name_and_no_contact(aino):
    page = aino.get("manage", make_reservation().token).content
    assert b"Aino" in page
    assert b"Asukas" not in page
    assert b"example.org" not in page


def test_a_picked_reservation_is_ready(aino):
    reservation = make_reservation()
    handover.pick(reservation.lines.get(), by=make_worker(), at=NOW)
    words = text_of(aino.get("manage", reservation.token))
    assert words.startswith("Ready for pickup Pickup code")


def test_a_missed_reservation_says_until_when_it_is_kept_and_takes_a_new_time(aino, clock):
    reservation = make_reservation()
    clock.move_to(reservation.slot.ends_at + timedelta(hours=1))
    booking.mark_missed(reservation, at=reservation.slot.ends_at + timedelta(hours=1))
    words = text_of(aino.get("manage", reservation.token))
    assert words.startswith("You did not collect this")
    assert "We keep it for you until Thursday 19 November 2026." in words
    assert aino.get("calendar", reservation.token).status_code == 200
    new = first_slot(at=later(hours=8))
    answer = aino.post("change", reservation.token, slot=new.starts_at.strftime(VALUE))
    assert answer["Location"] == aino.address("manage", reservation.token)
    reservation.refresh_from_db()
    assert (reservation.status, reservation.slot) == ("booked", new)


def test_after_the_hand_over_the_page_is_the_receipt(aino):
    chair = make_item(quantity=2, weight_kg=Decimal("12.5"))
    reservation = make_reservation({chair: 2})
    handed_over(reservation)
    page = aino.get("manage", reservation.token)
    words = text_of(page)
    sums = handover.totals(Handover.objects.get())
    assert words.startswith("Thank you for collecting")
    assert "When Monday 16 November 2026, 09:00" in words
    assert "Office chair, black, 2 pieces" in words
    assert "You kept 25 kg of furniture in use." in words
    assert f"{sums['co2e_low']:.0f}-{sums['co2e_high']:.0f} kg of carbon dioxide" in words
    assert '/en/impact"' in page.content.decode()
    assert reservation.pickup_code not in page.content.decode()
    assert "Change time" not in words


def test_the_receipt_says_what_stayed_and_why_and_that_a_weight_is_estimated(aino):
    desk, chair = make_item(quantity=1), make_item(quantity=2)
    reservation = make_reservation({desk: 1, chair: 2})
    handed_over(reservation, given={desk: 0, chair: 1}, why_not="broken")
    words = text_of(aino.get("manage", reservation.token))
    assert (
        "Not handed over Office chair, black, 1 piece: it is broken Office chair, black, 1 piece: it is broken"
        in words
    )
    assert "You kept about 12 kg of furniture in use." in words


def test_what_is_kept_for_later_takes_a_time_of_its_own(aino):
    chairs = make_item(quantity=3)
    reservation = make_reservation({chairs: 3})
    handed_over(reservation, given={chairs: 1}, why_not="later")
    rest = Reservation.objects.get(status="held")
    page = aino.get("manage", rest.token)
    assert text_of(page).startswith(
        "The rest is kept for you Held We keep it for you until Thursday 19 November 2026."
    )
    assert "Choose a time" in text_of(aino.get("change", rest.token))
    answer = aino.post("change", rest.token, slot=first_slot(skip=2).starts_at.strftime(VALUE))
    assert answer.status_code == 302
    rest.refresh_from_db()
    assert (rest.status, rest.slot, counters(chairs)) == ("booked", first_slot(skip=2), (2, 2))
    assert "The time is booked." in text_of(aino.get("manage", rest.token))


def test_a_cancelled_and_an_expired_reservation_say_so(aino, clock):
    cancelled, missed = make_reservation(), make_reservation(contact="bea@example.org")
    booking.cancel(cancelled, at=NOW)
    assert text_of(aino.get("manage", cancelled.token)).startswith("This booking was cancelled Cancelled")
    at = missed.slot.ends_at
    booking.mark_missed(missed, at=at)
    booking.expire(missed, at=later(days=9))
    assert text_of(aino.get("manage", missed.token)).startswith("This booking has ended Expired")


def test_a_forgotten_person_has_a_page_without_a_name(aino):
    reservation = make_reservation()
    handed_over(reservation)
    Reservation.objects.update(contact_name="", contact="", contact_channel="", device="", forgotten_at=NOW)
    assert aino.get("manage", reservation.token).status_code == 200


# -- whose link it is


def test_a_booking_that_is_not_finished_has_no_page_even_with_its_token(aino):
    held = hold({make_item(): 1})[0]
    assert [aino.get(name, held.token).status_code for name in LINK_PAGES] == [404] * 6
    booking.cancel(held, at=NOW)
    assert aino.get("manage", held.token).status_code == 404


LINK_PAGES = ["manage", "change", "cancel", "messages", "calendar", "qr"]


JUNK = ["2" * 10, "2" * 16, "x", "K7Q-4M2P", "%00", "a%20b", "..", "🪑", "2" * 5000, "'--", "0000000000"]


@pytest.mark.parametrize("token", JUNK)
def test_a_junk_link_is_not_found(aino, token):
    make_reservation()
    for ending in ("", "/change", "/cancel", "/messages", "/calendar.ics", "/qr.svg"):
        assert aino.client.get(f"/en/r/{token}{ending}").status_code == 404
    assert aino.client.get(f"/r/{token}", follow=True).status_code == 404


def test_the_link_works_whatever_the_case(aino):
    reservation = make_reservation()
    assert aino.client.get(f"/en/r/{reservation.token.lower()}").status_code == 200


def test_the_short_link_leads_to_the_page_in_the_reservations_own_language():
    for language in ("fi", "sv", "en"):
        reservation = make_reservation(language=language, contact=f"{language}@example.org")
        answer = Client(headers={"accept-language": "de"}).get(f"/r/{reservation.token}")
        assert (answer.status_code, answer["Location"]) == (302, f"/{language}/r/{reservation.token}")


def test_the_short_link_leads_a_worker_of_the_site_to_the_hand_over(aino):
    reservation = make_reservation()
    aino.client.force_login(make_worker(language="sv"))
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/sv/wh/handover/{reservation.code}"
    assert aino.get("manage", reservation.token).status_code == 200
    booking.cancel(reservation, at=NOW)
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/fi/r/{reservation.token}"


def test_a_worker_of_another_site_is_like_everybody_else(aino):
    reservation = make_reservation()
    aino.client.force_login(make_worker(site=make_site("second")))
    assert aino.client.get(f"/r/{reservation.token}")["Location"] == f"/fi/r/{reservation.token}"


def test_looking_changes_nothing_head_works_and_nothing_is_stored_by_a_cache(aino):
    reservation = make_reservation()
    before = list(Reservation.objects.values())
    for name in LINK_PAGES:
        answer = aino.client.head(aino.address(name, reservation.token))
        assert (name, answer.status_code, answer.content) == (name, 200, b"")
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert list(Reservation.objects.values()) == before
    assert aino.post("manage", reservation.token).status_code == 405
