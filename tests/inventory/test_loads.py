"""Loads and clearances: shot room by room, grouped into lots afterwards, closed when nothing waits."""

from datetime import timedelta

import pytest
from django.urls import reverse

from inventory.domain import loads, lots, moving, photos, publishing, stock, writing_off
from inventory.domain.loads import AlreadyGrouped, LoadClosed, ShotsWait
from inventory.domain.refusals import ShelfBlocked
from inventory.models import Arrival, Item, Load, Photo, Shot
from recycling.policy.models import Policy
from reservations.domain import handover
from reservations.reports.loads import where_it_went
from tests.factories import (
    NOW,
    category,
    make_item,
    make_photo,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

from .hall import address, picture, problems, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def school(sari):
    """A clearance with two rooms."""
    return loads.open_load(
        by=sari,
        at=NOW,
        site=make_site(),
        kind="clearance",
        name="Puiston koulu",
        rooms=["Luokka 1", "Luokka 2"],
    )


@pytest.fixture
def for_everybody():
    """What arrives is for residents at once."""
    Policy.objects.update(internal_first_days=0)


@pytest.fixture
def room(school):
    return school.rooms.first()


def shot(room, number=1):
    taken = [make_photo() for _number in range(number)]
    for photo in taken:
        loads.keep_shot(room, photo)
    return taken


def group(room, taken, by, **more):
    usual = {"category": category(), "condition": "good", "quantity": 1, "at": NOW, "by": by}
    return loads.group(room, taken, **(usual | more))


# ---- The verbs ----


def test_a_load_is_opened_once_however_often_it_is_sent(sari):
    facts = {"by": sari, "at": NOW, "site": make_site(), "kind": "load", "name": "Lasti", "rooms": ["Lasti"]}
    assert loads.open_load(client_key="k", **facts) == loads.open_load(client_key="k", **facts)
    assert (Load.objects.count(), Load.objects.get().rooms.count()) == (1, 1)


def test_shots_become_one_lot_and_the_rest_goes_on_waiting(room, sari):
    taken = shot(room, 3)
    item = group(room, taken[:2], sari, quantity=40)
    assert list(item.photos.all()) == taken[:2]
    assert (item.site, item.quantity, item.status) == (room.load.site, 40, "draft")
    assert list(loads.waiting(room)) == taken[2:]
    arrival = Arrival.objects.get()
    assert (arrival.item, arrival.room, arrival.pieces) == (item, room, 40)


def test_two_workers_on_one_room_do_not_make_a_lot_of_the_same_photo_twice(room, sari):
    taken = shot(room, 2)
    group(room, taken[:1], sari)
    with pytest.raises(AlreadyGrouped):
        group(room, taken, make_worker(make_site()))
    assert Item.objects.count() == 1


def test_one_form_sent_twice_is_one_lot(room, sari):
    taken = shot(room)
    assert group(room, taken, sari, client_key="k") == group(room, taken, sari, client_key="k")
    assert Item.objects.count() == 1


def test_a_load_is_closed_when_no_photo_waits_and_takes_nothing_more(school, room, sari):
    (photo,) = shot(room)
    with pytest.raises(ShotsWait):
        loads.close(school, by=sari, at=NOW)
    photos.remove(photo, by=sari, at=NOW)
    for _time in range(2):
        loads.close(school, by=sari, at=NOW)
    with pytest.raises(LoadClosed):
        shot(room)
    loads.reopen(school, by=sari, at=NOW)
    shot(room)


def test_a_photo_that_has_just_become_a_lots_is_not_thrown_away(room, sari):
    first, second = shot(room, 2)
    item = group(room, [first], sari)
    with pytest.raises(AlreadyGrouped):
        loads.throw_away(room, [first, second])  # as they were read before
    photos.remove(first, by=sari, at=NOW)
    assert (list(item.photos.all()), list(loads.waiting(room))) == ([first], [second])


def test_throwing_away_twice_throws_away_once(room):
    taken = shot(room, 2)
    for _time in range(2):
        loads.throw_away(room, taken[:1])
    assert list(Photo.objects.all()) == taken[1:]


def test_what_was_shot_waits_for_its_lot_however_long_that_takes(room):
    (waits,) = shot(room)
    forgotten = make_photo()
    photos.sweep(at=NOW + timedelta(days=30))
    assert list(Photo.objects.all()) == [waits]
    assert forgotten != waits


def test_what_a_clearance_found_is_a_draft_until_it_arrives_and_arriving_twice_is_once(school, room, sari):
    lot, kept = group(room, shot(room), sari, quantity=3), make_item(publish=False)
    assert where_it_went(school)[1] | {"spot": 3, "free": 0} == where_it_went(school)[1]
    assert loads.arrive(school, by=sari, at=NOW, shelf=make_shelf("H2")) == [lot]
    assert loads.arrive(school, by=sari, at=NOW) == []
    for item in (lot, kept):
        item.refresh_from_db()
    assert (lot.status, lot.shelf.code, kept.status) == ("published", "H2", "draft")
    assert where_it_went(school)[1]["free"] == 3


def test_a_load_is_in_the_hall_and_its_lots_are_published_at_once(sari):
    facts = {"by": sari, "at": NOW, "site": make_site(), "kind": "load", "name": "Lasti", "rooms": ["Lasti"]}
    room = loads.open_load(**facts).rooms.get()
    assert group(room, shot(room), sari).status == "published"


def test_a_blocked_shelf_takes_nothing_and_nothing_has_arrived(school, room, sari):
    lot, shelf = group(room, shot(room), sari), make_shelf("H2")
    moving.block(shelf, by=sari, at=NOW)
    with pytest.raises(ShelfBlocked):
        loads.arrive(school, by=sari, at=NOW, shelf=shelf)
    lot.refresh_from_db()
    assert (lot.status, lot.shelf) == ("draft", None)


def test_a_lot_without_a_photo_stays_a_draft_when_the_others_arrive(school, room, sari):
    lot, bare = group(room, shot(room), sari), group(room, shot(room), sari, category=category("desk"))
    photos.remove(bare.photos.get(), by=sari, at=NOW)
    assert loads.arrive(school, by=sari, at=NOW) == [lot]
    assert list(loads.on_the_spot(school)) == [bare]


# ---- The pages ----


def test_one_button_publishes_all_that_has_arrived_and_a_mistyped_shelf_is_refused(hall, school, room, sari):
    lot = group(room, shot(room), sari, quantity=4)
    assert "Still on the spot: 1" in words_of(hall.get(address("wh_load", school.code)))
    answer = hall.post(address("wh_load_arrived", school.code), {"shelf": "zzz-99"})
    assert (answer.status_code, problems(answer)) == (422, ["Shelf: There is no shelf ZZZ-99 at your sites."])
    answer = hall.post(address("wh_load_arrived", school.code), {"shelf": ""}, follow=True)
    assert "1 lot is in the catalogue now." in words_of(answer)
    assert "Still on the spot" not in words_of(answer)
    lot.refresh_from_db()
    assert lot.status == "published"


def test_a_clearance_from_the_form_to_its_rooms(hall):
    typed = {
        "kind": "clearance",
        "name": "Koulu",
        "site": "warehouse",
        "rooms": " Luokka  1\n\nSali\nSali\r\n",
    }
    typed |= {"empty_by": "2026-12-31", "client_key": "k" * 24}
    answers = [hall.post(address("wh_loads"), typed) for _time in range(2)]
    load = Load.objects.get()
    assert {answer["Location"] for answer in answers} == {address("wh_load", load.code)}
    assert [room.name for room in load.rooms.all()] == ["Luokka 1", "Sali"]
    assert "Luokka 1" in words_of(hall.get(answers[0]["Location"]))
    assert "Koulu" in words_of(hall.get(address("wh_loads")))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Name: This field is required."),
        ({"kind": "x"}, "Kind: Select a valid choice. x is not one of the available choices."),
        ({"empty_by": "31.2."}, "Must be empty by: Enter a valid date."),
        ({"rooms": "x" * 61}, "Rooms, one on each line: At most 60 rooms, and 60 characters for each."),
        (
            {"rooms": "\n".join(map(str, range(61)))},
            "Rooms, one on each line: At most 60 rooms, and 60 characters for each.",
        ),
    ],
)
def test_a_load_that_cannot_be_is_refused_in_a_sentence(hall, typed, sentence):
    usual = {"kind": "load", "name": "Lasti", "site": "warehouse"}
    answer = hall.post(address("wh_loads"), usual | typed)
    assert (answer.status_code, problems(answer)) == (422, [sentence])
    assert Load.objects.count() == 0


