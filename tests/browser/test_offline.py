"""Without a network things are logged, moved, picked and handed over, tabs are closed; afterwards all of it is there, once."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from inventory.domain import moving, stocktake
from inventory.models import Errand, Item, Photo, SiteRole
from reservations.models import Handover, ReservationStatus
from tests.factories import NOW, counters, make_item, make_reservation, make_shelf, make_worker

from .inspection import Inspector
from .people import PHONE, STRICT_LANGUAGES
from .test_counting import let_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHUTTER = "[data-shutter]"
SAVE = "button.primary[form=intake]"
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
COPIES = (
    "async () => (await (await caches.open('kierto-pages')).keys()).map((one) => new URL(one.url).pathname)"
)


class Phone:
    """A phone of a worker, whose network comes and goes."""

    def __init__(self, person, worker):
        self.person, self.worker = let_in(person, worker), worker
        self.page, self.context = person.page, person.page.context

    def open(self, path):
        """An address, and the copies of pages that are made for later."""
        self.person.go(path)
        expect(self.page.locator("html")).to_have_attribute("data-ready", "offline")
        return self

    def cut(self):
        self.context.set_offline(True)
        return self

    def mend(self):
        self.context.set_offline(False)
        self.person.complaints.clear()  # the browser's own notes of what it did not reach
        return self

    def new_tab(self, path):
        """The tab is closed and another one opened."""
        self.page.close()
        self.person.page = self.page = self.context.new_page()
        self.page.goto(path)
        return self

    def log(self, kind="office_chair", shots=1):
        """One thing in the form that is open."""
        for _shot in range(shots):
            self.person.press(SHUTTER)
        expect(self.page.locator(".shots li")).to_have_count(shots)
        self.person.choose("category", kind).choose("condition", "good")
        self.person.press(SAVE)
        return self

    def waits(self, number):
        """So much waits on the phone, and the bar says it."""
        bar = self.page.locator("[data-outbox]")
        expect(bar).to_have_attribute("data-waiting", str(number))
        if number:
            expect(bar.locator("[data-number]")).to_have_text(str(number))
        return self

    def says(self, text):
        expect(self.page.locator("[data-outbox] [data-told]")).to_contain_text(text)
        return self

    def move(self, *words):
        for word in words:
            self.person.write("typed", word)
            self.page.keyboard.press("Enter")
            expect(self.page.locator("#move [name=typed]")).to_have_value("")
        return self


@pytest.fixture
def phone(person, warehouse):
    """``phone(name="Sari Sorsa")``: a worker with a phone of 360 px, signed in."""

    def phone_(name="Sari Sorsa", *, language="fi", **options):
        worker = make_worker(warehouse, name=name, language=language)
        return Phone(
            person(width=PHONE, language=language, permissions=["camera"], **options),
            worker,
        )

    return phone_


# -- new things


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


# -- people


def test_signed_out_meanwhile_nothing_is_lost(phone, warehouse):
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    Session.objects.all().delete()
    sari.mend().says("Et ole enää kirjautuneena").waits(1)
    assert Item.objects.count() == 0
    let_in(sari.person, sari.worker).go("/fi/wh/outbox")
    sari.waits(0)
    assert Item.objects.get().created_by == sari.worker


def test_another_person_on_the_same_phone_sends_nothing_under_their_own_name(phone, warehouse):
    sari = phone().open("/fi/wh/new").cut().log().waits(1)
    kai = make_worker(warehouse, name="Kai Kuikka")
    let_in(sari.person, kai)
    sari.mend().person.press("[data-send-now]")
    sari.page.wait_for_timeout(1000)
    sari.open("/fi/wh/outbox").waits(0).says("jonkun muun")
    assert sari.page.locator("[data-errands] li").count() == 0
    assert sari.page.evaluate("localStorage.kiertoPages") == str(kai.pk)
    assert Item.objects.count() == 0
    let_in(sari.person, sari.worker).go("/fi/wh/outbox")
    expect(sari.page.locator("[data-outbox]")).to_be_hidden()
    sari.waits(0)
    assert Item.objects.get().created_by == sari.worker


def test_signing_out_warns_and_takes_the_copies_along(phone):
    sari = phone().open("/fi/wh/new")
    assert "/fi/wh/new" in sari.page.evaluate(COPIES)
    sari.cut().log().waits(1)
    sari.context.route("**/wh/outbox/item", lambda route: route.abort())
    sari.mend().page.goto("/fi/accounts/logout")
    expect(sari.page.locator("[data-leaving]")).to_contain_text("1")
    with sari.page.expect_navigation():
        sari.page.locator("main form button").click()
    assert sari.page.evaluate(COPIES) == []


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
