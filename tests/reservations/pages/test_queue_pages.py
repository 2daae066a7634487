"""Waiting for a thing, page by page: the button, who, the code, one's place, one's turn, and on to the next."""

import pytest

from recycling.accounts.domain import contacts
from recycling.accounts.models import ContactCode
from reservations.domain import booking
from reservations.domain.timetable import VALUE
from reservations.models import QueueEntry
from tests.factories import NOW, counters, first_slot, make_item, make_member, make_reservation
from tests.reservations.queues import does_not_answer, joins, now, offer_of
from tests.reservations.visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(warehouse):
    return make_item()


@pytest.fixture
def booked(taken):
    return make_reservation({taken: 1}, contact="first@example.org")


@pytest.fixture
def aino():
    return Waiting()


class Waiting(Resident):
    """One browser whose person waits."""

    def join(self, item, name="Aino Asukas", contact="aino@example.org", **data):
        answer = self.post("queue_join", item.shown_code, name=name, contact=contact, **data)
        if answer.status_code == 302:
            self.token = answer["Location"].split("/")[3]
        return answer

    def type(self, code=None):
        typed = code or contacts.digits(ContactCode.objects.latest("pk"))
        return self.post("queue_code", self.token, code=typed)

    def wait_for(self, item, **who):
        self.join(item, **who)
        return self.type()

    def see(self, page="queue"):
        return self.get(page, self.token)


def test_the_page_of_a_taken_thing_leads_to_its_queue(aino, taken, booked):
    page = aino.client.get(f"/en/items/{taken.shown_code}").content.decode()
    assert f'href="/en/items/{taken.shown_code}/queue"' in page
    assert "Nobody else waits for it" in text_of(aino.get("queue_join", taken.shown_code))


def test_who_asks_for_a_unit_is_led_elsewhere(taken, booked, client):
    client.force_login(make_member())
    assert "/queue" not in client.get(f"/en/items/{taken.shown_code}").content.decode()


def test_name_contact_and_code_give_a_place(aino, taken, booked):
    answer = aino.join(taken)
    assert answer["Location"] == f"/en/q/{aino.token}/code"
    assert now(QueueEntry.objects.get()) == "joining"
    assert "aino@example.org" in text_of(aino.see("queue_code"))
    assert aino.type("000 000").status_code == 422
    assert aino.type()["Location"] == f"/en/q/{aino.token}"
    said = text_of(aino.see())
    assert "You are the next in the queue" in said
    assert "of 100 bookings" not in said  # from one booking nobody can tell
    assert "As things stand, you know more by" in said


def test_the_third_sees_that_they_are_the_third(aino, taken, booked):
    for name in ("bo", "cai"):
        joins(taken, name)
    aino.wait_for(taken)
    assert "You are number 3 in the queue" in text_of(aino.see())


def test_a_browser_that_waits_comes_back_to_its_place(aino, taken, booked):
    aino.wait_for(taken)
    assert aino.get("queue_join", taken.shown_code)["Location"] == f"/en/q/{aino.token}"


def test_who_is_known_on_the_device_joins_with_one_press(aino, taken, booked):
    aino.wait_for(taken)
    other = make_item()
    make_reservation({other: 1}, contact="second@example.org")
    assert "This device remembers: Aino, a…@example.org" in text_of(aino.get("queue_join", other.shown_code))
    assert aino.post("queue_join", other.shown_code)["Location"].startswith("/en/q/")
    assert QueueEntry.objects.in_queue().count() == 2


def test_someone_elses_browser_sees_no_contact(aino, taken, booked):
    aino.join(taken)
    other = Waiting()
    other.token = aino.token
    assert other.see("queue_code").status_code == 404
    assert other.see().status_code == 404
    assert other.type("123456").status_code == 404


def test_mistakes_are_said_and_what_was_typed_stays(aino, taken, booked):
    answer = aino.join(taken, name="", contact="aino@example.org")
    assert (answer.status_code, refusal_in(answer)) == (
        422,
        "Name: Write the name of whoever collects.",
    )
    assert b'value="aino@example.org"' in answer.content
    assert not QueueEntry.objects.exists()


def test_of_a_lot_one_says_how_many_and_at_least(aino, warehouse):
    chairs = make_item(quantity=4)
    make_reservation({chairs: 4})
    aino.join(chairs, pieces=3, at_least=2, only_backup="on")
    entry = QueueEntry.objects.get()
    assert (entry.pieces, entry.at_least, entry.only_backup) == (3, 2, True)
    assert aino.join(chairs, pieces=2, at_least=3).status_code == 422


def test_a_full_queue_says_so_and_leads_to_others(aino, taken, booked):
    for number in range(5):
        joins(taken, f"person{number}")
    answer = aino.get("queue_join", taken.shown_code)
    assert "5 people wait for it already" in text_of(answer)
    assert b'<form method="post" novalidate>' not in answer.content
    assert aino.join(taken).status_code == 409


def test_what_is_free_leads_to_its_page(aino, taken):
    assert "It is free now" in aino.get("queue_join", taken.shown_code).content.decode()
    assert aino.join(taken).status_code == 409


def test_a_browser_finds_where_it_waits_among_its_own(aino, taken, booked):
    aino.wait_for(taken)
    assert f'href="/en/q/{aino.token}"' in aino.get("find").content.decode()


def test_leaving_takes_one_press(aino, taken, booked):
    aino.wait_for(taken)
    aino.post("queue_leave", aino.token)
    assert "You left the queue" in text_of(aino.see())
    booking.cancel(booked, at=NOW)
    assert counters(taken) == (1, 0)


def test_ones_turn_leads_from_the_link_to_the_times_with_the_thing_held(aino, taken, booked):
    aino.wait_for(taken)
    entry = QueueEntry.objects.get()
    booking.cancel(booked, at=NOW)
    offer = offer_of(entry)
    assert aino.see()["Location"] == f"/en/r/{offer.token}"
    said = text_of(aino.get("manage", offer.token))
    assert "It is your turn" in said
    assert "We keep it for you until Tuesday 17 November 2026, 16:00" in said
    slot = first_slot()
    answer = aino.post("change", offer.token, slot=slot.starts_at.strftime(VALUE))
    assert (answer["Location"], now(entry)) == (f"/en/r/{offer.token}", "taken")


def test_passing_on_takes_one_press_and_the_next_has_it(aino, taken, booked):
    aino.wait_for(taken)
    second = joins(taken, "bo")
    booking.cancel(booked, at=NOW)
    offer = offer_of(QueueEntry.objects.get(token=aino.token))
    aino.post("cancel", offer.token)
    assert now(second) == "offered"
    assert "You passed it on" in text_of(aino.get("manage", offer.token))
    assert "You passed it on" in text_of(aino.see())


def test_a_turn_that_passed_says_so(aino, taken, booked):
    aino.wait_for(taken)
    booking.cancel(booked, at=NOW)
    offer = does_not_answer(QueueEntry.objects.get())
    assert "Your turn has passed" in text_of(aino.get("manage", offer.token))
    assert "Your turn has passed" in text_of(aino.see())


def test_whoever_comes_too_late_at_the_button_is_led_to_the_queue(aino, taken, booked):
    answer = aino.hold(taken)
    assert answer.status_code == 409
    assert f'href="/en/items/{taken.shown_code}/queue"' in answer.content.decode()


def test_the_place_is_as_many_questions_for_five_as_for_one(
    aino, taken, booked, django_assert_max_num_queries
):
    aino.wait_for(taken)
    for name in ("bo", "cai", "didi", "eeva"):
        joins(taken, name)
    with django_assert_max_num_queries(12):
        aino.see()
