"""The worker's pages about things, as they are served: who sees them, what they do, and what they say to nonsense."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from inventory.domain import intake, photos, publishing, stock
from inventory.models import Category, Item, SetAside, Shelf, Site, SiteStaff
from inventory.views.shelves import PAGE
from recycling.audit.models import AuditEntry
from tests.factories import (
    NOW,
    counters,
    make_admin,
    make_item,
    make_member,
    make_reservation,
    make_site,
    make_user,
    make_worker,
    open_site,
)

from .hall import address, chosen, edit, log, picture, problems, value_of, words_of

pytestmark = pytest.mark.django_db

# Of every page: the session and the person. Of the list: whether they work anywhere, the items, their first photos.
ITEMS_PAGE = 5
# The item with its category, site and shelf; its photos, how many there are, what is set aside, the history; the sites and
# the two levels of categories that may be chosen.
ITEM_PAGE = 11

EMOJI = "\N{CHAIR}\N{PARTY POPPER}"
ARABIC = "\N{RIGHT-TO-LEFT OVERRIDE}كرسي"


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    """It is NOW, until a test moves on; photos lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sari():
    return make_worker(make_site())


@pytest.fixture
def hall(client, sari):
    """The browser of a worker of Warehouse 1."""
    client.force_login(sari)
    return client


# ---- Who sees what ----


def pages_of(item):
    key = item.photos.first().key
    read = [address("wh_new"), address("wh_items"), address("wh_item", item.shown_code)]
    write = [
        address("wh_upload"),
        address("wh_act", item.shown_code, "withdraw"),
        *(address(name, item.shown_code) for name in ("wh_count", "wh_aside", "wh_end_aside", "wh_photos")),
        address("wh_photo", item.shown_code, key, "remove"),
    ]
    return read, write


def statuses(browser, item):
    read, write = pages_of(item)
    return [browser.get(one).status_code for one in read], [browser.post(one).status_code for one in write]


def test_the_hall_is_for_those_who_work_there(client):
    item = make_item(photos=2)
    client.force_login(make_worker(make_site()))
    assert statuses(client, item) == ([200, 200, 200], [422, 302, 422, 422, 404, 422, 302])


def test_a_worker_of_another_site_does_not_find_the_item(client):
    item = make_item(photos=2)
    client.force_login(make_worker(make_site("other", name_en="Other")))
    assert statuses(client, item) == ([200, 200, 404], [422, 404, 404, 404, 404, 404, 404])
    assert item.shown_code not in client.get(address("wh_items")).content.decode()
    item.refresh_from_db()
    assert (item.status, item.photos.count()) == ("published", 2)


@pytest.mark.parametrize("person", [make_user, make_member, lambda: make_user(is_manager=True)])
def test_who_works_at_no_site_has_no_business_in_the_hall(client, person):
    item = make_item(photos=2)
    client.force_login(person())
    assert statuses(client, item) == ([403, 403, 404], [403, 404, 404, 404, 404, 404, 404])


def test_a_stranger_is_led_to_the_sign_in(client):
    item = make_item(photos=2)
    assert statuses(client, item) == ([302] * 3, [302] * 7)
    assert client.get(address("wh_new"))["Location"] == "/en/accounts/login?next=/en/wh/new"


def test_an_admin_works_everywhere(client):
    item = make_item(photos=2)
    client.force_login(make_admin())
    assert client.get(address("wh_item", item.shown_code)).status_code == 200


@pytest.mark.parametrize("name", ["wh_upload", "wh_count", "wh_act"])
def test_what_changes_something_cannot_be_opened_as_a_page(hall, name):
    item = make_item()
    args = {"wh_upload": [], "wh_count": [item.shown_code], "wh_act": [item.shown_code, "withdraw"]}[name]
    assert hall.get(address(name, *args)).status_code == 405


@pytest.mark.parametrize("code", ["K7Q-4M2P", "nonsense", "%00", "🪑", "0" * 300])
def test_an_unknown_code_is_a_page_that_does_not_exist(hall, code):
    assert hall.get(f"/en/wh/items/{code}").status_code == 404
    assert hall.post(f"/en/wh/items/{code}", {}).status_code == 404


def test_a_code_is_found_however_it_is_written(hall):
    item = make_item()
    assert hall.get(f"/en/wh/items/{item.code.lower()}").status_code == 200


# ---- How much each page asks of the database ----


@pytest.mark.parametrize("rows", [1, PAGE])
def test_the_list_asks_the_same_for_one_thing_and_for_a_full_page(hall, django_assert_num_queries, rows):
    for _number in range(rows):
        make_item(photos=2)
    hall.get(address("wh_items"))
    with django_assert_num_queries(ITEMS_PAGE):
        answer = hall.get(address("wh_items"))
    assert answer.content.decode().count("whole-row") == rows


