"""Searching the catalogue in the database: three languages at once, in step with the items, and never by reading them all."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import search_index
from inventory.domain import intake, search
from inventory.models import Item, ItemStatus
from tests.factories import NOW, category, make_item, make_site

pytestmark = pytest.mark.django_db

# Enough that a word which a third of them have is common.
MANY = 3 * search.COMMON + 500


def found(text, queryset=None):
    items = Item.objects.published().newest_first() if queryset is None else queryset
    return list(search.matching(items, text))


def fill(number, words):
    """``number`` published items, newest last, with the index words that ``words(number of the item)`` gives."""
    chairs, site = category(), make_site()
    Item.objects.bulk_create(
        [
            Item(
                code=f"{one:07d}",
                category=chairs,
                site=site,
                condition="good",
                status=ItemStatus.PUBLISHED,
                created_at=NOW,
                published_at=NOW + timedelta(minutes=one),
                public_from=NOW,
                search_keys=words(one),
            )
            for one in range(number)
        ],
        batch_size=500,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE inventory_item")


@pytest.mark.parametrize(
    "text",
    [
        *("työtuoli", "tuoli", "TUOLIT", "mustat tuolit", "toimistotuolia", "tyotuoli", "työ tuoli"),
        *("arbetsstol", "stolar", "svarta stolar", "kontorsstol", "kontors stol"),
        *("chair", "black chairs", "office chair", "desk chair"),
        *("tuoli svart", "black stol"),
    ],
)
def test_a_chair_logged_in_finnish_is_found_in_three_languages(text):
    chair = make_item(category="office_chair", colour="black")
    make_item(category="carpet", colour="red")
    assert found(text) == [chair]


def test_what_the_worker_wrote_is_found_too():
    chair = make_item(
        description="Selkänoja naarmuuntunut, pyörät vaihdettu", maker="Martela", text_language="fi"
    )
    make_item()
    assert found("naarmuuntunut") == [chair]
    assert found("pyörä") == [chair]
    assert found("martela tuoli") == [chair]


def test_every_word_must_be_met_and_the_order_stays():
    black = make_item(category="desk", colour="black", at=NOW)
    white = make_item(category="desk", colour="white", at=NOW + timedelta(hours=1))
    newer = make_item(category="desk", colour="black", at=NOW + timedelta(hours=2))
    assert found("pöytä") == [newer, white, black]
    assert found("musta pöytä") == [newer, black]
    assert found("musta valkoinen pöytä") == []
    assert found("pöytä", Item.objects.order_by("pk")) == [black, white, newer]


def test_blank_asks_for_nothing_and_the_unsearchable_finds_nothing():
    chair = make_item()
    assert found("") == [chair]
    assert found("  \t ") == [chair]
    assert found("🪑") == []
    assert found("стул") == []
    assert found("'; --") == []


def test_an_unfinished_last_word_finds_what_begins_so():
    chair = make_item(category="office_chair")
    assert found("toimis") == [chair]
    assert found("toimis tuoli") == []


def test_an_edit_changes_what_an_item_is_found_by():
    chair = make_item(colour="black")
    intake.edit(chair, by=None, at=NOW, version=chair.version, colour="red")
    assert found("musta") == []
    assert found("punainen") == [chair]


def test_the_index_follows_every_write():
    make_item(category="mirror")
    Item.objects.update(search_keys="aaa bbb")
    assert len(found("bbb")) == 1
    Item.objects.update(search_keys="ccc")
    assert (found("bbb"), len(found("ccc"))) == ([], 1)
    Item.objects.update(reserved=1)
    assert len(found("ccc")) == 1
    fill(3, lambda number: f"ddd eee{number}")
    assert [item.code for item in found("ddd")] == ["0000002", "0000001", "0000000"]
    Item.objects.filter(code="0000001").delete()
    assert [item.code for item in found("ddd")] == ["0000002", "0000000"]


def test_items_that_are_no_longer_published_are_not_found_in_the_catalogue():
    make_item()
    Item.objects.update(status=ItemStatus.WITHDRAWN)
    assert found("tuoli") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "AND",
                "OR",
                "NOT",
                "NEAR(",
                ")",
                '"',
                "'",
                "*",
                "tuoli*",
                "^",
                ":",
                "&",
                "|",
                "!",
                "<->",
                "%s",
                "{}",
            ]
        ),
        max_size=8,
    ).map(" ".join)
)
def test_nothing_that_is_typed_is_an_error(text):
    assert found(text, Item.objects.published().newest_first()[:25]) == []


def test_both_ways_of_answering_find_the_same():
    texts = [
        "musta työtuoli",
        "valkoinen työpöytä",
        "punainen sohvapöytä",
        "vihreä kirjahylly 120cm",
        "0x1f 1e5 3.14",
    ]
    fill(len(texts) * 4, lambda number: search.keys_for({"fi": [texts[number % len(texts)]]}))
    queries = [
        "tuoli",
        "mustat",
        "pöydät",
        "työ",
        "sohva",
        "kirja hylly",
        "120cm",
        "0x1f",
        "1e5",
        "3.14",
        "1e",
        "vih",
        "xyz",
    ]
    answers = {
        query: [
            list(
                Item.objects.filter(way(search.query_tokens(query)))
                .order_by("pk")
                .values_list("code", flat=True)
            )
            for way in (search.FoundInIndex, search.ReadInText)
        ]
        for query in queries
    }
    assert {query: both for query, both in answers.items() if both[0] != both[1]} == {}
    assert {query for query, both in answers.items() if not both[0]} == {"1e", "sohva", "xyz"}


def plans(text):
    """What the database did for each statement of one search, line by line."""
    catalogue = Item.objects.published().filter(quantity__gt=0).newest_first()
    with CaptureQueriesContext(connection) as captured:
        list(search.matching(catalogue, text)[:25])
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF)"
    found = []
    with connection.cursor() as cursor:
        for statement in [query["sql"] for query in captured]:
            cursor.execute(f"{explain} {statement}", None)
            lines = [str(row[-1]).strip() for row in cursor.fetchall()]
            found.append([line for line in lines if "never executed" not in line])
    return found


def reads_every_item(lines):
    return [line for line in lines if re.search(r"SCAN inventory_item$|Seq Scan on inventory_item\b", line)]


def walks_the_newest(lines):
    return any("item_newest" in line for line in lines)


def asks_the_word_index(lines):
    return any("inventory_item_words" in line for line in lines)


def test_no_search_reads_every_item():
    """A rare word, a common one, one that was common once, and one that nobody has used."""

    def words(number):
        rare, some, former = number == 7, number % 40 == 0, number % 3 == 0 and number < MANY - 200
        return "usual" + " rarity" * rare + " some" * some + " former" * former

    fill(MANY, words)
    asked = {text: plans(text) for text in ("rarity", "some", "usual some", "usual", "former", "nowhere")}
    assert [
        line for statements in asked.values() for lines in statements for line in reads_every_item(lines)
    ] == []
    # First the small question; nobody asks on when the answer to it is no.
    assert all(walks_the_newest(statements[0]) for statements in asked.values())
    assert {text: len(statements) for text, statements in asked.items()} == dict.fromkeys(asked, 2) | {
        "nowhere": 1
    }
    answers = {text: statements[1] for text, statements in asked.items() if len(statements) > 1}
    assert {text for text, lines in answers.items() if asks_the_word_index(lines)} == {
        "rarity",
        "some",
        "usual some",
    }
    assert {text for text, lines in answers.items() if walks_the_newest(lines)} == {"usual", "former"}


def test_what_many_old_items_have_is_found_newest_first():
    fill(MANY, lambda number: "former" * (number % 3 == 0 and number < MANY - 200))
    newest = max(number for number in range(MANY - 200) if number % 3 == 0)
    assert [item.code for item in found("former")[:2]] == [f"{newest:07d}", f"{newest - 3:07d}"]
    assert len(found("former")) == len(range(0, MANY - 200, 3))


def test_making_the_index_twice_changes_nothing(transactional_db):
    chair = make_item()
    with connection.schema_editor() as editor:
        search_index.create_index(editor)
    assert found("tuoli") == [chair]


def test_the_index_survives_a_migration_that_rebuilds_the_table(transactional_db):
    first = make_item()
    constraint = next(each for each in Item._meta.constraints if each.name == "item_price_not_negative")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Item, constraint)
    with connection.schema_editor() as editor:
        editor.add_constraint(Item, constraint)
    make_item(at=NOW + timedelta(hours=1), category="desk", site=first.site)
    # Only SQLite alters a table by making another, and loses what was fastened to the first.
    assert len(found("pöytä")) == (0 if connection.vendor == "sqlite" else 1)
    search_index.mend_after_migrate(using="default", sender=None)
    assert len(found("pöytä")) == 1
    assert found("tuoli") == [first]
