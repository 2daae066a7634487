"""Booking for somebody else, step by step as the pages are served."""

import re
from html import unescape

import pytest

from inventory.models import SiteRole
from recycling.notifications.models import Notification
from reservations.domain.timetable import VALUE
from reservations.models import PickupSlot, Reservation
from tests.factories import counters, first_slot, make_item, make_site, make_worker, open_site
from tests.inventory.hall import problems, value_of, words_of
from tests.reservations.pages.desk import address

pytestmark = pytest.mark.django_db

# The session, the person, who waits for an answer; the sites; the things with their photos; the rules (to show, and twice to
# decide by); closed days, opening hours, the slots, and the closed days among those that are shown.
TIMES = 13

WHO = {"name": "Aino Asukas", "contact": "aino@example.org", "language": "sv", "client_key": "k" * 24}


def where(*items, slot=None, **query):
    asked = [f"item={one.code}" for one in items]
    asked += [f"slot={slot.starts_at.strftime(VALUE)}"] if slot else []
    asked += [f"{name.replace('_', '-')}={value}" for name, value in query.items()]
    return f"{address('behalf')}?{'&'.join(asked)}"


def test_from_the_thing_to_the_reservation(desk, sari):
    chairs = make_item(quantity=3)
    page = desk.get(where(typed=chairs.shown_code, add=1))
    assert value_of(page, "item") == chairs.code
    times = desk.get(f"{address('behalf')}?item={chairs.code}&pieces-{chairs.code}=2&go=1")
    slot = re.search(r'name="slot" value="([^"]+)"', times.content.decode())[1]
    chosen = desk.post(f"{address('behalf')}?item={chairs.code}&pieces-{chairs.code}=2&go=1", {"slot": slot})
    who = desk.get(chosen["Location"])
    assert "Who is it for?" in words_of(who)
    answer = desk.post(chosen["Location"], WHO)
    made = Reservation.objects.get()
    assert answer["Location"] == address("handover", made.code)
    assert (made.made_by, made.contact, made.language, made.status, counters(chairs)) == (
        *(sari, "aino@example.org", "sv", "booked"), (3, 2),
    )  # fmt: skip
    assert Notification.objects.filter(kind="booked", language="sv").count() == 1
    assert desk.post(chosen["Location"], WHO)["Location"] == answer["Location"]  # pressed twice
    assert Reservation.objects.count() == 1


def test_nobodys_name_or_contact_is_ever_in_an_address(desk):
    chair, slot = make_item(), first_slot()
    page = desk.post(where(chair, slot=slot), WHO | {"contact": "nonsense"})
    links = [unescape(link) for link in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())]
    assert [link for link in links if "Aino" in link or "nonsense" in link] == []
    assert (page.status_code, 'value="Aino Asukas"' in page.content.decode()) == (422, True)


def test_what_is_missing_is_asked_for(desk):
    chair = make_item()
    answer = desk.post(where(chair, slot=first_slot()), {"language": "fi"})
    assert (answer.status_code, len(problems(answer))) == (422, 2)
    assert desk.post(where(), WHO).status_code == 422
    assert desk.post(where(chair), WHO).status_code == 409  # no time was chosen
    assert Reservation.objects.count() == 0


@pytest.mark.parametrize("slot", ["", "x", "2026-11-16T07:03Z", "9999-99-99", "2020-01-01T10:00Z"])
def test_a_time_that_is_none_leads_back_to_the_times(desk, slot):
    chair = make_item()
    answer = desk.get(f"{where(chair)}&slot={slot}")
    assert (answer.status_code, "Choose a time" in words_of(answer)) == (409, True)


def test_a_time_that_has_just_gone_leads_back_to_the_times_and_books_nothing(desk):
    chair, slot = make_item(), first_slot()
    PickupSlot.objects.filter(pk=slot.pk).update(booked=slot.capacity)
    answer = desk.post(where(chair, slot=slot), WHO)
    assert (answer.status_code, problems(answer)) == (409, ["That time has just gone. Choose another time."])
    assert (counters(chair), Reservation.objects.count()) == ((1, 0), 0)


@pytest.mark.parametrize("typed", ["0", "-1", "x", "", "99999999999"])
def test_a_number_that_is_none_stays_on_the_first_page(desk, typed):
    chair = make_item()
    answer = desk.get(f"{where(chair, go=1)}&pieces-{chair.code}={typed}")
    assert (answer.status_code, "Choose a time" in words_of(answer)) == (422 if len(typed) < 9 else 200, True)


def test_more_than_are_free_is_said_where_the_person_is_named(desk):
    chair = make_item()
    answer = desk.post(f"{where(chair, slot=first_slot())}&pieces-{chair.code}=2", WHO)
    assert (answer.status_code, len(problems(answer)), counters(chair)) == (409, 1, (1, 0))


def test_only_a_lead_goes_beyond_the_limit(desk, client, warehouse):
    chairs = make_item(quantity=9)
    there = f"{where(chairs, slot=first_slot())}&pieces-{chairs.code}=6"
    answer = desk.post(there, WHO | {"beyond_limit": "on"})
    assert (answer.status_code, "A lead of the site can give more" in problems(answer)[0]) == (409, True)
    client.force_login(make_worker(warehouse, role=SiteRole.LEAD))
    assert "beyond_limit" in client.get(there).content.decode()
    assert client.post(there, WHO | {"beyond_limit": "on"}).status_code == 302


def test_things_of_another_site_are_not_on_the_list(desk):
    elsewhere = make_item(site=open_site(make_site("north")))
    page = desk.get(where(elsewhere))
    assert 'name="item"' not in page.content.decode()
    assert desk.get(where(typed=elsewhere.shown_code)).status_code == 403


def test_earlier_and_later_days_keep_what_was_chosen(desk):
    chair = make_item(quantity=2)
    page = desk.get(f"{where(chair, go=1)}&pieces-{chair.code}=2").content.decode()
    later = unescape(re.search(r'class="button next" href="([^"]+)"', page)[1])
    assert (f"item={chair.code}" in later, f"pieces-{chair.code}=2" in later, "from=" in later) == (
        True,
        True,
        True,
    )
    assert desk.get(later).status_code == 200


@pytest.mark.parametrize("others", [0, 3])
def test_the_times_ask_the_database_a_fixed_number_of_times(desk, django_assert_num_queries, others):
    items = [make_item() for _number in range(1 + others)]
    with django_assert_num_queries(TIMES):
        assert desk.get(where(*items, go=1)).status_code == 200
