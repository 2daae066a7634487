"""A worker's phone in a real browser: a few taps, photos that travel ahead, and a network that goes away."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.models import Item
from tests.factories import make_item, make_reservation, make_site, make_worker, open_site
from tests.inventory.pictures import drawn, encoded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def phone(open_page, client, live_server, settings):
    """``phone(javascript=True)``: a signed-in worker's page."""

    def open_(**options):
        page = open_page(language="en", **options)
        client.force_login(make_worker(make_site()))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return open_


@pytest.fixture
def photo(tmp_path):
    def make(name):
        path = tmp_path / name
        path.write_bytes(encoded(drawn(), "JPEG"))
        return path

    return make


def pick(page, field, *files):
    """Press one of the two big photo tiles and choose; what the phone's own camera asks is not ours."""
    with page.expect_file_chooser() as chooser:
        page.get_by_label(field).click()
    chooser.value.set_files(list(files))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_thing_with_two_photos_is_logged_in_few_taps(phone, photo, javascript):
    page = phone(javascript=javascript)
    page.goto("/en/wh/new")
    taps = 0
    for field, name in (("Take a photo", "1.jpg"), ("Choose photos", "2.jpg")):
        pick(page, field, photo(name))
        taps += 3  # the tile, the camera's own button, and its "use this photo"
    page.get_by_role("radio", name="Office chair").check()
    page.get_by_role("radio", name="Good").check()
    page.get_by_role("button", name="Save and next").last.click()
    taps += 3
    expect(page.get_by_role("status").filter(has_text="Saved: Office chair")).to_be_visible()
    item = Item.objects.get()
    assert (taps <= 12, item.status, item.photos.count()) == (True, "published", 2)
    # The next thing of the same kind: the category is still chosen.
    expect(page.get_by_role("radio", name="Office chair")).to_be_checked()


def test_saving_waits_for_a_network_that_is_away_and_loses_nothing(phone, photo):
    page = phone()
    away = [True, True]
    page.route("**/wh/uploads", lambda route: route.abort() if away and away.pop() else route.continue_())
    page.goto("/en/wh/new")
    pick(page, "Take a photo", photo("1.jpg"))
    page.get_by_role("radio", name="Desk", exact=True).check()
    page.get_by_role("radio", name="Good").check()
    page.get_by_role("button", name="Save and next").last.click()
    expect(page.get_by_text("Waiting for the network…")).to_be_visible()
    assert Item.objects.count() == 0
    expect(page.get_by_role("status").filter(has_text="Saved: Desk")).to_be_visible()
    assert Item.objects.get().photos.count() == 1


def test_a_file_that_is_no_photo_stops_the_form_until_it_is_removed(phone, photo, tmp_path):
    page = phone()
    (tmp_path / "bad.jpg").write_bytes(b"<svg/>")
    page.goto("/en/wh/new")
    pick(page, "Choose photos", photo("1.jpg"), tmp_path / "bad.jpg")
    expect(page.get_by_text("This file is not a photo we can read.")).to_be_visible()
    page.get_by_role("radio", name="Desk", exact=True).check()
    page.get_by_role("radio", name="Good").check()
    save = page.get_by_role("button", name="Save and next").last
    save.click()
    bad = page.locator("li.is-bad")
    expect(bad.get_by_role("button", name="Remove")).to_be_focused()
    bad.get_by_role("button", name="Remove").click()
    save.click()
    page.wait_for_url(re.compile("saved="))
    assert Item.objects.get().photos.count() == 1


def test_the_last_choice_of_a_category_counts(phone):
    page = phone()
    page.goto("/en/wh/new")
    page.get_by_role("radio", name="Sofa").check()
    page.get_by_label("Or another category").select_option("carpet")
    expect(page.get_by_role("radio", name="Sofa")).not_to_be_checked()
    page.get_by_role("radio", name="Sofa").check()
    expect(page.get_by_label("Or another category")).to_have_value("")


def test_the_button_of_the_hand_over_counts_what_leaves(phone):
    now = timezone.now()
    open_site(at=now)
    page = phone()
    reservation = make_reservation({make_item(quantity=3, at=now): 2, make_item(at=now): 1}, at=now)
    page.goto(f"/en/wh/handover/{reservation.code}")
    button = page.get_by_role("button", name="Hand over")
    expect(button).to_have_text("Hand over 3/3")
    for summary in page.get_by_text("Something stays here").all():
        summary.click()
    page.get_by_role("button", name="One fewer").click()
    expect(button).to_have_text("Hand over 2/3")
    page.get_by_role("radio", name="It is broken").first.check()
    page.get_by_role("radio", name="It is broken").last.check()
    expect(button).to_have_text("Hand over 1/3")
    button.click()
    expect(page.get_by_role("heading", name="Handed over: 1 piece")).to_be_visible()
    page.get_by_role("link", name="Show to the person").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
