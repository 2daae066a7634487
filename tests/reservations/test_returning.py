"""What comes back after it was handed over: here again, once, and no longer counted as given away."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from inventory.domain import lots, moving
from inventory.domain.refusals import ShelfBlocked
from inventory.models import Item
from reservations.domain import handover, returning
from reservations.domain.counters import drifts
from reservations.domain.refusals import InQuarantine, NothingToReturn
from reservations.models import HandoverLine, Returned
from tests.factories import NOW, counters, make_item, make_reservation, make_shelf, make_worker, open_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exact():
    open_site()
    yield
    assert drifts() == []


@pytest.fixture
def sari():
    return make_worker(name="Sari Sorsa")


def given(wishes, by, **whose):
    reservation = make_reservation(wishes, **whose)
    lines = {line.pk: line.pieces for line in reservation.lines.all()}
    handover.hand_over(reservation, given=lines, why_not={}, by=by, at=NOW)
    return HandoverLine.objects.get(handover__reservation=reservation)


def back(line, pieces=1, *, by, condition="good", shelf="", **other):
    return returning.take_back(line, pieces, condition=condition, shelf=shelf, by=by, at=NOW, **other)


def test_a_piece_that_comes_back_is_here_again_and_saved_nothing(sari):
    chairs = make_item(quantity=5, weight_kg=10)
    line = given({chairs: 3}, sari)
    before = handover.totals(line.handover)
    for _tap in range(2):
        back(line, by=sari, client_key="k1")
    after = handover.totals(line.handover)
    assert counters(chairs) == (3, 0)
    assert (before["pieces"], after["pieces"], after["returned"]) == (3, 2, 1)
    assert (before["weight_kg"], after["weight_kg"]) == (30, 20)
    assert after["co2e_high"] == pytest.approx(before["co2e_high"] * 2 / 3, abs=Decimal("0.01"))


def test_a_form_sent_twice_counts_once_and_another_workers_key_is_not_ones_own(sari):
    line = given({make_item(quantity=5): 3}, sari)
    rows = [back(line, by=sari, client_key="k1") for _tap in range(2)]
    line.refresh_from_db()
    assert (rows[0], line.returned) == (rows[1], 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        back(line, by=make_worker(name="Kaisa Kurki"), client_key="k1")
    line.refresh_from_db()
    assert line.returned == 1


def test_the_button_of_what_comes_back_is_there_only_while_something_is_out(client, sari):
    chair = make_item()
    client.force_login(sari)
    with translation.override("en"):
        page = reverse("inventory:wh_item", args=[chair.shown_code])
    assert "It came back" not in client.get(page).content.decode()
    line = given({chair: 1}, sari)
    assert "It came back" in client.get(page).content.decode()
    back(line, by=sari)
    assert "It came back" not in client.get(page).content.decode()


def test_when_all_came_back_nothing_at_all_was_saved(sari):
    chairs = make_item(quantity=3)
    line = given({chairs: 3}, sari)
    for _piece in range(3):
        back(line, by=sari)
    totals = handover.totals(line.handover)
    assert {totals[name] for name in ("pieces", *handover.FIGURES)} == {0}
    with pytest.raises(NothingToReturn):
        back(line, by=sari)
    assert (counters(chairs), Returned.objects.count(), list(returning.still_out(chairs))) == ((3, 0), 3, [])


def test_what_comes_back_to_an_empty_lot_gives_it_its_condition_and_shelf(sari):
    chair = make_item()
    row = back(given({chair: 1}, sari), by=sari, condition="worn", shelf="h7")
    chair.refresh_from_db()
    assert (row.into, chair.quantity, chair.condition, chair.shelf.code) == (chair, 1, "worn", "H7")
    assert Item.objects.on_offer().get() == chair


@pytest.mark.parametrize("other", [{"condition": "worn"}, {"shelf": "H9"}])
def test_what_is_no_longer_equal_to_its_lot_becomes_a_lot_of_its_own(sari, other):
    chairs = make_item(quantity=5)
    row = back(given({chairs: 2}, sari), 2, by=sari, **other)
    assert (counters(chairs), counters(row.into)) == ((3, 0), (2, 0))
    assert row.into.code != chairs.code


def test_what_belonged_to_a_merged_lot_comes_back_to_the_one_that_took_it_in(sari):
    one, other = make_item(quantity=3), make_item(quantity=2)
    line = given({one: 1}, sari)
    lots.merge(one, into=other, by=sari, at=NOW)
    assert (back(line, by=sari).into, counters(other)) == (other, (5, 0))


def test_what_belonged_to_a_lot_that_was_merged_twice_is_found_at_the_last_one_and_comes_back_there(sari):
    one, other, last = make_item(quantity=3), make_item(quantity=2), make_item(quantity=1)
    line = given({one: 1}, sari)
    lots.merge(one, into=other, by=sari, at=NOW)
    lots.merge(other, into=last, by=sari, at=NOW)
    assert list(returning.still_out(last)) == [line]
    assert (back(line, by=sari).into, counters(last)) == (last, (6, 0))


def test_nothing_comes_back_onto_a_shelf_in_quarantine(sari):
    chair, shelf = make_item(), make_shelf("H1")
    line = given({chair: 1}, sari)
    moving.block(shelf, by=sari, at=NOW)
    with pytest.raises(ShelfBlocked):
        back(line, by=sari, shelf="H1")
    line.refresh_from_db()
    assert (counters(chair), line.returned) == ((0, 0), 0)


def test_nothing_is_handed_over_from_a_shelf_in_quarantine(sari):
    shelf = make_shelf("H1")
    chairs = make_item(quantity=2, shelf=shelf)
    reservation = make_reservation({chairs: 1})
    moving.block(shelf, by=sari, at=NOW)
    [line] = reservation.lines.all()
    with pytest.raises(InQuarantine):
        handover.hand_over(reservation, given={line.pk: 1}, why_not={}, by=sari, at=NOW)
    assert counters(chairs) == (2, 2)


def test_the_page_of_what_comes_back_is_pressed_twice_and_names_people_as_the_days_list_does(client, sari):
    chair = make_item()
    line = given({chair: 1}, sari)
    client.force_login(sari)
    with translation.override("en"):
        first, page = (
            reverse("reservations:returns"),
            reverse("reservations:return_item", args=[chair.shown_code]),
        )
    assert client.post(first, {"typed": "nonsense"}).status_code == 422
    assert client.post(first, {"typed": chair.code})["Location"] == page
    html = client.get(page).content.decode()
    code = line.handover.reservation.code
    ending = f"Aino …{line.handover.reservation.pickup_code[-3:]}"
    assert (ending in html, line.handover.reservation.pickup_code in html) == (True, False)
    assert re.findall(r'name="condition"[^>]* checked', html) == []
    fields = {"line": code, "pieces": "1", "condition": "worn", "shelf": "H3", "client_key": "k" * 24}
    assert client.post(page, fields | {"pieces": "2"}).status_code == 409
    assert [client.post(page, fields).status_code for _tap in range(2)] == [302, 302]
    assert counters(chair) == (1, 0)
    assert "Log it as a new item" in client.get(page).content.decode()
    receipt = client.get(line.handover.reservation.get_absolute_url())
    assert receipt.status_code == 200


def test_an_old_hand_over_is_on_a_further_page_and_takes_its_piece_back(client, sari):
    open_site(capacity=20)
    chairs = make_item(quantity=20)
    lines = [given({chairs: 1}, sari, contact=f"p{number}@example.org") for number in range(14)]
    oldest = lines[0].handover.reservation.code
    client.force_login(sari)
    with translation.override("en"):
        page = reverse("reservations:return_item", args=[chairs.shown_code])
    first, second = (client.get(page, {"page": number}).content.decode() for number in (1, 2))
    assert (oldest in first, "page=2" in first, oldest in second, "page=1" in second) == (
        False,
        True,
        True,
        True,
    )
    # The lists may have moved on between reading and sending: what was chosen is chosen on whichever page.
    fields = {"line": oldest, "pieces": "1", "condition": "good", "shelf": "", "client_key": "k" * 24}
    assert client.post(page, fields).status_code == 302
    lines[0].refresh_from_db()
    assert (lines[0].returned, counters(chairs)) == (1, (7, 0))


@pytest.mark.parametrize("typed", ["\0", "0", "-1", "9" * 25, "²", "99"])
def test_a_page_of_hand_overs_that_there_is_not_breaks_nothing(client, sari, typed):
    chair = make_item()
    given({chair: 1}, sari)
    client.force_login(sari)
    with translation.override("en"):
        page = reverse("reservations:return_item", args=[chair.shown_code])
    assert client.get(page, {"page": typed}).status_code == 200
    assert client.post(page, {"line": f"R{typed}", "pieces": "1", "condition": "good"}).status_code == 422
