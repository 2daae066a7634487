"""A clearance in a real browser: through a room with the camera, lots afterwards; and the list of what is to be completed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.domain import loads
from inventory.models import Item, Load
from tests.factories import make_item, make_worker

from .inspection import Inspector
from .people import PHONE, SELDOM
from .test_camera import SHUTTER
from .test_worker import SARI, SAVE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(person, warehouse):
    """``worker(permissions=["camera"])``: Sari at the warehouse, signed in."""

    def worker_(*, language="fi", **options):
        make_worker(site=warehouse, name="Sari Sorsa", email=SARI, language=language)
        sari = person(language=language, **options)
        sign_in(sari)
        return sari

    return worker_


def test_a_room_is_shot_in_succession_and_its_lots_are_made_afterwards(worker):
    sari = worker(width=PHONE, permissions=["camera"])
    sari.go("/fi/wh/loads").write("name", "Puiston koulu").write("rooms", "Luokka 1")
    sari.press("main form button.primary", opens=r"/wh/loads/\w+$")
    sari.press(".doors a[href$='/rooms/1']", opens="/rooms/1$")
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    for _shot in range(4):
        sari.press(SHUTTER)
    expect(sari.page.locator(".shots .is-there")).to_have_count(4)
    sari.press("main .actions .primary", opens="/group$")
    boxes = sari.page.locator("[name=shot]")
    for value in [boxes.nth(number).get_attribute("value") for number in range(3)]:
        sari.choose("shot", value)
    sari.page.select_option("[name=category]", "school_chair")
    sari.choose("condition", "good").write("quantity", "24")
    sari.press(".dock-action .primary", opens="/group$")
    item = Item.objects.get()
    assert (item.quantity, item.photos.count(), item.arrivals.get().room.name) == (24, 3, "Luokka 1")
    sari.choose("shot", boxes.get_attribute("value")).press("[name=remove]", opens="/group$")
    code = Load.objects.get().code
    sari.go(f"/fi/wh/loads/{code}").press("form[action$='/close'] button", opens=f"/{code}$")
    assert Load.objects.get().closed_at
    sari.press("main a[href$='/report']", opens="/report$")
    assert "24" in sari.text(".summary")


def test_the_next_room_waits_for_the_photos_of_this_one(worker):
    sari = worker(width=PHONE, permissions=["camera"])
    load = loads.open_load(
        by=make_worker(),
        at=timezone.now(),
        site=sari_site(),
        kind="load",
        name="Lasti",
        rooms=["Sali", "Keittiö"],
    )
    sari.go(f"/fi/wh/loads/{load.code}/rooms/1")
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    slowly = []
    sari.page.route("**/rooms/1/shots", lambda route: slowly.append(route), times=1)  # noqa: PLW0108  (a built-in is none for it)
    for _shot in range(3):
        sari.press(SHUTTER)
    onwards = sari.page.locator("main .actions a[href$='/rooms/2']")
    onwards.click()
    expect(onwards).to_have_text("Kuvia lähetetään…")
    assert sari.page.url.endswith("/rooms/1")
    slowly[0].continue_()
    sari.page.wait_for_url("**/rooms/2")
    assert loads.waiting(load.rooms.first()).count() == 3
    assert sari.complaints == []


def test_a_photo_for_a_load_that_was_closed_meanwhile_is_kept_until_it_is_open_again(worker):
    sari = worker(width=PHONE, permissions=["camera"])
    lead = make_worker()
    load = loads.open_load(
        by=lead, at=timezone.now(), site=sari_site(), kind="load", name="Lasti", rooms=["Sali", "Keittiö"]
    )
    sari.go(f"/fi/wh/loads/{load.code}/rooms/1")
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    loads.close(load, by=lead, at=timezone.now())
    sari.press(SHUTTER)
    expect(sari.page.locator(".shots .is-bad p")).to_contain_text("Tämä on suljettu")
    # Leaving would lose it: the browser asks first.
    asked = []
    sari.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    sari.page.locator("main .actions a[href$='/rooms/2']").click(no_wait_after=True)
    sari.page.wait_for_timeout(300)
    assert (asked, sari.page.url.endswith("/rooms/1")) == (["beforeunload"], True)
    loads.reopen(load, by=lead, at=timezone.now())
    sari.press("[data-again]")
    expect(sari.page.locator(".shots .is-there")).to_have_count(1)
    assert loads.waiting(load.rooms.first()).count() == 1


def test_a_room_without_javascript(worker, files):
    sari = worker(javascript=False, language="sv")
    load = loads.open_load(
        by=make_worker(), at=timezone.now(), site=sari_site(), kind="load", name="Lass", rooms=["Sal"]
    )
    sari.go(f"/sv/wh/loads/{load.code}/rooms/1").give_files("album", files)
    sari.press("#burst .by-hand button", opens="/rooms/1$")
    sari.press("main .actions .primary", opens="/group$")
    assert sari.page.locator("[name=shot]").count() == 2


def sari_site():
    return make_item().site


def test_one_thing_after_the_other_is_completed_without_a_pointer(worker):
    first, second = make_item(), make_item()
    sari = worker(keyboard=True)
    sari.go("/fi/wh/complete").press("a[href*='/complete/weight']", opens="/weight")
    sari.write("weight_kg", "12,5").press(".dock-action .primary", opens="after=")
    assert second.shown_code in sari.text()
    sari.press(".dock-action a", opens="after=")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (str(first.weight_kg), second.weight_kg) == ("12.5", None)
    assert sari.sees(".empty")


@pytest.mark.parametrize("language", SELDOM)
def test_the_pages_of_loads_and_of_completing(worker, photographed, files, warehouse, language):
    at = timezone.now()
    old = photographed(1, quantity=3, price=20)
    Item.objects.filter(pk=old.pk).update(published_at=at - timedelta(days=100))
    sari = worker(language=language, reduced_motion="reduce", permissions=["camera"])
    look = Inspector(sari)
    hall = f"/{language}/wh"
    look.go("complete", f"{hall}/complete")
    for key in ("size", "weight", "photo", "old"):
        look.go(f"complete {key}", f"{hall}/complete/{key}")
    sari.go(f"{hall}/complete/weight").press(".dock-action .primary", opens="weight")
    look.look("complete with a mistake")
    sari.press(".dock-action a", opens="after=")
    look.look("all complete")
    look.go("no loads", f"{hall}/loads")
    sari.press("main form button.primary", opens="/wh/loads$")
    look.look("loads with a mistake")
    sari.write("name", "Puiston koulu").write("rooms", "Luokka 1\nLuokka 2")
    sari.page.fill("[name=empty_by]", "2027-01-31")
    sari.press("main form button.primary", opens=r"/wh/loads/\w+$")
    load = Load.objects.get()
    look.go("loads", f"{hall}/loads")
    sari.go(f"{hall}/loads/{load.code}/rooms/1")
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    sari.press(SHUTTER).press(SHUTTER)
    expect(sari.page.locator(".shots .is-there")).to_have_count(2)
    look.look("room")
    look.go("load", f"{hall}/loads/{load.code}")
    look.go("group", f"{hall}/loads/{load.code}/rooms/1/group")
    sari.press(".dock-action .primary", opens="/group$")
    look.look("group with mistakes")
    sari.page.locator("[name=shot]").first.check()
    sari.page.select_option("[name=category]", "desk")
    sari.choose("condition", "good").press(".dock-action .primary", opens="/group$")
    look.look("one lot made")
    look.go("report", f"{hall}/loads/{load.code}/report")
    sari.go(f"{hall}/new")
    expect(sari.page.locator(SHUTTER)).to_be_visible()
    look.look("new with the camera")
    for _time in range(2):
        sari.go(f"{hall}/new").give_files("album", files)
        sari.choose("category", "office_chair").choose("condition", "good").press(SAVE, opens="/wh/new")
    look.look("is it this one")
    assert look.wrong == [], look.told()