def test_a_shot_sent_twice_is_one_and_one_that_is_no_photo_is_refused(hall, room):
    where = address("wh_shot", room.load.code, room.position)
    for _time in range(2):
        assert hall.post(where, {"photo": picture(), "client_key": "a1"}).status_code == 201
    assert (Shot.objects.count(), Photo.objects.count()) == (1, 1)
    assert hall.post(where, {}).json()["code"] == "no_photo"


def test_photos_come_with_the_form_where_there_is_no_script(hall, room):
    where = address("wh_room", room.load.code, room.position)
    assert hall.post(where, {"album": [picture("1.jpg"), picture("2.jpg")]}).status_code == 302
    assert loads.waiting(room).count() == 2
    assert problems(hall.post(where, {})) == ["Photos: Take at least one photo."]


def test_ticked_photos_become_a_lot_on_the_page(hall, room):
    taken = shot(room, 3)
    where = address("wh_group", room.load.code, room.position)
    typed = {"shot": [one.key for one in taken[:2]], "category": "desk", "condition": "good", "quantity": "4"}
    answer = hall.post(where, typed | {"client_key": "k" * 24})
    assert answer["Location"] == where
    again = hall.post(where, typed | {"client_key": "k" * 24})
    assert (again.status_code, Item.objects.get().quantity) == (302, 4)
    late = hall.post(where, typed | {"client_key": "m" * 24})
    assert (late.status_code, Item.objects.count()) == (409, 1)
    assert hall.post(where, {"shot": taken[2].key, "remove": "1"}).status_code == 302
    assert loads.waiting(room).count() == 0


