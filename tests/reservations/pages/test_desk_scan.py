"""What is scanned at the shelves and at the desk, as the pages are served: with a script, and without."""

import pytest

from inventory.domain import aliases, moving
from reservations.domain import booking, handover
from reservations.models import Handover, Reservation
from tests.factories import make_item, make_reservation, make_shelf, make_site, make_worker, open_site
from tests.inventory.hall import problems, words_of
from tests.reservations.pages.desk import address, fresh, give

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}

# The session and the person; their sites; the lines of the list; the item by its code, and whether they handle it; then the
# verb (a savepoint, the reservation, its lines, the shelf, the line, whether all is picked, the status, the audit row, the
# savepoint); and the row as it is now with its lines.
SCAN_OF_LIST = 20


def day_of(reservation):
    return reservation.slot.starts_at.date().isoformat()


def scan(browser, code, reservation=None, *, script=True, **fields):
    named = {"reservation": reservation.code} if reservation else {}
    sent = {"code": code, "day": "2026-11-16"} | named | fields
    return browser.post(address("pick_scan"), sent, headers=JSON if script else {})


def here(browser, reservation, code, *, script=True, **fields):
    return browser.post(
        address("here", reservation.code), {"code": code} | fields, headers=JSON if script else {}
    )


def swap(browser, line, code, *, script=True, **fields):
    where = address("swap", line.reservation.code)
    return browser.post(where, {"line": line.pk, "code": code} | fields, headers=JSON if script else {})


# -- At the shelves


def test_a_scan_on_the_list_picks_for_whoever_comes_first(desk, sari):
    chairs = make_item(quantity=2)
    first, second = make_reservation({chairs: 1}), make_reservation({chairs: 1}, contact="b@example.org")
    told = scan(desk, chairs.shown_code).json()
    assert (told["good"], told["id"], "Picked and checked" in told["row"]) == (True, first.code, True)
    assert scan(desk, chairs.shown_code).json()["id"] == second.code
    line = first.lines.get()
    assert (line.picked_by, line.verified_at is not None, fresh(second).status) == (sari, True, "ready")
    again = scan(desk, chairs.shown_code)
    assert (again.status_code, again.json()["good"]) == (200, True)


def test_the_list_says_who_picked_and_that_it_was_scanned_also_to_somebody_else(desk, client, warehouse):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    answer = scan(desk, chair.shown_code, reservation, script=False)
    assert answer["Location"].endswith(f"day={day_of(reservation)}#{reservation.code}")
    client.force_login(make_worker(warehouse, name="Eino Etana"))
    said = words_of(client.get(address("today"), {"day": day_of(reservation)}))
    assert "Picked and checked: Sari 09:00" in said
    assert (
        words_of(client.get(scan(client, chair.shown_code, reservation, script=False)["Location"])).count(
            "Sari"
        )
        == 1
    )


@pytest.mark.parametrize("typed", ["own", "link", "old"])
def test_any_code_of_the_thing_will_do(desk, sari, typed, settings):
    chair = make_item()
    aliases.attach(chair, "ABC123456", by=sari, at=chair.created_at)
    reservation = make_reservation({chair: 1})
    code = {"own": chair.code.lower(), "link": f"{settings.SITE_URL}/i/{chair.code}", "old": "*abc 123456*"}[
        typed
    ]
    assert scan(desk, code, reservation).json()["good"] is True
    assert reservation.lines.get().verified_at


def test_a_wrong_piece_stops_with_both_names(desk):
    chair, sofa = make_item(), make_item(category="sofa", colour="red")
    reservation = make_reservation({chair: 1})
    answer = scan(desk, sofa.shown_code, reservation)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_piece")
    said = answer.json()["detail"]
    assert (sofa.shown_code in said, chair.shown_code in said) == (True, True)
    page = scan(desk, sofa.shown_code, reservation, script=False)
    assert (page.status_code, problems(page)) == (409, [said])
    of_list = scan(desk, sofa.shown_code)
    assert of_list.json()["detail"].endswith("Nobody on this list wants it.")
    assert reservation.lines.get().picked_at is None


