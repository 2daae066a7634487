"""From the item's button to the confirmed booking, page by page."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import standing
from inventory.models import Item
from recycling.accounts.domain import contacts
from recycling.accounts.models import ContactCode, Device, User
from recycling.policy.models import Policy
from reservations.models import ClosedDay, PickupSlot, Reservation
from reservations.views.times import VALUE
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

from .visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

# Reservations with site and slot, lines, photos; policy, closed days, hours and policy again for the earliest time,
# the slots, the closed days of the days shown.
TIME_PAGE = 9
CHECK_PAGE = 3
# The items; then what the hold itself sends.
HOLDING = 7
IN_PROGRESS = 3


@pytest.fixture(autouse=True)
def clock():
    """It is NOW, until a test moves on."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def warehouse():
    return open_site(make_site(is_step_free=True, postal_code="00580"))


@pytest.fixture
def aino():
    return Resident()


@pytest.fixture
def chair():
    return make_item(quantity=3)


# -- holding


def test_pressing_book_holds_the_pieces_for_this_browser_and_leads_to_the_times(aino, chair):
    answer = aino.hold(chair, pieces=2)
    reservation = aino.reservation()
    assert (answer.status_code, answer["Location"]) == (302, f"/en/book/{aino.bundle}/time")
    assert counters(chair) == (3, 2)
    assert (reservation.status, reservation.held_until) == ("held", later(minutes=20))
    assert answer.cookies["kierto_device"]["httponly"]


def test_the_cookie_comes_with_the_first_hold_and_never_by_looking(aino, chair):
    assert "kierto_device" not in aino.get("places").cookies
    assert "kierto_device" not in aino.get("hold").cookies
    aino.hold(chair)
    assert "kierto_device" not in aino.hold(chair, client_key="second").cookies


def test_two_taps_are_one_hold(aino, chair):
    first, second = aino.hold(chair), aino.hold(chair)
    assert first["Location"] == second["Location"]
    assert counters(chair) == (3, 1)


def test_two_taps_of_a_newcomer_are_one_hold_though_neither_has_the_device_cookie_yet(chair):
    """The second request leaves before the answer to the first has come: both carry the CSRF cookie only."""
    aino = Resident()
    aino.client.cookies["csrftoken"] = "c" * 32
    first = aino.hold(chair)
    del aino.client.cookies["kierto_device"]
    second = aino.hold(chair)
    assert first["Location"] == second["Location"]
    assert first.cookies["kierto_device"].value == second.cookies["kierto_device"].value
    assert counters(chair) == (3, 1)


def test_the_same_form_key_in_another_browser_is_another_hold(aino, chair):
    bea = Resident()
    aino.hold(chair)
    bea.hold(chair)
    assert aino.bundle != bea.bundle
    assert counters(chair) == (3, 2)


def test_the_second_after_the_last_piece_hears_so_kindly_and_gets_a_way_on(aino):
    chair = make_item()
    aino.hold(chair)
    answer = Resident().hold(chair)
    assert (answer.status_code, refusal_in(answer)) == (409, "The item has just gone.")
    assert chair.get_absolute_url().replace("/fi/", "/en/") in answer.content.decode()
    assert "Try again" not in text_of(answer)
    assert counters(chair) == (1, 1)


def test_when_fewer_are_left_the_number_can_be_changed_on_the_same_page(aino, chair):
    Resident().hold(chair, pieces=2)
    answer = aino.hold(chair, pieces=3)
    assert (answer.status_code, refusal_in(answer)) == (409, "Only 1 left. Choose a smaller number.")
    assert f'name="pieces-{chair.code}" value="3"' in answer.content.decode()
    again = aino.post("hold", wish=chair.code, client_key="new", **{f"pieces-{chair.code}": "1"})
    assert again.status_code == 302
    assert counters(chair) == (3, 3)


