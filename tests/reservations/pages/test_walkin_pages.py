"""Handing over without a reservation, as its page is served."""

import pytest

from inventory.models import SiteRole
from recycling.accounts.models import CostCentre
from reservations.models import Handover, Reservation
from tests.factories import (
    counters,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)
from tests.inventory.hall import problems, value_of, words_of
from tests.reservations.pages.desk import address

pytestmark = pytest.mark.django_db

# The session, the person, who waits for an answer; the sites; the things with their photos; whether the worker leads there;
# units and cost centres; the rules.
WALK_IN = 10


def add(browser, typed, *items, **fields):
    return browser.post(
        address("walkin"), {"typed": typed, "add": "1", "item": [one.code for one in items]} | fields
    )


def give(browser, *items, key="k" * 24, who="resident", **fields):
    usual = {"item": [one.code for one in items], "client_key": key, "who": who}
    return browser.post(address("walkin"), usual | fields)


def test_things_are_gathered_one_after_the_other_and_given_with_one_button(desk, sari):
    chair, lamps = make_item(), make_item(category="desk_lamp", quantity=5)
    page = add(desk, chair.shown_code)
    assert (page.status_code, value_of(page, "item")) == (200, chair.code)
    page = add(desk, lamps.shown_code, chair)
    assert page.content.decode().count('name="item"') == 2
    answer = give(desk, chair, lamps, **{f"pieces-{lamps.code}": "3"})
    made = Reservation.objects.get()
    assert answer["Location"] == address("handover", made.code)
    assert (counters(chair), counters(lamps), made.made_by) == ((0, 0), (2, 0), sari)
    assert "Without a reservation" in words_of(desk.get(answer["Location"]))
    for page in ("receipt", "thanks"):
        assert desk.get(address(page, made.code)).status_code == 200


def test_the_item_page_leads_here_with_the_thing_on_the_list(desk):
    chair = make_item()
    assert value_of(desk.get(address("walkin"), {"item": chair.code}), "item") == chair.code


def test_a_double_tap_gives_once(desk):
    chairs = make_item(quantity=3)
    assert [give(desk, chairs).status_code for _tap in range(2)] == [302, 302]
    assert (counters(chairs), Handover.objects.count()) == ((2, 0), 1)


def test_a_unit_with_its_cost_centre(desk):
    unit = make_member().memberships.get().department
    centre = CostCentre.objects.create(department=unit, number="31250", name_fi="Keittiö")
    desks = make_item(quantity=24)
    give(desk, desks, who="unit", unit=f"centre-{centre.pk}", **{f"pieces-{desks.code}": "24"})
    made = Reservation.objects.get()
    assert (made.department, made.cost_centre, counters(desks)) == (unit, centre, (0, 0))
    assert (
        "Puisto School, 31250" in words_of(desk.get(address("receipt", made.code))) or made.language == "en"
    )


def test_a_unit_that_was_not_chosen_is_asked_for(desk):
    answer = give(desk, make_item(), who="unit")
    assert (answer.status_code, problems(answer)) == (422, ["Unit and cost centre: Choose the unit."])
    assert give(desk, make_item(), who="unit", unit="unit-99999").status_code == 422
    assert Handover.objects.count() == 0


def test_a_code_that_is_none_is_said_and_the_list_is_kept(desk):
    chair, elsewhere = make_item(), make_item(site=open_site(make_site("north")))
    for typed, status in (("nonsense", 422), ("222-2222", 404), (elsewhere.shown_code, 403), ("H1-01", 404)):
        page = add(desk, typed, chair)
        assert (page.status_code, len(problems(page)), value_of(page, "item")) == (status, 1, chair.code)


def test_a_thing_is_on_the_list_once_and_can_be_taken_off(desk):
    chair = make_item()
    assert add(desk, chair.shown_code, chair).content.decode().count('name="item"') == 1
    page = desk.post(address("walkin"), {"item": chair.code, "drop": chair.code})
    assert (page.status_code, 'name="item"' in page.content.decode()) == (200, False)


def test_a_code_that_was_typed_and_not_added_is_never_left_behind(desk):
    chair, lamp = make_item(), make_item(category="desk_lamp")
    page = give(desk, chair, typed=lamp.shown_code)
    assert (page.status_code, page.content.decode().count('name="item"')) == (200, 2)
    assert Handover.objects.count() == 0


@pytest.mark.parametrize("typed", ["0", "-1", "x", "", "²", "9" * 30])
def test_a_number_that_is_none_is_refused(desk, typed):
    chairs = make_item(quantity=3)
    answer = give(desk, chairs, **{f"pieces-{chairs.code}": typed})
    assert (answer.status_code, counters(chairs)) == (422, (3, 0))


def test_what_is_promised_or_too_many_is_refused_with_a_reason_for_each(desk):
    chairs, lamp = make_item(quantity=3), make_item(category="desk_lamp")
    make_reservation({lamp: 1})
    too_many = give(desk, chairs, **{f"pieces-{chairs.code}": "4"})
    assert (too_many.status_code, counters(chairs)) == (409, (3, 0))
    answer = give(desk, chairs, lamp)
    assert answer.status_code == 409
    assert words_of(answer).count("Somebody") + words_of(answer).count("gone") >= 1
    assert (counters(chairs), Reservation.objects.count()) == ((3, 0), 1)


def test_nothing_at_all_and_two_sites_at_once_are_refused(desk, sari, warehouse):
    assert give(desk).status_code == 422
    north = open_site(make_site("north"))
    north.staff.create(user=sari)
    answer = give(desk, make_item(), make_item(site=north))
    assert (answer.status_code, problems(answer)) == (
        409, ["These items are at different sites. What is given or booked together stands at one site."],
    )  # fmt: skip


def test_only_a_lead_has_the_tick_and_may_go_beyond_the_limit(desk, client, warehouse):
    chairs = make_item(quantity=9)
    number = {f"pieces-{chairs.code}": "6"}
    answer = give(desk, chairs, **number, beyond_limit="on")
    assert (answer.status_code, "beyond_limit" in answer.content.decode()) == (409, False)
    assert "A lead of the site can give more" in problems(answer)[0]
    client.force_login(make_worker(warehouse, role=SiteRole.LEAD))
    assert "beyond_limit" in add(client, chairs.shown_code).content.decode()
    assert give(client, chairs, **number, beyond_limit="on").status_code == 302
    assert counters(chairs) == (3, 0)


@pytest.mark.parametrize("others", [0, 3])
def test_the_page_asks_the_database_a_fixed_number_of_times(desk, django_assert_num_queries, others):
    items = [make_item() for _number in range(1 + others)]
    with django_assert_num_queries(WALK_IN):
        desk.get(address("walkin"), {"item": [one.code for one in items]})