def test_several_pieces_are_counted_once(desk):
    chairs = make_item(quantity=24)
    reservation = make_reservation({chairs: 5})
    asked = scan(desk, chairs.shown_code)
    assert (asked.status_code, asked.json()["code"]) == (422, "count_first")
    assert f'name="reservation" value="{reservation.code}"' in asked.json()["html"]
    page = scan(desk, chairs.shown_code, reservation, script=False)
    assert (page.status_code, 'name="counted" value="5"' in page.content.decode()) == (422, True)
    fewer = scan(desk, chairs.shown_code, reservation, counted="3").json()
    assert (fewer["good"], "3 of 5 counted" in fewer["row"]) == (False, True)
    assert scan(desk, chairs.shown_code, reservation, counted="5").json()["good"] is True
    assert scan(desk, chairs.shown_code, reservation).json()["good"] is True  # and not asked again
    assert reservation.lines.get().counted == 5


@pytest.mark.parametrize("typed", ["0", "-1", "6", "x", "", "²", "9" * 30, "1.5"])
def test_a_number_that_cannot_be_is_refused(desk, typed):
    chairs = make_item(quantity=24)
    reservation = make_reservation({chairs: 5})
    answer = scan(desk, chairs.shown_code, reservation, counted=typed)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_count")
    assert reservation.lines.get().counted == 0


def torn(code):
    return code[:-1] + ("2" if code[-1] != "2" else "3")


def test_what_is_no_thing_of_ours_says_what_it_is(desk, warehouse):
    reservation = make_reservation()
    there = open_site(make_site("north", name_en="North"))
    elsewhere = make_item(site=there)
    shelf = make_shelf()
    wrong = {
        "": "nothing_scanned",
        "https://example.org/i/K7Q4M2P": "foreign_code",
        torn(elsewhere.shown_code): "label_torn",
        "222-2222": "no_such_item",
        elsewhere.shown_code: "item_elsewhere",
        shelf.code: "not_a_thing",
    }
    codes = {typed: scan(desk, typed, reservation).json()["code"] for typed in wrong}
    assert codes == wrong
    assert {typed: here(desk, reservation, typed).json()["code"] for typed in wrong} == wrong


def test_somebodys_pickup_code_opens_their_reservation(desk):
    reservation = make_reservation()
    there = address("handover", reservation.code)
    assert scan(desk, reservation.pickup_code).json() == {"href": there}
    assert (
        here(desk, make_reservation({make_item(): 1}), reservation.pickup_code, script=False)["Location"]
        == there
    )


def test_nothing_is_picked_off_a_shelf_in_quarantine_or_for_what_is_over(desk, sari):
    chair = make_item(shelf=make_shelf())
    reservation = make_reservation({chair: 1})
    moving.block(chair.shelf, by=sari, at=chair.created_at)
    assert scan(desk, chair.shown_code, reservation).json()["code"] == "in_quarantine"
    booking.cancel(reservation, by=sari, at=chair.created_at)
    assert scan(desk, chair.shown_code, reservation).json()["code"] == "wrong_state"


def test_the_reservation_of_another_site_is_not_found(desk):
    there = open_site(make_site("north"))
    chair = make_item(site=there)
    reservation = make_reservation({chair: 1})
    assert scan(desk, chair.shown_code, reservation).status_code == 404
    assert here(desk, reservation, chair.shown_code).status_code == 404
    assert swap(desk, reservation.lines.get(), chair.shown_code).status_code == 404


@pytest.mark.parametrize("others", [0, 3])
def test_a_scan_asks_the_database_a_fixed_number_of_times(desk, django_assert_num_queries, others):
    chair = make_item()
    make_reservation({chair: 1})
    for number in range(others):
        make_reservation({make_item(): 1}, contact=f"p{number}@example.org")
    with django_assert_num_queries(SCAN_OF_LIST):
        assert scan(desk, chair.shown_code).status_code == 200