@pytest.mark.parametrize("typed", ["0", "-1", "", "abc", "1.5", "1000000000", "9" * 5000, "٣", "1\x00"])
def test_a_number_of_pieces_that_is_none_is_refused_and_kept_as_it_was_typed(aino, chair, typed):
    answer = aino.hold(chair, pieces=typed)
    assert (answer.status_code, refusal_in(answer)) == (422, "Write how many pieces you want, from 1 up.")
    assert counters(chair) == (3, 0)
    assert not Reservation.objects.exists()


def test_more_pieces_than_a_resident_may_have_are_refused_with_the_limit(aino):
    chairs = make_item(quantity=40)
    answer = aino.hold(chairs, pieces=6)
    assert answer.status_code == 409
    assert refusal_in(answer) == "You can reserve at most 5 pieces in 30 days."
    assert counters(chairs) == (40, 0)


@pytest.mark.parametrize("code", ["", "K7Q-4M2P", "no such thing", "🪑", "٠١٢", "A" * 300, "\x00", "'; --"])
def test_a_code_that_is_nobodys_is_not_found(aino, code):
    assert aino.post("hold", code=code, client_key="k").status_code == 404


def test_an_item_that_is_not_public_is_not_found_by_its_code(aino):
    draft = make_item(publish=False)
    tomorrow = make_item()
    Item.objects.filter(pk=tomorrow.pk).update(public_from=later(days=1))
    assert aino.hold(draft).status_code == 404
    assert aino.hold(tomorrow).status_code == 404


def test_an_item_for_units_only_says_so_to_a_resident_and_is_held_for_a_worker(aino):
    desk = make_item(condition="fix")
    answer = aino.hold(desk)
    assert (answer.status_code, refusal_in(answer)) == (409, "This item is for the city's units only.")
    assert "Try again" not in text_of(answer)
    worker = Resident()
    worker.client.force_login(make_worker())
    assert worker.hold(desk).status_code == 302


def test_nothing_chosen_is_a_sentence(aino):
    answer = aino.post("hold", client_key="k")
    assert (answer.status_code, refusal_in(answer)) == (422, "Choose at least one item.")


def test_a_fourth_booking_at_once_leads_to_the_three_that_are_open(aino):
    for number in range(3):
        aino.hold(make_item(), client_key=str(number))
    answer = aino.hold(make_item(), client_key="fourth")
    assert answer.status_code == 409
    assert refusal_in(answer) == (
        "You are already booking 3 times at once. Finish or cancel one of them first."
    )
    assert 'href="/en/book"' in answer.content.decode()
    assert aino.get("hold").content.decode().count("Go on</a>") == 3


def test_saved_items_at_two_sites_are_held_together_one_reservation_each(aino, chair):
    other = open_site(make_site("second", name_en="Warehouse 2"))
    desk = make_item(site=other)
    aino.hold_list({chair: 2, desk: 1})
    assert [(one.site.code, one.status) for one in aino.reservations()] == [
        ("warehouse", "held"), ("second", "held"),
    ]  # fmt: skip
    assert (counters(chair), counters(desk)) == ((3, 2), (1, 1))


def test_a_list_of_which_one_is_gone_holds_nothing_and_offers_the_rest(aino, chair):
    gone = make_item()
    Resident().hold(gone)
    answer = aino.hold_list({chair: 1, gone: 1})
    assert answer.status_code == 409
    assert "The item has just gone." in text_of(answer)
    assert f'name="wish" value="{chair.code}"' in answer.content.decode()
    assert f'name="wish" value="{gone.code}"' not in answer.content.decode()
    assert counters(chair) == (3, 0)


def test_unknown_codes_in_a_list_are_left_out(aino, chair):
    answer = aino.post("hold", wish=[f"{chair.code}=1", "junk=1", "K7Q4M2P=x"], client_key="k")
    assert answer.status_code == 302
    assert counters(chair) == (3, 1)


def test_what_is_being_booked_is_a_list_of_this_browsers_own(aino, chair):
    Resident().hold(chair)
    assert "You are not booking anything right now." in text_of(aino.get("hold"))
    aino.hold(chair)
    page = aino.get("hold")
    assert "Held for you until 09:20" in text_of(page)
    assert aino.get("resume")["Location"] == f"/en/book/{aino.bundle}/time"


