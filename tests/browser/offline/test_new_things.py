"""Things are logged without a network, tabs are closed; afterwards all of them are there, once."""

import pytest
from playwright.sync_api import expect

from inventory.models import Errand, Item, Photo

from .phones import SAVE, SHUTTER

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIVE = 5

# What a phone forgets that keeps nothing: for the controls.
FORGET = """() => new Promise((done) => {
  const request = indexedDB.open("kierto");
  request.onsuccess = () => {
    const change = request.result.transaction(["errands", "drafts"], "readwrite");
    ["errands", "drafts"].forEach((name) => change.objectStore(name).clear());
    change.oncomplete = done;
  };
})"""


def test_five_things_without_a_network_are_five_things(phone):
    """Two photos each; in between the tab is closed and opened again. Each is kept within seven taps."""
    sari = phone().open("/fi/wh/new").cut()
    for number in range(2):
        sari.person.counted()
        sari.log(shots=2).waits(number + 1)
        taps, fields = sari.person.counted()
        assert (taps <= 7, fields) == (True, 0), f"{taps} taps, {fields} fields"
    sari.new_tab("/fi/wh/new").waits(2)
    expect(sari.page.locator("[data-copy]")).to_contain_text("Ei verkkoa")
    for number in range(2, FIVE):
        sari.log(shots=2).waits(number + 1)
    assert Item.objects.count() == 0
    sari.mend().waits(0)
    assert (Item.objects.count(), Photo.objects.count()) == (FIVE, 2 * FIVE)
    assert [item.photos.count() for item in Item.objects.all()] == [2] * FIVE
    assert all(item.status == "published" and item.intake_time.with_camera for item in Item.objects.all())


def test_a_phone_that_forgets_loses_what_waited(phone):
    """The control: what the test above counts is really what the phone has kept."""
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    sari.page.evaluate(FORGET)
    sari.new_tab("/fi/wh/new").log().waits(1)
    sari.mend().waits(0)
    assert Item.objects.count() == 1


def test_one_copy_of_the_page_makes_more_than_one_thing(phone):
    """The form of a copy is the same each time that it is opened; what is saved from it is another thing each time."""
    sari = phone().open("/fi/wh/new").cut()
    sari.new_tab("/fi/wh/new").log().waits(1)
    sari.new_tab("/fi/wh/new").mend().waits(0)
    sari.log(kind="desk")
    sari.page.wait_for_url("**saved=**")
    assert sorted(Item.objects.values_list("category__key", flat=True)) == ["desk", "office_chair"]


def test_what_was_begun_is_in_the_form_again(phone):
    sari = phone().open("/fi/wh/new").cut()
    sari.person.press(SHUTTER).press(SHUTTER).choose("category", "desk").choose("condition", "worn")
    sari.person.write("shelf", "h7")
    expect(sari.page.locator(".shots li canvas")).to_have_count(2)
    sari.page.wait_for_timeout(600)
    sari.new_tab("/fi/wh/new")
    expect(sari.page.locator("[data-restored]")).to_be_visible()
    expect(sari.page.locator(".shots li canvas")).to_have_count(2)
    assert sari.page.locator("[name=category][value=desk]").is_checked()
    assert sari.page.locator("[name=condition][value=worn]").is_checked()
    sari.person.press(SAVE)
    sari.waits(1).mend().waits(0)
    item = Item.objects.get()
    assert (item.category.key, item.condition, item.shelf.code, item.photos.count()) == (
        "desk",
        "worn",
        "H7",
        2,
    )


def test_a_draft_is_begun_anew_when_somebody_wants_that(phone):
    sari = phone().open("/fi/wh/new")
    sari.person.press(SHUTTER)
    expect(sari.page.locator(".shots input[name=uploaded]")).to_have_count(1)
    sari.page.wait_for_timeout(600)
    sari.new_tab("/fi/wh/new")
    sari.person.press("[data-restored] button", opens="/wh/new$")
    expect(sari.page.locator("[data-restored]")).to_be_hidden()
    expect(sari.page.locator(".shots li")).to_have_count(0)


def test_what_was_saved_with_a_network_is_no_draft_any_more(phone):
    sari = phone().open("/fi/wh/new")
    sari.person.press(SHUTTER).choose("category", "desk").choose("condition", "good")
    sari.person.press(SAVE, opens="saved=")
    sari.new_tab("/fi/wh/new")
    sari.page.wait_for_timeout(600)
    assert not sari.person.sees("[data-restored]")
    assert (Item.objects.count(), Errand.objects.count()) == (1, 0)


