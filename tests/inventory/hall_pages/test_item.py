"""One thing on its worker's page: what it says and how it is mended; its photos."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from inventory.domain import intake, photos
from inventory.models import Category, Item, Shelf, Site, SiteStaff
from recycling.audit.models import AuditEntry
from tests.factories import (
    NOW,
    make_item,
    make_reservation,
    make_site,
    open_site,
)
from tests.inventory.hall import (
    ARABIC,
    EMOJI,
    address,
    chosen,
    edit,
    log,
    picture,
    problems,
    value_of,
    words_of,
)

pytestmark = pytest.mark.django_db

# -- One item


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
    assert "Edited Shelf, colour, weight, kg Mon 16 Nov 09:00, Sari" in said


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


def test_an_item_is_not_put_on_a_shelf_that_is_not_there_before_somebody_says_so(hall):
    item = make_item()
    answer = edit(hall, item, shelf="ZZZ-99", new_shelf="")
    assert problems(answer) == ["Shelf: There is no shelf ZZZ-99. Is it to be added?"]
    assert Shelf.objects.count() == 0
    assert edit(hall, item, shelf="ZZZ-99").status_code == 302
    item.refresh_from_db()
    assert item.shelf.code == "ZZZ-99"


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


# -- Photos of an item


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
