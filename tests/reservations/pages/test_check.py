"""The last look before a booking is confirmed, and confirming it."""

import pytest

from recycling.accounts.models import ContactCode, Device, User
from tests.factories import (
    NOW,
    counters,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    open_site,
)
from tests.reservations.visiting import STEPS, Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db


def test_the_check_page_lists_everything_with_a_way_to_change_it(aino, chair):
    answer = aino.get_to_check(chair, first_slot())
    words = text_of(answer)
    assert "Monday 16 November 2026, 13:00-13:30" in words
    assert "Office chair, black" in words
    assert "a…@example.org" in words
    assert "aino@example.org" not in words
    page = answer.content.decode()
    assert f'href="/en/book/{aino.bundle}/time?site=warehouse"' in page
    assert page.count(f'href="/en/book/{aino.bundle}/contact"') == 3


def test_confirming_leads_to_the_reservations_own_page(aino, chair):
    aino.get_to_check(chair, first_slot())
    answer = aino.confirm()
    reservation = aino.reservation()
    assert (answer.status_code, answer["Location"]) == (302, f"/en/r/{reservation.token}")
    assert (reservation.status, reservation.person.email) == ("booked", "aino@example.org")
    page = text_of(aino.client.get(answer["Location"]))
    assert f"Pickup code {reservation.pickup_code[:3]} {reservation.pickup_code[3:]}" in page


def test_confirming_twice_and_going_back_lead_to_the_same_page(aino, chair):
    aino.get_to_check(chair, first_slot())
    first, second = aino.confirm(), aino.confirm()
    assert first["Location"] == second["Location"]
    assert [aino.get(step)["Location"] for step in STEPS] == [first["Location"]] * 5
    assert counters(chair) == (3, 1)


def test_confirming_too_early_is_said_on_the_check_page(aino, chair):
    aino.hold(chair)
    answer = aino.confirm()
    assert (answer.status_code, refusal_in(answer)) == (409, "Choose a pickup time first.")
    aino.choose(first_slot())
    assert (
        refusal_in(aino.confirm())
        == "Tell us who collects, and prove your contact with the code that we send."
    )


def test_the_limit_of_pieces_is_said_on_the_check_page_and_nothing_is_lost(aino):
    make_reservation({make_item(quantity=9): 4})
    chairs = make_item(quantity=9)
    aino.hold(chairs, pieces=2)
    aino.choose(first_slot(skip=4))
    aino.say_who()
    aino.type_code()
    answer = aino.confirm()
    assert answer.status_code == 409
    assert refusal_in(answer) == (
        "You can reserve at most 5 pieces in 30 days. You have 4. The next is possible on Thu 17 Dec."
    )
    assert (aino.reservation().status, counters(chairs)) == ("held", (9, 2))


def test_a_paused_person_gets_the_phone_number(aino, chair):
    User.objects.create_user(
        "aino@example.org", name="Aino", booking_paused_until=later(days=3), email_verified_at=NOW
    )
    aino.get_to_check(chair, first_slot())
    answer = aino.confirm()
    assert answer.status_code == 409
    assert "Booking online is paused until Thu 19 Nov" in refusal_in(answer)
    assert "02 000 0000" in refusal_in(answer)


def test_a_device_that_was_used_before_goes_from_the_time_to_the_check(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    aino.hold(chair, client_key="second")
    answer = aino.choose(first_slot(skip=4))
    assert answer["Location"] == f"/en/book/{aino.bundle}/check"
    assert "a…@example.org" in text_of(aino.get("check"))
    assert aino.confirm()["Location"] == f"/en/r/{aino.reservation().token}"
    assert ContactCode.objects.count() == 1


def test_what_the_device_remembers_is_never_shown_in_full(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    aino.hold(chair, client_key="second")
    aino.choose(first_slot(skip=4))
    page = aino.get("contact")
    assert "This device remembers: Aino, a…@example.org" in text_of(page)
    assert b"aino@example.org" not in page.content
    assert b"Asukas" not in page.content


def test_a_device_can_be_made_to_forget(aino, chair):
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    answer = aino.post("forget")
    assert answer.cookies["kierto_device"].value == ""
    assert not Device.objects.exists()
    aino.hold(chair, client_key="second")
    assert aino.choose(first_slot(skip=4))["Location"] == f"/en/book/{aino.bundle}/contact"


def test_the_next_person_at_a_device_that_forgot_is_somebody_else(aino, chair):
    aino.client.cookies["csrftoken"] = "c" * 32
    aino.get_to_check(chair, first_slot())
    aino.confirm()
    mine = aino.reservation()
    aino.post("forget")
    aino.hold(chair, client_key="second")
    assert aino.reservation().device != mine.device
    assert mine.token not in aino.get("find").content.decode()


def test_two_sites_are_confirmed_together_and_each_page_names_the_other_only_here(aino, chair):
    other = open_site(make_site("second", name_en="Warehouse 2"))
    aino.hold_list({chair: 1, make_item(site=other): 1})
    aino.choose(first_slot())
    aino.choose(first_slot(other))
    aino.say_who()
    aino.type_code()
    page = aino.client.get(aino.confirm()["Location"])
    first, second = aino.reservations()
    assert [first.status, second.status] == ["booked", "booked"]
    assert f"/en/r/{second.token}" in page.content.decode()
    elsewhere = Resident().get("manage", first.token).content.decode()
    assert second.token not in elsewhere


def test_no_page_of_a_booking_has_personal_data_in_its_address(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    answers = [aino.say_who(), aino.type_code(), aino.confirm()]
    for answer in answers:
        assert "aino" not in answer["Location"].lower()
        assert "example" not in answer["Location"]


def test_the_pages_work_in_finnish_and_swedish_addresses(chair):
    for language in ("fi", "sv"):
        resident = Resident(language)
        resident.hold(chair)
        resident.choose(first_slot())
        resident.say_who(contact=f"{language}@example.org")
        resident.type_code()
        assert resident.get("check").status_code == 200
        assert resident.reservation().language == language
        resident.post("release")
