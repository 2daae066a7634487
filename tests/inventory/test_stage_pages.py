"""What pages say of the stage of a thing, and the pages on which a lead changes it."""

import pytest
from django.core.cache import cache
from django.test import Client

from inventory.domain import stages, stock
from inventory.models import Category, Item, SiteRole, WriteOff
from recycling.policy.models import Policy
from tests.factories import (
    NOW,
    counters,
    later,
    make_association_member,
    make_item,
    make_member,
    make_shelf,
    make_site,
    make_worker,
)
from tests.inventory.hall import address, problems, value_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def rules():
    Policy.objects.get().save()  # forgets what was shown before
    rules = Policy.objects.get()
    rules.internal_first_days, rules.residents_days, rules.associations_days = 5, 10, 3
    rules.save()


def as_(person):
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def hall():
    return as_(make_worker(make_site()))


@pytest.fixture
def lead():
    return as_(make_worker(make_site(), SiteRole.LEAD))


@pytest.fixture
def unit():
    return as_(make_member())


def left_over(quantity=1, **fields):
    """Something that nobody took."""
    item = make_item(quantity=quantity, **fields)
    Item.objects.filter(pk=item.pk).update(stage="leaving")
    return item


# -- the public pages


def test_a_units_card_says_until_when_it_is_only_theirs(unit):
    make_item(units_first=True), make_item(category="desk")
    for page in ("/en/items", "/en/", "/en/c/seating"):
        words = words_of(unit.get(page))
        assert words.count("City units until Mon 23 Nov") == 1, page


def test_the_badge_goes_with_the_day_though_the_job_is_late(unit, clock):
    make_item(units_first=True)
    clock.move_to(later(days=8))
    assert "City units until" not in words_of(unit.get("/en/items"))


def test_a_resident_sees_it_from_its_day_without_a_badge(clock):
    item = make_item(units_first=True)
    browser = Client()
    assert browser.get(f"/en/items/{item.shown_code}").status_code == 404
    assert item.shown_code not in browser.get("/en/items").content.decode()
    clock.move_to(later(days=8))
    cache.clear()
    assert "City units" not in words_of(browser.get(f"/en/items/{item.shown_code}"))
    assert item.shown_code in browser.get("/en/items").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "City units only until Mon 23 Nov, then residents too."),
        ({"condition": "fix"}, "City units only."),
    ],
)
def test_a_units_item_page_says_it_in_a_sentence(unit, fields, words):
    item = make_item(units_first=True, **fields)
    assert words in words_of(unit.get(f"/en/items/{item.shown_code}"))


FROM = "From Tue 1 Dec associations may reserve as many as they need."


def test_an_item_page_says_from_when_associations_may_have_more_only_where_that_is_news(rules, unit):
    one, many = make_item(), make_item(quantity=20)
    association = as_(make_association_member())

    def told(browser, item):
        return FROM in words_of(browser.get(f"/en/items/{item.shown_code}"))

    anybody = Client()
    shown = [
        told(anybody, one), told(anybody, many), told(unit, many), told(association, one), told(association, many)
    ]  # fmt: skip
    assert shown == [False, True, False, True, True]


def test_an_association_is_offered_all_of_it_in_its_stage(rules, clock):
    item = make_item(quantity=20)
    member = make_association_member()
    assert 'max="5"' in as_(member).get(f"/en/items/{item.shown_code}").content.decode()
    clock.move_to(later(days=16))
    stages.move_due(at=later(days=16))
    page = as_(member).get(f"/en/items/{item.shown_code}")
    assert 'max="20"' in page.content.decode()
    assert 'max="5"' in Client().get(f"/en/items/{item.shown_code}").content.decode()
    assert FROM not in words_of(page)


def test_a_kept_page_is_made_anew_when_the_stage_moves(rules, clock):
    item, browser = make_item(quantity=20), Client()
    page = f"/en/items/{item.shown_code}"
    assert FROM in words_of(browser.get(page))
    stages.move_on(item, at=later(days=16))
    assert FROM not in words_of(browser.get(page))


def test_what_nobody_took_only_staff_find(unit, hall):
    item = left_over()
    page = f"/en/items/{item.shown_code}"
    others = [Client(), unit, as_(make_association_member())]
    assert [browser.get(page).status_code for browser in others] == [404, 404, 404]
    assert [item.shown_code in one.get("/en/items").content.decode() for one in (*others, hall)] == [
        *(False, False, False),
        True,
    ]
    assert "Nobody took it, so only staff see it. It goes to: recycling." in words_of(hall.get(page))


def test_the_badge_asks_the_database_nothing_more(unit, django_assert_max_num_queries):
    make_item()
    unit.get("/en/items")
    counts = []
    for _one in range(3):
        with django_assert_max_num_queries(50) as asked:
            unit.get("/en/items")
        counts.append(len(asked))
        make_item(units_first=True)
    assert len(set(counts)) == 1


# -- the hall's page of an item


def test_the_plan_stands_on_the_items_page_with_its_days(rules, hall):
    item = make_item(units_first=True)
    words = words_of(hall.get(address("wh_item", item.shown_code)))
    assert (
        "For whom Units of the city until Mon 23 Nov Residents from Tue 24 Nov until Mon 7 Dec "
        "Associations from Tue 8 Dec until Thu 10 Dec Recycling from Fri 11 Dec"
    ) in words
    assert "The lead of the site can change this." in words


def test_without_an_end_the_page_says_so_and_offers_nothing_to_lengthen(lead):
    page = lead.get(address("wh_item", make_item().shown_code))
    assert "For whom Residents now, without an end" in words_of(page)
    assert 'name="longer"' not in page.content.decode()


