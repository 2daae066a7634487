"""The van's pages: the half-days, the run sheet, the door."""

import re

import pytest

from inventory.models import SiteRole
from recycling.audit.models import ViewEntry
from reservations.domain import booking, slots
from tests.factories import NOW, make_item, make_reservation, make_site, make_worker
from tests.inventory.hall import words_of
from tests.reservations.driving import first_window, fresh, make_delivery, to_school
from tests.reservations.pages.desk import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("risto")]

SHEET = ("warehouse", "2026-11-18-0800")
# Session and person, who waits for an answer, the sites of the worker, their half-days with the stops and the lines of those,
# and what nobody has recorded.
VANS_PAGE = 9
# Session and person, who waits for an answer, the site, the half day, its stops and their lines, the views that are written
# down, and the lead.
SHEET_PAGE = 10


@pytest.fixture
def lead(client, warehouse):
    client.force_login(make_worker(warehouse, SiteRole.LEAD))
    return client


def brought(pieces=1, **fields):
    return make_delivery({make_item(quantity=pieces): pieces}, slot=first_window(), **fields)


def move_on(clock, browser, worker, moment):
    """Some days later the session is over: the worker signs in again."""
    clock.move_to(moment)
    browser.force_login(worker)


def move(browser, stop, step):
    return browser.post(address("van", *SHEET), {"stop": stop.code, "step": step})


# -- the half-days


def test_the_days_show_their_half_days_with_what_they_carry(desk):
    brought(3)
    said = words_of(desk.get(address("vans")))
    assert "Wednesday 18 November 2026" in said
    assert "08:00-12:00 1 stop, 3 pieces" in said
    assert "12:00-16:00 No stops yet" in said


def test_a_site_without_a_van_says_whom_to_ask(client):
    client.force_login(make_worker(make_site("north")))
    assert "No van drives in the next two weeks" in words_of(client.get(address("vans")))


def test_what_was_to_be_brought_and_nobody_recorded_is_asked_for(desk, clock, sari):
    reservation = brought()
    move_on(clock, desk, sari, reservation.slot.ends_at)
    answer = desk.get(address("vans"))
    assert "Was it brought? Nobody has said" in words_of(answer)
    assert address("deliver", reservation.code) in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_half_days_take_the_same_number_of_questions_however_many_stops(
    count, desk, django_assert_num_queries
):
    for _number in range(count):
        brought()
    with django_assert_num_queries(VANS_PAGE):
        desk.get(address("vans"))


# -- the run sheet


def test_the_run_sheet_has_all_that_the_driver_needs(desk):
    reservation = brought(24)
    to_school(reservation.request, floor="2", lift="no", door_cm=82, unloading="Pihan puoli")
    said = words_of(desk.get(address("van", *SHEET)))
    for words in (
        "Puisto School, Puistotie 1",
        "2, there is no lift",
        "Narrowest door 82 cm",
        "The van stops Pihan puoli",
        "Receives Risto Rinne , 040 123 4567",
        "24 × Office chair, black",
        "0 of 1 rows picked",
        "Loading",
    ):
        assert words in said
    assert reservation.pickup_code not in said


def test_each_look_at_a_contact_is_written_down(desk, sari):
    stops = [brought(), brought()]
    desk.get(address("van", *SHEET))
    rows = ViewEntry.objects.filter(purpose="run sheet", actor=sari)
    assert sorted(rows.values_list("target_id", "subject")) == [(one.pk, one.person_id) for one in stops]


@pytest.mark.parametrize("count", [1, 3])
def test_the_run_sheet_takes_the_same_number_of_questions_however_many_stops(
    count, desk, django_assert_num_queries
):
    for _number in range(count):
        brought()
    with django_assert_num_queries(SHEET_PAGE):
        desk.get(address("van", *SHEET))


def test_a_lead_changes_the_order_and_a_worker_sees_no_button_for_it(lead, warehouse):
    first, second = brought(), brought()
    page = address("van", *SHEET)
    answer = move(lead, second, "earlier")
    assert (answer.status_code, answer.url) == (302, f"{page}#{second.code}")
    assert re.findall(r'id="(R\w+)"', lead.get(page).content.decode()) == [second.code, first.code]
    assert "Earlier" in words_of(lead.get(page))
    lead.force_login(make_worker(warehouse))
    assert "Earlier" not in words_of(lead.get(page))
    assert move(lead, first, "earlier").status_code == 403


def test_nonsense_moves_nothing(lead):
    first, second = brought(), brought()
    assert move(lead, first, "sideways").status_code == 302
    assert lead.post(address("van", *SHEET), {"stop": "RXXX", "step": "later"}).status_code == 404
    assert re.findall(r'id="(R\w+)"', lead.get(address("van", *SHEET)).content.decode()) == [
        first.code,
        second.code,
    ]


@pytest.mark.parametrize(
    "where",
    [
        ("warehouse", "2026-11-18-0900"),
        ("warehouse", "2026-02-30-0800"),
        ("warehouse", "tomorrow"),
        ("nowhere", "2026-11-18-0800"),
    ],
)
def test_what_is_no_half_day_of_ones_site_is_not_there(where, desk):
    assert desk.get(address("van", *where)).status_code == 404


def test_another_site_has_a_run_sheet_of_its_own(client):
    client.force_login(make_worker(make_site("north")))
    assert client.get(address("van", *SHEET)).status_code == 404