def test_a_page_from_before_cannot_throw_a_lots_photo_away(hall, room, sari):
    first, second = shot(room, 2)
    group(room, [first], sari)
    where = address("wh_group", room.load.code, room.position)
    answer = hall.post(where, {"shot": [first.key, second.key, "\0"], "remove": "1"})
    assert (answer.status_code, problems(answer)) == (409, [str(AlreadyGrouped())])
    assert Photo.objects.count() == 2


def test_what_is_missing_is_said_and_the_ticks_stay(hall, room):
    (taken,) = shot(room)
    where = address("wh_group", room.load.code, room.position)
    answer = hall.post(where, {"shot": taken.key, "quantity": "0"})
    assert problems(answer) == [
        "Category: Choose the category.", "Condition: Choose the condition.",
        "Pieces: Ensure this value is greater than or equal to 1.",
    ]  # fmt: skip
    assert "checked" in answer.content.decode().partition(f'id="shot-{taken.key}"')[2].partition(">")[0]
    answer = hall.post(where, {"category": "desk", "condition": "good", "quantity": "1"})
    assert problems(answer) == ["Tick at least one photo."]


def test_a_load_that_still_waits_is_not_closed_on_its_page(hall, school, room):
    shot(room)
    answer = hall.post(address("wh_load_end", school.code, "close"))
    assert (answer.status_code, Load.objects.get().closed_at) == (409, None)


@pytest.mark.parametrize("kind", ["load", "clearance"])
def test_what_is_closed_is_called_what_it_is(hall, school, kind):
    Load.objects.update(kind=kind)
    for action, said in (("close", f"The {kind} is closed."), ("reopen", f"The {kind} is open again.")):
        answer = hall.post(address("wh_load_end", school.code, action), follow=True)
        assert said in words_of(answer)
        assert f"Kind {kind.capitalize()}," in words_of(answer)


def test_the_loads_of_another_site_are_not_found(client, room):
    client.force_login(make_worker(make_site("other")))
    assert client.get(address("wh_load", room.load.code)).status_code == 404
    assert client.post(address("wh_shot", room.load.code, 1), {"photo": picture()}).status_code == 404
    assert room.load.name not in words_of(client.get(address("wh_loads")))