# -- An equal one


def test_an_equal_thing_is_offered_and_given_instead(desk):
    wanted, equal = make_item(), make_item()
    mine, theirs = make_reservation({wanted: 1}), make_reservation({equal: 1}, contact="b@example.org")
    offer = scan(desk, equal.shown_code, mine).json()
    line = mine.lines.get()
    assert f'action="{address("swap", mine.code)}"' in offer["html"]
    told = swap(desk, line, equal.shown_code).json()
    assert (told["good"], told["id"], fresh(mine).status) == (True, mine.code, "ready")
    assert [one.lines.get().item for one in (mine, theirs)] == [equal, wanted]
    assert swap(desk, mine.lines.get(), equal.shown_code).json()["good"] is True  # pressed twice


def test_without_a_script_the_offer_is_a_page(desk):
    wanted, equal = make_item(), make_item()
    mine = make_reservation({wanted: 1})
    page = scan(desk, equal.shown_code, script=False)
    assert (page.status_code, "Give this one instead" in words_of(page)) == (409, True)
    answer = swap(desk, mine.lines.get(), equal.shown_code, script=False)
    assert (answer.status_code, mine.lines.get().verified_at is not None) == (302, True)


def test_a_thing_that_is_not_equal_is_neither_offered_nor_given(desk):
    wanted, other = make_item(), make_item(colour="red")
    mine = make_reservation({wanted: 1})
    assert "<form" not in scan(desk, other.shown_code, mine).json()["html"]
    refused = swap(desk, mine.lines.get(), other.shown_code)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_alike")
    page = swap(desk, mine.lines.get(), other.shown_code, script=False)
    assert (page.status_code, len(problems(page))) == (409, 1)


def test_a_line_that_is_not_the_reservations_is_not_found(desk):
    mine, theirs = make_reservation(), make_reservation({make_item(): 1}, contact="b@example.org")
    where = address("swap", mine.code)
    for line in (theirs.lines.get().pk, "", "x", "9" * 30):
        assert desk.post(where, {"line": line, "code": "x"}).status_code == 404


# -- At the desk


def test_each_thing_that_is_scanned_at_the_desk_is_here(desk):
    chair, lamp = make_item(), make_item(category="desk_lamp")
    reservation = make_reservation({chair: 1, lamp: 1})
    assert here(desk, reservation, chair.shown_code).json() | {"html": ""} == {
        "good": True,
        "here": chair.code,
        "html": "",
    }
    page = here(desk, reservation, chair.shown_code, script=False)
    assert "Scanned here: 1 /2" in words_of(page)
    both = here(desk, reservation, lamp.shown_code, script=False, here=[chair.code])
    assert "Scanned here: 2 /2" in words_of(both)
    assert fresh(reservation).status == "booked"  # nothing is written before the hand-over


def test_a_wrong_thing_at_the_desk_stops_and_what_was_chosen_is_kept(desk):
    chairs, sofa = make_item(quantity=3), make_item(category="sofa")
    reservation = make_reservation({chairs: 3})
    line = reservation.lines.get()
    answer = here(desk, reservation, sofa.shown_code)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_piece")
    chosen = {f"given-{line.pk}": "2", f"why-{line.pk}": "broken", "here": [chairs.code]}
    page = here(desk, reservation, sofa.shown_code, script=False, **chosen)
    html = page.content.decode()
    assert (page.status_code, len(problems(page)), f'name="given-{line.pk}" value="2"' in html) == (
        409,
        1,
        True,
    )
    assert (f'name="here" value="{chairs.code}"' in html, "Hand over 2/3" in words_of(page)) == (True, True)


def test_what_was_not_scanned_is_handed_over_all_the_same(desk):
    reservation = make_reservation()
    assert (give(desk, reservation).status_code, fresh(reservation).status) == (302, "collected")