@pytest.mark.parametrize("rows", [1, 4])
def test_an_items_page_asks_the_same_however_many_photos_and_steps_it_has(
    hall, sari, django_assert_num_queries, rows
):
    item = make_item(quantity=9, photos=rows)
    for _number in range(rows):
        stock.set_aside(item, 1, reason="repair", by=sari, at=NOW)
    hall.get(address("wh_item", item.shown_code))
    with django_assert_num_queries(ITEM_PAGE):
        hall.get(address("wh_item", item.shown_code))


# ---- The list ----


def codes_in(answer):
    return re.findall(r'<span class="code">([\w-]+)</span>', answer.content.decode())


def test_the_list_shows_what_is_here_newest_first(hall):
    first, second = make_item(colour="red"), make_item(colour="blue")
    gone = make_item(quantity=1)
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    assert codes_in(hall.get(address("wh_items"))) == [second.shown_code, first.shown_code]
    assert codes_in(hall.get(address("wh_items"), {"status": "gone"})) == [gone.shown_code]


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
def test_the_list_can_be_asked_for_a_state(hall, sari, status):
    made = {"published": make_item(), "draft": make_item(publish=False), "withdrawn": make_item()}
    publishing.withdraw(made["withdrawn"], by=sari, at=NOW)
    assert codes_in(hall.get(address("wh_items"), {"status": status})) == [made[status].shown_code]


def test_a_thing_is_found_by_word_by_code_and_by_shelf_a_draft_too(hall):
    sofa = make_item(category="sofa", shelf="H3-02-B", publish=False)
    make_item()
    for asked in ("sofa", "soffa", sofa.code.lower(), "h3-02-b"):
        assert codes_in(hall.get(address("wh_items"), {"q": asked})) == [sofa.shown_code], asked


def test_a_code_is_found_whatever_the_list_was_asked_for(hall):
    gone = make_item()
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    assert codes_in(hall.get(address("wh_items"), {"q": gone.code, "status": "draft"})) == [gone.shown_code]


@pytest.mark.parametrize("asked", [EMOJI, ARABIC, "\0", "%", "'", "x" * 3000, "???", "NOT A THING"])
def test_nonsense_finds_nothing_and_says_so(hall, asked):
    make_item()
    answer = hall.get(address("wh_items"), {"q": f"q{asked}"})
    assert (answer.status_code, codes_in(answer)) == (200, [])
    assert "Nothing found. Try another word." in words_of(answer)


@pytest.mark.parametrize("query", ["status=sold", "before=nonsense", "before=%00", "status=%00&after=%00"])
def test_an_address_with_nonsense_shows_the_list(hall, query):
    item = make_item()
    assert codes_in(hall.get(f"{address('wh_items')}?{query}")) == [item.shown_code]


def test_pages_lead_on_and_back_and_hold_while_new_things_are_logged(hall):
    made = [make_item().shown_code for _number in range(2 * PAGE + 1)][::-1]
    first = hall.get(address("wh_items"))
    second = hall.get(link(first, "next"))
    make_item()
    third = hall.get(link(second, "next"))
    back = hall.get(link(third, "prev"))
    assert [codes_in(page) for page in (first, second, third, back)] == [
        made[:PAGE], made[PAGE : 2 * PAGE], made[2 * PAGE :], made[PAGE : 2 * PAGE],
    ]  # fmt: skip
    assert link(first, "prev") is None
    assert link(third, "next") is None


