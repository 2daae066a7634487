"""The pages of the wanted list and of a need list, and what the hall reads of them."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inventory.domain import loads
from inventory.models import LoadKind
from recycling.notifications.domain import sending
from reservations import tasks
from reservations.domain import wanted
from reservations.models import FurnitureRequest, NeedList, Reservation, WantedEntry
from tests.factories import NOW, counters, later, make_item, make_photo, make_site, make_user, make_worker
from tests.inventory.hall import problems, words_of
from tests.reservations.wanting import TODAY, now, offer_of, offers, requester, wants

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def risto():
    return requester(name="Risto Rinne")


def browser(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name, *args):
    with translation.override("en"):
        return reverse(f"reservations:{name}", args=args)


def answers(**more):
    return {
        "unit": "school",
        "category": "office_chair",
        "pieces": "10",
        "needed_by": (TODAY + timedelta(days=20)).isoformat(),
        "condition": "worn",
    } | more


def test_a_wish_is_written_and_what_is_there_now_is_said_and_held_for_nobody(risto):
    chairs = make_item(quantity=12)
    page = browser(risto).post(address("wanted_new"), answers(width_cm="80", note="Luokka 3"), follow=True)
    assert "12 such pieces are there right now" in words_of(page)
    entry = WantedEntry.objects.get()
    assert (entry.pieces, entry.width_cm, entry.note, entry.language) == (10, 80, "Luokka 3", "en")
    assert counters(chairs) == (12, 0)


def test_the_form_is_prefilled_by_the_address_and_nonsense_is_nothing(risto):
    page = browser(risto).get(address("wanted_new") + "?category=desk&pieces=6&width_cm=120").content.decode()
    assert '<option value="desk" selected>' in page
    assert 'name="pieces" value="6"' in page
    assert 'name="width_cm" value="120"' in page
    for strange in ("?category=xyz&pieces=0", "?pieces=-1", "?pieces=٣", "?pieces=99999999999"):
        assert browser(risto).get(address("wanted_new") + strange).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"category": ""}, "Choose what you need."),
        ({"pieces": "0"}, "How many pieces"),
        ({"needed_by": "sometime"}, "Write the day like this: 2026-12-31."),
        ({"needed_by": "2020-01-01"}, "The day by which you need them has passed. Choose a later one."),
        ({"at_least": "11"}, "You cannot take at least more pieces than you want."),
        ({"unit": "library"}, "For which unit"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_form(risto, typed, sentence):
    requester("library")
    page = browser(risto).post(address("wanted_new"), answers(**typed))
    assert page.status_code == 422
    assert sentence in " ".join(problems(page))
    assert WantedEntry.objects.count() == 0


def test_an_offer_is_taken_with_one_press(risto):
    entry = wants(risto, 10)
    make_item(quantity=6)
    page = browser(risto).get(address("wanted"))
    words = words_of(page)
    assert "Office chair: 6 pieces" in words
    assert "Answer by Wed 18 Nov" in words
    assert "size not measured" in words
    assert "You wait for 10; for the rest you wait on." in words
    browser(risto).post(address("offer_take", offer_of(entry).token))
    assert now(entry) == ("taken", 10)
    asked = FurnitureRequest.objects.get()
    assert asked.lines.get().pieces == 6
    page = browser(risto).get(address("wanted"))
    assert "It counts as found when the list is sent." in words_of(page)
    assert asked.get_absolute_url().split("/", 2)[2] in page.content.decode()
    edit = address("wanted_edit", entry.token)
    assert f'{edit}"' not in page.content.decode()
    assert browser(risto).post(edit, answers(pieces="12")).status_code == 409
    again = browser(risto).post(address("offer_take", offer_of(entry).token), follow=True)
    assert "The time to answer this offer has ended" in words_of(again)


def test_no_thank_you_asks_why_and_goes_on(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    where = address("offer_decline", offer_of(entry).token)
    assert "You do not take it?" in words_of(browser(risto).get(where))
    assert "Choose why." in " ".join(problems(browser(risto).post(where)))
    browser(risto).post(where, {"reason": "size"})
    assert (offers(), now(entry)) == ([("school", 6, "cancelled")], ("open", 6))
    assert "This offer is over." in words_of(browser(risto).get(where))


def test_an_entry_is_changed_and_ended(risto):
    entry = wants(risto, 10, note="Vanha")
    where = address("wanted_edit", entry.token)
    assert 'value="10"' in browser(risto).get(where).content.decode()
    browser(risto).post(where, answers(pieces="4", note="Uusi"))
    entry.refresh_from_db()
    assert (entry.pieces, entry.still, entry.note) == (4, 4, "Uusi")
    make_item(quantity=4)
    assert browser(risto).post(where, answers(pieces="5")).status_code == 409
    browser(risto).post(address("wanted_end", entry.token))
    assert now(entry)[0] == "ended"
    assert "You wait for nothing right now." in words_of(browser(risto).get(address("wanted")))


def test_another_units_wishes_and_offers_do_not_exist(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    kirsi = browser(requester("library", name="Kirsi Kirjala"))
    token = offer_of(entry).token
    for where in (address("wanted_edit", entry.token), address("wanted_end", entry.token)):
        assert (kirsi.get(where).status_code, kirsi.post(where).status_code) == (404, 404)
    assert kirsi.post(address("offer_take", token)).status_code == 404
    assert kirsi.post(address("offer_decline", token), {"reason": "size"}).status_code == 404
    assert "Office chair" not in words_of(kirsi.get(address("wanted")))
    assert now(entry) == ("offered", 6)


def test_an_approver_sees_the_list_and_changes_nothing(risto):
    wants(risto, 6)
    helmi = browser(requester(name="Helmi Hyväksyjä", role="approver"))
    page = helmi.get(address("wanted")).content.decode()
    assert "Office chair" in page
    assert "wanted/new" not in page
    assert helmi.get(address("wanted_new")).status_code == 403


def test_the_city_sees_kinds_and_numbers_and_no_names(risto):
    wants(risto, 10, note="Salainen toive")
    wants(requester("library", name="Kirsi Kirjala"), 4, days=3)
    words = words_of(browser(make_worker()).get(address("wanted_all")))
    assert "14 2" in words
    assert not {"Risto", "Kirsi", "Salainen", "School", "Library"} & set(words.split())
    assert browser(make_user()).get(address("wanted_all")).status_code == 403


@pytest.mark.parametrize("entries", [1, 3])
def test_the_list_asks_as_much_for_three_entries_as_for_one(risto, entries, django_assert_num_queries):
    for number in range(entries):
        wants(risto, 2, days=9 + number)
        wants(risto, 2, kind="desk", days=9 + number)
        make_item(quantity=2)
    client = browser(risto)
    with django_assert_num_queries(16):
        client.get(address("wanted"))


# -- messages


def test_the_unit_is_told_what_has_come_and_until_when(risto):
    type(risto).objects.update(language="en")
    wants(risto, 10, language="en")
    chairs = make_item(quantity=6)
    sending.send_due(at=NOW)
    (letter,) = mail.outbox
    assert letter.to == [risto.email]
    assert letter.subject == "Your wanted list: 6 x Office chair found"
    assert f"Item: Office chair, black, 6 pieces ({chairs.shown_code})\nSize not measured." in letter.body
    assert "Take it by the end of Wed 18 Nov. After that it is offered to the next unit." in letter.body
    assert letter.body.count("/dept/wanted") == 1


def test_an_offer_that_is_over_is_not_told(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    wanted.take(offer_of(entry), by=risto, at=NOW)
    sending.send_due(at=NOW)
    assert mail.outbox == []


def test_who_has_left_the_unit_is_not_told_its_lead_is(risto):
    lead = requester(name="Liisa Lehto", role="lead")
    wants(risto, 6)
    risto.memberships.all().delete()
    make_item(quantity=6)
    sending.send_due(at=NOW)
    assert [letter.to for letter in mail.outbox] == [[lead.email]]


def test_the_jobs_end_what_is_past_and_tell_it(risto):
    entry = wants(risto, 6, days=1, language="en")
    with time_machine.travel(later(days=2), tick=False):
        tasks.end_wanted()
        tasks.match_wanted()
        sending.send_due(at=later(days=2))
    assert now(entry)[0] == "ended"
    (letter,) = mail.outbox
    assert letter.subject == "Your wanted list: no Office chair by Tue 17 Nov"
    assert "you waited for 6 pieces by Tue 17 Nov: Office chair." in letter.body


# -- the hall


def hall(name, *args):
    with translation.override("en"):
        return reverse(f"inventory:{name}", args=args)


def test_the_tiles_and_the_saved_page_say_who_waits(risto, django_assert_num_queries):
    wants(risto, 10, days=3)
    wants(requester("library"), 4, kind="seating", days=9)
    worker = make_worker()
    page = words_of(browser(worker).get(hall("wh_new")))
    assert "Office chair 2 units wait" in page
    chairs = make_item(quantity=3)
    saved = words_of(browser(worker).get(hall("wh_new") + f"?saved={chairs.shown_code}"))
    assert "Offered at once to 1 unit that waited for it." in saved
    assert "1 unit waits for this: 4 pieces. The first need is on Wed 25 Nov." in saved


def test_the_page_of_groups_says_what_units_need_first(risto):
    worker = make_worker()
    wants(risto, 4, kind="seating", days=9)
    wants(risto, 10, days=3)
    wants(risto, 1, kind="whiteboard", days=1)
    load = loads.open_load(by=worker, at=NOW, site=make_site(), kind=LoadKind.LOAD, name="Koulu", rooms=["1"])
    loads.keep_shot(load.rooms.get(), make_photo())
    words = words_of(browser(worker).get(hall("wh_group", load.code, 1)))
    told = words.partition("What units wait for")[2]
    assert "1 unit waits for this: 1 piece. The first need is on Tue 17 Nov." in told
    assert "1 unit waits for this: 14 pieces. The first need is on Thu 19 Nov." in told
    assert told.index("Whiteboard") < told.index("Office chair") < told.index("Chairs and seating")
    assert "Bench" not in told.partition("Condition")[0]


# -- before you buy


def look(client, rows, **more):
    return client.post(address("needs"), {"unit": "school", "rows": rows} | more)


def test_a_pasted_list_finds_what_there_is_and_it_is_taken(risto):
    chairs = make_item(quantity=30)
    client = browser(risto)
    answer = look(client, "24 office chair\n2; whiteboard; 120 cm")
    made = NeedList.objects.get()
    assert answer.url == address("need_list", made.token)
    words = words_of(client.get(answer.url))
    assert "30 such pieces are there." in words
    assert "There is nothing like it right now." in words
    taken = client.post(
        answer.url, {"row": "1", "lot": chairs.code, "seen": "0", "pieces": "24"}, follow=True
    )
    assert "24 pieces are on your request list." in words_of(taken)
    assert counters(chairs) == (30, 24)
    again = client.post(answer.url, {"row": "1", "lot": chairs.code, "seen": "0", "pieces": "24"})
    assert again.status_code == 409
    wanted_link = f"{address('wanted_new')}?pieces=2&amp;category=whiteboard&amp;width_cm=120"
    assert wanted_link in client.get(answer.url).content.decode()


def test_bad_rows_are_named_and_nothing_is_lost(risto):
    client, rows = browser(risto), "24 office chair\nchairs\n5"
    answer = look(client, rows)
    assert answer.status_code == 422
    said = " ".join(problems(answer))
    assert "Row 2: write how many, for example 24 school chair." in said
    assert "Row 3: write what you need, for example 24 school chair." in said
    assert rows in answer.content.decode()
    assert NeedList.objects.count() == 0
    look(client, rows, skip="1")
    assert NeedList.objects.get().lines.count() == 1
    assert look(client, "chairs", skip="1").status_code == 422
    assert look(client, "").status_code == 422


def test_a_table_is_brought_and_its_bad_rows_come_back_as_text(risto):
    table = SimpleUploadedFile("needs.csv", b"kpl;tuote\n4;office chair\n;desk\n")
    answer = browser(risto).post(address("needs"), {"unit": "school", "rows": "", "table": table})
    assert "Row 3: write how many, for example 24 school chair." in " ".join(problems(answer))
    # Each row on the line by which it is called.
    assert ">\n\n4; office chair\ndesk<" in answer.content.decode().replace("\r", "")
    strange = SimpleUploadedFile("needs.csv", b"%PDF-1.7")
    answer = browser(risto).post(address("needs"), {"unit": "school", "table": strange})
    assert "cannot be read as a table" in words_of(answer)


def test_why_it_is_bought_is_kept_and_managers_see_it(risto):
    make_item(quantity=5)
    client = browser(risto)
    where = look(client, "10 office chair").url
    assert client.post(where, {"row": "1", "buy": "1", "why": ""}).status_code == 422
    assert client.post(where, {"row": "1", "buy": "1", "why": "other"}).status_code == 422
    assert client.post(where, {"row": "9", "buy": "1", "why": "size"}).status_code == 404
    client.post(where, {"row": "1", "buy": "1", "why": "size", "words": "Liian leveä"})
    assert "You buy it" in words_of(client.get(where))
    manager = browser(make_user(is_manager=True))
    words = words_of(manager.get(address("bought_anyway")))
    assert "Office chair The size does not fit 10 5" in words
    assert client.get(address("bought_anyway")).status_code == 403


def test_another_units_list_does_not_exist(risto):
    where = look(browser(risto), "10 office chair").url
    assert browser(requester("library")).get(where).status_code == 404
    assert Reservation.objects.count() == 0
