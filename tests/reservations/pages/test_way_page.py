"""Pickup or delivery: the page of a unit's request where the way, the place and the times are chosen."""

import html
import re
from urllib.parse import urlencode

import pytest

from recycling.accounts.models import Department
from recycling.policy.models import Policy
from reservations.domain import delivery, handover, slots, timetable
from reservations.models import Delivery, PickupSlot
from tests.factories import NOW, first_slot, make_item, make_member, make_site, make_worker, open_site
from tests.inventory.hall import words_of
from tests.reservations.driving import (
    accept,
    another_member,
    first_window,
    fresh,
    make_delivery,
    make_request,
    make_school,
    open_van,
    to_school,
    wait,
)
from tests.reservations.pages.desk import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("risto")]

# Session and person, the roles, the request, its reservations with their lines and photos, the presets of the delivery and
# of the contact, the rules, the times, and the row of the delivery.
PAGE = 17
DOOR = {"contact_name": "Risto Rinne", "contact_phone": "040 123 4567"}


@pytest.fixture
def browser(client, risto):
    client.force_login(risto)
    return client


@pytest.fixture
def asked(risto):
    return make_request({make_item(quantity=24): 24}, by=risto)


def page_of(request, way=""):
    return address("request_way", request.code) + (f"?{urlencode({'way': way})}" if way else "")


def time_of(request):
    return f"time-{request.reservations.get().token}"


def value(slot):
    return timetable.value_of(slot)


def send(browser, request, way="delivery", **fields):
    return browser.post(page_of(request), {"way": way} | fields)


# -- the way


def test_two_big_choices_and_nothing_else_at_first(browser, asked):
    said = browser.get(page_of(asked))
    text = words_of(said)
    assert ("We fetch it" in text, "Bring it to us" in text, "Continue" in text) == (True, True, False)
    assert re.findall(r'href="(\?way=\w+)"', said.content.decode()) == ["?way=pickup", "?way=delivery"]


def test_a_school_with_its_own_place_chooses_delivery_and_a_window_and_goes_on(browser, asked, risto):
    Department.objects.update(default_site=make_school())
    risto.phone = "+358401234567"
    risto.save()
    page = browser.get(page_of(asked, "delivery")).content.decode()
    # Whatever is filled in goes back as it came; only the window is chosen.
    answer = browser.post(page_of(asked), filled(page) | {time_of(asked): value(first_window())})
    assert answer.status_code == 302
    row = Delivery.objects.get()
    assert (row.site, fresh(asked).contact_phone) == (make_school(), "+358401234567")
    assert asked.reservations.get().slot == first_window()


def filled(page):
    """The fields of the form as a browser sends them when nothing is touched."""
    form = re.search(r'<form method="post" novalidate.*?</form>', page, re.DOTALL).group()
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") != "radio" or " checked" in tag:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return found


def test_the_next_time_what_was_said_the_last_time_is_filled_in(browser, risto):
    before = make_request({make_item(): 1}, by=risto)
    to_school(
        before, site=None, street="Rantatie 5", floor="2", lift="no", door_cm=82, contact_name="Aamu Aho"
    )
    accept(before)
    page = browser.get(page_of(make_request({make_item(): 1}, by=risto), "delivery")).content.decode()
    told = filled(page)
    assert (told["to"], told["street"], told["floor"], told["lift"], told["door_cm"]) == (
        *("street", "Rantatie 5", "2", "no", "82"),
    )
    assert (told["contact_name"], told["contact_phone"]) == ("Aamu Aho", "040 123 4567")


def test_a_pickup_has_the_sites_times_and_no_questions_about_a_door(browser, asked):
    page = browser.get(page_of(asked, "pickup"))
    assert "Who receives?" not in words_of(page)
    assert f'value="{value(first_slot())}"' in page.content.decode()
    assert f'value="{value(first_window())}"' not in page.content.decode()
    slot = first_slot()
    answer = send(browser, asked, "pickup", **{time_of(asked): value(slot)})
    assert answer.status_code == 302
    assert (fresh(asked).fulfilment, asked.reservations.get().slot) == ("pickup", slot)


def test_a_delivery_shows_the_vans_half_days_alone(browser, asked):
    page = browser.get(page_of(asked, "delivery")).content.decode()
    assert f'value="{value(first_window())}"' in page
    assert f'value="{value(first_slot())}"' not in page


