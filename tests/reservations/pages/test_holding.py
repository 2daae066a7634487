"""A press on an item's button or on a list: what is held, what is not, and why."""

import pytest

from inventory.models import Item
from reservations.models import Reservation
from tests.factories import (
    counters,
    later,
    make_item,
    make_site,
    make_worker,
    open_site,
)
from tests.reservations.visiting import Resident, refusal_in, text_of

pytestmark = pytest.mark.django_db


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