def link(answer, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', answer.content.decode())
    return found and address("wh_items") + found[1].replace("&amp;", "&")


# ---- One item ----


def test_the_page_of_an_item_says_where_it_is_and_how_many_are_free(hall):
    open_site()
    item = make_item(quantity=5, shelf="H1-01-A")
    make_reservation({item: 2})
    said = words_of(hall.get(address("wh_item", item.shown_code)))
    assert "H1-01-A , Warehouse 1 Here: 5. Reserved: 2. Free: 3." in said


def test_what_is_mended_is_saved_and_the_history_says_by_whom(hall, sari):
    item = make_item(colour="black")
    answer = edit(hall, item, colour="red", shelf=" h2 ", weight_kg="7,5")
    item.refresh_from_db()
    assert (answer.status_code, item.colour, item.shelf.code, str(item.weight_kg)) == (
        302,
        "red",
        "H2",
        "7.5",
    )
    said = words_of(hall.get(answer["Location"]))
    assert "Saved." in said
    assert "Edited Mon 16 Nov 09:00, Sari" in said


def test_saving_what_has_not_changed_changes_nothing(hall):
    item = make_item()
    version = item.version
    assert edit(hall, item).status_code == 302
    item.refresh_from_db()
    assert item.version == version
    assert AuditEntry.objects.filter(action="item_edited").count() == 0


@pytest.mark.parametrize(("language", "shown"), [("fi", "67,5"), ("sv", "67,5"), ("en", "67.5")])
def test_a_size_is_shown_as_the_reader_writes_it(hall, language, shown):
    item = make_item(width_cm="67.5", depth_cm="1200")
    with translation.override(language):
        page = hall.get(reverse("inventory:wh_item", args=[item.shown_code]))
    assert (value_of(page, "width_cm"), value_of(page, "depth_cm")) == (shown, "1200")


def test_a_stale_edit_is_refused_and_shows_both_versions(hall, sari):
    item = make_item(colour="black", shelf="H1", width_cm="60")
    stale = item.version
    intake.edit(item, by=sari, at=NOW, version=stale, colour="red", width_cm=70)
    answer = edit(hall, item, version=stale, colour="blue", shelf="h1", width_cm="60,0", defects=EMOJI)
    said = words_of(answer)
    assert answer.status_code == 409
    assert problems(answer) == [
        "Somebody else changed this item while you were editing. Check their changes, then save again."
    ]
    for line in (
        "Colour Saved now: Red You wrote: Blue", "Width, cm Saved now: 70 You wrote: 60",
        f"Defects Saved now: — You wrote: {EMOJI}",
    ):  # fmt: skip
        assert line in said
    assert "Shelf Saved now" not in said
    assert (chosen(answer, "colour"), value_of(answer, "width_cm"), value_of(answer, "defects")) == (
        *("blue", "60,0"), EMOJI,
    )  # fmt: skip
    item.refresh_from_db()
    assert (item.colour, item.defects) == ("red", "")


def test_after_both_versions_were_shown_saving_again_is_a_decision(hall, sari):
    item = make_item(colour="black")
    stale = item.version
    intake.edit(item, by=sari, at=NOW, version=stale, colour="red")
    page = edit(hall, item, version=stale, colour="blue")
    assert edit(hall, item, version=value_of(page, "version"), colour="blue").status_code == 302
    item.refresh_from_db()
    assert item.colour == "blue"


def test_a_stale_edit_leaves_no_shelf_behind(hall, sari):
    item = make_item()
    edit(hall, item, version=item.version - 1, shelf="NEW-SHELF")
    assert Shelf.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"maker": "x" * 300}, "Maker or model: Ensure this value has at most 100 characters (it has 300)."),
        (
            {"condition": "perfect"},
            "Condition: Select a valid choice. perfect is not one of the available choices.",
        ),
        ({"category": ""}, "Category: This field is required."),
        ({"version": "x"}, "Version: Enter a whole number."),
    ],
)
def test_a_bad_answer_is_refused_and_what_was_typed_stays(hall, fields, sentence):
    item = make_item()
    answer = edit(hall, item, defects=ARABIC, **fields)
    assert (answer.status_code, problems(answer)) == (422, [sentence])
    assert value_of(answer, "defects") == ARABIC
    item.refresh_from_db()
    assert item.defects == ""


def test_an_item_of_a_category_that_is_not_used_any_more_keeps_it(hall):
    item = make_item()
    Category.objects.filter(pk=item.category_id).update(is_active=False)
    assert chosen(hall.get(address("wh_item", item.shown_code)), "category") == "office_chair"
    assert edit(hall, item, colour="red").status_code == 302
    item.refresh_from_db()
    assert (item.category.key, item.colour) == ("office_chair", "red")


def test_an_item_at_a_site_that_has_closed_can_still_be_mended(hall, sari):
    item = make_item()
    SiteStaff.objects.create(site=make_site("other"), user=sari)
    Site.objects.filter(pk=item.site_id).update(is_active=False)
    assert edit(hall, item, colour="red").status_code == 302
    item.refresh_from_db()
    assert (item.site.code, item.colour) == ("warehouse", "red")


def test_what_somebody_comes_for_does_not_move_to_another_site(hall, sari):
    open_site()
    item = make_item(quantity=2)
    SiteStaff.objects.create(site=make_site("other", name_en="Other"), user=sari)
    make_reservation({item: 1})
    answer = edit(hall, item, site="other")
    assert (answer.status_code, problems(answer)) == (
        409, ["1 of these are promised to somebody. Cancel or hand over those reservations first."],
    )  # fmt: skip
    item.refresh_from_db()
    assert item.site.code == "warehouse"
    assert edit(hall, make_item(), site="other").status_code == 302


