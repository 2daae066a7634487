"""No page reads the whole table of items: the plans of the statements that pages send, on the database under test."""

import json
import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Alerted, Category, Item
from inventory.views.conditional import kept
from inventory.vocabulary import COLOURS
from tests.factories import NOW, make_site

from .browsing import codes_on, make_many

pytestmark = pytest.mark.django_db

MANY = 4000
ADDRESSES = [
    "/en/",
    "/en/items",
    "/en/c/seating",
    "/en/c/office_chair",
    "/en/c/daycare",
    "/en/items?colour=chrome",
    "/en/items?colour=chrome&colour=pink&condition=fix",
    "/en/items?condition=fix&category=seating",
    "/en/items?site=school",
    "/en/items?site=school&free=1&available=1",
    "/en/items?width=3",
    "/en/items?free=1",
    "/en/items?available=1&category=tables",
    "/en/items?q=xyzzy",
    "/en/items?q=daycare",
    "/en/items?q=chair&colour=chrome",
    "/en/items/{middle}",
    "/en/items?after={middle}",
    "/en/items?before={middle}",
    "/en/c/seating?after={middle}",
    "/en/items?colour=black&after={middle}",
    "/en/items?colour=chrome&condition=as_new&width=2&site=school",
]


def as_in_a_city():
    """Some kinds, colours and places are common, others are not, one kind came long ago; as many items are gone."""
    dice = random.Random(11)
    kinds = list(Category.objects.exclude(parent=None).exclude(key="daycare"))
    rare = Category.objects.get(key="daycare")
    sites = [make_site(), make_site("harbour"), make_site("school")]

    def vary(number, item):
        item.category = dice.choices(kinds, range(len(kinds), 0, -1))[0]
        if number > 0.97 * MANY and number % 9 == 0:
            item.category = rare
        item.colour = dice.choices(COLOURS, [2**-place for place in range(len(COLOURS))])[0].key
        item.condition = dice.choices(["good", "worn", "as_new", "fix"], [60, 25, 12, 3])[0]
        item.site = dice.choices(sites, [60, 38, 2])[0]
        item.width_cm = dice.choice([None, dice.randint(20, 240)])
        item.price = dice.choice([0, 0, 0, 20])
        item.reserved = dice.choice([0, 0, 0, 1])
        item.search_keys = " ".join([item.category.name_en.lower(), "chair" * (number % 3 == 0)]).strip()
        if number % 2:
            item.quantity = item.reserved = 0

    return vary


@pytest.fixture
def city():
    items = make_many(MANY, photos=False, minutes=60, vary=as_in_a_city())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return items


def plan_of(statement):
    """The plan as lines; on PostgreSQL every node with the table that it reads."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement.replace('%', '%%')}", [])
            return [row[3] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}", [])
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return list(_nodes(plan[0]["Plan"]))


def _nodes(node):
    yield f"{node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')}"
    for below in node.get("Plans", []):
        yield from _nodes(below)


def reads_every_item(line):
    if connection.vendor == "sqlite":
        table = re.match(r"SCAN (inventory_item|U\d)\b(?! USING (COVERING )?INDEX item_)", line)
        return bool(table)
    return line.startswith("Seq Scan inventory_item ")


def test_no_page_reads_every_item(client, city):
    middle = next(item for item in city[MANY // 2 :] if item.quantity).shown_code
    scans = {}
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        client.get("/en/items")
        for address in (address.format(middle=middle) for address in ADDRESSES):
            kept.pages.clear()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            for query in asked.captured_queries:
                lines = plan_of(query["sql"])
                if any(map(reads_every_item, lines)):
                    scans[address] = lines
    assert scans == {}


def test_the_plain_list_is_walked_in_the_order_of_its_index(client, city):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        client.get("/en/items")
        kept.pages.clear()
        with CaptureQueriesContext(connection) as asked:
            response = client.get(f"/en/items?after={city[MANY // 2].shown_code}")
    query, _rows_of_the_cards = asked.captured_queries
    assert len(codes_on(response)) == 24
    lines = plan_of(query["sql"])
    assert [line for line in lines if "TEMP B-TREE" in line or line.startswith("Sort inventory_item")] == []
    assert any("item_newest" in line for line in lines)


def test_the_job_of_search_alerts_finds_what_is_new_without_reading_the_rest(city):
    Item.objects.exclude(pk=city[5].pk).update(alerted=Alerted.EVERYBODY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        list(Item.objects.not_alerted(NOW).order_by("pk")[:500])
    lines = plan_of(asked.captured_queries[0]["sql"])
    assert not any(map(reads_every_item, lines)), lines
    assert any("item_not_alerted" in line for line in lines), lines


def test_a_check_of_plans_knows_a_scan_when_it_sees_one(city):
    assert any(map(reads_every_item, plan_of("SELECT * FROM inventory_item WHERE description = 'x'")))
    assert any(map(reads_every_item, plan_of("SELECT * FROM inventory_item ORDER BY created_at LIMIT 25")))