def test_the_time_may_be_left_for_later_and_given_back(browser, asked):
    where = DOOR | {"to": "street", "street": "Rantatie 5"}
    send(browser, asked, **where, **{time_of(asked): value(first_window())})
    assert asked.reservations.get().slot == first_window()
    assert send(browser, asked, **where, **{time_of(asked): ""}).status_code == 302
    assert asked.reservations.get().slot is None
    assert PickupSlot.objects.filter(booked__gt=0).count() == 0


def test_changing_the_way_frees_the_time(browser, asked):
    send(browser, asked, **DOOR, to="street", street="Rantatie 5", **{time_of(asked): value(first_window())})
    send(browser, asked, "pickup")
    assert (asked.reservations.get().slot, Delivery.objects.count()) == (None, 0)


def test_what_a_delivery_costs_is_said_before_it_is_chosen(browser, asked):
    assert "Costs nothing" in words_of(browser.get(page_of(asked)))
    Policy.objects.update(delivery_price=45)
    Policy.current().save()
    assert "Costs 45 €" in words_of(browser.get(page_of(asked)))


# -- the place


@pytest.mark.parametrize(
    "typed", ["Keskuskirjasto, Kirjakatu 1", "Keskuskirjasto", "keskuskirj", "Kirjakatu"]
)
def test_another_place_is_found_by_what_was_typed(typed, browser, asked):
    library = make_site(
        "library", name_fi="Keskuskirjasto", name_en="", street_fi="Kirjakatu 1", street_en=""
    )
    answer = send(browser, asked, **DOOR, to="place", place=typed)
    assert answer.status_code == 302
    assert Delivery.objects.get().site == library


def test_the_browser_has_a_list_of_the_places_to_search(browser, asked):
    make_site("library", name_en="Library", street_en="Book Street 1")
    make_site("shut", name_en="Shut", is_active=False)
    page = browser.get(page_of(asked, "delivery")).content.decode()
    assert '<option value="Library, Book Street 1">' in page
    assert "Shut" not in page


def test_several_places_are_offered_to_choose_from(browser, asked):
    for number in (1, 2):
        make_site(
            f"care{number}", name_fi=f"Päiväkoti {number}", name_en=f"Daycare {number}", street_en="A 1"
        )
    answer = send(browser, asked, **DOOR, to="place", place="Daycare")
    assert answer.status_code == 422
    assert "Several places are called so" in words_of(answer)
    assert 'value="site-care2"' in answer.content.decode()
    assert send(browser, asked, **DOOR, to="site-care2").status_code == 302
    assert Delivery.objects.get().site.code == "care2"


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"to": "place", "place": "Atlantis"}, "No place of the city is called so"),
        ({"to": "place", "place": ""}, "No place of the city is called so"),
        ({"to": "street", "street": " "}, "Write the street address."),
        ({}, "Choose where the van brings them."),
        ({"to": "site-nowhere"}, "site-nowhere"),
        ({"to": "street", "street": "Rantatie 5", "contact_name": ""}, "Write who is there"),
        ({"to": "street", "street": "Rantatie 5", "contact_phone": ""}, "Write the phone number"),
        ({"to": "street", "street": "Rantatie 5", "door_cm": "oven leveys"}, "number"),
        ({"to": "street", "street": "Rantatie 5", "door_cm": "12"}, "The narrowest door is from 40 to 89 cm"),
    ],
)
def test_what_cannot_be_driven_to_is_said_and_nothing_is_written(fields, trouble, browser, asked):
    answer = send(browser, asked, **(DOOR | fields))
    assert answer.status_code == 422
    assert trouble in words_of(answer)
    assert Delivery.objects.count() == 0


def test_what_was_typed_is_still_there_after_a_mistake(browser, asked):
    answer = send(browser, asked, **DOOR, to="street", street="Rantatie 5", door_cm="12", floor="7")
    page = answer.content.decode()
    assert (filled(page)["street"], filled(page)["floor"], filled(page)["to"]) == (
        "Rantatie 5",
        "7",
        "street",
    )


# -- the times