# -- whose it is, and when it is over


STEPS = ["resume", "time", "contact", "code", "check"]
VERBS = ["resend", "confirm", "extend", "release"]


def test_another_browser_finds_nothing_there(aino, chair):
    aino.get_to_check(chair, first_slot())
    bea = Resident()
    bea.hold(make_item())
    bea.bundle = aino.bundle
    assert [bea.get(step).status_code for step in STEPS] == [404] * 5
    assert [bea.post(verb).status_code for verb in VERBS] == [404] * 4
    assert aino.reservation().status == "held"


@pytest.mark.parametrize("bundle", ["2" * 16, "2" * 10, "x", "a b", "%00", "..", "0" * 16, "2" * 5000, "🪑"])
def test_a_junk_address_is_not_found(aino, bundle):
    assert aino.client.get(f"/en/book/{bundle}/time").status_code == 404


def test_an_ended_hold_says_so_on_every_page_and_can_be_started_again(aino, chair, clock):
    aino.get_to_check(chair, first_slot())
    clock.shift(timedelta(minutes=20))
    pages = [aino.get(step) for step in STEPS] + [aino.post(verb) for verb in VERBS]
    assert [page.status_code for page in pages] == [410] * 9
    assert "The time to finish this booking has ended." in text_of(pages[0])
    assert f'name="wish" value="{chair.code}=1"' in pages[0].content.decode()
    assert aino.choose(first_slot(skip=2)).status_code == 410
    assert aino.say_who().status_code == 410
    again = aino.post("hold", wish=f"{chair.code}=1", client_key="again")
    assert again.status_code == 302


def test_letting_go_frees_pieces_and_place_at_once_and_leads_back_to_the_item(aino, chair):
    slot = first_slot()
    aino.get_to_check(chair, slot)
    answer = aino.post("release")
    assert answer["Location"] == chair.get_absolute_url().replace("/fi/", "/en/")
    assert (counters(chair), booked(slot), aino.reservation().status) == ((3, 0), 0, "cancelled")
    over = aino.get("time")
    assert (over.status_code, "You let this go" in text_of(over)) == (410, True)


def test_more_time_gives_the_full_time_again_and_stays_on_the_page(aino, chair, clock):
    aino.hold(chair)
    clock.shift(timedelta(minutes=15))
    answer = aino.post("extend", query="?step=time")
    assert answer["Location"] == f"/en/book/{aino.bundle}/time"
    assert aino.reservation().held_until == later(minutes=35)
    assert "Held for you until 09:35" in text_of(aino.get("time"))


def test_after_ten_times_more_time_is_refused_on_the_page_that_asked(aino, chair, clock):
    aino.hold(chair)
    Reservation.objects.update(extensions=10)
    clock.shift(timedelta(minutes=1))
    answer = aino.post("extend", query="?step=time")
    assert answer.status_code == 409
    assert refusal_in(answer) == ("The time cannot be extended any more. Finish the booking, or start again.")
    assert "When will you collect?" in text_of(answer)


def test_the_load_of_many_light_pieces_is_not_called_one_persons(aino):
    chairs = make_item(category="school_chair", quantity=5, weight_kg=6)
    aino.hold(chairs, pieces=5)
    page = text_of(aino.get("time"))
    assert "About 30 kg in all." in page
    assert "carry it" not in page


def test_things_at_two_sites_are_two_loads_and_the_other_pickup_is_told_before_the_details(aino, warehouse):
    north = open_site(make_site("north"))
    here, there = make_item(weight_kg=10), make_item(site=north, weight_kg=20)
    aino.hold_list({here: 1, there: 1})
    for site in (warehouse, north):
        aino.choose(first_slot(site), query=f"?site={site.code}")
    aino.say_who()
    aino.type_code()
    page = text_of(aino.get("check"))
    assert ("About 10 kg in all." in page, "About 20 kg in all." in page) == (True, True)
    assert "About 30 kg" not in page
    booked_page = text_of(aino.client.get(aino.confirm()["Location"]))
    assert booked_page.index("You booked these too") < booked_page.index("Pickup time")


