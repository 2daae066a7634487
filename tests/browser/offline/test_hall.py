"""Without a network things are moved, picked and handed over, and shelves are counted; what is not on the phone says so."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.domain import moving, stocktake
from inventory.models import Errand, Item, SiteRole
from reservations.models import Handover, ReservationStatus
from tests.browser.inspection import Inspector
from tests.browser.people import STRICT_LANGUAGES, let_in
from tests.factories import NOW, counters, make_item, make_reservation, make_shelf, make_worker

from .phones import Phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# -- moving


def test_things_are_moved_without_a_network_and_a_tab(phone):
    chair, desk = make_item(), make_item(category="desk")
    make_shelf("H2-01-A")
    sari = phone().open("/fi/wh/new").cut()
    sari.page.goto("/fi/wh/move")
    sari.move(chair.shown_code, desk.code.lower())
    expect(sari.page.locator("[data-kept-list] li")).to_have_count(2)
    sari.move("h2-01-a").waits(1)
    expect(sari.page.locator("[data-kept-list]")).to_be_hidden()
    sari.new_tab("/fi/wh/outbox").waits(1)
    expect(sari.page.locator(".errands [data-title]")).to_contain_text("H2-01-A")
    assert Item.objects.filter(shelf=None).count() == 2
    sari.mend().waits(0)
    assert set(Item.objects.values_list("shelf__code", flat=True)) == {"H2-01-A"}


def test_what_somebody_moved_meanwhile_is_shown_until_it_is_seen(phone, warehouse, clock):
    chair, lead = make_item(), make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka")
    make_shelf("H2")
    sari = phone().open("/fi/wh/move").cut().move(chair.shown_code, "H2").waits(1)
    clock.shift(3600)
    moving.put_on_shelf(chair, shelf=make_shelf("H9"), by=lead, at=timezone.now())
    sari.mend().says("1 ei onnistunut")
    assert Item.objects.get().shelf.code == "H9"
    boss = Phone(sari.person, lead).open("/fi/wh/outbox")
    expect(boss.page.locator("main")).to_contain_text("siirrettiin paikkaan H9")
    expect(boss.page.locator("main")).to_contain_text("(Lasse)")
    boss.says("1 ei onnistunut").person.press("[name=seen]", opens="/wh/outbox$")
    assert Errand.objects.unseen().count() == 0
    let_in(sari.person, sari.worker).go("/fi/wh/outbox")
    sari.waits(0)


# -- pickups


@pytest.fixture
def pickup(warehouse, clock):
    """Somebody's two chairs, to be collected now."""
    chairs = make_item(quantity=3, shelf=make_shelf(site=warehouse))
    reservation = make_reservation({chairs: 2})
    clock.move_to(reservation.slot.starts_at)
    return reservation, chairs


def test_a_pickup_is_picked_and_handed_over_without_a_network(phone, pickup):
    reservation, chairs = pickup
    sari = phone().open("/fi/wh/today").cut()
    sari.page.goto("/fi/wh/today")
    expect(sari.page.locator("[data-copy]")).to_be_visible()
    row = f"#{reservation.code}"
    sari.person.press(f"{row} .tick")
    expect(sari.page.locator(f"{row} .tick")).to_have_attribute("aria-pressed", "true")
    sari.waits(1)
    sari.new_tab(f"/fi/wh/handover/{reservation.code}").waits(1)
    assert sari.page.url.endswith(row)
    expect(sari.page.locator(f"{row} .tick")).to_have_attribute("aria-pressed", "true")
    sari.person.press(f"{row} details > summary").press(f"{row} details button.primary")
    expect(sari.page.locator(f"{row} [data-given]")).to_be_visible()
    sari.waits(2)
    assert counters(chairs) == (3, 2)
    sari.mend().waits(0)
    reservation.refresh_from_db()
    assert (reservation.status, counters(chairs), Handover.objects.count()) == (
        ReservationStatus.COLLECTED,
        (1, 0),
        1,
    )


def test_a_hand_over_that_waits_is_taken_back(phone, pickup):
    reservation, chairs = pickup
    sari = phone().open("/fi/wh/today").cut()
    sari.page.goto("/fi/wh/today")
    row = f"#{reservation.code}"
    sari.person.press(f"{row} details > summary").press(f"{row} details button.primary")
    sari.waits(1).person.press(f"{row} [data-given] button")
    sari.waits(0).mend()
    assert (counters(chairs), Errand.objects.count()) == ((3, 2), 0)


# -- pages


def test_a_shelf_that_is_counted_opens_without_a_network(phone, warehouse):
    shelf = make_shelf("A1", site=warehouse)
    chair = make_item(site=warehouse, shelf=shelf)
    sari = phone()
    take = stocktake.start(warehouse, shelves=[shelf], by=sari.worker, at=NOW, client_key="offline")
    path = f"/fi/wh/count/{take.token}/{take.shelves.get().key}"
    sari.open(path).cut().new_tab(path)
    field = sari.page.locator("#count [name=code]")
    field.fill(chair.shown_code)
    field.press("Enter")
    expect(sari.page.locator("[data-waits-words]")).to_contain_text("1 luenta odottaa verkkoa")
    sari.mend()
    expect(sari.page.locator("[data-waits]")).to_be_hidden()
    assert take.scans.count() == 1


def test_a_page_that_is_not_on_the_phone_says_so(phone):
    sari = phone().open("/fi/wh/new").cut()
    sari.page.goto("/fi/wh/loads")
    expect(sari.page.locator("[data-copy]")).to_contain_text("ei ole tässä puhelimessa")


@pytest.mark.parametrize("language", STRICT_LANGUAGES)
def test_the_pages_without_a_network_for_everybody(phone, pickup, language, warehouse):
    make_shelf("H2")
    sari = phone(language=language, reduced_motion="reduce")
    hall = f"/{language}/wh"
    Errand.objects.create(
        key="k1", by=sari.worker, site=warehouse, kind="move", state="conflict", words="K7Q-4M2P", language="sv",
        done_at=NOW, received_at=NOW, address=f"{hall}/items",
    )  # fmt: skip
    look = Inspector(sari.person)
    sari.open(f"{hall}/today")
    look.go("sent later", f"{hall}/outbox")
    sari.cut()
    sari.page.goto(f"{hall}/today")
    look.open_everything()
    look.look("the kept list")
    sari.page.goto(f"{hall}/new")
    sari.log()
    look.look("kept on the phone")
    sari.page.goto(f"{hall}/move")
    sari.move("K7Q-4M2P")
    look.look("moving")
    sari.page.goto(f"{hall}/outbox")
    expect(sari.page.locator("[data-errands] li")).to_have_count(1)
    look.open_everything()
    look.look("what waits")
    assert look.wrong == [], look.told()
