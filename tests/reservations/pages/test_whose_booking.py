"""Whose booking it is, when it is over, and what its pages say to somebody else or to nonsense."""

from datetime import timedelta

import pytest

from recycling.accounts.models import ContactCode
from reservations.models import Reservation
from tests.factories import (
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_member,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.visiting import STEPS, Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db

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
    aino.hold(chairs, pieces=2)
    answer = aino.choose(first_slot())
    assert answer["Location"] == f"/en/book/{aino.bundle}/check"
    aino.confirm()
    reservation = aino.reservation()
    assert (reservation.person, reservation.contact, reservation.first_name) == (
        *(risto, "risto@kierto.example"),
        "Risto",
    )
    assert (reservation.status, counters(chairs)) == ("booked", (40, 2))
    assert ContactCode.objects.count() == 0


def test_somebody_of_the_warehouse_may_collect_many_pieces_also_under_another_contact(aino):
    aino.client.force_login(make_worker(name="Risto Rinne"))
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
