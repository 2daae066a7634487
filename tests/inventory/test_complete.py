"""The list of what is to be completed: one thing after the other, and no page that reads every item."""

import pytest
from django.db import connection

from inventory.domain import intake, photos, publishing
from inventory.domain.completeness import LACKS
from inventory.domain.refusals import WrongStep
from inventory.models import Item
from tests.factories import NOW, later, make_item, make_photo, make_site, make_worker

from .browsing import make_many
from .hall import address, picture, problems, value_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# The session and the person, their sites, how many messages of units wait; then a number for each lack.
OVERVIEW = 4 + len(LACKS)
# The same; the thing and its photos.
ONE = 6
COMPLETE = {"width_cm": 1, "depth_cm": 1, "height_cm": 1, "weight_kg": 1}


def lacking(key, at=NOW):
    return list(LACKS[key].at_site(make_site(), at=at))


def send(browser, key, item, **fields):
    item.refresh_from_db()
    usual = {"code": item.shown_code, "version": item.version}
    return browser.post(f"{address('wh_complete_one', key)}?site={item.site.code}", usual | fields)


@pytest.mark.parametrize("key", ["size", "weight", "photo", "old"])
def test_what_lacks_something_is_listed_and_nothing_else(key):
    make_item(photos=2, **COMPLETE)
    bare = make_item(photos=2, **COMPLETE)
    Item.objects.filter(pk=bare.pk).update(
        **{
            "size": {"depth_cm": None},
            "weight": {"weight_kg": None},
            "photo": {"photo_count": 1},
            "old": {"published_at": later(days=-91)},
        }[key]
    )
    assert {one: lacking(one) for one in LACKS} == {one: [bare] if one == key else [] for one in LACKS}


def test_what_is_gone_withdrawn_or_at_another_site_is_nobodys_work():
    gone, withdrawn = make_item(), make_item()
    Item.objects.filter(pk=gone.pk).update(quantity=0)
    publishing.withdraw(withdrawn, by=make_worker(), at=NOW)
    make_item(site=make_site("other"))
    assert [lacking(key) for key in LACKS] == [[]] * len(LACKS)


def test_photos_are_counted_where_they_come_and_go():
    item = make_item(photos=1)
    intake.add_photos(item, [make_photo(), make_photo()], by=make_worker(), at=NOW)
    item.refresh_from_db()
    assert item.photo_count == 3
    photos.remove(item.photos.first(), by=make_worker(), at=NOW)
    item.refresh_from_db()
    assert item.photo_count == 2


@pytest.mark.parametrize("rows", [1, 4])
def test_the_pages_ask_the_same_however_much_there_is(hall, django_assert_num_queries, rows):
    for _number in range(rows):
        make_item()
    hall.get(address("wh_complete"))
    with django_assert_num_queries(OVERVIEW):
        hall.get(address("wh_complete"))
    with django_assert_num_queries(ONE):
        hall.get(address("wh_complete_one", "size"))


@pytest.mark.parametrize(
    ("key", "index"),
    [
        ("size", "item_lacks_size"),
        ("weight", "item_lacks_weight"),
        ("photo", "item_lacks_second_photo"),
        ("old", "item_newest_at_site"),
    ],
)
def test_each_list_is_read_from_its_own_index(key, index):
    sites = [make_site(), *(make_site(f"hall-{number}") for number in range(9))]

    def vary(number, item):
        item.site = sites[number % len(sites)]
        if number % 7:
            item.photo_count = 2
            for field, value in COMPLETE.items():
                setattr(item, field, value)

    make_many(1000, photos=False, newest=later(days=-400), vary=vary)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inventory_item")
    plan = LACKS[key].at_site(make_site(), at=NOW)[:1].explain()
    assert index in plan


def test_one_after_the_other_until_the_last(hall):
    first, second = make_item(), make_item()
    page = hall.get(address("wh_complete_one", "weight"))
    assert value_of(page, "code") == first.shown_code
    answer = send(hall, "weight", first, weight_kg="12,5 kg")
    page = hall.get(answer["Location"])
    assert value_of(page, "code") == second.shown_code
    page = hall.get(f"{address('wh_complete_one', 'weight')}?after={second.shown_code}")
    assert "That was the last one." in words_of(page)
    first.refresh_from_db()
    assert str(first.weight_kg) == "12.5"


