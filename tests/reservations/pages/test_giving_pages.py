"""The pages of giving: the list, a new offer, one offer, the weekly times, the answer to proposed times, the hand-over."""

from datetime import time

import pytest
from django.test import Client

from inventory.domain import offers, stock
from inventory.models import Item, SiteRole
from recycling.accounts.models import Department
from reservations.domain import windows
from reservations.domain.windows import Window
from reservations.models import Reservation
from tests.factories import (
    NOW,
    counters,
    later,
    make_member,
    make_photo,
    make_reservation,
    make_unit,
    make_worker,
)
from tests.giving import make_offer, make_school, until
from tests.inventory.hall import picture, words_of
from tests.reservations.visiting import text_of

pytestmark = pytest.mark.django_db

LIST = 12


@pytest.fixture
def school():
    unit = make_school(street_fi="Koulukuja 1", street_en="Koulukuja 1")
    Department.objects.update(is_trusted_giver=True)
    unit.refresh_from_db()
    return unit


@pytest.fixture
def antti(school):
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


def browser_of(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def browser(antti):
    return browser_of(antti)


@pytest.fixture
def weekly(school, antti):
    kept = [Window(day, time(13), time(15)) for day in (1, 3)]
    return windows.keep(school, kept, by_arrangement=False, by=antti, at=NOW)


@pytest.fixture
def offer(antti):
    found = make_offer(antti, quantity=12, residents_may_come=True, place="Luokka 112", access="Ovi B")
    Item.objects.update(public_from=NOW)
    return found


def filled_in(person, **changed):
    typed = {
        "category": "office_chair",
        "condition": "good",
        "quantity": 12,
        "giving": "stays",
        "unit": "school",
        "place": "Luokka 112",
        "available_until": until(28).isoformat(),
        "given_by": person.pk,
        "client_key": "abc",
    }
    return typed | changed


def page(browser, path, **data):
    return browser.post(f"/en/dept/give{path}", data) if data else browser.get(f"/en/dept/give{path}")


# -- a new one


def test_a_lot_with_two_photos_is_in_the_catalogue(browser, antti, weekly):
    answer = page(browser, "/new", **filled_in(antti), album=[picture(), picture("other.jpg", width=400)])
    item = Item.objects.get()
    assert answer["Location"] == f"/en/dept/give/{item.shown_code}"
    assert (item.status, item.quantity, item.photos.count(), item.given_by) == ("published", 12, 2, antti)
    assert "It is in the catalogue." in text_of(browser.get(answer["Location"]))


def test_a_photo_that_went_ahead_belongs_to_the_form(browser, antti, weekly):
    key = page(browser, "/uploads", photo=picture(), client_key="p1").json()["key"]
    page(browser, "/new", **filled_in(antti), uploaded=[key])
    assert Item.objects.get().photos.get().key == key


def test_nobody_uses_anothers_photo(browser, antti, weekly):
    photo = make_photo(uploaded_by=make_member("giver"))
    assert page(browser, "/new", **filled_in(antti), uploaded=[photo.key]).status_code == 422


def test_sent_twice_it_is_one_offer(browser, antti, weekly):
    answers = [page(browser, "/new", **filled_in(antti), album=[picture()]) for _time in range(2)]
    assert len({answer["Location"] for answer in answers}) == Item.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"available_until": ""}, "Say until when it can be collected."),
        ({"available_until": until(-3).isoformat()}, "The last day has passed."),
        ({"available_from": until(40).isoformat()}, "The last day is before the first."),
        ({"category": ""}, "Choose the category."),
    ],
)
def test_what_lacks_is_said(browser, antti, weekly, changed, sentence):
    answer = page(browser, "/new", **filled_in(antti, **changed), album=[picture()])
    assert (answer.status_code, Item.objects.count()) == (422, 0)
    assert sentence in words_of(answer)