def test_whoever_is_signed_in_is_not_asked_again_who_they_are(aino):
    risto = make_member(email="risto@kierto.example", name="Risto Rinne")
    chairs = make_item(quantity=40)
    aino.client.force_login(risto)
    aino.hold(chairs, pieces=24)
    answer = aino.choose(first_slot())
    assert answer["Location"] == f"/en/book/{aino.bundle}/check"
    aino.confirm()
    reservation = aino.reservation()
    assert (reservation.person, reservation.contact, reservation.first_name) == (
        *(risto, "risto@kierto.example"),
        "Risto",
    )
    assert (reservation.status, counters(chairs)) == ("booked", (40, 24))
    assert ContactCode.objects.count() == 0


def test_somebody_of_the_city_may_collect_many_pieces_also_under_another_contact(aino):
    aino.client.force_login(make_member(email="risto@kierto.example", name="Risto Rinne"))
    aino.hold(make_item(quantity=40), pieces=24)
    aino.choose(first_slot())
    assert aino.say_who(contact="040 123 4567")["Location"] == f"/en/book/{aino.bundle}/code"
    aino.type_code()
    aino.confirm()
    assert aino.reservation().status == "booked"


@pytest.mark.parametrize("typed", ["abc", "12", "1234567", "12 34 5"])
def test_what_cannot_be_the_code_uses_up_no_try(aino, chair, typed):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()
    answer = aino.type_code(typed)
    assert (answer.status_code, refusal_in(answer)) == (
        422,
        "One-time code: Write the 6 digits that we sent.",
    )
    assert ContactCode.objects.get().tries == 0


