"""The thread of a request on its pages: the unit's with its envelope, the warehouse's with its list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recycling.audit.models import ViewEntry
from reservations.domain import threads
from reservations.models import MOST_TEXT, RequestMessage
from tests.factories import NOW, later, make_item, make_member, make_site, make_unit, make_worker
from tests.inventory.hall import problems, words_of
from tests.reservations.driving import accept, make_delivery, make_request, open_van
from tests.reservations.pages.desk import address
from tests.reservations.writing import make_minna

pytestmark = pytest.mark.django_db

# The session, the person, the request, its messages with who wrote them, its parts at warehouses; their roles and their list.
UNIT_PAGE = 7
# The session, the person, how many wait, the request, its messages, its parts at warehouses, the view that is written down, the
# parts where the worker works.
HALL_PAGE = 8
# The session, the person, whether they work anywhere, what is unread, the requests, how many wait.
LIST_PAGE = 6


def browser(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def minna():
    return make_minna()


@pytest.fixture
def sari():
    return make_worker(make_site(), name="Sari Sorsa")


@pytest.fixture
def asked(minna, sari):
    return accept(make_request({make_item(quantity=40): 24}, by=minna))


def says(asked, text, *, by, at=NOW):
    return threads.write(asked, text, from_unit=by.memberships.exists(), by=by, at=at)


def unread():
    return list(RequestMessage.objects.filter(read_at=None).values_list("text", flat=True))


# -- the unit


def test_the_request_leads_to_its_messages_and_says_what_is_new(asked, minna, sari):
    hers, here = browser(minna), address("request_messages", asked.code)
    page = hers.get(address("request", asked.code))
    assert f'href="{here}"' in page.content.decode()
    assert "New message" not in words_of(page)
    says(asked, "On luiska.", by=sari)
    assert "New message" in words_of(hers.get(address("request", asked.code)))
    assert "New message from the warehouse" in words_of(hers.get(address("dept")))
    hers.post(here, {"read": "1", "seen": asked.messages.get().pk})
    assert "New message" not in words_of(hers.get(address("dept")))


def test_a_list_that_is_being_written_has_no_thread(minna, sari):
    asked = make_request({make_item(): 1}, by=minna)
    answer = browser(minna).get(address("request_messages", asked.code))
    assert answer["Location"] == address("request", asked.code)


def test_what_is_new_is_opened_by_a_press_and_no_look_changes_anything(asked, minna, sari):
    message, hers = says(asked, "Ovella on luiska.", by=sari), browser(minna)
    here = address("request_messages", asked.code)
    for _look in range(2):
        page = words_of(hers.get(here))
        assert ("Ovella on luiska." in page, "1 new message from the warehouse" in page) == (False, True)
    assert unread() == ["Ovella on luiska."]
    assert hers.post(here, {"read": "1", "seen": message.pk})["Location"] == here
    page = words_of(hers.get(here))
    assert ("Ovella on luiska." in page, "new message" in page) == (True, False)
    assert unread() == []


def test_the_unit_writes_and_sees_when_it_was_read(asked, minna, sari):
    hers, here = browser(minna), address("request_messages", asked.code)
    assert hers.post(here, {"text": "Onko <luiska>?", "client_key": "k" * 24})["Location"] == here
    hers.post(here, {"text": "Onko <luiska>?", "client_key": "k" * 24})
    assert "Onko &lt;luiska&gt;?" in (page := hers.get(here).content.decode())
    assert ("Sent to the warehouse." in page, "Read Mon" in page) == (True, False)
    message = RequestMessage.objects.get()
    threads.read(asked, from_unit=False, by=sari, at=later(hours=1), seen=message.pk)
    assert "Read Mon 16 Nov" in words_of(hers.get(here))


@pytest.mark.parametrize("side", ["unit", "warehouse"])
@pytest.mark.parametrize("text", ["", "  ", "x" * (MOST_TEXT + 1), "a\0b"])
def test_what_is_no_message_is_asked_for_again(asked, minna, sari, side, text):
    person, page = (minna, "request_messages") if side == "unit" else (sari, "wh_thread")
    answer = browser(person).post(address(page, asked.code), {"text": text, "seen": "x"})
    assert (answer.status_code, bool(problems(answer))) == (422, True)
    assert unread() == []


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_press_that_shows_nothing_reads_nothing(asked, minna, sari, seen):
    says(asked, "On luiska.", by=sari)
    browser(minna).post(address("request_messages", asked.code), {"read": "1", "seen": seen})
    assert unread() == ["On luiska."]


def test_a_thread_that_is_over_has_no_form_and_refuses(asked, minna, sari):
    asked.reservations.update(status="expired", closed_at=later(days=-61), held_until=None)
    for person, page in ((minna, "request_messages"), (sari, "wh_thread")):
        here = address(page, asked.code)
        assert "<textarea" not in browser(person).get(here).content.decode()
        answer = browser(person).post(here, {"text": "Hei"})
        assert (answer.status_code, "This request is over" in words_of(answer)) == (409, True)


# -- the warehouse


def test_the_list_has_who_waits_for_an_answer_newest_first(asked, minna, sari):
    make_unit("library", "Kirjasto", name_en="Library")
    kirsi = make_member("requester", code="library")
    other = accept(make_request({make_item(): 1}, by=kirsi))
    for number in range(2):
        says(asked, f"Asia {number}", by=minna, at=later(minutes=number))
    says(other, "Salainen asia", by=kirsi, at=later(hours=1))
    his, here = browser(sari), address("wh_messages")
    page = words_of(his.get(here))
    assert page.index(f"Library {other.code} , 1 new message") < page.index(f"{asked.code} , 2 new messages")
    assert ("Salainen" in page, "Minna" in page) == (False, False)
    assert "2 units wait for an answer" in words_of(his.get(address("today")))
    threads.read(other, from_unit=False, by=sari, at=NOW, seen=other.messages.get().pk)
    assert other.code not in words_of(his.get(here))
    assert "1 unit waits for an answer" in words_of(his.get(here))


def test_without_anything_the_list_says_so(sari):
    assert "No unit waits for an answer." in words_of(browser(sari).get(address("wh_messages")))


def test_a_worker_answers_and_the_unit_leaves_the_list(asked, minna, sari):
    message, his, here = (
        says(asked, "Onko luiska?", by=minna),
        browser(sari),
        address("wh_thread", asked.code),
    )
    page = words_of(his.get(here))
    assert ("Onko luiska?" in page, "Minna Mäkinen" in page) == (True, True)
    assert asked.reservations.get().code in page
    assert unread() == ["Onko luiska?"]
    assert his.post(here, {"text": "On.", "seen": message.pk})["Location"] == here
    assert unread() == ["On."]
    unit_sees = words_of(browser(minna).get(address("request_messages", asked.code)))
    assert ("Sari" in unit_sees, "Sorsa" in unit_sees) == (True, False)


def test_a_worker_says_that_no_answer_is_needed(asked, minna, sari):
    message, his = says(asked, "Kiitos!", by=minna), browser(sari)
    answer = his.post(address("wh_thread", asked.code), {"read": "1", "seen": message.pk})
    assert answer["Location"] == address("wh_messages")
    assert unread() == []


def test_each_look_of_a_worker_is_written_down(asked, minna, sari):
    browser(sari).get(address("wh_thread", asked.code))
    rows = ViewEntry.objects.values_list("purpose", "actor", "subject", "target_type", "target_id")
    assert rows.get() == ("messages", sari.pk, minna.pk, "furniturerequest", asked.pk)


def test_the_pages_of_a_pickup_and_of_a_delivery_lead_to_the_thread(sari, minna):
    open_van()
    one = make_delivery({make_item(): 1}, by=minna)
    here = f'href="{address("wh_thread", one.request.code)}"'
    for page in ("handover", "deliver"):
        assert here in browser(sari).get(address(page, one.code)).content.decode()


# -- how much each page asks of the database


@pytest.mark.parametrize("rows", [1, 4])
def test_each_page_asks_as_much_for_one_message_as_for_several(asked, minna, sari, rows):
    for _number in range(rows):
        says(asked, "Kysymys", by=minna)
        says(asked, "Vastaus", by=sari)
        unit = make_unit(f"unit-{_number}", f"Yksikkö {_number}", cost_centre=f"7{_number}")
        person = make_member("requester", code=unit.code)
        says(accept(make_request({make_item(): 1}, by=person)), "Kysymys", by=person)
    pages = [
        (minna, "request_messages", [asked.code], UNIT_PAGE),
        (sari, "wh_thread", [asked.code], HALL_PAGE),
        (sari, "wh_messages", [], LIST_PAGE),
    ]
    for person, page, names, expected in pages:
        client = browser(person)
        client.get(address(page, *names))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(page, *names)).status_code == 200
        assert len(queries) == expected, (page, [one["sql"][:150] for one in queries])