def test_without_a_photo_nothing_is_kept_and_the_page_says_what_lacks(phone):
    sari = phone().open("/fi/wh/new").cut()
    sari.person.choose("category", "desk").choose("condition", "good").press(SAVE)
    expect(sari.page.locator("[data-kept-said]")).to_contain_text("Ota kuva")
    sari.waits(0)


@pytest.mark.parametrize("what", ["uploads", "outbox/item"])
def test_an_answer_that_is_lost_on_its_way_doubles_nothing(phone, what):
    """The server has it, the phone does not know: it sends once more."""
    sari = phone().open("/fi/wh/new").cut().log(shots=2).waits(1)
    lost = []

    def lose(route):
        route.fetch()
        lost.append(1)
        route.abort()

    sari.context.route(f"**/wh/{what}", lose, times=1)
    sari.mend()
    expect(sari.page.locator("[data-send-now]")).to_be_visible()
    for _try in range(200):
        if lost:
            break
        sari.page.wait_for_timeout(100)
    assert (lost, Photo.objects.count()) == ([1], 1 if what == "uploads" else 2)
    sari.waits(1).person.press("[data-send-now]")
    sari.waits(0)
    assert (Item.objects.count(), Photo.objects.count()) == (1, 2)


def test_an_errand_under_another_key_would_be_a_second_one(phone):
    """The control: it is the key that the phone gives it by which the server knows it again."""
    sari = phone().open("/fi/wh/new").cut().log().waits(1)

    def lose(route):
        route.fetch(post_data=_under_another_key(route.request.post_data_buffer))
        route.abort()

    sari.context.route("**/wh/outbox/item", lose, times=1)
    sari.mend()
    for _try in range(200):
        if Errand.objects.exists():
            break
        sari.page.wait_for_timeout(100)
    sari.waits(1).person.press("[data-send-now]")
    sari.waits(0)
    assert Errand.objects.count() == 2


def _under_another_key(body):
    key = body.partition(b'name="errand"\r\n\r\n')[2].partition(b"\r\n")[0]
    return body.replace(key, b"x" * len(key))


def test_a_thing_that_is_refused_is_mended_with_its_photos(phone, warehouse):
    sari = phone().open("/fi/wh/new").cut()
    sari.person.choose("category", "desk").choose("condition", "good").write("quantity", "99999999").press(
        SHUTTER
    )
    expect(sari.page.locator(".shots li canvas")).to_have_count(1)
    sari.person.press(SAVE)
    sari.waits(1).mend().says("1 ei onnistunut")
    sari.person.press("[data-outbox] a", opens="/wh/outbox$")
    expect(sari.page.locator(".errands [data-state]")).to_contain_text("Jotain puuttuu")
    sari.person.press("[data-mend]", opens="/wh/new")
    expect(sari.page.locator(".shots input[name=uploaded]")).to_have_count(1)
    sari.person.write("quantity", "3").press(SAVE, opens="saved=")
    item = Item.objects.get()
    assert (item.quantity, item.photos.count()) == (3, 1)
    sari.waits(0)


def test_what_waits_is_thrown_away_only_by_somebody_who_says_so_twice(phone):
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    sari.page.goto("/fi/wh/outbox")
    sari.person.press("[data-sure] > summary")
    sari.waits(1).person.press("[data-sure] button")
    sari.waits(0)
    expect(sari.page.locator("#here-title")).to_be_focused()
    expect(sari.page.locator("[data-nothing]")).to_be_visible()
    sari.mend()
    assert Errand.objects.count() == 0


@pytest.mark.parametrize(("used", "warns"), [(79, False), (81, True)])
def test_a_phone_that_is_nearly_full_says_so(phone, used, warns):
    """What the browser answers is set here: the one of these tests always tells of ten gigabytes more."""
    sari = phone()
    answer = f"async () => ({{ usage: {used}, quota: 100 }})"
    sari.page.add_init_script(f"StorageManager.prototype.estimate = {answer}")
    sari.open("/fi/wh/new").cut().log().waits(1)
    words = sari.page.locator("[data-outbox] [data-told]")
    expect(words).to_have_text(
        "1 odottaa verkkoa."
        + warns * " Tämä puhelin on melkein täynnä. Mene verkon alueelle, jotta tiedot voidaan lähettää."
    )