# -- the door


def test_deliver_is_one_tap_from_the_stop_and_the_code_receives_everything(desk):
    reservation = brought(24)
    assert (
        f'href="{address("deliver", reservation.code)}"' in desk.get(address("van", *SHEET)).content.decode()
    )
    line = reservation.lines.get()
    answer = desk.post(
        address("deliver", reservation.code), {"typed": reservation.pickup_code, f"given-{line.pk}": 24}
    )
    assert (answer.status_code, answer.url) == (302, address("van", *SHEET))
    assert fresh(reservation).status == "collected"
    assert "Delivered" in words_of(desk.get(address("van", *SHEET)))
    assert "Received: 24 pieces" in words_of(desk.get(address("deliver", reservation.code)))


def test_a_short_count_says_why(desk):
    reservation = brought(24)
    line = reservation.lines.get()
    page = address("deliver", reservation.code)
    short = {"typed": reservation.pickup_code, f"given-{line.pk}": 23}
    answer = desk.post(page, short)
    assert answer.status_code == 422
    assert "Say why not everything" in words_of(answer)
    assert desk.post(page, short | {f"why-{line.pk}": "missing"}).status_code == 302
    assert reservation.handover.lines.get().given == 23


def test_a_signature_receives_too_and_nothing_at_all_does_not(desk):
    reservation = brought()
    page = address("deliver", reservation.code)
    answer = desk.post(page, {})
    assert answer.status_code == 422
    assert "six digits, or for a signature" in words_of(answer)
    assert desk.post(page, {"strokes": "M1 1L20 20"}).status_code == 302
    assert reservation.handover.signed == "screen"


def test_wrong_digits_say_so_and_keep_what_was_typed(desk):
    reservation = brought(5)
    line = reservation.lines.get()
    answer = desk.post(
        address("deliver", reservation.code),
        {"typed": "12", f"given-{line.pk}": 4, f"why-{line.pk}": "later"},
    )
    assert answer.status_code == 422
    assert "Those are not the six digits" in words_of(answer)
    assert f'name="given-{line.pk}" value="4"' in answer.content.decode()


def test_nobody_there_leads_back_to_the_sheet_and_the_unit_chooses_anew(desk, clock, sari):
    reservation = brought()
    page = address("nobody_there", reservation.code)
    assert desk.post(page).status_code == 409
    move_on(clock, desk, sari, reservation.slot.starts_at)
    answer = desk.post(page)
    assert (answer.status_code, answer.url) == (302, address("van", *SHEET))
    assert fresh(reservation).status == "missed"
    said = words_of(desk.get(address("van", *SHEET)))
    assert "Not delivered" in said


def test_a_pickup_has_no_door_and_a_look_at_one_is_written_down(desk, sari):
    pickup, reservation = make_reservation({make_item(): 1}), brought()
    assert desk.get(address("deliver", pickup.code)).status_code == 404
    assert desk.post(address("nobody_there", pickup.code)).status_code == 404
    desk.get(address("deliver", reservation.code))
    assert ViewEntry.objects.get(actor=sari).target_id == reservation.pk


# -- among what is picked


def test_the_days_deliveries_are_on_the_pick_list_after_the_pickups(desk, clock, sari):
    reservation = brought()
    move_on(clock, desk, sari, reservation.slot.starts_at)
    pickup = make_reservation({make_item(): 1}, at=NOW, slot=slot_on_wednesday())
    answer = desk.get(address("today"))
    assert re.findall(r'id="(R\w+)"', answer.content.decode()) == [pickup.code, reservation.code]
    rows = re.findall(r"<article.*?</article>", answer.content.decode(), re.DOTALL)
    assert ["Delivery" in row for row in rows] == [False, True]
    assert address("van", *SHEET) in answer.content.decode()
    kept = re.findall(r"<article.*?</article>", desk.get(address("day_kept")).content.decode(), re.DOTALL)
    assert ["Delivery" in row for row in kept] == [False, True]
    desk_page = words_of(desk.get(address("handover", reservation.code)))
    assert "Delivery" in desk_page
    assert "Deliver" in desk_page


def slot_on_wednesday():
    return slots.offered(make_site(), at=NOW).filter(starts_at__date="2026-11-18").last()


def test_a_worker_moves_a_delivery_to_another_half_day_of_the_van(desk):
    reservation = brought()
    page = address("desk_time", reservation.code)
    value = first_window(skip=1).starts_at.strftime("%Y-%m-%dT%H:%MZ")
    assert value in desk.get(page).content.decode()
    assert desk.post(page, {"slot": value}).status_code == 302
    assert fresh(reservation).slot == first_window(skip=1)


def test_the_link_of_a_message_shows_the_vans_half_days_and_no_pickup_times(client):
    reservation = brought()
    page = client.get(address("change", reservation.token)).content.decode()
    assert set(re.findall(r'value="\d{4}-\d\d-\d\dT(\d\d:\d\d)Z"', page)) == {"06:00", "10:00"}
    assert "Pickup code" not in words_of(client.get(address("manage", reservation.token)))


def test_a_missed_delivery_waits_on_the_list_of_what_is_kept(desk, clock, sari):
    reservation = brought()
    booking.mark_missed(reservation, at=reservation.slot.ends_at)
    move_on(clock, desk, sari, reservation.slot.ends_at)
    assert "Not delivered" in words_of(desk.get(address("today")))
