"""A worker's calendar of the pickups: an address that can be ended, what is to be done, and nobody's name."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from reservations.domain import booking, feed
from tests import calendars
from tests.factories import NOW, first_slot, make_item, make_reservation, make_site, make_worker, open_site
from tests.reservations.pages.reserved import handed_over

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def here():
    return open_site()


@pytest.fixture
def sari(here):
    return make_worker(here, language="en")


def read(client, person):
    """What a calendar program gets: the events by their start, read by rules that are not the writer's."""
    answer = client.get(urlsplit(feed.address_of(person.calendar_feed)).path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-store"
    calendars.read(answer.content)
    return sorted(Calendar.from_ical(answer.content).walk("VEVENT"), key=lambda one: one.decoded("DTSTART"))


def test_each_time_at_which_somebody_comes_is_an_entry(client, sari):
    slot = first_slot()
    make_reservation({make_item(quantity=3): 2}, slot=slot)
    make_reservation({make_item(category="desk", colour=""): 1}, slot=slot, contact="bea@example.org")
    later = make_reservation(slot=first_slot(skip=5), contact="cecilia@example.org")
    feed.renew(sari, at=NOW)
    first, second = read(client, sari)
    assert first["SUMMARY"] == "2 pickups, Warehouse 1"
    assert first["DESCRIPTION"] == "2 × Office chair, black\n1 × Desk"
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (slot.starts_at, slot.ends_at)
    assert second["SUMMARY"] == "1 pickup, Warehouse 1"
    assert second.decoded("DTSTART") == later.slot.starts_at
    assert first["URL"].startswith("http://testserver/en/wh/today?site=warehouse&day=")


def test_nobody_is_named_there(client, sari):
    reservation = make_reservation(name="Aino Asukas", contact="aino@example.org")
    feed.renew(sari, at=NOW)
    file = client.get(reverse("calendar_feed", args=[sari.calendar_feed.token])).content.decode()
    file = file.replace("\r\n ", "")
    secrets = ["Aino", "Asukas", "aino", reservation.pickup_code, reservation.token, reservation.code]
    assert [word for word in secrets if word in file] == []


def test_what_was_cancelled_is_gone_and_what_was_collected_says_so(client, sari):
    gone, done = make_reservation(), make_reservation(contact="bea@example.org")
    booking.cancel(gone, at=NOW)
    handed_over(done)
    feed.renew(sari, at=NOW)
    (event,) = read(client, sari)
    assert event["SUMMARY"] == "1 pickup, Warehouse 1"
    assert event["DESCRIPTION"] == "1 × Office chair, black (collected)"


def test_only_the_persons_own_sites_are_there(client, sari):
    there = open_site(make_site("other", name_en="Warehouse 2"))
    make_reservation({make_item(site=there): 1}, slot=first_slot(there))
    feed.renew(sari, at=NOW)
    assert read(client, sari) == []


def test_a_new_address_ends_the_old_one_and_it_can_be_ended(client, sari):
    old = reverse("calendar_feed", args=[feed.renew(sari, at=NOW).token])
    new = reverse("calendar_feed", args=[feed.renew(sari, at=NOW).token])
    assert [client.get(one).status_code for one in (old, new)] == [404, 200]
    feed.end(sari)
    assert client.get(new).status_code == 404


def test_whoever_works_nowhere_any_more_reads_nothing(client, sari):
    address = reverse("calendar_feed", args=[feed.renew(sari, at=NOW).token])
    sari.work.all().delete()
    assert client.get(address).status_code == 404


def test_whoever_has_left_reads_nothing(client, sari):
    address = reverse("calendar_feed", args=[feed.renew(sari, at=NOW).token])
    type(sari).objects.filter(pk=sari.pk).update(is_active=False)
    assert client.get(address).status_code == 404


def test_a_calendar_of_many_pickups_takes_as_many_questions_as_one_of_one(sari, django_assert_num_queries):
    make_reservation()
    with django_assert_num_queries(3), translation.override("en"):
        feed.ics(sari, at=NOW)
    for number in range(3):
        make_reservation(slot=first_slot(skip=number + 2), contact=f"p{number}@example.org")
    with django_assert_num_queries(3), translation.override("en"):
        feed.ics(sari, at=NOW)


def test_what_is_long_past_or_far_away_is_left_out(client, sari):
    reservation = make_reservation()
    feed.renew(sari, at=NOW)
    assert len(read(client, sari)) == 1
    for moment in (
        reservation.slot.starts_at + timedelta(days=9),
        reservation.slot.starts_at - timedelta(days=61),
    ):
        with translation.override("en"):
            assert b"VEVENT" not in feed.ics(sari, at=moment)


# -- the page


def test_the_page_makes_renews_and_ends_the_address(client, sari):
    client.force_login(sari)
    page = reverse("reservations:wh_calendar")
    assert "/cal/" not in client.get(page).content.decode()
    client.post(page)
    first = feed.address_of(type(sari).objects.get(pk=sari.pk).calendar_feed)
    assert first in client.get(page).content.decode()
    client.post(page)
    assert first not in client.get(page).content.decode()
    client.post(page, {"end": "1"})
    assert "/cal/" not in client.get(page).content.decode()
