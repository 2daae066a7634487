"""Logging at speed: one file is one photo, one thing is one item, and a slip is undone."""

import pytest
from django.core.cache import cache

from inventory.domain import aliases, intake, likeness, lots, moving, writing_off
from inventory.domain.refusals import NotJustLogged, StillPromised, TooLateToUndo
from inventory.models import IntakeTime, Item, Photo
from recycling.policy.models import Policy
from reservations.domain import handover
from tests.factories import (
    NOW,
    category,
    counters,
    later,
    make_item,
    make_photo,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

from .hall import address, chosen, log, picture, uploaded, value_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def send(browser, key="a1", **more):
    return browser.post(address("wh_upload"), {"photo": picture(), "client_key": key} | more)


# ---- One file is one photo ----


def test_the_same_file_sent_twice_is_one_photo_and_costs_one_of_the_day(hall):
    Policy.objects.update(photos_per_day=1)
    cache.clear()
    first, second = send(hall), send(hall)
    assert (first.status_code, second.status_code, Photo.objects.count()) == (201, 201, 1)
    assert first.json()["key"] == second.json()["key"]


def test_another_file_or_another_worker_is_another_photo(hall, client):
    keys = {send(hall, "a1").json()["key"], send(hall, "a2").json()["key"]}
    client.force_login(make_worker(make_site()))
    keys.add(send(client, "a1").json()["key"])
    assert len(keys) == 3


@pytest.mark.parametrize("key", ["", "\0", "x" * 41, "a b", "ä"])
def test_a_key_that_is_none_costs_no_photo(hall, key):
    assert send(hall, key).status_code == 201
    assert Photo.objects.get().client_key is None


# ---- How long it took ----


def test_the_time_that_the_page_measured_stays_with_the_item(hall):
    log(hall, seconds="24", taps="6", live="1")
    time = IntakeTime.objects.get()
    assert (time.item, time.seconds, time.taps, time.with_camera) == (Item.objects.get(), 24, 6, True)


@pytest.mark.parametrize(
    ("seconds", "taps"),
    [("", ""), ("-1", "6"), ("²", "6"), ("9" * 30, "6"), ("999999", "6"), ("1", "\0"), ("1", "0")],
)
def test_a_time_that_makes_no_sense_is_none_and_refuses_nothing(hall, seconds, taps):
    assert log(hall, seconds=seconds, taps=taps).status_code == 302
    assert IntakeTime.objects.count() == 0


# ---- A similar one, and undo ----


def test_a_similar_one_has_everything_but_the_photos(hall):
    log(hall, shelf="H1", colour="blue", width_cm="67.5", maker="Martela", quantity="4", condition="worn")
    page = hall.get(address("wh_new"), {"like": Item.objects.get().shown_code})
    assert [value_of(page, name) for name in ("shelf", "width_cm", "maker", "quantity")] == [
        *("H1", "67.5", "Martela", "4")
    ]
    assert [chosen(page, name) for name in ("category", "condition", "colour")] == [
        "office_chair",
        "worn",
        "blue",
    ]
    assert uploaded(page) == []
    assert "Everything but the photos is copied" in words_of(page)


@pytest.mark.parametrize("code", ["", "\0", "222-2222"])
def test_a_similar_one_of_nothing_is_an_empty_form(hall, code):
    assert hall.get(address("wh_new"), {"like": code}).status_code == 200


def test_what_was_logged_by_mistake_is_undone_and_the_form_keeps_the_place(hall):
    log(hall, shelf="H1")
    item = Item.objects.get()
    answer = hall.post(address("wh_undo", item.shown_code))
    assert "category=office_chair" in answer["Location"]
    assert "is not here any more" in words_of(hall.get(answer["Location"]))
    item.refresh_from_db()
    assert (counters(item), item.status) == ((0, 0), "withdrawn")
    assert hall.post(address("wh_undo", item.shown_code)).status_code == 302


def test_nobody_undoes_what_another_has_logged_or_what_was_logged_yesterday(sari):
    item = intake.log(
        by=sari, at=NOW, category=category(), site=make_site(), condition="good", photos=[make_photo()]
    )
    for who, at in ((make_worker(make_site()), NOW), (sari, later(hours=13))):
        with pytest.raises(TooLateToUndo):
            intake.undo(item, by=who, at=at)
    assert counters(item) == (1, 0)


def test_what_somebody_has_reserved_meanwhile_is_not_undone(sari):
    open_site()
    item = make_item(quantity=2)
    make_reservation({item: 1})
    with pytest.raises(StillPromised):
        intake.undo(item, by=item.created_by, at=NOW)
    assert counters(item) == (2, 1)


def came_from_another_lot(item, sari):
    return lots.split(item, 3, by=sari, at=NOW, condition="worn")


def took_another_lot_in(item, sari):
    other = make_item(quantity=4)
    return lots.merge(other, into=item, by=sari, at=NOW)


def some_were_handed_over(item, sari):
    open_site()
    reservation = make_reservation({item: 1})
    given = {reservation.lines.get().pk: 1}
    handover.hand_over(reservation, given=given, why_not={}, by=sari, at=NOW)
    return item


def some_were_written_off(item, sari):
    writing_off.write_off(item, 1, reason="broken", destination="wood", by=sari, at=NOW)
    return item


@pytest.mark.parametrize(
    "happened",
    [came_from_another_lot, took_another_lot_in, some_were_handed_over, some_were_written_off],
)
def test_undo_takes_away_no_piece_that_was_never_logged_there(hall, sari, happened):
    logged = make_item(quantity=5)
    Item.objects.filter(pk=logged.pk).update(created_by=sari)
    item = happened(logged, sari)
    before = counters(item)
    with pytest.raises(NotJustLogged):
        intake.undo(item, by=sari, at=NOW)
    assert counters(item) == before
    assert f"Undo {item.shown_code}" not in words_of(hall.get(address("wh_new"), {"saved": item.shown_code}))


def test_what_was_named_moved_and_labelled_since_can_still_be_undone(hall, sari):
    log(hall, shelf="H1")
    item = Item.objects.get()
    intake.edit(item, by=sari, at=NOW, version=item.version, colour="red")
    moving.put_on_shelf(item, shelf=make_shelf("H2"), by=sari, at=NOW)
    aliases.attach(item, "ABC123456", by=sari, at=NOW)
    assert f"Undo {item.shown_code}" in words_of(hall.get(address("wh_new"), {"saved": item.shown_code}))
    intake.undo(item, by=sari, at=NOW)
    assert counters(item) == (0, 0)


# ---- Is it this one? ----


def test_the_same_picture_kind_and_shelf_within_minutes_is_asked_about(hall):
    log(hall, shelf="H1", maker="Martela")
    answer = log(hall, shelf="h1", client_key="b" * 24, maker="Martela")
    assert (answer.status_code, Item.objects.count(), len(uploaded(answer))) == (409, 1, 1)
    assert "Is it this one?" in words_of(answer)
    assert Item.objects.get().shown_code in words_of(answer)
    assert value_of(answer, "maker") == "Martela"


def test_it_is_another_one_and_goes_on(hall):
    log(hall)
    asked = log(hall, client_key="b" * 24)
    answer = log(hall, client_key="b" * 24, uploaded=uploaded(asked), another="1")
    assert (answer.status_code, Item.objects.count()) == (302, 2)


def test_it_is_the_same_one_and_nothing_is_made(hall):
    log(hall, shelf="H1")
    item = Item.objects.get()
    asked = log(hall, shelf="H1", client_key="b" * 24)
    answer = log(hall, client_key="b" * 24, uploaded=uploaded(asked), same=item.shown_code)
    assert "shelf=H1" in answer["Location"]
    assert (Item.objects.count(), Photo.objects.count()) == (1, 1)
    assert f"It is already here: {item.shown_code}" in words_of(hall.get(answer["Location"]))


@pytest.mark.parametrize("same", ["", "\0", "222-2222"])
def test_the_same_as_what_is_not_there_is_not_found(hall, same):
    assert log(hall, same=same).status_code == 404


def test_one_form_sent_twice_asks_nothing(hall):
    assert [log(hall).status_code for _time in range(2)] == [302, 302]
    assert Item.objects.count() == 1


@pytest.mark.parametrize("button", ["", "open", "print"])
def test_saving_once_more_what_is_saved_leads_on_as_the_first_time_did(hall, button):
    """The photos travelled ahead: the second time they are the item's, and none is left to be sent with the form."""
    fields = {"uploaded": [send(hall).json()["key"]]} | ({button: "1"} if button else {})
    first, again = log(hall, **fields), log(hall, **fields)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Item.objects.get().photos.count() == 1


def test_what_another_has_saved_is_not_what_this_form_saved(hall, client):
    fields = {"uploaded": [send(hall).json()["key"]]}
    log(hall, **fields)
    client.force_login(make_worker(make_site()))
    assert log(client, **fields).status_code == 422


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [({"category": "desk"}, 0), ({"shelf": "H2"}, 0), ({"looks": "otherwise"}, 0), ({}, 11)],
    ids=["kind", "shelf", "picture", "later"],
)
def test_what_differs_in_one_of_them_is_another_thing(hall, clock, fields, minutes):
    fields = dict(fields)
    log(hall, shelf="H1")
    clock.move_to(later(minutes=minutes))
    if fields.pop("looks", None):
        Photo.objects.update(dhash="f0f0f0f0f0f0f0f0")
    assert log(hall, **({"shelf": "H1", "client_key": "b" * 24} | fields)).status_code == 302
    assert Item.objects.count() == 2


def test_hashes_that_differ_in_few_bits_are_of_what_looks_the_same():
    assert likeness.alike("0" * 16, "000000000000003f")
    assert not likeness.alike("0" * 16, "000000000000007f")


@pytest.mark.parametrize("rows", [1, 5])
def test_asking_what_was_logged_before_is_two_questions(rows, django_assert_num_queries):
    for _number in range(rows):
        one = make_item()
    place = {"category": one.category, "site": one.site, "shelf": "", "at": NOW}
    with django_assert_num_queries(2):
        assert likeness.logged_before([Photo(dhash="f" * 16)], **place) is None