def test_a_full_half_day_is_not_offered_and_one_that_just_filled_says_so(browser, asked):
    slots.book(first_window(), 4)
    assert value(first_window()) not in browser.get(page_of(asked, "delivery")).content.decode()
    answer = send(
        browser, asked, **DOOR, to="street", street="Rantatie 5", **{time_of(asked): value(first_window())}
    )
    assert answer.status_code == 422
    assert "That time is not offered" in words_of(answer)


def test_a_site_without_a_van_says_whom_to_call_and_one_goes_on(client, risto, browser):
    asked = make_request({make_item(site=open_site(make_site("north", name_en="North"))): 1}, by=risto)
    said = words_of(browser.get(page_of(asked, "delivery")))
    assert "This site has no delivery times now" in said
    assert "Call us and we find a time: 02 000 0000" in said
    assert send(browser, asked, **DOOR, to="street", street="Rantatie 5").status_code == 302


def test_a_request_from_two_sites_has_a_section_and_a_time_for_each(browser, risto):
    north = open_van(open_site(make_site("north", name_en="North")))
    asked = make_request({make_item(): 1, make_item(site=north): 1}, by=risto)
    page = browser.get(page_of(asked, "delivery"))
    assert page.content.decode().count('<section aria-labelledby="at-') == 2
    times = {f"time-{one.token}": value(first_window(one.site)) for one in asked.reservations.all()}
    send(browser, asked, **DOOR, to="street", street="Rantatie 5", **times)
    assert asked.reservations.filter(slot__isnull=False).count() == 2


def test_while_it_waits_the_way_stands_and_the_time_may_be_chosen(browser, asked):
    to_school(asked)
    wait(asked)
    said = browser.get(page_of(asked))
    assert "The van brings it" in words_of(said)
    assert "?way=pickup" not in said.content.decode()
    assert browser.post(page_of(asked), {time_of(asked): value(first_window())}).status_code == 302
    assert asked.reservations.get().slot == first_window()
    assert send(browser, asked, "pickup").status_code == 409


def test_once_it_is_approved_the_same_page_books_the_time(browser, asked):
    to_school(asked)
    accept(asked)
    page = browser.get(page_of(asked)).content.decode()
    told = filled(page) | {time_of(asked): value(first_window())}
    assert browser.post(page_of(asked), told).status_code == 302
    assert asked.reservations.get().status == "booked"
    assert "Your time now:" in words_of(browser.get(page_of(asked)))


def test_once_the_van_is_planned_the_page_says_so(browser, risto, clock):
    reservation = make_delivery({make_item(): 1}, by=risto)
    clock.move_to(reservation.slot.starts_at)
    browser.force_login(risto)
    said = words_of(browser.get(page_of(reservation.request)))
    assert "The van of that day is planned already" in said
    assert "Continue" not in said


def test_what_is_over_has_nothing_to_choose(browser, risto):
    reservation = make_delivery({make_item(): 1}, by=risto)
    lines = {line.pk: 1 for line in reservation.lines.all()}
    handover.hand_over(reservation, given=lines, why_not={}, by=make_worker(), at=NOW)
    assert "Continue" not in words_of(browser.get(page_of(reservation.request)))
    assert send(browser, reservation.request, "pickup").status_code == 409


# -- who


def test_it_is_the_units_own(client, asked):
    client.force_login(another_member())
    assert client.get(page_of(asked)).status_code == 404
    assert send(client, asked, "pickup").status_code == 404


@pytest.mark.parametrize("role", ["approver", "giver"])
def test_it_is_for_those_who_ask(role, client, asked):
    client.force_login(make_member(role))
    assert client.get(page_of(asked)).status_code == 403


def test_nonsense_is_no_way(browser, asked):
    assert browser.get(page_of(asked, "drone")).status_code == 200
    assert send(browser, asked, "drone").status_code == 422
    assert fresh(asked).fulfilment == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_number_of_questions_however_long_the_list(
    count, browser, risto, django_assert_num_queries
):
    asked = make_request({make_item(): 1 for _number in range(count)}, by=risto)
    with django_assert_num_queries(PAGE):
        browser.get(page_of(asked, "delivery"))


def test_the_choice_is_no_promise(browser, asked):
    """Reading the page writes nothing."""
    browser.get(page_of(asked, "delivery"))
    assert (fresh(asked).fulfilment, Delivery.objects.count()) == ("", 0)
    assert delivery.why_not_choose(asked, at=NOW) is None
