"""Steps of a thing, how many pieces, what is set aside."""

import re

import pytest

from inventory.domain import stock
from inventory.models import SetAside
from reservations.domain import booking
from tests.factories import (
    NOW,
    counters,
    first_slot,
    hold,
    make_item,
    make_reservation,
    open_site,
)
from tests.inventory.hall import address, problems, value_of, words_of

pytestmark = pytest.mark.django_db


def test_an_item_is_published_withdrawn_and_made_a_draft_again(hall):
    item = make_item(publish=False)
    for action, status in (("publish", "published"), ("withdraw", "withdrawn"), ("reopen", "draft")):
        assert hall.post(address("wh_act", item.shown_code, action)).status_code == 302
        item.refresh_from_db()
        assert item.status == status


def test_what_is_not_complete_is_not_published(hall):
    item = make_item(publish=False, photos=0)
    answer = hall.post(address("wh_act", item.shown_code, "publish"))
    assert (answer.status_code, problems(answer)) == (409, ["Add at least one photo before publishing."])


def test_a_step_that_was_taken_already_is_refused_and_the_page_says_how_it_is(hall):
    item = make_item()
    answer = hall.post(address("wh_act", item.shown_code, "publish"))
    assert answer.status_code == 409
    assert 'class="button"' in answer.content.decode()
    assert address("wh_act", item.shown_code, "withdraw") in answer.content.decode()


def test_what_is_promised_is_not_withdrawn(hall):
    open_site()
    item = make_item()
    make_reservation({item: 1})
    assert hall.post(address("wh_act", item.shown_code, "withdraw")).status_code == 409
    item.refresh_from_db()
    assert item.status == "published"


def test_the_refusal_leads_to_every_reservation_that_holds_the_thing_and_to_no_other(hall):
    open_site()
    item, other = make_item(quantity=4), make_item()
    late = make_reservation({item: 1}, slot=first_slot(skip=3), contact="bea@example.org")
    early = make_reservation({item: 1, other: 1}, slot=first_slot())
    (begun,) = hold({item: 1})
    booking.cancel(make_reservation({item: 1}, contact="cea@example.org"), at=NOW)
    make_reservation(contact="dea@example.org")
    answer = hall.post(address("wh_act", item.shown_code, "withdraw"))
    assert problems(answer) == [
        "3 of these are promised to somebody. Cancel or hand over those reservations first."
    ]
    section = answer.content.decode().partition('id="promises-title"')[2].partition("</section>")[0]
    assert re.findall(r'href="/en/wh/handover/(\w+)"', section) == [
        early.code,
        late.code,
        begun.code,
    ]
    said = words_of(answer)
    assert f"{early.code} …{early.pickup_code[3:]} Booked Mon 16 Nov" in said
    assert f"{begun.code} Held Kept until Mon 16 Nov 09:20" in said
    assert [name in said for name in ("Aino", "aino@", early.pickup_code)] == [False] * 3
    for one in (early, begun):
        assert hall.get(f"/en/wh/handover/{one.code}").status_code == 200
    assert "Promised to" not in words_of(hall.get(address("wh_item", item.shown_code)))


def test_what_is_only_set_aside_is_refused_with_what_to_do(hall, sari):
    item = make_item(quantity=3)
    stock.set_aside(item, 2, reason="missing", by=sari, at=NOW)
    for name, args, fields in (("wh_act", ["withdraw"], {}), ("wh_count", [], {"quantity": "1"})):
        answer = hall.post(address(name, item.shown_code, *args), fields)
        assert (answer.status_code, problems(answer)) == (
            409, ["2 of these are set aside. Put them back on offer or write them off first."],
        )  # fmt: skip
        assert "Promised to" not in words_of(answer)


def test_a_count_is_saved_and_never_below_what_is_promised(hall):
    open_site()
    item = make_item(quantity=5)
    make_reservation({item: 2})
    assert hall.post(address("wh_count", item.shown_code), {"quantity": "4"}).status_code == 302
    assert counters(item) == (4, 2)
    answer = hall.post(address("wh_count", item.shown_code), {"quantity": "1"})
    assert (answer.status_code, value_of(answer, "quantity")) == (409, "1")
    assert counters(item) == (4, 2)


