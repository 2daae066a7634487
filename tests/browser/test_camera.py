"""The camera in the page of a new thing: one tap a photo, counted; refused, there are the buttons of before."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from inventory.models import IntakeTime, Item, Photo
from tests.factories import make_worker

from .people import PHONE, STRICT_LANGUAGES
from .test_worker import SARI, SAVE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHUTTER = "[data-shutter]"


@pytest.fixture
def worker(person, warehouse):
    """``worker(permissions=["camera"])``: Sari, in front of a phone of 360 px, signed in."""

    def worker_(*, language="fi", **options):
        make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language)
        sari = person(language=language, width=PHONE, **options)
        sign_in(sari)
        return sari

    return worker_


def arrived(sari, number):
    expect(sari.page.locator(".shots input[name=uploaded]")).to_have_count(number)


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_from_new_to_saved_with_two_photos_in_seven_taps(worker, language):
    sari = worker(language=language, permissions=["camera"])
    sari.counted()
    sari.press("nav.places a[href$='/wh/new']", opens="/wh/new$")
    expect(sari.page.locator(SHUTTER)).to_be_visible()  # who has allowed it once is not asked again
    sari.press(SHUTTER).press(SHUTTER)
    sari.choose("category", "office_chair").choose("condition", "good")
    sari.press(SAVE, opens="/wh/new.saved=")
    taps, fields = sari.counted()
    assert (taps <= 7, fields) == (True, 0), f"{taps} taps, {fields} fields"

    item = Item.objects.get()
    sizes = [max(photo.width, photo.height) for photo in item.photos.all()]
    assert (len(sizes), all(size <= 1600 for size in sizes), item.status) == (2, True, "published")
    time = IntakeTime.objects.get()
    assert (time.item, time.taps, time.with_camera, time.seconds < 60) == (item, 5, True, True)
    # The next one: the same kind is chosen, and the camera is open.
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    assert sari.page.locator("[name=category][value=office_chair]").is_checked()


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_shutter_stands_above_the_bar_of_a_small_phone_before_and_after_saving(worker, language):
    sari = worker(language=language, permissions=["camera"], height=640)
    for saved in (0, 1):
        if not saved:
            sari.go(f"/{language}/wh/new")
        expect(sari.page.locator(SHUTTER)).to_be_visible()
        sari.page.wait_for_timeout(300)
        shutter, bar = (sari.page.locator(one).bounding_box() for one in (SHUTTER, ".dock"))
        assert shutter["y"] + shutter["height"] <= bar["y"], (shutter, bar)
        if saved:
            receipt = sari.page.locator(".saved").bounding_box()
            assert receipt["y"] >= 0, receipt  # what was saved, and its undo, are seen beside it
            return
        sari.press(SHUTTER)
        sari.choose("category", "office_chair").choose("condition", "good").press(SAVE, opens="saved=")


def test_the_camera_is_opened_by_a_button_where_nobody_has_allowed_it_yet(worker):
    sari = worker()
    sari.go("/fi/wh/new")
    assert not sari.sees(SHUTTER)
    sari.press("[data-open]")
    expect(sari.page.locator("[data-said]")).to_contain_text("selaimen asetukset")
    assert not sari.sees(SHUTTER)


def test_a_refused_camera_leaves_the_buttons_that_work(worker, files):
    sari = worker()
    sari.go("/fi/wh/new").press("[data-open]")
    expect(sari.page.locator("[data-said]")).to_be_visible()
    assert sari.sees("label[for=id_camera]")
    sari.counted()
    sari.give_files("album", files)
    sari.choose("category", "office_chair").choose("condition", "good").press(SAVE, opens="saved=")
    assert sari.counted() == (5, 0)
    assert Item.objects.get().photos.count() == 2
    assert IntakeTime.objects.get().with_camera is False


def test_a_phone_without_a_camera_says_nothing_about_it(worker):
    sari = worker()
    sari.page.add_init_script("delete Navigator.prototype.mediaDevices")
    sari.go("/fi/wh/new")
    assert not sari.sees("[data-live]")
    assert sari.sees("label[for=id_camera]")


def test_photos_taken_without_a_network_wait_for_it_and_arrive_once(worker):
    """The answer to the first try is lost on its way back: the server has the photo, the phone sends it again."""
    sari = worker(permissions=["camera"])
    sari.go("/fi/wh/new")
    lost = []

    def lose(route):
        route.fetch()
        lost.append(1)
        route.abort()

    sari.page.route("**/wh/uploads", lose, times=1)
    sari.press(SHUTTER)
    arrived(sari, 1)
    assert (len(lost), Photo.objects.count()) == (1, 1)
    sari.complaints.clear()  # the browser's own note of the request that was cut off


def test_the_network_goes_and_comes_back(worker):
    sari = worker(permissions=["camera"])
    sari.go("/fi/wh/new")
    context = sari.page.context
    context.set_offline(True)
    sari.press(SHUTTER).press(SHUTTER)
    expect(sari.page.locator(".shots li")).to_have_count(2)
    expect(sari.page.locator(".shots p").first).to_contain_text("verkkoa")
    context.set_offline(False)
    arrived(sari, 2)
    assert Photo.objects.count() == 2
    sari.complaints.clear()


def test_a_large_photo_from_the_album_is_made_small_on_the_phone(worker, tmp_path):
    large = tmp_path / "large.jpg"
    Image.effect_noise((3200, 2400), 80).convert("RGB").save(large, quality=95)
    sari = worker()
    sari.go("/fi/wh/new").give_files("album", [large])
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (1600, 1200)


def test_what_looks_the_same_is_asked_about_and_answered(worker, files):
    sari = worker()
    for _time in range(2):
        sari.go("/fi/wh/new").give_files("album", files)
        sari.choose("category", "office_chair").choose("condition", "good").press(SAVE, opens="/wh/new")
    assert sari.sees(".earlier")
    sari.press(".earlier [name=same]", opens="/wh/new.category=")
    assert Item.objects.count() == 1


def test_what_looks_the_same_is_another_one_without_javascript(worker, files):
    sari = worker(javascript=False)
    for _time in range(2):
        sari.go("/fi/wh/new").give_files("album", files)
        sari.choose("category", "office_chair").choose("condition", "good").press(SAVE, opens="/wh/new")
    sari.press(".earlier [name=another]", opens="saved=")
    assert [item.photos.count() for item in Item.objects.all()] == [2, 2]