def test_a_code_with_other_digits_and_separators_is_the_code(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()
    code = aino.code_sent()
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    assert aino.type_code(f"{wide[:3]}-{wide[3:]}")["Location"] == f"/en/book/{aino.bundle}/check"


def test_the_languages_of_a_booking_that_ended_while_it_was_confirmed_lead_to_pages(aino, chair, clock):
    aino.get_to_check(chair, first_slot())
    clock.shift(timedelta(minutes=20))
    answer = aino.confirm()
    assert answer.status_code == 410
    for language in ("fi", "sv"):
        path = f"/{language}/book/{aino.bundle}"
        assert f'href="{path}"' in answer.content.decode()
        assert aino.client.get(path).status_code == 410


def test_asking_for_links_without_a_contact_says_what_to_write(aino):
    answer = aino.post("find", contact="")
    assert answer.status_code == 422
    assert refusal_in(answer) == (
        "Phone number or e-mail: Write a phone number, for example 040 123 4567, or an e-mail address."
    )


def test_more_time_on_the_contact_page_keeps_what_was_typed(aino, chair, clock):
    aino.hold(chair)
    aino.choose(first_slot())
    clock.shift(timedelta(minutes=10))
    answer = aino.post("contact", name="Aino", contact="aino@exa", more_time="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Aino"' in page
    assert 'value="aino@exa"' in page
    assert "Held for you until 09:30" in text_of(answer)
    assert aino.reservation().contact == ""


def test_looking_changes_nothing_and_head_works_everywhere(aino, chair):
    aino.get_to_check(chair, first_slot())
    before = list(Reservation.objects.values())
    for step in STEPS:
        answer = aino.client.head(aino.address(step, aino.bundle))
        assert (answer.status_code in {200, 302}, answer.content) == (True, b"")
    for verb in VERBS:
        assert aino.get(verb).status_code == 405
    assert list(Reservation.objects.values()) == before


def test_no_cache_keeps_these_pages_and_no_search_engine_finds_them(aino, chair):
    aino.get_to_check(chair, first_slot())
    for name in ["hold", "time", "contact", "check", "find"]:
        answer = aino.get(name)
        assert (name, answer["Cache-Control"]) == (name, "private, no-store")
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "same-origin"


# -- time


def test_the_time_page_offers_the_first_free_time_on_top_and_seven_open_days(aino, chair):
    aino.hold(chair)
    page = aino.get("time")
    words = text_of(page)
    assert "First free time Monday 16 November 2026, 13:00-13:30 Choose this time" in words
    assert words.count("2026, 09:00-09:30") == 6
    assert "Saturday 21 November 2026 Closed" in words
    assert "Tuesday 24 November 2026" in words
    assert "Wednesday 25 November 2026" not in words
    assert "Varastokatu 6, 00580" in words
    assert "Step-free entrance" in words


def test_the_next_seven_days_and_back(aino, chair):
    aino.hold(chair)
    first = aino.get("time").content.decode()
    assert 'href="?from=2026-11-25"' in first
    second = aino.get("time", **{"from": "2026-11-25"})
    assert "Wednesday 25 November 2026" in text_of(second)
    assert "Tuesday 24 November 2026" not in text_of(second)
    assert "First free time Monday 16 November 2026, 13:00-13:30" in text_of(second)
    assert 'href="?from=2026-11-16"' in second.content.decode()
    assert "Show the next 7 days" not in text_of(second)


@pytest.mark.parametrize(
    "day", ["junk", "2026-13-45", "0001-01-01", "9999-12-31", "", "2026-11-16T00:00", "\x00"]
)
def test_a_junk_day_in_the_address_still_gives_a_page(aino, chair, day):
    aino.hold(chair)
    answer = aino.get("time", **{"from": day})
    assert answer.status_code == 200
    assert "First free time" in text_of(answer)


def test_a_day_without_times_says_why(aino, chair, warehouse):
    ClosedDay.objects.create(site=None, day=date(2026, 11, 18), reason_en="Training day")
    ClosedDay.objects.create(site=warehouse, day=date(2026, 11, 19))
    PickupSlot.objects.filter(starts_at__gte=later(days=-1)).filter(
        starts_at__date__in=[date(2026, 11, 18), date(2026, 11, 19)]
    ).update(capacity=0)
    PickupSlot.objects.filter(starts_at__date=date(2026, 11, 20)).update(booked=2)
    aino.hold(chair)
    words = text_of(aino.get("time"))
    assert "Wednesday 18 November 2026 Training day" in words
    assert "Thursday 19 November 2026 Closed" in words
    assert "Friday 20 November 2026 All times are taken." in words


def test_full_times_are_left_out(aino, chair):
    full = first_slot(skip=1)
    PickupSlot.objects.filter(pk=full.pk).update(booked=full.capacity)
    aino.hold(chair)
    words = text_of(aino.get("time"))
    assert "Monday 16 November 2026, 13:30-14:00" not in words
    assert "Monday 16 November 2026, 14:00-14:30" in words


def test_without_any_time_the_page_gives_the_number_to_call(aino, chair):
    PickupSlot.objects.all().delete()
    aino.hold(chair)
    answer = aino.get("time")
    assert answer.status_code == 200
    assert "There are no free times now Call us and we find a time: 02 000 0000, Mon-Fri 9-15." in text_of(
        answer
    )


def test_choosing_a_time_takes_a_place_and_leads_to_the_contact(aino, chair):
    slot = first_slot()
    aino.hold(chair)
    answer = aino.choose(slot)
    assert answer["Location"] == f"/en/book/{aino.bundle}/contact"
    assert (aino.reservation().slot, booked(slot)) == (slot, 1)


def test_choosing_another_time_gives_the_first_place_back_and_shows_which_is_chosen(aino, chair):
    first, second = first_slot(), first_slot(skip=3)
    aino.hold(chair)
    aino.choose(first)
    aino.choose(second)
    assert (booked(first), booked(second)) == (0, 1)
    page = aino.get("time").content.decode()
    assert page.count('class="slot" name="slot"') > 20
    assert page.partition("<footer")[0].count('aria-pressed="true"') == 1
    assert f'value="{second.starts_at.strftime(VALUE)}" aria-pressed="true"' in page


def test_a_time_that_fills_up_meanwhile_is_refused_on_the_same_page_and_the_hold_stays(aino, chair):
    slot = first_slot()
    aino.hold(chair)
    PickupSlot.objects.filter(pk=slot.pk).update(booked=slot.capacity)
    answer = aino.choose(slot)
    assert (answer.status_code, refusal_in(answer)) == (409, "That time has just gone. Choose another time.")
    assert "First free time Monday 16 November 2026, 13:30-14:00" in text_of(answer)
    assert (aino.reservation().status, aino.reservation().slot) == ("held", None)
    assert counters(chair) == (3, 1)


@pytest.mark.parametrize(
    "slot",
    [
        "",
        "junk",
        "1",
        "2026-11-16T11:00Z' --",
        "2026-11-15T11:00Z",
        "9999-12-31T23:59Z",
        "\x00",
        "2026-11-21T09:00Z",
    ],
)
def test_a_time_that_is_not_offered_is_refused(aino, chair, slot):
    aino.hold(chair)
    answer = aino.post("time", slot=slot)
    assert (answer.status_code, refusal_in(answer)) == (
        409,
        "That time is not offered. Choose one of these times.",
    )
    assert aino.reservation().slot is None


def test_a_time_of_today_that_is_too_soon_is_refused(aino, chair, warehouse):
    soon = PickupSlot.objects.filter(site=warehouse).first()
    aino.hold(chair)
    assert aino.choose(soon).status_code == 409
    assert booked(soon) == 0


def test_two_sites_have_a_time_page_each(aino, chair):
    other = open_site(make_site("second", name_en="Warehouse 2"))
    aino.hold_list({chair: 1, make_item(site=other): 1})
    assert "When will you collect? Warehouse 1" in text_of(aino.get("time"))
    assert aino.choose(first_slot())["Location"] == f"/en/book/{aino.bundle}/time"
    assert "When will you collect? Warehouse 2" in text_of(aino.get("time"))
    assert aino.choose(first_slot(other))["Location"] == f"/en/book/{aino.bundle}/contact"
    assert "When will you collect? Warehouse 1" in text_of(aino.get("time", site="warehouse"))
    moved = aino.choose(first_slot(skip=2), query="?site=warehouse")
    assert moved["Location"] == f"/en/book/{aino.bundle}/contact"
    assert [one.slot for one in aino.reservations()] == [first_slot(skip=2), first_slot(other)]


# -- who collects


def test_saying_who_collects_sends_a_code_and_leads_to_it(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    answer = aino.say_who(name="Aino Asukas")
    assert answer["Location"] == f"/en/book/{aino.bundle}/code"
    reservation = aino.reservation()
    assert (reservation.contact_name, reservation.contact, reservation.language) == (
        "Aino Asukas", "aino@example.org", "en",
    )  # fmt: skip
    assert (reservation.wants_reminder, reservation.contact_proved_at) == (True, None)
    assert ContactCode.objects.get().contact == "aino@example.org"


def test_a_phone_number_is_a_contact_where_text_messages_are_offered(aino, chair, settings):
    aino.hold(chair)
    aino.choose(first_slot())
    assert "Phone number or e-mail" in text_of(aino.get("contact"))
    aino.say_who(contact="040 123 4567")
    assert aino.reservation().contact == "+358401234567"
    settings.SMS_CHANNEL = ""
    assert "Phone number" not in text_of(aino.get("contact"))
    answer = aino.say_who(contact="040 123 4567")
    assert (answer.status_code, refusal_in(answer)) == (
        422, "E-mail: Write an e-mail address, for example anna@example.com.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "contact", "sentences"),
    [
        (
            "",
            "",
            "Name: Write the name of whoever collects. Phone number or e-mail: Tell us where to send the code.",
        ),
        ("   ", "aino@example.org", "Name: Write the name of whoever collects."),
        ("A" * 300, "aino@example.org", "Name: Ensure this value has at most 100 characters (it has 300)."),
        (
            "Aino",
            "aino@",
            "Phone number or e-mail: Write a phone number, for example 040 123 4567, or an e-mail address.",
        ),
        (
            "Aino",
            "123",
            "Phone number or e-mail: Write a phone number, for example 040 123 4567, or an e-mail address.",
        ),
        (
            "Aino",
            "x" * 300,
            "Phone number or e-mail: Ensure this value has at most 254 characters (it has 300).",
        ),
        ("Ai\x00no", "aino@example.org", "Name: Null characters are not allowed."),
    ],
)
def test_a_contact_form_with_mistakes_keeps_what_was_typed_and_changes_nothing(
    aino, chair, name, contact, sentences
):
    aino.hold(chair)
    aino.choose(first_slot())
    answer = aino.say_who(name=name, contact=contact)
    assert (answer.status_code, refusal_in(answer)) == (422, sentences)
    assert b"<title>Error: Who collects?" in answer.content
    assert (aino.reservation().contact, ContactCode.objects.count()) == ("", 0)
    if contact:
        assert f'value="{contact}"' in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["🪑🙂", "محمد", "\u202eonia", "<script>alert(1)</script>", "Ä" * 100, "O'Neil & co"]
)
def test_names_of_every_kind_are_kept_and_shown_as_words(aino, chair, name):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(name=name)
    aino.type_code()
    assert aino.reservation().contact_name == name
    page = aino.get("check")
    assert name.split(" ")[0] in text_of(page) or "<script>" in name
    assert b"<script>alert" not in page.content
    aino.confirm()
    assert aino.get("manage", aino.reservation().token).status_code == 200


def test_a_name_over_several_lines_becomes_one(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who(name="Aino \t  Asukas")
    assert aino.reservation().contact_name == "Aino Asukas"


def test_a_code_asked_for_too_often_is_refused_and_what_was_typed_stays(aino, chair, clock):
    aino.hold(chair)
    aino.choose(first_slot())
    for _number in range(5):
        aino.say_who(name="Aino")
        clock.shift(timedelta(seconds=31))
    answer = aino.say_who(name="Aino")
    assert (answer.status_code, refusal_in(answer)) == (
        429, "That was too many tries. Wait a while and try again.",
    )  # fmt: skip
    assert 'value="aino@example.org"' in answer.content.decode()


def test_going_back_and_pressing_continue_again_uses_the_code_of_a_moment_ago(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()
    assert aino.say_who()["Location"] == f"/en/book/{aino.bundle}/code"
    assert ContactCode.objects.count() == 1


# -- the code


def _at_the_code(aino, chair):
    aino.hold(chair)
    aino.choose(first_slot())
    aino.say_who()


def test_the_code_page_is_made_for_a_phone(aino, chair):
    _at_the_code(aino, chair)
    page = aino.get("code").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert 'href="/demo/mailbox"' in page
    assert aino.code_sent() not in page


def test_the_right_code_leads_on_with_spaces_too(aino, chair):
    _at_the_code(aino, chair)
    code = aino.code_sent()
    answer = aino.type_code(f" {code[:3]} {code[3:]} ")
    assert answer["Location"] == f"/en/book/{aino.bundle}/check"
    assert aino.reservation().contact_proved_at == NOW


def test_a_wrong_code_is_kept_as_typed_and_five_of_them_end_it(aino, chair):
    _at_the_code(aino, chair)
    wrong = "000000" if aino.code_sent() != "000000" else "111111"
    answers = [aino.type_code(wrong) for _number in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert refusal_in(answers[0]) == "One-time code: That is not the code we sent. Check it and try again."
    assert f'value="{wrong}"' in answers[0].content.decode()
    assert refusal_in(answers[4]) == "One-time code: This code is no longer valid. Ask for a new one."
    assert aino.type_code().status_code == 422
    assert aino.reservation().contact_proved_at is None


@pytest.mark.parametrize("typed", ["", "   ", "x" * 300, "\x00"])
def test_what_cannot_be_a_code_costs_no_try(aino, chair, typed):
    _at_the_code(aino, chair)
    assert aino.post("code", code=typed).status_code == 422
    assert ContactCode.objects.get().tries == 0


def test_the_code_of_another_browser_does_not_open_this_one(aino, chair):
    _at_the_code(aino, chair)
    bea = Resident()
    bea.hold(chair)
    bea.choose(first_slot(skip=1))
    bea.say_who()
    assert bea.code_sent() != contacts.digits(ContactCode.objects.earliest("pk"))
    assert aino.type_code(bea.code_sent()).status_code == 422
    assert aino.reservation().contact_proved_at is None


def test_a_new_code_may_be_asked_for_after_half_a_minute_and_replaces_the_old(aino, chair, clock):
    _at_the_code(aino, chair)
    old = aino.code_sent()
    early = aino.post("resend")
    assert (early.status_code, refusal_in(early)) == (
        429, "We sent a code a moment ago. You can ask for a new one in half a minute.",
    )  # fmt: skip
    clock.shift(timedelta(seconds=30))
    answer = aino.post("resend")
    assert answer["Location"] == f"/en/book/{aino.bundle}/code"
    assert "We sent a new code. Use the newest one." in text_of(aino.get("code"))
    assert aino.type_code(old).status_code == 422
    assert aino.type_code().status_code == 302


def test_another_contact_keeps_the_hold_and_has_to_be_proved(aino, chair):
    _at_the_code(aino, chair)
    aino.type_code()
    assert aino.say_who(contact="other@example.org")["Location"] == f"/en/book/{aino.bundle}/code"
    assert aino.reservation().contact_proved_at is None
    assert aino.get("check")["Location"] == f"/en/book/{aino.bundle}/code"
    assert counters(chair) == (3, 1)


def test_the_steps_lead_to_what_is_missing(aino, chair):
    aino.hold(chair)
    start = f"/en/book/{aino.bundle}"
    assert aino.get("check")["Location"] == f"{start}/time"
    assert aino.get("code")["Location"] == f"{start}/time"
    aino.choose(first_slot())
    assert aino.get("code")["Location"] == f"{start}/contact"
    assert aino.post("resend")["Location"] == f"{start}/contact"
    assert aino.get("resume")["Location"] == f"{start}/contact"


# -- check and confirm


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


# -- the number of queries


def test_the_time_page_asks_the_same_whether_for_one_line_or_five_and_for_few_or_many_times(
    aino, warehouse, django_assert_num_queries
):
    aino.hold(make_item())
    Policy.shown()
    with django_assert_num_queries(TIME_PAGE):
        aino.get("time")
    bea = Resident()
    bea.hold_list({make_item(photos=3): 1 for _number in range(5)})
    PickupSlot.objects.filter(site=warehouse).exclude(pk=first_slot().pk).delete()
    with django_assert_num_queries(TIME_PAGE):
        bea.get("time")


@pytest.mark.parametrize("photos", [1, 3])
def test_pressing_the_button_reads_nothing_that_only_the_page_of_a_refusal_shows(aino, photos):
    Policy.shown()
    standing.current(at=NOW)
    chair = make_item(photos=photos)
    with CaptureQueriesContext(connection) as captured:
        assert aino.hold(chair).status_code == 302
    sent = [query["sql"] for query in captured.captured_queries]
    assert len([one for one in sent if "SAVEPOINT" not in one]) == HOLDING


def test_the_check_page_asks_the_same_for_one_line_and_for_five(aino, django_assert_num_queries):
    aino.get_to_check(make_item(), first_slot())
    with django_assert_num_queries(CHECK_PAGE):
        aino.get("check")
    bea = Resident()
    bea.hold_list({make_item(photos=2): 1 for _number in range(5)})
    bea.choose(first_slot(skip=2))
    bea.say_who(contact="bea@example.org")
    bea.type_code()
    with django_assert_num_queries(CHECK_PAGE):
        bea.get("check")


def test_the_list_of_what_is_being_booked_asks_the_same_for_one_and_three(aino, django_assert_num_queries):
    aino.hold(make_item())
    Policy.shown()
    with django_assert_num_queries(IN_PROGRESS):
        aino.get("hold")
    aino.hold(make_item(photos=2), client_key="2")
    aino.hold(make_item(), client_key="3")
    with django_assert_num_queries(IN_PROGRESS):
        aino.get("hold")
