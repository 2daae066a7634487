"""The pages of a stock-take without any script, and the address to which phones send their scans."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inventory.domain import aliases, lots, stock, stocktake
from inventory.models import Item, SiteRole, StockTake, StockTakeDevice, StockTakeDifference, StockTakeScan
from tests.factories import NOW, counters, make_item, make_shelf, make_site, make_worker

from .hall import address, problems, value_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# The session, the person, who waits for an answer; the stock-take with its site and people, the place; its progress and what
# is seen; scans; things, their further codes, and what was merged into them.
SHELF_PAGE = 12


@pytest.fixture
def sari(client):
    worker = make_worker(make_site(), name="Sari Sorsa")
    client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
    client.person = worker
    return client


@pytest.fixture
def lasse(db):
    browser = Client()
    browser.person = make_worker(make_site(), SiteRole.LEAD, name="Lasse Laukka")
    browser.force_login(browser.person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def begin(*shelves):
    shelves = list(shelves) or [make_shelf("A1")]
    starter = make_worker(make_site(), name="Alku Alanen")
    return stocktake.start(make_site(), shelves=shelves, by=starter, at=NOW, client_key=f"k{starter.pk}")


def page_of(take, shelf):
    return address("wh_take_shelf", take.token, take.shelves.get(shelf=shelf).key)


def send(browser, take, *scans, **facts):
    body = {"device": "phone-of-sari", "waiting": 0, "scans": list(scans)} | facts
    return browser.post(
        address("wh_take_scans", take.token), json.dumps(body), content_type="application/json"
    )


def one_scan(take, shelf, item, number=1, **facts):
    key = take.shelves.get(shelf=shelf).key
    return {"id": f"scan-{number:06}", "place": key, "code": item.code, "ago": 0} | facts


def test_a_stock_take_is_begun_by_aisle_by_shelf_or_for_the_whole_site(sari):
    for code in ("H1-01-A", "H1-02-A", "H2-01-A", "Lattia"):
        make_shelf(code)
    listed = sari.get(address("wh_takes"))
    assert re.findall(r'name="aisles" value="([^"]*)"', listed.content.decode()) == ["H1", "H2", "Lattia"]
    form = {
        "site": "warehouse",
        "client_key": value_of(listed, "client_key"),
        "aisles": ["H1"],
        "codes": "h2-01-a",
    }
    begun = sari.post(address("wh_takes"), form)
    assert begun.status_code == 302
    assert sari.post(address("wh_takes"), form)["Location"] == begun["Location"]
    take = StockTake.objects.get()
    assert [str(place) for place in take.shelves.all()] == ["H1-01-A", "H1-02-A", "H2-01-A"]
    assert "0 of 3 shelves counted" in words_of(sari.get(address("wh_takes")))


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 422, "Choose at least one shelf."),
        ({"codes": "H9"}, 422, "There is no shelf H9 here."),
        ({"aisles": ["Z"]}, 422, "Z"),
        ({"codes": "x" * 5000}, 422, "1000"),
        ({"whole": "1", "site": "elsewhere"}, 302, ""),
    ],
)
def test_an_area_that_is_none_is_refused_with_words(sari, fields, status, said):
    make_shelf("A1")
    answer = sari.post(address("wh_takes"), {"client_key": "k" * 24} | fields)
    assert answer.status_code == status
    assert said in " ".join(problems(answer))


def test_a_shelf_that_is_being_counted_is_not_counted_twice(sari):
    begin(make_shelf("A1"))
    answer = sari.post(address("wh_takes"), {"client_key": "k" * 24, "codes": "A1"})
    assert (answer.status_code, StockTake.objects.count()) == (409, 1)
    assert "Shelf A1 is in a stock-take already" in problems(answer)[0]


def test_scanning_without_the_script(sari):
    shelf = make_shelf("A1")
    chair, chairs = make_item(shelf=shelf), make_item(quantity=12, shelf=shelf, category="desk")
    take = begin(shelf)
    page = page_of(take, shelf)
    shown = sari.get(page)
    assert words_of(shown).count("Not scanned yet") == 2
    key = value_of(shown, "client_id")
    done = sari.post(page, {"code": chair.shown_code, "client_id": key})
    assert done.status_code == 302
    sari.post(page, {"code": chair.shown_code, "client_id": key})
    assert StockTakeScan.objects.count() == 1
    assert "Belongs here." in words_of(sari.get(done["Location"]))
    asked = sari.post(page, {"code": chairs.shown_code, "client_id": "m" * 24})
    assert (asked.status_code, value_of(asked, "code")) == (200, chairs.shown_code)
    assert 'class="pad"' in asked.content.decode()
    sari.post(page, {"code": chairs.shown_code, "pieces": "11", "client_id": "m" * 24})
    assert StockTakeScan.objects.get(item=chairs).pieces == 11
    undo = {"scan": "m" * 24}
    sari.post(f"{page}/undo", undo)
    assert StockTakeScan.objects.get(item=chairs).undone_at


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"code": ""}, 422, "Scan a label or type its code."),
        ({"code": "hello"}, 422, "K7Q-4M2P"),
        ({"code": "222-2222"}, 409, "No item has this code."),
        ({"code": "222-2222", "pieces": "-3"}, 422, "0"),
        ({"code": "222-2222", "client_id": ""}, 422, "could not be read"),
    ],
)
def test_a_scan_that_is_none_is_refused_with_words(sari, fields, status, said):
    shelf = make_shelf("A1")
    answer = sari.post(page_of(begin(shelf), shelf), {"client_id": "k" * 24} | fields)
    assert (answer.status_code, StockTakeScan.objects.count()) == (status, 0)
    assert said in " ".join(problems(answer))


def test_a_shelf_is_called_counted_and_counted_once_more(sari):
    shelf = make_shelf("A1")
    take = begin(shelf)
    page = page_of(take, shelf)
    assert sari.post(f"{page}/counted")["Location"].endswith(take.token)
    assert "Counted: Sari 09:00" in words_of(sari.get(address("wh_take", take.token)))
    sari.post(f"{page}/again")
    assert take.shelves.get().counted_at is None


def test_a_shelf_page_asks_as_much_for_one_thing_as_for_five(sari, django_assert_num_queries):
    shelf = make_shelf("A1")
    sari.get(address("wh_takes"))  # the rules of the city are read once
    for number in range(5):
        make_item(shelf=shelf)
        if number in {0, 4}:
            take = begin(shelf)
            page = page_of(take, shelf)
            with django_assert_num_queries(SHELF_PAGE):
                sari.get(page)
            stocktake.cancel(take, by=take.started_by, at=NOW)


def test_the_lead_sees_each_difference_unticks_one_and_closes(sari, lasse):
    shelf, other = make_shelf("A1"), make_shelf("A2")
    lost, kept, strays = make_item(shelf=shelf), make_item(shelf=shelf), make_item(shelf=shelf)
    promised = make_item(shelf=shelf)
    stock.hold(promised, 1, visible=Item.objects.published())
    take = begin(shelf, other)
    send(sari, take, one_scan(take, other, strays))
    send(sari, take, leaves=True)
    for place in (shelf, other):
        sari.post(f"{page_of(take, place)}/counted")
    told = lasse.get(address("wh_take_close", take.token))
    said = words_of(told)
    assert "Move it to A2" in said
    assert "Set aside as missing" in said
    assert "not found" not in said.lower()
    form = {
        "fingerprint": value_of(told, "fingerprint"),
        "write": [f"missing-{lost.code}", f"elsewhere-{strays.code}", "nonsense"],
    }
    refused = sari.post(address("wh_take_close", take.token), form)
    assert (refused.status_code, problems(refused)) == (403, ["Only the lead of the site can do this."])
    assert lasse.post(address("wh_take_close", take.token), form).status_code == 302
    assert [counters(one) for one in (lost, kept, strays)] == [(1, 1), (1, 0), (1, 0)]
    closed = words_of(lasse.get(address("wh_take", take.token)))
    assert "Not found, and promised to somebody" in closed
    assert "Left as it was" in closed
    listed = lasse.get(address("wh_takes"))
    assert "Seen to" in words_of(listed)
    difference = {"difference": f"promised-{promised.code}"}
    assert sari.post(address("wh_take_settle", take.token), difference).status_code == 403
    lasse.post(address("wh_take_settle", take.token), difference)
    assert StockTakeDifference.objects.filter(settled_at=None).count() == 0


def test_closing_says_whose_phone_is_waited_for(sari, lasse):
    shelf = make_shelf("A1")
    lost = make_item(shelf=shelf)
    take = begin(shelf)
    sari.post(f"{page_of(take, shelf)}/counted")
    send(sari, take, waiting=3)
    told = lasse.get(address("wh_take_close", take.token))
    assert "Sari : 3 scans wait on the phone" in words_of(told)
    form = {"fingerprint": value_of(told, "fingerprint"), "write": [f"missing-{lost.code}"]}
    refused = lasse.post(address("wh_take_close", take.token), form)
    assert (refused.status_code, counters(lost)) == (409, (1, 0))
    assert f'value="missing-{lost.code}" id="write-missing-{lost.code}" checked' in refused.content.decode()
    assert lasse.post(address("wh_take_close", take.token), form | {"despite": "1"}).status_code == 302
    late = send(sari, take, one_scan(take, shelf, lost)).json()
    assert "closed before this arrived" in late["taken"][0]["words"]
    assert "Arrived after the close" in words_of(lasse.get(address("wh_take", take.token)))


def test_a_report_that_has_changed_is_shown_again(sari, lasse):
    shelf = make_shelf("A1")
    lost = make_item(shelf=shelf)
    take = begin(shelf)
    sari.post(f"{page_of(take, shelf)}/counted")
    told = lasse.get(address("wh_take_close", take.token))
    send(sari, take, one_scan(take, shelf, lost))
    send(sari, take, leaves=True)
    form = {"fingerprint": value_of(told, "fingerprint"), "write": [f"missing-{lost.code}"]}
    refused = lasse.post(address("wh_take_close", take.token), form)
    assert (refused.status_code, counters(lost)) == (409, (1, 0))
    assert "No differences so far." in words_of(refused)


def test_pausing_resuming_and_cancelling(sari):
    take = begin()
    act = {name: address("wh_take_act", take.token, name) for name in ("pause", "resume", "cancel")}
    sari.post(act["pause"])
    assert "Paused" in words_of(sari.get(address("wh_take", take.token)))
    assert sari.post(act["pause"]).status_code == 409
    sari.post(act["resume"])
    assert sari.post(act["cancel"]).status_code == 403
    take.refresh_from_db()
    assert take.status == "open"


def test_nobody_finds_the_stock_take_of_another_site(sari):
    site = make_site("other")
    take = stocktake.start(site, by=make_worker(site), at=NOW, client_key="other")
    place = take.shelves.get().key
    for path in (
        address("wh_take", take.token),
        address("wh_take_shelf", take.token, place),
        address("wh_take_close", take.token),
    ):
        assert sari.get(path).status_code == 404
    assert send(sari, take).status_code == 404


# ---- The address of the script ----


def test_a_batch_is_taken_in_any_order_and_again(sari):
    shelf = make_shelf("A1")
    chair, chairs = make_item(shelf=shelf), make_item(quantity=3, shelf=shelf)
    take = begin(shelf)
    batch = [
        one_scan(take, shelf, chair, 1),
        one_scan(take, shelf, chairs, 2, pieces=3),
        one_scan(take, shelf, chairs, 3),
        one_scan(take, shelf, chair, 4) | {"code": "nonsense"},
    ]
    told = send(sari, take, *batch).json()
    assert [one["title"].partition(" ")[0] for one in told["taken"]] == ["Office", "3"]
    assert [(one["id"], one["code"], one["keep"]) for one in told["refused"]] == [
        ("scan-000003", "how_many", False),
        ("scan-000004", "bad_scan", False),
    ]
    assert list(told["places"].values()) == [[2, 2, False]]
    again = send(sari, take, *batch[:2][::-1]).json()
    assert (len(again["taken"]), StockTakeScan.objects.count()) == (2, 2)
    with translation.override("en"):
        path = reverse("inventory:wh_take_scans", args=[take.token])
    seen = sari.get(f"{path}?shelf={take.shelves.get().key}").json()["seen"]
    assert seen == {chair.code: 1, chairs.code: 3}


def test_a_scan_of_a_paused_stock_take_is_to_be_kept_and_counts_as_waiting(sari, clock):
    shelf = make_shelf("A1")
    chair = make_item(shelf=shelf)
    take = begin(shelf)
    sari.post(address("wh_take_act", take.token, "pause"))
    clock.shift(60)
    told = send(sari, take, one_scan(take, shelf, chair)).json()
    assert [(one["code"], one["keep"]) for one in told["refused"]] == [("stock_take_paused", True)]
    assert StockTakeDevice.objects.get().waiting == 1


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "null", "1", '"x"', "[" * 5000, "\x00", "{}", '{"device": 1}'),
        '{"device": "short"}',
        '{"device": "phone-of-sari", "waiting": -1}',
        '{"device": "phone-of-sari", "waiting": true}',
        '{"device": "phone-of-sari", "waiting": "3"}',
        '{"device": "phone-of-sari", "scans": {}}',
        '{"device": "phone-of-sari", "scans": [1]}',
        '{"device": "phone-of-sari", "scans": [{}]}',
        '{"device": "phone-of-sari", "scans": [{"id": 1, "place": "x", "code": "y"}]}',
        '{"device": "phone-of-sari", "scans": [{"id": "scan\\ud800-1", "place": "x", "code": "y"}]}',
        '{"device": "phone-of-sari", "scans": [' + ", ".join(["{}"] * 201) + "]}",
    ],
)
def test_a_batch_that_is_none_says_so_and_changes_nothing(sari, body):
    take = begin()
    answer = sari.post(address("wh_take_scans", take.token), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_scan")
    assert answer.json()["detail"] == "The scan could not be read. Scan the thing again."
    assert (StockTakeScan.objects.count(), StockTakeDevice.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "facts",
    [
        '"pieces": 3e22',
        *('"pieces": 1.5', '"pieces": -1', '"pieces": true', '"pieces": "3"', '"pieces": [3]'),
        *('"pieces": 30000000000000000000000', '"ago": NaN', '"ago": -5', '"ago": null'),
        *(
            '"place": "x\\u0000"',
            '"place": 1',
            '"place": "longer than any"',
            '"code": "\\ud800"',
            '"code": null',
        ),
    ],
)
def test_one_scan_that_makes_no_sense_does_not_hold_up_the_others_of_its_phone(sari, facts):
    shelf = make_shelf("A1")
    chair, desk = make_item(shelf=shelf), make_item(shelf=shelf, category="desk")
    take = begin(shelf)
    good, bad = one_scan(take, shelf, chair, 1), one_scan(take, shelf, desk, 2)
    rows = f"{json.dumps(bad)[:-1]}, {facts}}}, {json.dumps(good)}"  # the last of two equal names counts
    body = f'{{"device": "phone-of-sari", "waiting": 0, "scans": [{rows}]}}'
    answer = sari.post(address("wh_take_scans", take.token), body, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, [one["id"] for one in told["taken"]]) == (200, [good["id"]])
    refused = [(one["id"], one["code"], one["keep"]) for one in told["refused"]]
    assert refused == [(bad["id"], "bad_scan", False)]
    assert StockTakeScan.objects.get().item == chair


def test_a_phone_that_must_still_say_how_many_is_waited_for(sari):
    shelf = make_shelf("A1")
    chairs = make_item(shelf=shelf, quantity=8)
    take = begin(shelf)
    send(sari, take, one_scan(take, shelf, chairs))
    assert StockTakeDevice.objects.get().waiting == 1


def test_nonsense_is_neither_a_scan_to_undo_nor_a_difference_to_settle(sari, lasse):
    shelf = make_shelf("A1")
    take = begin(shelf)
    assert sari.post(f"{page_of(take, shelf)}/undo", {"scan": "a\0b"}).status_code == 422
    for nonsense in ("a\0-b\0", "missing-\0", "\0", ""):
        answer = lasse.post(address("wh_take_settle", take.token), {"difference": nonsense})
        assert answer.status_code == 404


def test_the_label_of_another_shelf_leads_to_where_it_is_counted(sari):
    shelf, other, outside = (make_shelf(code) for code in ("A1", "A2-01", "B1"))
    take = begin(shelf, other)
    here, there = page_of(take, shelf), page_of(take, other)
    for code in (f"http://testserver/s/warehouse/{other.code}", "a2-01"):
        answer = sari.post(here, {"code": code, "client_id": "scan-0001"})
        assert (answer.status_code, answer["Location"]) == (302, there)
    refused = sari.post(here, {"code": outside.code, "client_id": "scan-0001"})
    assert (refused.status_code, problems(refused)) == (409, ["This shelf is not in the stock-take."])
    assert not StockTakeScan.objects.exists()


def test_the_page_knows_the_further_codes_of_its_things_and_all_shelves(sari):
    shelf = make_shelf("A1")
    chairs, more = (make_item(shelf=shelf, quantity=number) for number in (3, 2))
    aliases.attach(chairs, "ABC123456", by=sari.person, at=NOW)
    lots.merge(more, into=chairs, by=sari.person, at=NOW)
    take = begin(shelf)
    answer = sari.get(page_of(take, shelf))
    assert f'data-further="ABC123456 {more.code} "' in answer.content.decode()
    assert json.loads(answer.context["addresses"]) == {"A1": page_of(take, shelf)}
