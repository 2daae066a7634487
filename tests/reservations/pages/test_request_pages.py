"""The pages of a unit's request: from an item onto the list, the five tasks, sent, followed, copied, given up."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from inventory.models import Item
from recycling.accounts.models import CostCentre, Membership
from reservations.domain import booking, holding, request_sending, request_states, requests
from reservations.models import FurnitureRequest, RequestStatus, Reservation
from tests.factories import (
    NOW,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_site,
    make_unit,
    make_worker,
)
from tests.reservations.writing import CENTRE, asked, facts, held, list_with, make_minna, ready_list

pytestmark = pytest.mark.django_db


class Member:
    """Somebody of a unit at a browser, reading English."""

    def __init__(self, person):
        self.person = person
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def address(self, name, *arguments):
        with translation.override("en"):
            return reverse(name if ":" in name else f"reservations:{name}", args=arguments)

    def get(self, name, *arguments, **query):
        return self.client.get(self.address(name, *arguments), query)

    def post(self, name, *arguments, **data):
        return self.client.post(self.address(name, *arguments), data)

    def reads(self, name, *arguments, **query):
        answer = self.get(name, *arguments, **query)
        assert answer.status_code == 200, answer
        return plain(answer)


def plain(answer):
    body = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def minna():
    return make_minna()


@pytest.fixture
def her(minna):
    return Member(minna)


@pytest.fixture
def chairs():
    return make_item(quantity=40)


def the_list():
    return FurnitureRequest.objects.get()


# -- from the item


def test_the_items_page_offers_the_list_to_who_asks_for_a_unit(her, chairs):
    page = her.reads("inventory:item", chairs.shown_code)
    assert "40 pieces free for your unit" in page
    assert "Add to the request list" in page
    assert "Book a pickup time" not in page


def test_nobody_else_is_offered_the_list(chairs):
    for person in (make_worker(), make_member("giver"), make_member("approver")):
        assert "request list" not in Member(person).reads("inventory:item", chairs.shown_code)


def test_who_does_not_ask_for_the_unit_has_no_button_for_what_units_alone_have(chairs):
    first = make_item(quantity=40, units_first=True)
    for role in ("giver", "approver"):
        page = Member(make_member(role)).reads("inventory:item", first.shown_code)
        assert "Whoever asks for furniture for the unit puts it on the request list." in page
        assert "Book a pickup time" not in page
    for_all = Member(make_member("giver")).get("inventory:item", chairs.shown_code)
    assert 'max="5"' in for_all.content.decode()


def test_pieces_go_on_the_list_and_the_item_says_so(her, chairs):
    answer = her.post("request_add", chairs.shown_code, pieces=24)
    assert answer["Location"] == the_list().get_absolute_url()
    assert held(the_list()) == {chairs.pk: 24}
    page = her.reads("inventory:item", chairs.shown_code)
    assert "40 free, 24 chosen, 16 stay" in page
    assert "Change the request list" in page


def test_what_is_all_on_ones_own_list_can_still_be_changed(her, chairs):
    her.post("request_add", chairs.shown_code, pieces=40)
    page = her.reads("inventory:item", chairs.shown_code)
    assert "40 free, 40 chosen, 0 stay" in page
    assert "Somebody has booked it" not in page


def test_where_fewer_remain_it_offers_what_one_can_do(her, minna, chairs):
    hold({chairs: 22}, by=make_worker())
    make_item(quantity=9)
    answer = her.post("request_add", chairs.shown_code, pieces=24)
    page = plain(answer)
    assert answer.status_code == 409
    assert "18 pieces remain. You wanted 24" in page
    assert "Take 18 now" in page
    assert "9 more pieces like it" in page
    her.post("request_add", chairs.shown_code, pieces=18)
    assert held(the_list()) == {chairs.pk: 18}


@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "99999"])
def test_no_number_is_asked_for_again(her, chairs, typed):
    answer = her.post("request_add", chairs.shown_code, pieces=typed)
    assert answer.status_code == 422
    assert "Add to the request list" in plain(answer)
    assert not FurnitureRequest.objects.exists()


def test_what_is_gone_is_told(her, chairs):
    hold({chairs: 40}, by=make_worker())
    answer = her.post("request_add", chairs.shown_code, pieces=1)
    assert answer.status_code == 409
    assert "0 pieces remain" in plain(answer)


@pytest.mark.parametrize("code", ["K7Q-4M2P", "x"])
def test_an_unknown_item_is_not_found(her, code):
    assert her.post("request_add", code, pieces=1).status_code == 404
    assert her.get("request_set", code).status_code == 404


# -- a set


def test_a_set_is_taken_from_several_places(her, chairs):
    there = make_item(quantity=6, site=make_site("other", name_en="Warehouse 2"))
    page = her.reads("request_set", chairs.shown_code, pieces=44)
    assert "46 alike" in page
    assert "6 pieces , Warehouse 2" in page or "6 pieces, Warehouse 2" in page
    her.post("request_set", chairs.shown_code, pieces=44)
    assert held(the_list()) == {chairs.pk: 40, there.pk: 4}


def test_a_set_that_is_too_small_is_refused_with_the_number(her, chairs):
    answer = her.post("request_set", chairs.shown_code, pieces=50, at_least=41)
    assert answer.status_code == 409
    assert "40 pieces alike remain, fewer than the 41 that you need" in plain(answer)
    assert asked(the_list()) == {}
    her.post("request_set", chairs.shown_code, pieces=50, at_least=40)
    assert held(the_list()) == {chairs.pk: 40}


def test_at_least_more_than_wanted_makes_no_sense(her, chairs):
    assert her.post("request_set", chairs.shown_code, pieces=5, at_least=6).status_code == 422


# -- the tasks


def states_of(page):
    return re.findall(r"Done|To do|Cannot start yet", page)


def test_an_empty_list_says_how_to_begin(her):
    assert "Your list is empty" in her.reads("request_list")


def test_the_list_is_five_tasks_each_with_its_state(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    assert her.get("request_list")["Location"] == request.get_absolute_url()
    page = her.reads("request", request.code)
    assert states_of(page) == ["Done", "To do", "To do", "Done", "Cannot start yet"]
    assert "held for you until Tue 17 Nov 09:00" in page
    requests.write(request, by=minna, at=NOW, **facts())
    assert states_of(her.reads("request", request.code)) == ["Done", "Done", "Done", "Done", "To do"]


def test_what_has_to_be_approved_says_who_is_asked(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    assert "Nobody in your unit can approve it" in her.reads("request", request.code)
    make_member("approver", name="Helmi Hyväksyjä")
    ville = make_member("lead", name="Ville Vastaava")
    assert "Helmi Hyväksyjä" in her.reads("request", request.code)
    assert "24 pieces: more than 20 need an approval" in her.reads("request_approver", request.code)
    answer = her.post("request_approver", request.code, approver=ville.pk)
    assert answer["Location"] == her.address("request_check", request.code)
    assert "Ville Vastaava" in her.reads("request_check", request.code)


def test_somebody_who_may_not_approve_cannot_be_asked(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    make_member("approver")
    answer = her.post("request_approver", request.code, approver=make_member("approver", code="library").pk)
    assert answer.status_code == 422


def test_saving_the_details_leads_to_the_next_task(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    page = her.get("request_details", request.code).content.decode()
    assert re.search(r'<option value="\d+" selected>31250', page)
    assert 'value="Minna Mäkinen"' in page
    requests.write(request, by=minna, at=NOW, fulfilment="pickup")
    centre = CostCentre.objects.get()
    answer = her.post(
        *("request_details", request.code),
        cost_centre=centre.pk,
        replaces="purchase",
        needed_by="2026-12-01",
        contact_name="Ville",
    )
    assert answer["Location"] == her.address("request_check", request.code)
    request.refresh_from_db()
    assert (request.replaces, request.needed_by.isoformat(), request.contact_name) == (
        *("purchase", "2026-12-01"),
        "Ville",
    )


def test_the_details_say_what_is_missing_at_each_field(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    answer = her.post("request_details", request.code)
    page = plain(answer)
    assert answer.status_code == 422
    for words in (
        "Choose the cost centre.",
        "Say by when the things are needed.",
        "instead of a purchase, an addition",
    ):
        assert words in page


def test_a_day_that_is_over_is_refused_at_its_field(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    answer = her.post(
        *("request_details", request.code),
        cost_centre=CostCentre.objects.get().pk,
        replaces="purchase",
        needed_by="2026-11-01",
        contact_name="Ville",
    )
    assert answer.status_code == 422
    assert 'href="#id_needed_by"' in answer.content.decode()


def test_a_member_of_two_units_chooses_by_the_cost_centre(her, minna, chairs):
    library = make_unit("library", "Kirjasto", cost_centre="777", name_en="Library")
    Membership.objects.create(user=minna, department=library, role="requester")
    request = list_with({chairs: 2}, by=minna)
    her.post(
        *("request_details", request.code),
        cost_centre=CostCentre.objects.get(number="777").pk,
        replaces="addition",
        needed_by="2026-12-01",
        contact_name="Minna",
    )
    request.refresh_from_db()
    assert request.department == library


def test_the_cost_centre_of_a_unit_where_one_does_not_ask_is_no_choice(her, minna, chairs):
    make_unit("library", "Kirjasto", cost_centre="777")
    request = list_with({chairs: 2}, by=minna)
    answer = her.post(
        *("request_details", request.code),
        cost_centre=CostCentre.objects.get(number="777").pk,
        replaces="addition",
        needed_by="2026-12-01",
        contact_name="Minna",
    )
    assert answer.status_code == 422


def test_a_unit_without_an_open_cost_centre_is_told_whom_to_ask(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    CostCentre.objects.update(open_until="2026-01-01")
    assert "no open cost centre" in her.reads("request_details", request.code)


# -- things


def test_the_numbers_are_changed_on_the_list(her, minna, chairs):
    desks = make_item(quantity=5, category="desk")
    request = list_with({chairs: 2, desks: 1}, by=minna)
    line, other = request.lines.order_by("pk")
    her.post("request_things", request.code, **{f"pieces-{line.pk}": 24, f"pieces-{other.pk}": 0})
    assert asked(request) == held(request) == {chairs.pk: 24}
    assert "40 free, 24 chosen, 16 stay" in her.reads("request_things", request.code)


def test_too_many_is_said_at_the_line_and_the_other_lines_are_kept(her, minna, chairs):
    desks = make_item(quantity=5, category="desk")
    request = list_with({chairs: 2, desks: 1}, by=minna)
    line, other = request.lines.order_by("pk")
    data = {f"pieces-{line.pk}": 41, f"pieces-{other.pk}": 5}
    answer = her.post("request_things", request.code, **data)
    assert answer.status_code == 409
    assert "40 pieces remain. You wanted 41" in plain(answer)
    assert asked(request) == {chairs.pk: 2, desks.pk: 5}


@pytest.mark.parametrize("typed", ["", "x", "-1"])
def test_a_number_that_is_none_is_asked_for_again(her, minna, chairs, typed):
    request = list_with({chairs: 2}, by=minna)
    line = request.lines.get()
    assert her.post("request_things", request.code, **{f"pieces-{line.pk}": typed}).status_code == 422


def test_a_line_is_taken_off(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    her.post("request_things", request.code, remove=request.lines.get().pk)
    assert asked(request) == {}
    assert "Nothing is on the list yet" in her.reads("request_things", request.code)
    assert her.post("request_things", request.code, remove="7").status_code == 302


def lapsed(request, at=NOW):
    Reservation.objects.update(held_until=at)
    for one in request.reservations.holding():
        booking.expire(one, at=at)


def test_when_the_hold_has_ended_it_says_so_and_one_button_holds_it_again(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    lapsed(request)
    page = her.reads("request", request.code)
    assert "not held for you any more" in page
    assert "24 hours after the last change" in page
    her.post("request_hold", request.code)
    assert held(request) == {chairs.pk: 24}
    assert "not held for you any more" not in her.reads("request", request.code)


def test_what_others_took_meanwhile_is_shown_with_what_one_can_do(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    lapsed(request)
    hold({chairs: 22}, by=make_worker())
    answer = her.post("request_hold", request.code)
    assert answer["Location"] == her.address("request_things", request.code)
    page = her.reads("request_things", request.code)
    assert "18 of 24 remain" in page
    assert "Take 18" in page
    her.post("request_things", request.code, take=request.lines.get().pk)
    assert asked(request) == held(request) == {chairs.pk: 18}


def test_what_left_the_catalogue_is_shown_as_gone(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    lapsed(request)
    Item.objects.update(status="withdrawn")
    assert "Gone to others" in her.reads("request_things", request.code)


# -- sent


def test_the_check_page_shows_everything_and_sends_it(her, minna, chairs):
    request = ready_list({chairs: 2}, by=minna, note="To room 12")
    page = her.reads("request_check", request.code)
    for words in (CENTRE, "Instead of a purchase", "Wednesday 16 December 2026", "To room 12", "Pickup"):
        assert words in page
    answer = her.client.post(her.address("request_check", request.code), follow=True)
    assert "the items are yours" in plain(answer)
    request.refresh_from_db()
    assert request.status == RequestStatus.ACCEPTED


def test_what_is_not_ready_is_not_checked_yet(her, minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    assert her.get("request_check", request.code)["Location"] == her.address("request_details", request.code)


def test_what_cannot_be_sent_says_why_and_stays(her, minna, chairs):
    request = ready_list({chairs: 24}, by=minna)
    make_member("approver")
    lapsed(request)
    hold({chairs: 22}, by=make_worker())
    answer = her.post("request_check", request.code)
    assert answer.status_code == 409
    assert "Nothing was sent" in plain(answer)
    request.refresh_from_db()
    assert request.status == RequestStatus.WRITING


def test_once_it_is_sent_every_step_leads_to_the_request(her, minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request_sending.send(request, by=minna, at=NOW)
    for page in ("request_things", "request_details", "request_approver", "request_check"):
        assert her.get(page, request.code)["Location"] == request.get_absolute_url()


def test_a_request_that_waits_says_for_whom(her, minna, chairs):
    make_member("approver", name="Helmi Hyväksyjä")
    request = ready_list({chairs: 24}, by=minna)
    request_sending.send(request, by=minna, at=NOW)
    page = her.reads("request", request.code)
    assert "It waits for an approval. Asked: Helmi Hyväksyjä. Last day: Mon 23 Nov" in page


def test_an_accepted_request_leads_to_its_time_and_then_shows_it(her, minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request_sending.send(request, by=minna, at=NOW)
    assert "Choose a time. Last day: Mon 23 Nov" in her.reads("request", request.code)
    reservation = request.reservations.get()
    booking.reschedule(reservation, first_slot(), by=minna, at=NOW)
    reservation.refresh_from_db()
    page = her.reads("request", request.code)
    assert "Pickup: " in page
    assert f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}" in page


def test_a_colleague_sees_it_without_its_pickup_code(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    holding.choose_time(request.reservations.get(), first_slot(), at=NOW)
    request_sending.send(request, by=minna, at=NOW)
    page = Member(make_member()).get("request", request.code).content.decode()
    reservation = request.reservations.get()
    assert "Booked" in page
    assert f"{reservation.pickup_code[:3]} {reservation.pickup_code[3:]}" not in page
    assert reservation.token not in page


def test_a_returned_request_shows_the_reason_and_its_tasks(her, minna, chairs):
    helmi = make_member("approver", name="Helmi Hyväksyjä")
    request = ready_list({chairs: 24}, by=minna)
    locked = request_sending.send(request, by=minna, at=NOW)
    locked.decision_reason = "Twenty will do"
    locked.decided_by, locked.decided_at = helmi, NOW
    request_states.move(locked, RequestStatus.RETURNED, by=helmi, at=NOW)
    page = her.reads("request", request.code)
    assert "Twenty will do" in page
    assert "1. Things" in page


def test_giving_up_asks_once_more(her, minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    assert "Give up the request?" in her.reads("request_cancel", request.code)
    her.post("request_cancel", request.code)
    request.refresh_from_db()
    assert request.status == RequestStatus.CANCELLED
    assert "It was cancelled." in her.reads("request", request.code)


def test_a_copy_goes_on_with_what_has_to_be_said_anew(her, minna, chairs):
    earlier = ready_list({chairs: 2}, by=minna)
    request_sending.send(earlier, by=minna, at=NOW)
    answer = her.post("request_copy", earlier.code)
    new = FurnitureRequest.objects.exclude(pk=earlier.pk).get()
    assert answer["Location"] == her.address("request_details", new.code)
    assert held(new) == {chairs.pk: 2}


def test_a_copy_of_what_is_partly_gone_begins_with_the_things(her, minna, chairs):
    earlier = ready_list({chairs: 15}, by=minna)
    request_sending.send(earlier, by=minna, at=NOW)
    hold({chairs: 20}, by=make_worker())
    answer = her.post("request_copy", earlier.code)
    new = FurnitureRequest.objects.exclude(pk=earlier.pk).get()
    assert answer["Location"] == her.address("request_things", new.code)
    assert "5 of 15 remain" in her.reads("request_things", new.code)


# -- our unit


def test_our_unit_says_what_to_do_next(her, minna, chairs):
    assert "Your unit has not asked for anything yet." in her.reads("dept")
    request = list_with({chairs: 2}, by=minna)
    assert "Finish the list and send it." in her.reads("dept")
    requests.write(request, by=minna, at=NOW, **facts())
    request_sending.send(request, by=minna, at=NOW)
    page = her.reads("dept")
    assert "Choose a time. Last day: Mon 23 Nov" in page
    assert "Copy to my list" not in page  # one thing at a time
    booking.reschedule(request.reservations.get(), first_slot(), by=minna, at=NOW)
    assert "Copy to my list" in her.reads("dept")


def test_an_approver_sees_the_requests_and_neither_begins_nor_copies_any(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request_sending.send(request, by=minna, at=NOW)
    page = Member(make_member("approver")).reads("dept")
    assert request.code in page
    assert "Copy to my list" not in page


def test_home_leads_a_member_of_a_unit_to_it(her):
    with translation.override("en"):
        assert her.client.get(reverse("home"))["Location"] == "/en/dept"


def test_the_header_counts_what_is_on_the_list(her, minna, chairs):
    def header():
        page = her.get("inventory:items").content.decode()
        return " ".join(
            re.sub(r"<[^>]+>", " ", re.search(r"<nav class=\"site-nav.*?</nav>", page, re.DOTALL)[0]).split()
        )

    assert "Our unit" in header()
    assert "on the request list" not in header()
    list_with({chairs: 2, make_item(): 1}, by=minna)
    assert "Our unit 2 on the request list" in header()


DEPT_PAGE = 13


@pytest.mark.parametrize("rows", [1, 3])
def test_our_unit_asks_as_much_for_one_request_as_for_three(her, minna, chairs, rows):
    for _number in range(rows):
        request_sending.send(ready_list({chairs: 2}, by=minna), by=minna, at=NOW)
    her.get("dept")
    with CaptureQueriesContext(connection) as asked_:
        her.get("dept")
    assert len(asked_) == DEPT_PAGE, [one["sql"][:120] for one in asked_]


@pytest.mark.parametrize("page", ["request", "request_things", "request_check"])
def test_a_list_asks_as_much_for_one_line_as_for_three(her, minna, page):
    counted = []
    for _rows in range(2):
        request = ready_list(
            {make_item(): 1, **({make_item(): 1, make_item(): 1} if counted else {})}, by=minna
        )
        her.get(page, request.code)  # what each process remembers is remembered
        with CaptureQueriesContext(connection) as asked_:
            assert her.get(page, request.code).status_code == 200
        counted.append(len(asked_))
    assert counted[0] == counted[1]


def test_a_sent_request_asks_as_much_for_one_line_as_for_three(her, minna):
    counted = []
    for number in (1, 3):
        request = ready_list({make_item(): 1 for _item in range(number)}, by=minna)
        request_sending.send(request, by=minna, at=NOW)
        her.get("request", request.code)
        with CaptureQueriesContext(connection) as asked_:
            assert her.get("request", request.code).status_code == 200
        counted.append(len(asked_))
    assert counted[0] == counted[1]


# -- another unit's


@pytest.mark.parametrize("verb", ["get", "post"])
def test_another_units_request_is_not_found_anywhere(minna, chairs, verb):
    request = ready_list({chairs: 2}, by=minna)
    stranger = Member(make_member("lead", code="library"))
    for page in (
        "request",
        "request_things",
        "request_details",
        "request_approver",
        "request_check",
        "request_cancel",
    ):
        if (page, verb) != ("request", "post"):
            assert getattr(stranger, verb)(page, request.code).status_code == 404, page
    for page in ("request_hold", "request_copy"):
        assert stranger.post(page, request.code).status_code == 404
    assert request.code not in stranger.reads("dept")
    assert held(request) == {chairs.pk: 2}


def test_a_colleague_looks_at_a_list_and_does_not_change_it(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    colleague = Member(make_member())
    assert "It is being written. Who: Minna Mäkinen." in colleague.reads("request", request.code)
    for page in ("request_things", "request_details", "request_approver", "request_check"):
        assert colleague.get(page, request.code).status_code == 404
    assert colleague.post("request_cancel", request.code).status_code == 404
    assert colleague.post("request_way", request.code, way="delivery").status_code == 404
    assert held(request) == {chairs.pk: 2}


@pytest.mark.parametrize("role", ["approver", "giver"])
def test_who_does_not_ask_for_a_unit_puts_nothing_on_a_list(chairs, role):
    member = Member(make_member(role))
    assert member.post("request_add", chairs.shown_code, pieces=1).status_code == 403
    assert member.get("request_set", chairs.shown_code).status_code == 403
    assert member.get("request_list").status_code == 403


# -- the catalogue for units


def test_a_card_says_until_when_only_units_see_it(her, client, chairs):
    Item.objects.update(public_from=later(days=4))
    assert "City units until Fri 20 Nov" in her.reads("inventory:items")
    Item.objects.update(public_from=NOW)
    assert "City units until" not in her.reads("inventory:items")


def test_lots_of_so_many_pieces_are_found(her, chairs):
    few = make_item(quantity=5)
    page = her.get("inventory:items", pieces="6").content.decode()
    assert chairs.shown_code in page
    assert few.shown_code not in page
    assert "At least 6 pieces" in page


def test_a_unit_finds_what_stands_at_its_own_site(her, chairs):
    school = make_site("school", name_en="Puisto School", kind="department", is_active=False)
    own = make_item(site=school)
    unit = make_unit()
    unit.default_site = school
    unit.save()
    assert "Puisto School (our own)" in her.reads("inventory:items")
    page = her.get("inventory:items", site="school").content.decode()
    assert own.shown_code in page
    assert chairs.shown_code not in page