@pytest.mark.parametrize("typed", ["-1", "1000000000", "", "two"])
def test_a_count_that_cannot_be_is_refused_at_its_field(hall, typed):
    item = make_item(quantity=5)
    answer = hall.post(address("wh_count", item.shown_code), {"quantity": typed})
    assert (answer.status_code, value_of(answer, "quantity"), counters(item)) == (422, typed, (5, 0))
    assert 'href="#count_quantity"' in answer.content.decode()


def test_pieces_are_set_aside_put_back_and_written_off(hall):
    item = make_item(quantity=5)
    for reason in ("repair", "missing"):
        hall.post(address("wh_aside", item.shown_code), {"pieces": "2", "reason": reason})
    assert counters(item) == (5, 4)
    assert "2 pieces set aside: being repaired" in words_of(hall.get(address("wh_item", item.shown_code)))
    repair, missing = SetAside.objects.order_by("pk")
    for _twice in range(2):
        hall.post(address("wh_end_aside", item.shown_code), {"back": repair.token})
        fields = {"aside": missing.token, "reason": "missing", "client_key": "k" * 24}
        hall.post(address("wh_write_off", item.shown_code), fields)
    assert counters(item) == (3, 0)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pieces": "0", "reason": "repair"}, 422),
        ({"pieces": "1000000000", "reason": "repair"}, 422),
        ({"pieces": "1", "reason": "eaten"}, 422),
        ({"pieces": "6", "reason": "repair"}, 409),
        ({}, 422),
    ],
)
def test_setting_aside_what_is_not_there_is_refused(hall, fields, status):
    item = make_item(quantity=5)
    answer = hall.post(address("wh_aside", item.shown_code), fields)
    assert (answer.status_code, counters(item), len(problems(answer)) > 0) == (status, (5, 0), True)


WORDS_OF = {
    "en": {"repair": "Being repaired", "missing": "Missing"},
    "fi": {"repair": "Kunnostettavana", "missing": "Kateissa"},
    "sv": {"repair": "Under reparation", "missing": "Saknas"},
}


@pytest.mark.parametrize("language", WORDS_OF)
@pytest.mark.parametrize("reason", ["repair", "missing"])
def test_the_badge_of_what_is_only_set_aside_says_why_and_not_that_it_is_reserved(
    hall, sari, language, reason
):
    item = make_item(quantity=2)
    stock.set_aside(item, 2, reason=reason, by=sari, at=NOW)
    word = WORDS_OF[language][reason]
    listed, page = (
        words_of(hall.get(address(name, *args, language=language)))
        for name, args in (("wh_items", ()), ("wh_item", (item.shown_code,)))
    )
    assert f"{word} {item.shown_code}" in listed
    assert f"{item.shown_code} {word}" in page
    assert [f" 0. {word}: 2." in said for said in (listed, page)] == [True, True]


def test_the_badge_says_reserved_as_soon_as_one_piece_is_somebodys(hall, sari):
    open_site()
    item = make_item(quantity=2)
    stock.set_aside(item, 1, reason="repair", by=sari, at=NOW)
    assert f"Available {item.shown_code}" in words_of(hall.get(address("wh_items")))
    make_reservation({item: 1})
    said = words_of(hall.get(address("wh_items")))
    assert f"Reserved {item.shown_code}" in said
    assert "Here: 2. Reserved: 1. Free: 0. Being repaired: 1." in said


@pytest.mark.parametrize("number", ["0", "x", "9" * 40, "²", "", "\0"])
def test_an_unknown_set_aside_row_is_not_found(hall, number):
    assert hall.post(address("wh_end_aside", make_item().shown_code), {"back": number}).status_code == 404


def test_what_is_set_aside_of_another_item_is_not_found(hall, sari):
    other = stock.set_aside(make_item(quantity=2), 1, reason="repair", by=sari, at=NOW)
    assert (
        hall.post(address("wh_end_aside", make_item().shown_code), {"back": other.token}).status_code == 404
    )
