"""The pages of what happens in the hall: thin, clear in their refusals, and safe to press twice."""

import re

import pytest
import time_machine

from inventory.domain import moving, stock
from inventory.models import Item, SiteRole, WriteOff
from inventory.views.places import AT_ONCE
from reservations.domain.counters import drifts
from tests.factories import (
    NOW,
    counters,
    make_item,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

from .hall import address, chosen, picture, problems, words_of

pytestmark = pytest.mark.django_db

KEY = "k" * 24


@pytest.fixture(autouse=True)
def _exact(clock):
    """Whatever a test does, the counters say what their rows say."""
    yield
    assert drifts() == []


@pytest.fixture
def hall(client):
    client.force_login(make_worker(name="Sari Sorsa"))
    return client


def test_codes_are_typed_one_after_another_and_the_shelf_moves_them(hall):
    one, other, shelf = make_item(), make_item(colour="red"), make_shelf("H2")
    answer = hall.post(address("wh_move"), {"typed": f"https://kierto.example/i/{one.code}"})
    answer = hall.post(answer["Location"], {"item": one.shown_code, "typed": other.shown_code.lower()})
    assert f"item={one.shown_code}" in answer["Location"]
    assert f"item={other.shown_code}" in answer["Location"]
    answer = hall.post(address("wh_move"), {"item": [one.code, other.code], "typed": "h2"}, follow=True)
    assert "2 items stand on H2 now." in words_of(answer)
    assert set(Item.objects.values_list("shelf", flat=True)) == {shelf.pk}


@pytest.mark.parametrize("typed", ["K7Q-4M2X", "nowhere", "K7Q-4M2P"])
def test_a_code_that_is_nothing_is_said_and_the_list_is_kept(hall, typed):
    item = make_item()
    answer = hall.post(address("wh_move"), {"item": item.shown_code, "typed": typed})
    assert (answer.status_code, len(problems(answer))) == (422, 1)
    assert item.shown_code in words_of(answer)


def test_one_thing_too_many_for_the_list_is_refused_with_words_and_not_dropped(hall):
    codes = [make_item(photos=0, publish=False).shown_code for _number in range(AT_ONCE)]
    too_many, shelf = make_item(), make_shelf("H2")
    typed = {"item": codes, "typed": too_many.shown_code}
    sentence = "At most 100 items are moved at a time. Scan their shelf first, then go on with the rest."
    for extra in ("", f", {shelf.code}"):
        answer = hall.post(address("wh_move"), typed | {"typed": too_many.shown_code + extra})
        assert (answer.status_code, problems(answer)) == (
            422,
            [f"Code of an item, or of the shelf: {sentence}"],
        )
        assert len(answer.context["rows"]) == AT_ONCE
    told = hall.post(address("wh_move"), typed, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (422, {"detail": sentence})
    # One that is on the list already is no more, and the shelf takes them all.
    assert hall.post(address("wh_move"), {"item": codes, "typed": codes[0]}).status_code == 302
    assert hall.post(address("wh_move"), {"item": codes, "typed": "H2"}).status_code == 302
    assert shelf.items.count() == AT_ONCE


def test_the_warning_of_another_site_is_answered_with_one_more_press(client):
    there, shelf = make_site("other", name_en="Warehouse 2"), make_shelf("H2")
    sari = make_worker()
    sari.work.create(site=there)
    client.force_login(sari)
    stray = make_item(site=there)
    typed = {"item": stray.shown_code, "typed": "H2"}
    answer = client.post(address("wh_move"), typed)
    assert answer.status_code == 409
    assert "kept at another site: Warehouse 2" in words_of(answer)
    assert client.post(address("wh_move"), typed | {"across": "1"}).status_code == 302
    stray.refresh_from_db()
    assert stray.shelf == shelf


def test_a_shelf_shows_what_stands_there_and_is_isolated_and_let_out(hall):
    open_site()
    shelf = make_shelf("H1")
    chairs = make_item(quantity=4, shelf=shelf)
    reservation = make_reservation({chairs: 1})
    page = address("wh_shelf", shelf.site.code, shelf.code)
    said = words_of(hall.post(page, {"block": "1"}, follow=True))
    assert ("In quarantine" in said, reservation.code in said, counters(chairs)) == (True, True, (4, 4))
    assert "Aino" not in said
    hall.post(page, {"unblock": "1"})
    assert counters(chairs) == (4, 1)


def test_everything_moves_to_a_shelf_that_is_there(hall):
    shelf = make_shelf("H1")
    item = make_item(shelf=shelf)
    assert problems(hall.post(shelf.get_absolute_url(), {"shelf": "H9"}))
    make_shelf("H9")
    assert hall.post(shelf.get_absolute_url(), {"shelf": "h9"}).status_code == 302
    item.refresh_from_db()
    assert item.shelf.code == "H9"


def test_five_pieces_are_separated_once_however_often_it_is_pressed(hall):
    chairs = make_item(quantity=9)
    fields = {"pieces": "5", "condition": "worn", "client_key": KEY}
    answers = [hall.post(address("wh_split", chairs.shown_code), fields) for _tap in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert (counters(chairs), Item.objects.count()) == ((4, 0), 2)
    answer = hall.post(
        address("wh_split", chairs.shown_code), fields | {"pieces": "5", "client_key": "x" * 24}
    )
    assert (answer.status_code, problems(answer)) == (409, ["There are not that many pieces here."])


@pytest.mark.parametrize("wrong", [{"pieces": "2"}, {"pieces": "none"}, {"condition": ""}])
def test_photos_of_the_separated_pieces_outlive_a_refusal(hall, wrong):
    chairs = make_item(quantity=2)
    fields = {"pieces": "1", "condition": "worn", "client_key": KEY}
    ahead = hall.post(address("wh_upload"), {"photo": picture()}).json()["key"]
    page = address("wh_split", chairs.shown_code)
    answer = hall.post(page, fields | wrong | {"uploaded": ahead, "album": picture("other.jpg", width=300)})
    assert answer.status_code in (409, 422)
    kept = re.findall(r'name="uploaded" value="([^"]+)"', answer.content.decode())
    assert (len(kept), kept[0]) == (2, ahead)
    hall.post(page, fields | {"uploaded": kept})
    assert Item.objects.get(quantity=1, photos__key=ahead).photos.count() == 2


def test_an_equal_lot_is_offered_and_the_old_code_leads_to_it(hall):
    one, other = make_item(quantity=2), make_item(quantity=3)
    page = address("wh_merge", one.shown_code)
    assert f"Merge into {other.shown_code}" in words_of(hall.get(page))
    assert hall.post(page, {"code": other.shown_code}).status_code == 302
    assert counters(other) == (5, 0)
    assert f"merged into {other.shown_code}" in words_of(hall.get(address("wh_item", one.shown_code)))


def test_who_holds_the_pieces_is_said_by_code_alone(hall):
    open_site()
    one, other = make_item(quantity=2), make_item(quantity=3)
    reservation = make_reservation({one: 1})
    answer = hall.post(address("wh_merge", one.shown_code), {"code": other.shown_code})
    said = words_of(answer)
    assert (answer.status_code, reservation.code in said, "Aino" in said) == (409, True, False)


def test_a_write_off_over_the_limit_is_confirmed_by_the_lead_on_the_list(hall, client):
    chairs = make_item(quantity=9)
    fields = {"pieces": "6", "reason": "broken", "destination": "wood", "weight_kg": "7,5", "client_key": KEY}
    for _tap in range(2):
        answer = hall.post(address("wh_write_off", chairs.shown_code), fields)
    row = WriteOff.objects.get()
    assert (answer.status_code, row.status, row.weight_kg) == (302, "waiting", 45)
    assert hall.post(address("wh_write_offs"), {"confirm": row.token}).status_code == 403
    client.force_login(make_worker(role=SiteRole.LEAD, name="Lasse Laukka"))
    client.post(address("wh_write_offs"), {"confirm": row.token})
    assert counters(chairs) == (3, 0)
    assert "45 kg" in words_of(client.get(address("wh_write_offs")))
    client.post(address("wh_write_offs"), {"undo": row.token})
    assert counters(chairs) == (9, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"reason": "broken"},
        {"reason": "eaten", "destination": "wood"},
        {"reason": "broken", "destination": "sea"},
    ],
)
def test_a_write_off_needs_a_reason_and_a_destination(hall, fields):
    chair = make_item()
    answer = hall.post(address("wh_write_off", chair.shown_code), {"pieces": "1"} | fields)
    assert (answer.status_code, bool(problems(answer)), counters(chair)) == (422, True, (1, 0))


def test_nothing_is_chosen_beforehand_and_a_missing_thing_goes_nowhere(hall):
    chair = make_item()
    form = hall.get(address("wh_write_off", chair.shown_code))
    assert [chosen(form, name) for name in ("reason", "destination")] == [None, None]
    answer = hall.post(address("wh_write_off", chair.shown_code), {"pieces": "1"})
    assert problems(answer) == ["Why: Choose why."]
    answer = hall.post(address("wh_write_off", chair.shown_code), {"pieces": "1", "reason": "broken"})
    assert problems(answer) == ["Where to: Choose where it goes."]
    hall.post(address("wh_write_off", chair.shown_code), {"pieces": "1", "reason": "missing"})
    assert WriteOff.objects.get().destination == ""


def asked_of_the_lead(client, item, **fields):
    """The page of the lead on which a worker's write-off waits."""
    fields = {"reason": "broken", "destination": "wood", "client_key": KEY} | fields
    client.force_login(make_worker(name="Sari Sorsa"))
    client.post(address("wh_write_off", item.shown_code), fields)
    client.force_login(make_worker(role=SiteRole.LEAD, name="Lasse Laukka"))
    return client.get(address("wh_write_offs"))


def test_the_lead_sees_what_is_to_be_written_off_and_that_no_puts_it_back_on_offer(client):
    chairs = make_item(quantity=9, shelf=make_shelf("H1"), price=40, defects="One leg is loose")
    page = asked_of_the_lead(client, chairs, pieces="6")
    said = words_of(page)
    for words in ("H1", "value €240", "One leg is loose", "Back on offer"):
        assert words in said
    assert chairs.photos.get().src in page.content.decode()
    answer = client.post(address("wh_write_offs"), {"reject": WriteOff.objects.get().token}, follow=True)
    assert "Back on offer." in words_of(answer)
    assert counters(chairs) == (9, 0)


def test_what_was_set_aside_before_stays_so_when_the_lead_says_no(client):
    chairs = make_item(quantity=9)
    aside = stock.set_aside(chairs, 6, reason="repair", by=make_worker(name="Sari Sorsa"), at=NOW)
    said = words_of(asked_of_the_lead(client, chairs, aside=aside.token))
    assert ("Leave it set aside" in said, "Back on offer" in said) == (True, False)
    answer = client.post(address("wh_write_offs"), {"reject": WriteOff.objects.get().token}, follow=True)
    assert "It is still set aside." in words_of(answer)
    assert counters(chairs) == (9, 6)


def test_the_year_of_what_has_left_begins_by_the_sites_own_clock(hall):
    site = make_site()
    site.timezone = "Pacific/Auckland"
    site.save()
    sari = make_worker(name="Sari Sorsa")
    chair = make_item(quantity=3)
    fields = {"pieces": "1", "reason": "broken", "destination": "wood"}
    for moment in (
        "2026-12-31T10:30Z",
        "2026-12-31T11:30Z",
    ):  # 23.30 of the old year there, 0.30 of the new one
        with time_machine.travel(moment, tick=False):
            hall.force_login(sari)
            hall.post(address("wh_write_off", chair.shown_code), fields)
            said = words_of(hall.get(address("wh_write_offs")))
    assert "Where it went in 2027 Wood 1 piece," in said


def test_the_keys_of_the_database_stay_inside(hall):
    chair = make_item(quantity=9)
    aside = stock.set_aside(chair, 2, reason="repair", by=make_worker(name="Sari Sorsa"), at=NOW)
    page = hall.get(address("wh_item", chair.shown_code)).content.decode()
    assert (f'value="{aside.token}"' in page, f"?aside={aside.token}" in page) == (True, True)
    assert [f'name="back" value="{aside.pk}"' in page, f'aside={aside.pk}"' in page] == [False, False]


def test_the_history_tells_who_did_what_from_where_and_names_no_resident(hall):
    open_site()
    sari = make_worker(name="Kaisa Kurki")
    chairs = make_item(quantity=9, shelf=make_shelf("H1"))
    reservation = make_reservation({chairs: 2})
    moving.move([chairs], shelf=make_shelf("H2"), by=sari, at=NOW)
    stock.set_aside(chairs, 1, reason="safety", by=sari, at=NOW)
    said = words_of(hall.get(address("wh_history", chairs.shown_code)))
    assert "Moved to H2 From H1 Mon 16 Nov 09:00, Kaisa" in said
    assert "Set aside: 1 Not safe to use" in said
    assert f"{reservation.code} : Booked Pieces: 2" in said
    assert "Aino" not in said
    assert hall.get(f"{address('wh_history', chairs.shown_code)}?page=9").status_code == 200