def test_an_equal_thing_at_the_desk_is_given_instead_and_is_here(desk):
    wanted, equal, lamp = make_item(), make_item(), make_item(category="desk_lamp")
    reservation = make_reservation({wanted: 1, lamp: 1})
    handover.verify(reservation, wanted, by=make_worker(), at=wanted.created_at)
    seen = {"here": [lamp.code], "at_desk": "1"}
    assert (
        "Give this one instead" in here(desk, reservation, equal.shown_code, here=[lamp.code]).json()["html"]
    )
    told = swap(desk, reservation.lines.get(item=wanted), equal.shown_code, **seen).json()
    page = desk.get(told["href"])
    assert "Scanned here: 2 /2" in words_of(page)
    assert {line.item for line in reservation.lines.all()} == {equal, lamp}


def test_nothing_is_here_for_what_is_over(desk, sari):
    chair = make_item()
    reservation = make_reservation({chair: 1})
    give(desk, reservation)
    assert here(desk, reservation, chair.shown_code).json()["code"] == "wrong_state"
    assert here(desk, reservation, chair.shown_code, script=False).status_code == 409


# -- Who took it, and what was signed


def test_somebody_else_collects_and_signs(desk):
    reservation = make_reservation()
    give(desk, reservation, by_other="on", strokes="M10 20L30 40L50 60M1 1L1 1")
    said = desk.get(address("handover", reservation.code))
    assert "Somebody else collected. Signed on the screen" in words_of(said)
    assert '<path d="M10 20L30 40L50 60M1 1L1 1"/>' in said.content.decode()


def test_signed_on_paper_is_only_said(desk):
    reservation = make_reservation()
    give(desk, reservation, on_paper="on")
    assert (Handover.objects.get().signed, hasattr(Handover.objects.get(), "signature")) == ("paper", False)


@pytest.mark.parametrize(
    "strokes",
    ["M1 1", "L1 1L2 2", "M1 1L2 2\n", '"/><script>', "M1 1L2 2" * 3000, "M1.5 1L2 2", "M1 1L9999 2"],
)
def test_what_is_no_signature_is_refused_and_nothing_is_handed_over(desk, strokes):
    reservation = make_reservation()
    answer = give(desk, reservation, strokes=strokes)
    assert (answer.status_code, fresh(reservation).status) == (422, "booked")


def test_the_signature_is_shown_to_nobody_but_the_site(desk, client, aino):
    reservation = make_reservation()
    give(desk, reservation, strokes="M10 20L30 40")
    for page in (
        address("thanks", reservation.code),
        address("receipt", reservation.code),
        f"/en/r/{reservation.token}",
    ):
        assert "M10 20L30 40" not in desk.get(page).content.decode()


# -- The receipt


def test_the_receipt_says_what_left_and_what_stayed_in_the_persons_language(desk):
    chairs, lamp = make_item(quantity=3), make_item(category="desk_lamp")
    reservation = make_reservation({chairs: 3, lamp: 1}, language="sv")
    lines = {line.item: line.pk for line in reservation.lines.all()}
    assert desk.get(address("receipt", reservation.code)).status_code == 404
    give(desk, reservation, **{f"given-{lines[chairs]}": "2", f"why-{lines[chairs]}": "broken"})
    page = desk.get(address("receipt", reservation.code))
    said = words_of(page)
    assert '<html lang="sv"' in page.content.decode()
    assert f"2 × Arbetsstol, svart {chairs.shown_code}" in said
    assert "1 × Arbetsstol, svart: " in said
    assert "Aino" not in said


def test_the_old_pages_of_a_hand_over_still_work_after_a_swap(desk):
    """A form that was open while its line changed hands hands over what is promised now."""
    wanted, equal = make_item(), make_item()
    reservation = make_reservation({wanted: 1})
    line = reservation.lines.get()
    swap(desk, line, equal.shown_code)
    assert give(desk, reservation, **{f"why-{line.pk}": ""}).status_code == 302
    assert Reservation.objects.get(pk=reservation.pk).handover.lines.get().item == equal
