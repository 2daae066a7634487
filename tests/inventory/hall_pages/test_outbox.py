"""What a phone kept without a network arrives: once, at its time, and what is too late is shown until somebody has seen it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.domain import errands, moving, stock
from inventory.models import Errand, ErrandState, Item, Photo, SiteRole
from recycling.accounts.domain.limits import TooOften
from recycling.audit.models import AuditEntry
from recycling.errors import Refused
from tests.factories import NOW, later, make_item, make_photo, make_shelf, make_site, make_user, make_worker
from tests.inventory.hall import address, picture, words_of

pytestmark = pytest.mark.django_db

HOUR = 60 * 60 * 1000
# Of every page: the session, the person, who waits for an answer. Of this one: the sites where they work, and what could not be
# done.
OUTBOX_PAGE = 5


def send(browser, kind, who, *, key="k1", ago=HOUR, **fields):
    told = {"errand": key, "who": str(who.pk), "ago": str(ago)}
    return browser.post(address(f"wh_outbox_{kind}"), told | fields)


def upload(browser, key="photo1", **how):
    answer = browser.post(address("wh_upload"), {"photo": picture(**how), "client_key": key})
    return answer.json()["key"]


def send_thing(browser, who, uploaded, *, key="k1", **fields):
    usual = {"category": "office_chair", "condition": "good", "quantity": "1", "site": "warehouse"}
    return send(browser, "item", who, key=key, **usual | {"client_key": "c1", "uploaded": uploaded} | fields)


# -- a new thing


def test_a_thing_is_logged_with_its_photos(hall, sari):
    answer = send_thing(hall, sari, [upload(hall)])
    item = Item.objects.get()
    assert answer.json() == {
        "state": "done",
        "words": f"Saved: Office chair, {item.shown_code}",
        "address": address("wh_item", item.shown_code),
    }
    assert (item.photos.count(), item.status, item.created_by) == (1, "published", sari)
    errand = Errand.objects.get()
    assert (errand.site, errand.done_at, errand.received_at) == (item.site, later(hours=-1), NOW)


def test_the_same_errand_again_gives_the_first_answer_and_makes_nothing(hall, sari):
    key = upload(hall)
    first = send_thing(hall, sari, [key])
    again = send_thing(hall, sari, [upload(hall)])
    assert again.json() == first.json()
    assert (Item.objects.count(), Photo.objects.count(), Errand.objects.count()) == (1, 1, 1)


def test_another_key_is_another_errand(hall, sari):
    """The control of the one above: it is the key that keeps it from being done twice."""
    send_thing(hall, sari, [upload(hall)])
    send_thing(hall, sari, [upload(hall, "photo2")], key="k2", client_key="c2")
    assert (Item.objects.count(), Photo.objects.count()) == (2, 2)


def test_what_the_page_itself_has_saved_is_not_made_again(hall, sari):
    """The form was saved, its answer got lost, and the phone kept it as an errand."""
    key = upload(hall)
    form = {"category": "office_chair", "condition": "good", "quantity": "1", "site": "warehouse"}
    hall.post(address("wh_new"), form | {"client_key": "c1", "uploaded": [key]})
    answer = send_thing(hall, sari, [key])
    assert answer.json()["state"] == "done"
    assert Item.objects.count() == 1
    assert hall.get(address("wh_outbox"), {"made": "c1"}, headers={"accept": "application/json"}).json()[
        "made"
    ]


def test_other_photos_in_the_form_of_the_thing_before_are_another_thing(hall, sari):
    send_thing(hall, sari, [upload(hall)])
    send_thing(hall, sari, [upload(hall, "photo2")], key="k2")
    assert [item.photos.count() for item in Item.objects.all()] == [1, 1]


def test_a_photo_that_is_not_here_keeps_the_errand_on_the_phone(hall, sari):
    answer = send_thing(hall, sari, [upload(hall), "GONE"])
    assert (answer.status_code, answer.json()["keep"], answer.json()["code"]) == (409, True, "photo_not_here")
    assert (Item.objects.count(), Errand.objects.count()) == (0, 0)


def test_a_photo_of_somebody_else_is_not_here(hall, sari):
    other = make_photo(uploaded_by=make_worker())
    assert send_thing(hall, sari, [other.key]).json()["code"] == "photo_not_here"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"condition": ""}, "Choose the condition."),
        ({"category": "nonsense"}, "Choose the category."),
    ],
)
def test_what_the_form_refuses_is_a_conflict_with_the_words_of_the_form(hall, sari, fields, words):
    answer = send_thing(hall, sari, [upload(hall)], **fields).json()
    assert (answer["state"], words in answer["words"]) == ("conflict", True)
    assert Item.objects.count() == 0
    assert words in words_of(hall.get(address("wh_outbox")))


def test_a_thing_without_a_photo_is_a_conflict(hall, sari):
    answer = send_thing(hall, sari, []).json()
    assert (answer["state"], answer["words"]) == ("conflict", "Take at least one photo.")


# -- moving


def test_things_are_moved_at_the_time_when_they_were_carried(hall, sari):
    chair, shelf = make_item(), make_shelf("H2")
    answer = send(hall, "move", sari, item=[chair.shown_code], typed="h2").json()
    assert (answer["state"], answer["words"]) == ("done", "1 item stands on H2 now.")
    chair.refresh_from_db()
    assert chair.shelf == shelf
    assert AuditEntry.objects.get(action="item_moved").at == later(hours=-1)


def test_the_links_of_labels_are_codes_too(hall, sari, settings):
    chair, shelf = make_item(), make_shelf("H2")
    codes = {"item": [f"{settings.SITE_URL}/i/{chair.code}"], "typed": f"{settings.SITE_URL}/s/warehouse/H2"}
    assert send(hall, "move", sari, **codes).json()["state"] == "done"
    assert Item.objects.get().shelf == shelf


def test_what_somebody_moved_meanwhile_stays_and_is_told(hall, sari):
    chair, bystander = make_item(), make_item()
    make_shelf("H2")
    kai = make_worker(name="Kai Kuikka")
    moving.put_on_shelf(chair, shelf=make_shelf("H9"), by=kai, at=later(minutes=-30))
    answer = send(hall, "move", sari, item=[chair.shown_code, bystander.shown_code], typed="H2").json()
    assert answer["state"] == "conflict"
    assert answer["words"] == (
        f"1 item stands on H2 now. {chair.shown_code} was moved to H9, Mon 16 Nov 08:30. Check where it stands. (Kai)"
    )
    assert [Item.objects.get(pk=one.pk).shelf.code for one in (chair, bystander)] == ["H9", "H2"]
    assert "Kai" not in Errand.objects.get().words


def test_what_somebody_moved_before_is_moved(hall, sari):
    """The control of the one above."""
    chair = make_item()
    make_shelf("H2")
    moving.put_on_shelf(chair, shelf=make_shelf("H9"), by=make_worker(), at=later(minutes=-90))
    assert send(hall, "move", sari, item=[chair.shown_code], typed="H2").json()["state"] == "done"
    assert Item.objects.get().shelf.code == "H2"


def test_two_moves_of_one_phone_end_where_the_second_one_ended(hall, sari):
    chair = make_item()
    for code in ("H1", "H2"):
        make_shelf(code)
    send(hall, "move", sari, key="k1", ago=2 * HOUR, item=[chair.shown_code], typed="H1")
    assert (
        send(hall, "move", sari, key="k2", ago=HOUR, item=[chair.shown_code], typed="H2").json()["state"]
        == "done"
    )
    assert Item.objects.get().shelf.code == "H2"


def test_an_unknown_code_is_told_and_keeps_none_of_the_others_back(hall, sari):
    chair = make_item()
    make_shelf("H2")
    answer = send(hall, "move", sari, item=["ABC123456", chair.shown_code], typed="H2").json()
    assert (answer["state"], "ABC123456" in answer["words"]) == ("conflict", True)
    assert Item.objects.get().shelf.code == "H2"


def test_an_unknown_shelf_is_a_conflict(hall, sari):
    answer = send(hall, "move", sari, item=[make_item().shown_code], typed="Nowhere 7").json()
    assert answer["state"] == "conflict"
    assert Item.objects.get().shelf is None


# -- once, by whom, and when


def test_somebody_elses_errand_waits_for_its_owner(hall):
    kai = make_worker(name="Kai Kuikka")
    answer = send(hall, "move", kai, item=[make_item().shown_code], typed="H2")
    assert (answer.status_code, answer.json()["code"], answer.json()["keep"]) == (409, "somebody_elses", True)
    assert Errand.objects.count() == 0


def test_two_people_may_have_one_key(client, sari):
    kai = make_worker(name="Kai Kuikka")
    make_shelf("H2")
    for who in (sari, kai):
        client.force_login(who)
        send(client, "move", who, item=[make_item().shown_code], typed="H2")
    assert Errand.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"key": ""}, {"key": "ä"}, {"key": "k" * 41}, {"ago": "-5"}, {"ago": "soon"}]
)
def test_an_errand_that_cannot_be_read_does_nothing(hall, sari, wrong):
    answer = send(hall, "move", sari, **{"item": [make_item().shown_code], "typed": "H2"} | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_errand")
    assert Errand.objects.count() == 0


def test_what_waited_for_more_than_sixty_days_is_looked_at_by_people(hall, sari):
    chair = make_item()
    make_shelf("H2")
    days = 24 * HOUR
    answer = send(hall, "move", sari, ago=61 * days, item=[chair.shown_code], typed="H2").json()
    assert answer["state"] == "conflict"
    assert Errand.objects.get().done_at == later(days=-60)
    assert (
        send(hall, "move", sari, key="k2", ago=59 * days, item=[chair.shown_code], typed="H2").json()["state"]
        == "done"
    )


def test_what_can_still_succeed_leaves_no_row(sari):
    def act(_errand):
        raise TooOften

    with pytest.raises(TooOften):
        errands.run(act, kind="item", key="k1", by=sari, at=NOW, ago=timedelta(0))
    assert Errand.objects.count() == 0


def test_what_is_refused_half_way_leaves_nothing_but_the_row_that_says_so(sari):
    chair = make_item(quantity=3)

    def act(_errand):
        stock.set_aside(chair, 1, reason="repair", by=sari, at=NOW)
        raise Refused

    errand = errands.run(act, kind="move", key="k1", by=sari, at=NOW, ago=timedelta(0))
    assert (errand.state, chair.set_aside.count()) == (ErrandState.CONFLICT, 0)


def test_the_database_refuses_a_time_after_the_arrival_and_a_key_twice(sari):
    def make(key, done_at):
        Errand.objects.create(key=key, by=sari, kind="move", done_at=done_at, received_at=NOW)

    make("k1", NOW)
    for key, done_at in (("k2", later(seconds=1)), ("k1", NOW)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(key, done_at)


def test_a_script_without_a_session_is_told_so_and_a_page_leads_to_the_sign_in(client):
    answer = client.get(address("wh_outbox"), headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert client.get(address("wh_outbox")).status_code == 302


# -- the page


def conflict(who, site=None, key="k1", **fields):
    usual = {
        "kind": "move",
        "state": "conflict",
        "words": "It was moved.",
        "done_at": NOW,
        "received_at": NOW,
    }
    return Errand.objects.create(key=key, by=who, site=site or make_site(), **usual | fields)


def sees(client, who):
    client.force_login(who)
    return "It was moved." in words_of(client.get(address("wh_outbox")))


def test_a_conflict_is_shown_to_whoever_did_it_and_to_the_lead_of_the_site(client, sari):
    conflict(sari)
    there = make_site("other", name_fi="Varasto 2", name_sv="Lager 2")
    people = [
        sari,
        make_worker(role=SiteRole.LEAD),
        make_worker(name="Kai Kuikka"),
        make_worker(there, role=SiteRole.LEAD),
    ]
    assert [sees(client, who) for who in people] == [True, True, False, False]


def test_what_is_done_is_not_shown(client, sari):
    conflict(sari, state="done")
    assert not sees(client, sari)


def test_a_script_is_told_how_much_there_is_to_be_seen(hall, sari):
    conflict(sari)
    conflict(sari, key="k2", seen_at=NOW, seen_by=sari)
    conflict(make_worker(), key="k3")
    answer = hall.get(address("wh_outbox"), headers={"accept": "application/json"}).json()
    assert (answer["who"], answer["unseen"], answer["made"]) == (str(sari.pk), 1, False)


def test_it_stays_until_somebody_says_that_they_have_seen_it(client, sari):
    row, lead = conflict(sari), make_worker(role=SiteRole.LEAD)
    client.force_login(lead)
    assert client.post(address("wh_outbox"), {"seen": row.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.seen_by, row.seen_at) == (lead, NOW)
    assert not sees(client, sari)


def test_a_conflict_of_others_cannot_be_put_away(client, sari):
    row = conflict(sari)
    client.force_login(make_worker(name="Kai Kuikka"))
    assert client.post(address("wh_outbox"), {"seen": row.pk}).status_code == 404
    assert Errand.objects.unseen().count() == 1


def test_whoever_works_nowhere_has_no_outbox(client):
    client.force_login(make_user())
    assert client.get(address("wh_outbox")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_for_one_conflict_and_for_several(hall, sari, django_assert_num_queries, rows):
    for number in range(rows):
        conflict(sari, key=f"k{number}", rival=make_worker())
    hall.get(address("wh_outbox"))
    with django_assert_num_queries(OUTBOX_PAGE):
        hall.get(address("wh_outbox"))


def test_old_errands_are_forgotten_and_unseen_conflicts_are_not(sari):
    old = later(days=-91)
    conflict(sari, key="unseen", done_at=old, received_at=old)
    conflict(sari, key="done", state="done", done_at=old, received_at=old)
    conflict(sari, key="young", state="done")
    assert errands.forget(at=NOW) == 1
    assert set(Errand.objects.values_list("key", flat=True)) == {"unseen", "young"}