def test_a_size_that_is_half_known_keeps_its_half(hall):
    item = make_item(width_cm=80)
    assert value_of(hall.get(address("wh_complete_one", "size")), "width_cm") == "80"
    send(hall, "size", item, depth_cm="60", height_cm="")
    item.refresh_from_db()
    assert (item.width_cm, item.depth_cm, item.height_cm) == (80, 60, None)


@pytest.mark.parametrize("key", list(LACKS))
def test_of_a_lot_it_is_said_how_many_are_here_reserved_and_free(hall, key):
    make_item(quantity=2, at=later(days=-91))
    assert "Here: 2. Reserved: 0. Free: 2." in words_of(hall.get(address("wh_complete_one", key)))


def test_the_usual_size_is_taken_with_one_button(hall):
    item = make_item()
    page = words_of(hall.get(address("wh_complete_one", "size")))
    usual = [item.category.inherited(name) for name in ("width_cm", "depth_cm", "height_cm")]
    assert "Usual size: " + " × ".join(f"{number.normalize():f}" for number in usual) in page
    assert send(hall, "size", item, usual="1").status_code == 302
    item.refresh_from_db()
    assert [item.width_cm, item.depth_cm, item.height_cm] == usual


def test_the_usual_weight_of_an_old_page_is_not_taken(hall):
    item = make_item()
    assert send(hall, "weight", item, usual="1", version="0").status_code == 409
    assert send(hall, "weight", item, usual="1").status_code == 302
    item.refresh_from_db()
    assert item.weight_kg == item.category.inherited("weight_kg")


def test_a_second_photo_that_travelled_ahead(hall):
    item = make_item()
    key = hall.post(address("wh_upload"), {"photo": picture()}).json()["key"]
    assert send(hall, "photo", item, uploaded=key).status_code == 302
    item.refresh_from_db()
    assert item.photo_count == 2


def test_what_has_stood_too_long_can_be_written_off_from_there(hall):
    item = make_item(at=later(days=-91))
    page = hall.get(address("wh_complete_one", "old")).content.decode()
    assert address("wh_write_off", item.shown_code) in page


def test_a_second_photo(hall):
    item = make_item()
    assert send(hall, "photo", item, camera=picture()).status_code == 302
    item.refresh_from_db()
    assert item.photo_count == 2


@pytest.mark.parametrize(
    ("key", "fields", "sentence"),
    [
        ("size", {}, "Width, cm: Enter at least one of the sizes."),
        ("size", {"width_cm": "wide"}, "Width, cm: Enter a number."),
        ("weight", {}, "Weight, kg: This field is required."),
        ("weight", {"weight_kg": "-1"}, "Weight, kg: Ensure this value is greater than or equal to 0.1."),
        ("photo", {}, "Photos: Take at least one photo."),
    ],
)
def test_an_answer_that_is_none_is_said_in_a_sentence(hall, key, fields, sentence):
    answer = send(hall, key, make_item(), **fields)
    assert (answer.status_code, problems(answer)) == (422, [sentence])


@pytest.mark.parametrize("version", ["1", "", "x", "9" * 30])
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(hall, version):
    item = make_item()
    answer = send(hall, "weight", item, weight_kg="5", version=version)
    assert answer.status_code == 409
    item.refresh_from_db()
    assert item.weight_kg is None


def test_what_has_stood_too_long_is_lifted_made_free_or_taken_out(hall):
    lifted, free, out = (make_item(price=20, at=later(days=-91)) for _number in range(3))
    for item, decided in ((lifted, "relist"), (free, "free"), (out, "withdraw")):
        assert send(hall, "old", item, decide=decided).status_code == 302
        item.refresh_from_db()
    assert (lifted.published_at, free.price, out.status) == (NOW, 0, "withdrawn")
    assert lacking("old") == [free]
    assert send(hall, "old", out, decide="relist").status_code == 409
    assert send(hall, "old", free, decide="\0").status_code == 404


def test_only_what_is_in_the_catalogue_is_lifted():
    draft = make_item(publish=False)
    with pytest.raises(WrongStep):
        publishing.relist(draft, by=make_worker(), at=NOW)


def test_things_of_another_site_are_not_found(hall):
    assert send(hall, "weight", make_item(site=make_site("other")), weight_kg="5").status_code == 404