def test_without_a_photo_nothing_is_offered(browser, antti, weekly):
    answer = page(browser, "/new", **filled_in(antti))
    assert (answer.status_code, Item.objects.count()) == (422, 0)
    assert "Take at least one photo." in words_of(answer)


def test_a_stranger_to_the_unit_does_not_hand_over(browser, antti, weekly):
    other = make_member("giver", code="library", name_fi="Kirjasto")
    answer = page(browser, "/new", **filled_in(antti, given_by=other.pk), album=[picture()])
    assert (answer.status_code, Item.objects.count()) == (422, 0)


def test_a_unit_without_a_site_is_told_so(browser, antti):
    Department.objects.update(default_site=None)
    assert "We do not know yet where Puisto School is" in text_of(page(browser, ""))
    answer = page(browser, "/new", **filled_in(antti), album=[picture()])
    assert answer.status_code == 409


# -- the list


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_for_one_row_and_for_three(
    browser, antti, weekly, django_assert_num_queries, rows
):
    for number in range(rows):
        reserved = make_offer(antti, quantity=4, residents_may_come=True)
        Item.objects.update(public_from=NOW)
        make_reservation({reserved: 1}, contact=f"n{number}@example.org")
        make_offer(antti, giving="transport")
        make_offer(antti, available_until=until(2))
    page(browser, "")
    with django_assert_num_queries(LIST):
        answer = page(browser, "")
    for words in ("Next hand-overs", "Ending soon", "In the catalogue", "Waiting for the warehouse"):
        assert words in text_of(answer)


def test_the_list_says_when_nobody_can_choose_a_time(browser, offer):
    assert "say when things can be collected" in text_of(page(browser, ""))


# -- one offer


def test_the_giver_changes_what_it_says(browser, offer, antti):
    typed = filled_in(antti, category=offer.category.key, place="Aula", version=offer.version)
    page(browser, f"/{offer.shown_code}", **typed)
    offer.refresh_from_db()
    assert offer.place == "Aula"
    stale = page(browser, f"/{offer.shown_code}", **typed)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("action", "typed", "became"),
    [
        ("extend", {"until": until(60).isoformat()}, ("published", "stays", 12)),
        ("residents", {"x": 1}, ("published", "stays", 12)),
        ("transport", {"x": 1}, ("draft", "transport", 12)),
        ("gone", {"x": 1}, ("withdrawn", "stays", 0)),
        ("end", {"x": 1}, ("withdrawn", "stays", 12)),
        ("count", {"quantity": 7}, ("published", "stays", 7)),
    ],
)
def test_one_tap_decides_what_becomes_of_it(browser, offer, action, typed, became):
    assert page(browser, f"/{offer.shown_code}/{action}", **typed).status_code == 302
    offer.refresh_from_db()
    assert (offer.status, offer.giving, offer.quantity) == became
    assert page(browser, f"/{offer.shown_code}").status_code == 200


def test_what_has_ended_is_offered_again(browser, offer, antti):
    offers.end(offer, by=antti, at=NOW)
    page(browser, f"/{offer.shown_code}/again", until=until(20).isoformat())
    offer.refresh_from_db()
    assert (offer.status, offer.available_until) == ("published", until(20))


def test_a_refusal_is_said_on_the_page(browser, offer):
    stock.hold(offer, 2, visible=Item.objects.all())
    answer = page(browser, f"/{offer.shown_code}/transport", x=1)
    assert answer.status_code == 409
    assert "2 of it are reserved" in text_of(answer)


# -- what others see


def test_everybody_sees_the_area_and_the_times_and_no_address(offer, weekly):
    shown = text_of(Client().get(f"/en/items/{offer.shown_code}"))
    assert "00520" in shown
    assert "Tue 13:00-15:00" in shown
    for secret in ("Koulukuja", "Luokka 112", "Ovi B", "Antti", "antti@"):
        assert secret not in shown