# ---- Where everything went ----


@pytest.mark.usefixtures("for_everybody")
def test_the_report_says_of_every_piece_where_it_went(school, room, sari):
    site = open_site()
    lot = group(room, shot(room), sari, quantity=10)
    out = group(room, shot(room), sari, quantity=3, category=category("desk"))
    loads.arrive(school, by=sari, at=NOW)
    publishing.withdraw(out, by=sari, at=NOW)
    make_reservation({lot: 1})
    taken = make_reservation({lot: 2}, contact="b@example.org")
    handover.hand_over(taken, given={taken.lines.get().pk: 2}, why_not={}, by=sari, at=NOW)
    stock.set_aside(lot, 1, reason="repair", by=sari, at=NOW)
    gone = stock.set_aside(lot, 2, reason="missing", by=sari, at=NOW)
    writing_off.write_off(lot, 2, aside=gone, reason="missing", destination="", by=sari, at=NOW)
    rows, sums = where_it_went(school)
    assert sums == {
        "spot": 0, "free": 4, "reserved": 1, "aside": 1, "given": 2, "off": 2, "withdrawn": 3, "other": 0,
    }  # fmt: skip
    assert sum(sums.values()) == sum(row.pieces for row in rows) == 13
    assert site == room.load.site


@pytest.mark.usefixtures("for_everybody")
def test_the_report_follows_pieces_that_were_separated_and_merged(school, room, sari):
    open_site()
    second = school.rooms.create(position=9, name="Luokka 9")
    lot, other = group(room, shot(room), sari, quantity=10), group(second, shot(second), sari, quantity=4)
    loads.arrive(school, by=sari, at=NOW)
    worn = lots.split(lot, 3, by=sari, at=NOW, condition="worn")
    writing_off.write_off(worn, 1, reason="broken", destination="wood", by=sari, at=NOW)
    publishing.withdraw(worn, by=sari, at=NOW)
    lots.merge(other, into=lot, by=sari, at=NOW)
    taken = make_reservation({lot: 5})
    handover.hand_over(taken, given={taken.lines.get().pk: 5}, why_not={}, by=sari, at=NOW)
    rows, sums = where_it_went(school)
    assert {name: number for name, number in sums.items() if number} == {
        "free": 6, "given": 5, "off": 1, "withdrawn": 2,
    }  # fmt: skip
    assert sorted((row.item.pk == worn.pk, row.room, row.pieces) for row in rows) == [
        (False, "Luokka 1", 7), (False, "Luokka 9", 4), (True, "Luokka 1", 3),
    ]  # fmt: skip
    assert all(sum(row.places.values()) == row.pieces for row in rows)


@pytest.mark.usefixtures("for_everybody")
def test_the_report_still_knows_what_was_handed_over_and_written_off_before_two_merges(school, room, sari):
    open_site()
    came = [group(room, shot(room), sari, quantity=10) for _lot in range(3)]
    loads.arrive(school, by=sari, at=NOW)
    taken = make_reservation({came[0]: 2})
    handover.hand_over(taken, given={taken.lines.get().pk: 2}, why_not={}, by=sari, at=NOW)
    writing_off.write_off(came[1], 3, reason="broken", destination="wood", by=sari, at=NOW)
    lots.merge(came[0], into=came[1], by=sari, at=NOW)
    lots.merge(came[1], into=came[2], by=sari, at=NOW)
    _rows, sums = where_it_went(school)
    assert {name: number for name, number in sums.items() if number} == {"free": 25, "given": 2, "off": 3}


@pytest.mark.parametrize("number", [1, 4])
def test_the_pages_of_a_load_ask_the_same_however_much_came(
    hall, school, room, sari, number, django_assert_num_queries
):
    for key in ("desk", "sofa", "locker", "bench")[:number]:
        group(room, shot(room), sari, category=category(key))
    report = reverse("reservations:load_report", args=[school.code])
    hall.get(report)
    for where, queries in ((report, 8), (address("wh_load", school.code), 7), (address("wh_loads"), 5)):
        with django_assert_num_queries(queries):
            hall.get(where)