def test_a_draft_is_for_nobody_yet(hall):
    assert "For whom" not in words_of(hall.get(address("wh_item", make_item(publish=False).shown_code)))


def press(browser, item, **what):
    return browser.post(address("wh_stage", item.shown_code), what)


def stage(item):
    item.refresh_from_db()
    return item.stage


def test_a_lead_changes_the_stage_there(rules, lead):
    item = make_item(units_first=True)
    assert press(lead, item, longer="1", days="2").status_code == 302
    assert "until Wed 25 Nov" in words_of(lead.get(address("wh_item", item.shown_code)))
    for following in ("residents", "associations", "leaving"):
        assert press(lead, item, on=following).status_code == 302
        assert stage(item) == following
    assert press(lead, item, back="residents").status_code == 302
    assert stage(item) == "residents"


def test_a_second_tap_moves_it_no_further(rules, lead):
    item = make_item(units_first=True)
    for _tap in range(2):
        assert press(lead, item, on="residents").status_code == 302
    assert stage(item) == "residents"


def test_a_worker_changes_nothing(rules, hall):
    item = make_item(units_first=True)
    for what in ({"longer": "1", "days": "2"}, {"on": "residents"}, {"back": "residents"}):
        answer = press(hall, item, **what)
        assert (answer.status_code, problems(answer)) == (403, ["Only the lead of the site can do this."])
    assert stage(item) == "units"


@pytest.mark.parametrize("days", ["", "0", "61", "many"])
def test_a_number_of_days_that_makes_no_sense_is_asked_again(rules, lead, days):
    answer = press(lead, make_item(units_first=True), longer="1", days=days)
    assert (answer.status_code, len(problems(answer))) == (422, 1)
    assert 'class="more box" open' in answer.content.decode()


# -- what nobody took


def test_the_list_shows_what_is_left_over_at_the_site_and_where_it_goes(hall):
    Category.objects.filter(key="desk").update(last_stage="auction")
    chair, desk = left_over(2, shelf=make_shelf("A1")), left_over(category="desk")
    left_over(site=make_site("other"))
    make_item()
    page = hall.get(address("wh_leaving"))
    words = words_of(page)
    assert [one.shown_code in words for one in (chair, desk)] == [True, True]
    assert (words.count("Goes to: recycling"), words.count("Goes to: auction")) == (1, 1)
    assert 'name="auction"' not in page.content.decode()


def test_with_nothing_left_over_it_says_so(lead):
    assert "Nothing is left over at this site." in words_of(lead.get(address("wh_leaving")))


def test_a_lead_sends_all_of_it_to_the_auction_once(lead):
    item = left_over(3)
    Item.objects.filter(pk=item.pk).update(reserved=1)
    assert lead.post(address("wh_leaving"), {"auction": item.shown_code}).status_code == 302
    row = WriteOff.objects.get()
    assert (row.pieces, row.reason, row.destination, row.status) == (2, "unwanted", "auction", "done")
    assert counters(item) == (1, 1)
    again = lead.post(address("wh_leaving"), {"auction": item.shown_code})
    assert (again.status_code, WriteOff.objects.count()) == (409, 1)


def test_a_lead_puts_it_back_to_residents(lead):
    item = left_over()
    lead.post(address("wh_leaving"), {"residents": item.shown_code})
    assert stage(item) == "residents"
    assert item.shown_code not in words_of(lead.get(address("wh_leaving")))


def test_to_recycling_is_a_write_off_that_is_filled_in(lead):
    page = lead.get(address("wh_write_off", left_over(3).shown_code))
    assert value_of(page, "pieces") == "3"
    assert 'value="unwanted"' in page.content.decode()
    assert "checked" in page.content.decode().partition('value="unwanted"')[2].partition(">")[0]


def test_only_the_lead_decides_there(hall):
    item = left_over()
    for what in ("auction", "residents"):
        answer = hall.post(address("wh_leaving"), {what: item.shown_code})
        assert (answer.status_code, problems(answer)) == (403, ["Only the lead of the site can do this."])
    assert (stage(item), WriteOff.objects.count()) == ("leaving", 0)


def test_what_is_not_leaving_is_not_sent_to_the_auction(lead):
    item = make_item()
    assert lead.post(address("wh_leaving"), {"auction": item.shown_code}).status_code == 409
    assert counters(item) == (1, 0)


def test_another_sites_things_are_not_there(lead):
    item = left_over(site=make_site("other"))
    assert lead.post(address("wh_leaving"), {"auction": item.shown_code}).status_code == 404


def test_whoever_works_at_two_sites_sees_one_after_the_other():
    worker = make_worker(make_site(), SiteRole.LEAD)
    worker.work.create(site=make_site("other", name_en="Warehouse 2"), role="worker")
    here, there = left_over(), left_over(site=make_site("other"))
    browser = as_(worker)
    first, second = (browser.get(address("wh_leaving") + asked) for asked in ("", "?site=other"))
    shown = [[one.shown_code in words_of(page) for one in (here, there)] for page in (first, second)]
    assert shown == [[True, False], [False, True]]
    assert ['name="auction"' in page.content.decode() for page in (first, second)] == [True, False]


def test_a_long_list_has_pages_of_its_site():
    worker = make_worker(make_site())
    worker.work.create(site=make_site("other"), role="worker")
    for _one in range(26):
        left_over()
    page = as_(worker).get(address("wh_leaving"))
    assert page.content.decode().count('class="with-photo"') == 24
    assert "?site=warehouse&amp;before=" in page.content.decode()


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(lead, django_assert_num_queries, more):
    for _one in range(more):
        item = left_over(2)
        stock.set_aside(item, 1, reason="repair", by=None, at=NOW)
    lead.get(address("wh_leaving"))
    with django_assert_num_queries(8):
        lead.get(address("wh_leaving"))