def test_changed_times_show_although_the_page_is_kept(offer, weekly, school, antti):
    Client().get(f"/en/items/{offer.shown_code}")
    windows.keep(school, [Window(4, time(9), time(10))], by_arrangement=False, by=antti, at=NOW)
    assert "Fri 09:00-10:00" in text_of(Client().get(f"/en/items/{offer.shown_code}"))


def test_who_has_reserved_it_sees_where_and_whom_to_ask(offer, weekly):
    reservation = make_reservation({offer: 2})
    shown = text_of(Client().get(f"/en/r/{reservation.token}"))
    for words in ("Koulukuja", "Luokka 112", "Ovi B", "Antti Antaja", "antti@kierto.example"):
        assert words in shown


def test_after_its_last_day_its_page_is_gone(offer, weekly, clock):
    clock.move_to(later(days=40))
    assert Client().get(f"/en/items/{offer.shown_code}").status_code == 404
    assert offer.shown_code not in Client().get("/en/items").content.decode()


# -- weekly times


def rows_of(*kept, how="weekly"):
    typed = {"unit": "school", "how": how, "rows": len(kept)}
    for number, (day, opens, closes) in enumerate(kept):
        typed |= {f"row{number}-weekday": day, f"row{number}-opens": opens, f"row{number}-closes": closes}
    return typed


def test_who_shares_a_site_sees_the_times_that_the_other_unit_keeps(school, antti, weekly):
    make_unit("library", "Kirjasto", default_site=school.default_site)
    answer = browser_of(make_member("giver", code="library")).get("/en/dept/give/windows")
    assert "keeps the collection times of this place, because you share it." in words_of(answer)
    assert "Tue 13:00-15:00" in words_of(answer)
    assert b'name="how"' not in answer.content


def test_the_giver_keeps_the_weekly_times(browser, school):
    page(browser, "/windows", **rows_of((1, "13:00", "15:00"), (3, "13:00", "15:00"), ("", "", "")))
    assert windows.windows_of(school.default_site) == [Window(day, time(13), time(15)) for day in (1, 3)]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((1, "13:00", ""), "Fill in the weekday and both times"),
        ((1, "15:00", "13:00"), "the end is before the beginning"),
        ((1, "x", "13:00"), "Enter a valid time"),
    ],
)
def test_a_row_that_makes_no_sense_is_said(browser, school, row, sentence):
    answer = page(browser, "/windows", **rows_of(row))
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert windows.windows_of(school.default_site) == []


# -- by arrangement, from the first page to the hand-over


def proposals(*days):
    typed = {}
    for number, day in enumerate(days, start=1):
        typed |= {f"day{number}": until(day).isoformat(), f"time{number}": "13:00"}
    return typed


def test_times_are_proposed_answered_and_collected(aino, browser, offer, school):
    page(browser, "/windows", **rows_of(how="arranged"))
    aino.hold(offer, 2)
    assert "Propose up to three" in text_of(aino.get("time"))
    aino.post("time", **proposals(2, 3))
    aino.say_who()
    aino.type_code()
    assert "Proposed times" in text_of(aino.get("check"))
    aino.confirm()
    reservation = aino.reservation()
    assert reservation.is_asked
    shown = text_of(aino.client.get(f"/en/r/{reservation.token}"))
    assert "Waiting for an answer about the time" in shown
    assert "Choose a time for these" in text_of(page(browser, ""))
    chosen = reservation.proposed.last().starts_at.isoformat()
    assert page(browser, f"/times/{reservation.code}", time=chosen).status_code == 302
    reservation.refresh_from_db()
    assert (reservation.status, reservation.slot.starts_at.isoformat()) == ("booked", chosen)
    found = page(browser, "/handover", typed=reservation.pickup_code)
    assert found["Location"] == f"/en/dept/give/handover/{reservation.code}"
    (line,) = reservation.lines.all()
    browser.post(found["Location"], {f"given-{line.pk}": 2, f"why-{line.pk}": ""})
    assert counters(offer) == (10, 0)
    assert "Handed over: 2 pieces" in text_of(browser.get(found["Location"]))


