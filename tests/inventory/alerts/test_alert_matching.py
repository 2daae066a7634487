"""What an alert finds is what the list of its search shows, and finding it asks the database a few questions."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import alert_news, alerts, lots, publishing, stages, standing, stock
from inventory.domain.alert_matching import Matcher
from inventory.domain.asked import Asked
from inventory.models import Alerted, AlertHit, Item
from recycling.accounts.rules import Who
from tests.factories import NOW, later, make_item, make_member, make_site, make_worker
from tests.inventory.browsing import codes_on, make_many

from .alerting import ask, hits_of, make_alert, make_alerts, on_the_list, some_search, varied

pytestmark = pytest.mark.django_db


# -- the same as the list


@pytest.mark.parametrize("seed", range(4))
def test_a_search_finds_what_its_list_shows(seed):
    chance = random.Random(seed)
    sites = [make_site(code) for code in ("warehouse", "harbour", "north")]
    items = make_many(40, vary=varied(chance, sites))
    matcher = Matcher(Item.objects.order_by("pk"), standing.current(at=NOW))
    found_something = 0
    for _number in range(150):
        asked = some_search(chance, sites)
        found = set(matcher.found(asked))
        assert found == on_the_list(asked, Item.objects.all()), asked
        found_something += 0 < len(found) < len(items)
    # The control: neither always everything nor always nothing.
    assert found_something > 30


@pytest.mark.parametrize("seed", range(3))
def test_every_alert_is_told_of_what_its_owner_sees_on_the_list(seed):
    chance = random.Random(100 + seed)
    sites = [make_site(code) for code in ("warehouse", "harbour", "north")]
    member = make_member()

    def vary(number, item):
        varied(chance, sites)(number, item)
        item.public_from = NOW + timedelta(days=chance.choice([0, 5]))
        item.stage = "units" if item.public_from > NOW else "residents"
        item.residents_may_come = chance.random() < 0.9

    make_many(30, vary=vary)
    searches = [some_search(chance, sites) for _number in range(60)]
    owners = {AnonymousUser(): make_alerts(searches), member: make_alerts(searches, person=member)}
    alert_news.match_new(at=NOW)
    for owner, theirs in owners.items():
        sees = Item.objects.visible_to(owner, at=NOW)
        for asked, alert in zip(searches, theirs, strict=True):
            assert hits_of(alert) == on_the_list(asked, sees), (owner, asked)
    # When the units' first days are over, residents are told of the rest, and units of nothing twice.
    after = later(days=6)
    alert_news.match_new(at=after)
    for asked, alert in zip(searches, owners[AnonymousUser()], strict=True):
        assert hits_of(alert) == on_the_list(asked, Item.objects.visible_to(AnonymousUser(), at=after))
    assert Item.objects.not_alerted(after).count() == 0


@pytest.mark.usefixtures("now")
def test_the_page_itself_agrees(client):
    chance = random.Random(7)
    sites = [make_site(code) for code in ("warehouse", "harbour", "north")]
    make_many(20, vary=varied(chance, sites))
    matcher = Matcher(Item.objects.visible_as(Who.RESIDENT, at=NOW).order_by("pk"), standing.current(at=NOW))
    code_of = dict(Item.objects.values_list("pk", "code"))
    for _number in range(25):
        asked = some_search(chance, sites)
        shown = codes_on(client.get(f"/en/items{asked.query()}"))
        assert {code_of[key] for key in matcher.found(asked)} == set(shown), asked


def test_a_search_for_what_is_no_category_any_more_finds_nothing():
    matcher = Matcher([make_item()], standing.current(at=NOW))
    assert matcher.found(Asked(category="gramophones")) == []
    assert (
        Asked(category="gramophones", site=("gone",)).words(standing.current(at=NOW)) == "gramophones, gone"
    )


def test_a_search_is_the_same_after_it_was_kept():
    asked = Asked(q="tuoli", width=60, colour=("black", "oak"), free=True)
    assert Asked.again(asked.kept()) == asked
    assert Asked().kept() == {}


# -- when


def test_an_item_is_compared_once():
    alert, item = make_alert(), make_item()
    assert alert_news.match_new(at=NOW) == 1
    assert alert_news.match_new(at=NOW) == 0
    assert hits_of(alert) == {item.pk}
    assert Item.objects.get(pk=item.pk).alerted == Alerted.EVERYBODY


def test_an_alert_that_is_not_confirmed_or_has_ended_finds_nothing():
    unconfirmed, ended = ask(), make_alert("b@example.org", at=later(days=-300))
    make_item()
    alert_news.match_new(at=NOW)
    assert (hits_of(unconfirmed), hits_of(ended)) == (set(), set())


def test_what_was_here_before_an_alert_is_no_news():
    make_item()
    alert_news.match_new(at=NOW)
    alert = make_alert()
    alert_news.match_new(at=NOW)
    assert hits_of(alert) == set()


def test_a_resident_is_told_when_the_units_first_days_are_over():
    member = make_member()
    resident, unit = make_alert(), make_alert(member.email, by=member)
    item = make_item(units_first=True)
    alert_news.match_new(at=NOW)
    assert (hits_of(resident), hits_of(unit)) == (set(), {item.pk})
    assert Item.objects.get(pk=item.pk).alerted == Alerted.UNITS
    stages.move_on(item, at=NOW, by=make_worker(item.site, role="lead"))
    alert_news.match_new(at=NOW)
    assert (hits_of(resident), hits_of(unit)) == ({item.pk}, {item.pk})


def test_what_is_published_anew_or_put_up_once_more_is_news_only_to_whoever_was_not_told():
    old, item = make_alert(), make_item()
    worker = make_worker()
    alert_news.match_new(at=NOW)
    new = make_alert("b@example.org")
    publishing.relist(item, by=worker, at=NOW)
    assert alert_news.match_new(at=NOW) == 1
    assert (hits_of(old), hits_of(new)) == ({item.pk}, {item.pk})
    publishing.withdraw(item, by=worker, at=NOW)
    publishing.reopen(item, by=worker, at=NOW)
    publishing.publish(item, by=worker, at=NOW)
    assert Item.objects.get(pk=item.pk).alerted == Alerted.NOBODY
    assert alert_news.match_new(at=NOW) == 0


def test_what_changed_while_it_was_compared_is_compared_again(monkeypatch):
    alert, item, other = make_alert(colour=("oak",)), make_item(), make_item(colour="oak")
    compare = alert_news._hits

    def and_meanwhile(*arguments, **options):
        Item.objects.filter(pk=item.pk).update(colour="oak", version=item.version + 1)
        return compare(*arguments, **options)

    monkeypatch.setattr(alert_news, "_hits", and_meanwhile)
    alert_news.match_new(at=NOW)
    monkeypatch.undo()
    assert hits_of(alert) == {other.pk}
    alert_news.match_new(at=NOW)
    assert hits_of(alert) == {item.pk, other.pk}


def test_what_fits_no_more_once_it_was_compared_is_no_hit(monkeypatch):
    alert, item, other = make_alert(colour=("oak",)), make_item(colour="oak"), make_item(colour="oak")
    compare = alert_news._hits

    def and_meanwhile(*arguments, **options):
        hits = compare(*arguments, **options)
        Item.objects.filter(pk=item.pk).update(colour="black", version=item.version + 1)
        return hits

    monkeypatch.setattr(alert_news, "_hits", and_meanwhile)
    assert alert_news.match_new(at=NOW) == 1
    monkeypatch.undo()
    assert alert_news.match_new(at=NOW) == 0
    assert hits_of(alert) == {other.pk}


def test_an_alert_that_was_removed_while_it_was_compared_gets_nothing(monkeypatch):
    alert, stays = make_alert(), make_alert("b@example.org")
    item = make_item()
    compare = alert_news._hits

    def and_meanwhile(*arguments, **options):
        hits = compare(*arguments, **options)
        alerts.remove(alert)
        return hits

    monkeypatch.setattr(alert_news, "_hits", and_meanwhile)
    assert alert_news.match_new(at=NOW) == 1
    assert hits_of(stays) == {item.pk}


def test_what_is_split_off_a_lot_in_the_catalogue_is_no_news():
    lot = make_item(quantity=4)
    alert_news.match_new(at=NOW)
    make_alert()
    lots.split(lot, 1, by=make_worker(lot.site), at=NOW, condition="worn")
    assert alert_news.match_new(at=NOW) == 0


def test_one_alert_is_told_of_no_more_than_a_message_tells(monkeypatch):
    monkeypatch.setattr(alert_news, "MOST_HITS", 3)
    alert = make_alert()
    items = make_many(9)
    alert_news.match_new(at=NOW)
    assert hits_of(alert) == {item.pk for item in sorted(items, key=lambda one: one.pk)[-4:]}


def test_all_pieces_reserved_is_not_available_now():
    alert, any_state = make_alert(available=True), make_alert()
    item = make_item()
    stock.hold(item, 1, visible=Item.objects.all())
    alert_news.match_new(at=NOW)
    assert (hits_of(alert), hits_of(any_state)) == (set(), {item.pk})


# -- what it costs


def _searches(count):
    chance = random.Random(count)
    sites = [make_site(code) for code in ("warehouse", "harbour", "north")]
    return [some_search(chance, sites) for _number in range(count)], varied(chance, sites)


@pytest.mark.parametrize("alerts_that_look", [10, 2_000])
@pytest.mark.parametrize("items", [1, 10, 50])
def test_it_asks_as_much_for_one_item_and_ten_alerts_as_for_fifty_and_two_thousand(items, alerts_that_look):
    searches, vary = _searches(alerts_that_look)
    make_alerts([Asked(), *searches[1:]])
    make_many(items, vary=vary)
    standing.current(at=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert alert_news.match_new(at=NOW) >= items
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    # The items, which of them residents see, the alerts; the lock, the hits, the mark (a second one for what units alone see).
    assert len(statements) == 6, statements
    assert AlertHit.objects.count() >= items


def test_nothing_new_is_one_question(django_assert_num_queries):
    make_alerts([Asked()] * 20)
    with django_assert_num_queries(1):
        alert_news.match_new(at=NOW)
