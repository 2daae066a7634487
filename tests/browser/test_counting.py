"""A stock-take in three real browsers at once, one of them without a network half of the time; the result is the truth."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.domain import stock, stocktake, stocktake_report
from inventory.models import Item, SetAsideReason, SiteRole, StockTakeDevice, StockTakeScan
from tests.factories import NOW, counters, make_item, make_shelf, make_worker

from .inspection import Inspector
from .people import PHONE, SELDOM, let_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SINGLES, LOTS, IN_A_LOT = 40, 4, 15  # on each of three shelves: 300 pieces
BLOCK = 11  # so many scans with a network, so many without


def fill(shelf):
    singles = [make_item(site=shelf.site, shelf=shelf) for _number in range(SINGLES)]
    lots = [make_item(site=shelf.site, shelf=shelf, quantity=IN_A_LOT) for _number in range(LOTS)]
    return singles, lots


class Counter:
    """Somebody with a phone at a shelf."""

    def __init__(self, person, take, shelf):
        self.person, self.page = person, person.page
        self.context = person.page.context
        self.key, self.scanned = take.shelves.get(shelf=shelf).key, 0
        self.path = f"/fi/wh/count/{take.token}/{self.key}"
        person.go(self.path)

    def scan(self, item, pieces=None):
        field = self.page.locator("#count [name=code]")
        field.fill(item.shown_code)
        field.press("Enter")
        if pieces is not None:
            number = self.page.locator("#count [name=pieces]")
            expect(number).to_be_focused()
            number.fill(str(pieces))
            number.press("Enter")
        expect(field).to_have_value("")
        self.scanned += 1

    def sent(self):
        expect(self.page.locator("[data-waits]")).to_be_hidden()

    def has_network(self, *, yes):
        """Or not. What was scanned before has arrived by then: what waits is what is scanned after."""
        if not yes:
            self.until(lambda: StockTakeScan.objects.filter(place__key=self.key).count() == self.scanned)
        self.context.set_offline(not yes)

    def lose_the_tab(self):
        """Without a network, with scans that wait: the tab is closed, and opened again where there is a network."""
        waiting = self.page.locator("[data-waits-words]").inner_text()
        self.page.close()
        self.context.set_offline(False)
        self.open_tab(self.path)
        return waiting

    def open_tab(self, path):
        self.page = self.person.page = self.context.new_page()
        self.page.goto(path)

    def scan_and_close_the_tab(self, *items):
        """Without a network; then there is one again, and no page of ours is open."""
        self.context.set_offline(True)
        for number, item in enumerate(items, 1):
            self.scan(item)
            expect(self.page.locator("[data-waits-words]")).to_contain_text(str(number))
        self.page.close()
        self.context.set_offline(False)

    def until(self, is_so):
        """What a page says as it leaves comes a moment after the next one."""
        for _try in range(100):
            if is_so():
                return
            self.page.wait_for_timeout(200)
        assert is_so()

    def done(self):
        self.sent()
        with self.page.expect_navigation():
            self.page.locator("form[action$='/counted'] button").click()


@pytest.mark.thorough  # half a minute; the races of counting are on each commit
def test_three_hundred_pieces_by_three_browsers_are_the_truth(person, warehouse):
    shelves = [make_shelf(code, site=warehouse) for code in ("A1", "A2", "A3")]
    things = [fill(shelf) for shelf in shelves]
    lead = make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka")
    people = [make_worker(warehouse, name=name) for name in ("Sari Sorsa", "Kai Kuikka", "Maj Mås")]
    take = stocktake.start(warehouse, shelves=shelves, by=lead, at=NOW, client_key="three-browsers")
    counting = [
        Counter(let_in(person(), worker), take, shelf) for worker, shelf in zip(people, shelves, strict=True)
    ]

    # What really stands there: two things are gone, one stands a shelf further, of one lot two are gone, of one there are more.
    (lost, promised, strays), (short, more) = things[0][0][:3], things[1][1][:2]
    stock.hold(promised, 1, visible=Item.objects.published())
    seen = [
        [(item, None) for item in singles] + [(lot, IN_A_LOT) for lot in lots] for singles, lots in things
    ]
    seen[0] = seen[0][3:]
    seen[1] = [
        *seen[1][:SINGLES],
        (strays, None),
        (short, IN_A_LOT - 2),
        (more, IN_A_LOT + 3),
        *seen[1][SINGLES + 2 :],
    ]

    lost_tab = ""
    for step in range(max(map(len, seen))):
        for number, one in enumerate(counting):
            if number == 2 and step % BLOCK == 0:
                if step == 2 * BLOCK:
                    lost_tab = one.lose_the_tab()
                one.has_network(yes=(step // BLOCK) % 2 == 0)
            if step < len(seen[number]):
                one.scan(*seen[number][step])
    assert lost_tab == f"{BLOCK} luentaa odottaa verkkoa"

    # Until the one without a network has sent everything, nobody closes.
    counting[0].done()
    counting[1].done()
    told = stocktake_report.report(take)
    assert [one for one in told.differences if one.item.shelf == shelves[2]] == []
    counting[0].until(lambda: [one.by for one in stocktake.holding(take)] == [people[2]])
    counting[2].context.set_offline(False)
    counting[2].done()
    expect(counting[2].page.locator(".take-shelves .is-done")).to_have_count(3)
    counting[2].until(lambda: not StockTakeDevice.objects.filter(left_at=None).exists())

    assert StockTakeScan.objects.count() == sum(map(len, seen))
    boss = let_in(person(), lead).go(f"/fi/wh/count/{take.token}/close")
    boss.press("main .actions button.primary", opens=f"/count/{take.token}$")
    expected = {item.pk: (item.quantity, 0) for singles, lots in things for item in [*singles, *lots]}
    expected |= {lost.pk: (1, 1), promised.pk: (1, 1), short.pk: (IN_A_LOT, 2), more.pk: (IN_A_LOT + 3, 0)}
    assert {pk: counters(Item(pk=pk)) for pk in expected} == expected
    assert Item.objects.get(pk=strays.pk).shelf == shelves[1]
    assert Item.objects.filter(shelf=shelves[0]).count() == SINGLES + LOTS - 1
    assert [row.item for row in stocktake.waiting_for_lead([warehouse.pk])] == [promised]


def test_a_mistake_is_undone_and_nonsense_is_told(person, warehouse):
    shelf = make_shelf("A1", site=warehouse)
    chair, chairs = make_item(site=warehouse, shelf=shelf), make_item(site=warehouse, shelf=shelf, quantity=8)
    sari = make_worker(warehouse)
    take = stocktake.start(warehouse, shelves=[shelf], by=sari, at=NOW, client_key="a-mistake")
    count = Counter(let_in(person(), sari), take, shelf)
    page = count.page
    count.scan(chair)
    expect(page.locator("[data-words]")).to_have_text("Kuuluu tähän.")
    expect(page.locator(f"[data-item='{chair.code}']")).to_have_class("is-done")
    page.locator("[data-undo] button").click()
    expect(page.locator("[data-words]")).to_have_text("Kumottu.")
    expect(page.locator(f"[data-item='{chair.code}']")).not_to_have_class("is-done")
    field = page.locator("#count [name=code]")
    for nonsense in ("https://example.org/shop", "K7Q-4M2X", "\N{RIGHT-TO-LEFT OVERRIDE}abc"):
        field.fill(nonsense)
        field.press("Enter")
        expect(page.locator("[data-words]")).to_contain_text("Tämä ei ole meidän tunnuksemme.")
    page.locator(f"[data-item='{chairs.code}'] .here").click()
    for digit in ("1", "2"):
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("[data-digit='']").click()
    page.locator("#count button.primary").click()
    expect(page.locator("[data-title]")).to_have_text("1 × Työtuoli, musta")
    count.sent()
    rows = StockTakeScan.objects.filter(undone_at=None)
    assert list(rows.values_list("item", "pieces")) == [(chairs.pk, 1)]
    assert count.person.complaints == []


@pytest.mark.parametrize("where", ["the list", "its overview", "its shelf"])
def test_what_was_scanned_before_the_close_arrives_after_it(person, warehouse, where):
    shelf = make_shelf("A1", site=warehouse)
    chair = make_item(site=warehouse, shelf=shelf)
    sari, lead = make_worker(warehouse), make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka")
    take = stocktake.start(warehouse, shelves=[shelf], by=sari, at=NOW, client_key="late")
    count = Counter(let_in(person(), sari), take, shelf)
    count.scan_and_close_the_tab(chair)
    told = stocktake_report.report(take)
    stocktake_report.close(
        take, write=set(), fingerprint=told.fingerprint, by=lead, at=timezone.now(), despite_unsent=True
    )
    paths = {
        "the list": "/sv/wh/count",
        "its overview": f"/fi/wh/count/{take.token}",
        "its shelf": count.path,
    }
    count.open_tab(paths[where])
    expect(count.page.locator("[data-words]")).not_to_be_empty()
    count.sent()
    scan = StockTakeScan.objects.get()
    assert (scan.item, scan.is_late, scan.by) == (chair, True, sari)
    count.page.reload()
    expect(count.page.locator("[data-refused]")).to_be_hidden()
    count.sent()


def test_a_scan_that_is_asked_about_stays_at_its_shelf_until_it_is_answered(person, warehouse):
    here, there, home = (make_shelf(code, site=warehouse) for code in ("A1", "A2", "A3"))
    chairs, desks = (make_item(site=warehouse, shelf=home, quantity=8) for _number in range(2))
    sari = make_worker(warehouse)
    take = stocktake.start(warehouse, shelves=[here, there], by=sari, at=NOW, client_key="asked")
    count = Counter(let_in(person(width=PHONE, reduced_motion="reduce"), sari), take, here)
    count.scan_and_close_the_tab(chairs, desks)
    count.open_tab(f"/fi/wh/count/{take.token}")
    asked = count.page.locator("[data-refused] li")
    expect(asked).to_have_count(2)
    expect(asked.first).to_contain_text(f"{chairs.shown_code}")
    expect(asked.first).to_contain_text("A1")
    assert StockTakeDevice.objects.get().waiting == 2
    look = Inspector(count.person)
    look.look("what was scanned and must be answered")
    assert look.wrong == [], look.told()
    # Nothing is sent until somebody says a number; on the page of another shelf it is still asked about at its own.
    count.page.goto(f"/fi/wh/count/{take.token}/{take.shelves.get(shelf=there).key}")
    expect(asked).to_have_count(2)
    expect(count.page.locator("[data-pad]")).to_be_hidden()
    for nonsense in ("3e22", "", "-1", "99999"):
        asked.first.locator("input").fill(nonsense)
        asked.first.locator("form button").click()
        expect(count.page.locator("[data-words]")).to_have_text("Kerro ensin, montako niitä on.")
    asked.first.locator("input").fill("7")
    asked.first.locator("form button").click()
    expect(asked).to_have_count(1)
    asked.first.locator("[data-drop]").click()
    expect(asked).to_have_count(0)
    count.sent()
    scan = StockTakeScan.objects.get()
    assert (scan.item, scan.pieces, scan.place.shelf) == (chairs, 7, here)


def test_what_was_refused_while_nobody_looked_is_said_on_the_next_page(person, warehouse):
    shelf = make_shelf("A1", site=warehouse)
    sari = make_worker(warehouse)
    take = stocktake.start(warehouse, shelves=[shelf], by=sari, at=NOW, client_key="unknown")
    count = Counter(let_in(person(), sari), take, shelf)
    unknown = make_item(site=warehouse)
    count.scan_and_close_the_tab(unknown)
    unknown.photos.all().delete()
    unknown.delete()
    count.open_tab(f"/fi/wh/count/{take.token}")
    told = count.page.locator("[data-refused] li")
    expect(told).to_contain_text("Millään tavaralla ei ole tätä tunnusta.")
    count.page.reload()
    expect(told).to_have_count(1)
    told.locator("[data-drop]").click()
    expect(told).to_have_count(0)
    count.page.reload()
    expect(count.page.locator("[data-refused]")).to_be_hidden()


def test_a_number_that_is_none_is_asked_for_again_and_holds_nothing_up(person, warehouse):
    shelf = make_shelf("A1", site=warehouse)
    chair, chairs = make_item(site=warehouse, shelf=shelf), make_item(site=warehouse, shelf=shelf, quantity=8)
    sari = make_worker(warehouse)
    take = stocktake.start(warehouse, shelves=[shelf], by=sari, at=NOW, client_key="number")
    count = Counter(let_in(person(), sari), take, shelf)
    number = count.page.locator("#count [name=pieces]")
    count.page.locator(f"[data-item='{chairs.code}'] .here").click()
    for nonsense in ("3e22", "6414893400128", "7-42"):
        number.press_sequentially(nonsense)
        number.press("Enter")
        expect(count.page.locator("[data-words]")).to_have_text("Kerro ensin, montako niitä on.")
        expect(number).to_have_value("")
    number.fill("8")
    number.press("Enter")
    count.scan(chair)
    count.sent()
    assert sorted(StockTakeScan.objects.values_list("pieces", flat=True)) == [1, 8]
    assert count.person.complaints == []


@pytest.mark.parametrize("language", SELDOM)
def test_the_pages_of_a_stock_take_for_everybody(person, warehouse, language):
    shelf, other = make_shelf("H1-01-A", site=warehouse), make_shelf("H1-02-A", site=warehouse)
    lost, strays, lot = (make_item(site=warehouse, shelf=shelf, quantity=number) for number in (1, 1, 9))
    promised = make_item(site=warehouse, shelf=shelf)
    stock.hold(promised, 1, visible=Item.objects.published())
    stock.set_aside(lot, 2, reason=SetAsideReason.MISSING, by=None, at=NOW)
    lead = make_worker(warehouse, SiteRole.LEAD, name="Lasse Laukka", language=language)
    boss = let_in(person(language=language, reduced_motion="reduce"), lead)
    look = Inspector(boss)
    hall = f"/{language}/wh/count"
    look.go("no stock-take yet", hall)
    boss.press("main form button.primary", opens="/wh/count$")
    look.look("no shelf chosen")
    boss.choose("aisles", "H1").press("main form button.primary", opens=r"/count/\w+$")
    look.look("begun")
    take = stocktake.StockTake.objects.get()
    shelf_page = f"{hall}/{take.token}/{take.shelves.get(shelf=shelf).key}"
    other_page = f"{hall}/{take.token}/{take.shelves.get(shelf=other).key}"
    look.go("a shelf", shelf_page)
    boss.press(f"[data-item='{lot.code}'] .here")
    look.look("how many")
    boss.write("pieces", "8").press("#count button.primary")
    expect(boss.page.locator(".scan-said.ok [data-words]")).to_be_visible()
    look.open_everything()
    look.look("scanned")
    boss.go(other_page).write("code", strays.shown_code).press("#count button.primary")
    expect(boss.page.locator(".scan-said.hold [data-words]")).to_contain_text("H1-01-A")
    look.look("scanned, of another shelf")
    boss.write("code", "nonsense").press("#count button.primary")
    look.look("nonsense")
    boss.go(shelf_page).press("form[action$='/counted'] button", opens=f"{take.token}$")
    look.look("counted")
    stocktake.announce(take, device="phone-of-sari", waiting=3, by=make_worker(warehouse), at=NOW)
    look.go("differences", f"{hall}/{take.token}/close")
    boss.press("main .actions button.primary", opens="/close$")
    look.look("scans unsent")
    boss.choose("despite", "1").press("main .actions button.primary", opens=f"{take.token}$")
    look.open_everything()
    look.look("closed")
    look.go("the lead's list", hall)
    assert look.wrong == [], look.told()
    assert counters(lost) == (1, 1)