def test_none_suits_and_others_are_proposed_by_the_link(aino, browser, offer):
    page(browser, "/windows", **rows_of(how="arranged"))
    aino.hold(offer)
    aino.post("time", **proposals(2))
    aino.say_who()
    aino.type_code()
    aino.confirm()
    reservation = aino.reservation()
    page(browser, f"/times/{reservation.code}", none=1, suits="mornings")
    link = f"/en/r/{reservation.token}"
    assert "Propose times" in text_of(aino.client.get(link))
    assert "Propose up to three" in text_of(aino.client.get(f"{link}/change"))
    assert aino.client.post(f"{link}/change", proposals(4)).status_code == 302
    assert Reservation.objects.get().is_asked


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "required"),
        ({"day1": until(2).isoformat(), "time1": ""}, "required"),
        (proposals(2) | {"day2": until(3).isoformat()}, "Write the day and the time."),
        (proposals(0) | {"time1": "09:30"}, "too soon"),
        (proposals(29), "Its last day is"),
    ],
)
def test_proposals_that_cannot_be_are_said(aino, browser, offer, typed, sentence):
    page(browser, "/windows", **rows_of(how="arranged"))
    aino.hold(offer)
    answer = aino.post("time", **typed)
    assert answer.status_code == 422
    assert sentence in words_of(answer)


# -- the hand-over on the giver's phone


def test_the_link_of_the_code_leads_the_giver_to_the_hand_over(browser, offer, weekly):
    reservation = make_reservation({offer: 1})
    answer = browser.get(f"/r/{reservation.token}")
    assert answer["Location"].endswith(f"/dept/give/handover/{reservation.code}")
    assert Client().get(f"/r/{reservation.token}")["Location"].endswith(f"/r/{reservation.token}")


def test_a_wrong_code_is_said(browser, offer, weekly):
    make_reservation({offer: 1})
    assert page(browser, "/handover", typed="000000").status_code == 404


def test_what_is_not_usable_stays_with_a_reason(browser, offer, weekly):
    reservation = make_reservation({offer: 2})
    (line,) = reservation.lines.all()
    page(browser, f"/handover/{reservation.code}", **{f"given-{line.pk}": 1, f"why-{line.pk}": "unsuitable"})
    assert counters(offer) == (11, 0)


# -- the lead's list


@pytest.fixture
def lead(warehouse):
    return browser_of(make_worker(warehouse, SiteRole.LEAD))


def decide(lead, item, **typed):
    return lead.post("/en/wh/offers", {"item": item.code} | typed)


@pytest.mark.parametrize(
    ("typed", "became"),
    [
        ({"publish": 1}, ("published", "stays")),
        ({"back": 1, "reason": "No legs on the photo."}, ("withdrawn", "unsure")),
        ({"fetch": 1}, ("draft", "transport")),
        ({"arrived": 1, "shelf": "H1", "site": "warehouse"}, ("published", "")),
    ],
)
def test_a_lead_decides_what_becomes_of_an_offer(lead, antti, typed, became):
    item = make_offer(antti, giving="unsure")
    assert item.shown_code in lead.get("/en/wh/offers").content.decode()
    assert decide(lead, item, **typed).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.giving) == became


@pytest.mark.parametrize("typed", [{"back": 1, "reason": ""}, {"arrived": 1, "site": "warehouse"}, {}])
def test_a_decision_without_its_words_is_none(lead, antti, typed):
    assert decide(lead, make_offer(antti, giving="unsure"), **typed).status_code == 422


def test_a_worker_sees_what_is_to_be_fetched_and_decides_nothing(sari, antti):
    item = make_offer(antti, giving="unsure")
    page = browser_of(sari).get("/en/wh/offers").content.decode()
    assert item.shown_code in page
    assert "Into the catalogue" not in page
    assert decide(browser_of(sari), item, publish=1).status_code == 403