# ---- Steps, pieces, what is set aside ----


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
        hall.post(address("wh_end_aside", item.shown_code), {"back": repair.pk})
        hall.post(address("wh_end_aside", item.shown_code), {"off": missing.pk})
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


@pytest.mark.parametrize("number", ["0", "x", "9" * 40, "²", ""])
def test_an_unknown_set_aside_row_is_not_found(hall, number):
    assert hall.post(address("wh_end_aside", make_item().shown_code), {"off": number}).status_code == 404


def test_what_is_set_aside_of_another_item_is_not_found(hall, sari):
    other = stock.set_aside(make_item(quantity=2), 1, reason="repair", by=sari, at=NOW)
    assert hall.post(address("wh_end_aside", make_item().shown_code), {"off": other.pk}).status_code == 404


# ---- Photos of an item ----


def test_more_photos_follow_those_that_are_there(hall):
    item = make_item(photos=2)
    version = item.version
    before = list(item.photos.all())
    answer = hall.post(address("wh_photos", item.shown_code), {"album": [picture("1.jpg"), picture("2.jpg")]})
    item.refresh_from_db()
    assert (answer.status_code, list(item.photos.all())[:2], item.photos.count()) == (302, before, 4)
    assert item.version == version + 1
    assert "Photos added: 2" in words_of(hall.get(answer["Location"]))


def test_the_good_photos_are_added_and_the_bad_one_is_named(hall):
    item = make_item()
    files = [picture("1.jpg"), SimpleUploadedFile("bad.jpg", b"<svg>"), picture("3.jpg")]
    answer = hall.post(address("wh_photos", item.shown_code), {"album": files})
    assert (answer.status_code, item.photos.count()) == (422, 3)
    assert [sentence[:21] for sentence in problems(answer)] == [
        "Add photos: \N{FIRST STRONG ISOLATE}bad.jpg\N{POP DIRECTIONAL ISOLATE}"
    ]


def test_as_many_photos_are_added_as_there_is_room_for(hall):
    item = make_item(photos=7)
    answer = hall.post(address("wh_photos", item.shown_code), {"album": [picture(), picture()]})
    assert (answer.status_code, item.photos.count()) == (422, 8)
    assert problems(answer) == ["Add photos: An item has at most 8 photos. Remove one first."]


def test_no_file_is_no_photo(hall):
    answer = hall.post(address("wh_photos", make_item().shown_code), {})
    assert (answer.status_code, problems(answer)) == (422, ["Add photos: Take at least one photo."])


def test_photos_are_moved_and_removed_and_one_always_stands_first(hall):
    item = make_item(photos=3)
    first, second, third = item.photos.all()
    hall.post(address("wh_photo", item.shown_code, third.key, "left"))
    hall.post(address("wh_photo", item.shown_code, first.key, "right"))
    hall.post(address("wh_photo", item.shown_code, third.key, "left"))
    assert list(item.photos.all()) == [third, first, second]
    hall.post(address("wh_photo", item.shown_code, third.key, "left"))
    hall.post(address("wh_photo", item.shown_code, third.key, "remove"))
    assert list(item.photos.values_list("key", "position")) == [(first.key, 0), (second.key, 1)]
    assert hall.post(address("wh_photo", item.shown_code, third.key, "remove")).status_code == 404


def test_the_last_photo_of_what_is_in_the_catalogue_stays(hall):
    item = make_item(photos=1)
    remove = address("wh_photo", item.shown_code, item.photos.get().key, "remove")
    answer = hall.post(remove)
    assert (answer.status_code, item.photos.count()) == (409, 1)
    assert problems(answer) == [
        "What is in the catalogue needs a photo. Add another one first, or withdraw the item."
    ]
    hall.post(address("wh_act", item.shown_code, "withdraw"))
    assert hall.post(remove).status_code == 302


def test_a_photo_is_seen_from_the_first_moment_and_holds_its_place(hall, sari):
    log(hall)
    item = Item.objects.get()
    photo = item.photos.get()
    shown = f'<img src="/media/photos/{photo.key}/master.jpg" width="480" height="320"'
    for page in (address("wh_items"), address("wh_item", item.shown_code)):
        assert shown in hall.get(page).content.decode()
    photos.make_due_renditions(at=NOW)
    shown = f'<img src="/media/photos/{photo.key}/480.jpg" srcset="'
    assert "master.jpg" not in hall.get(address("wh_items")).content.decode()
