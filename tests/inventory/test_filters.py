"""Filters: what each leaves, what the page says about them, and what nonsense in an address does (nothing)."""

from urllib.parse import quote

import pytest
from django.http import QueryDict

from inventory.domain import standing
from inventory.filters import Asked, ItemFilter, asked_in, nearest_broader
from inventory.models import Item
from tests.factories import NOW, hold, make_item, make_site

from .browsing import codes_on, heading, main_of, make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def asked(address):
    return ItemFilter(QueryDict(address), Item.objects.all(), standing=standing.current(at=NOW)).asked()


# -- each filter


@pytest.mark.parametrize(
    ("address", "mine"),
    [
        ("category=seating", {}),
        ("category=office_chair", {}),
        ("width=70", {"width_cm": 70}),
        ("colour=black", {"colour": "black"}),
        ("colour=black&colour=oak", {"colour": "oak"}),
        ("condition=as_new", {"condition": "as_new"}),
        ("site=harbour", {"site": "harbour"}),
        ("free=1", {"price": 0}),
        ("q=työtuoli", {}),
        ("q=arbetsstol+svart", {"colour": "black"}),
    ],
)
def test_a_filter_leaves_what_was_asked_for(client, address, mine):
    other = {
        "category": "desk",
        "width_cm": 71,
        "colour": "white",
        "condition": "worn",
        "price": 20,
        "site": make_site(),
    }
    if "site" in mine:
        mine = mine | {"site": make_site(mine["site"])}
    make_item(**other)
    wanted = make_item(**other | {"category": "office_chair"} | mine)
    make_item(**other | {"category": "mirror"})
    assert codes_on(client.get(f"/en/items?{address}")) == [wanted.code]


def test_a_thing_of_unknown_width_is_not_promised_to_fit(client):
    make_item()
    assert codes_on(client.get("/en/items?width=9999")) == []


def test_available_now_leaves_out_what_is_all_reserved(client):
    free, reserved = make_item(quantity=2), make_item()
    hold({free: 1})
    hold({reserved: 1})
    assert codes_on(client.get("/en/items?available=1")) == [free.code]


def test_filters_together_leave_what_has_all_of_them(client):
    wanted = make_item(colour="red", width_cm=60)
    make_item(colour="red", width_cm=61)
    make_item(colour="blue", width_cm=60)
    assert codes_on(client.get("/en/items?colour=red&width=60&category=seating&q=chair")) == [wanted.code]


# -- what the page says


def test_each_filter_in_use_is_a_pill_that_leads_to_the_list_without_it(client):
    make_item(width_cm=50)
    page = main_of(client.get("/en/items?q=chair&colour=black&colour=oak&width=60&free=1"))
    for words, address in (
        ("“chair”", "?width=60&amp;colour=black&amp;colour=oak&amp;free=1"),
        ("Black", "?q=chair&amp;width=60&amp;colour=oak&amp;free=1"),
        ("Oak", "?q=chair&amp;width=60&amp;colour=black&amp;free=1"),
        ("At most 60 cm wide", "?q=chair&amp;colour=black&amp;colour=oak&amp;free=1"),
        ("Free only", "?q=chair&amp;width=60&amp;colour=black&amp;colour=oak"),
    ):
        assert f'<a class="pill" href="/en/items{address}">{words}' in page
    assert "Filter (4)" in page


def test_the_form_remembers_what_was_asked(client):
    page = main_of(
        client.get("/en/items?q=chair&category=desk&colour=oak&width=60&site=warehouse&available=1")
    )
    assert 'name="q" maxlength="100" value="chair"' in page
    assert '<option value="desk" selected>' in page
    assert 'value="60"' in page
    assert 'name="colour" value="oak" checked' in page
    assert 'name="available" value="1" checked' in page
    assert page.count(" checked") == 2  # the one site there is, is no choice


def test_on_a_categorys_own_page_the_form_starts_from_it_and_no_pill_repeats_it(client):
    make_item()
    page = main_of(client.get("/en/c/seating?colour=black"))
    assert '<option value="seating" selected>' in page
    assert page.count('class="pill"') == 1
    assert '<a class="pill" href="/en/c/seating">Black' in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/en/items?q=chair", "Search: chair, 1 item"),
        ("/en/items?category=seating", "Chairs and seating, 1 item"),
        ("/en/items?q=chair&category=seating", "Chairs and seating: chair, 1 item"),
    ],
)
def test_the_heading_says_what_was_asked(client, address, words):
    make_item()
    assert heading(client.get(address)) == words


# -- nothing found


def broader(client, address):
    page = main_of(client.get(f"/en/items?{address}"))
    assert "Nothing was found just like that." in page
    return page


def test_an_empty_list_leads_to_the_nearest_that_is_not(client):
    make_item(colour="red", condition="good")
    page = broader(client, "colour=red&condition=as_new")
    assert "There are items with: Red" in page
    assert 'class="button" href="/en/items?colour=red"' in page


def test_words_that_nothing_has_are_made_fewer(client):
    make_item()
    page = broader(client, "q=chair+xyzzy")
    assert 'class="button" href="/en/items?q=chair"' in page


def test_words_that_nothing_has_are_left_out_before_the_filters_are(client):
    make_item(colour="red")
    assert 'class="button" href="/en/items?colour=red"' in broader(client, "q=xyzzy&colour=red")


def test_where_nothing_is_near_the_way_leads_to_everything(client):
    make_item()
    assert 'class="button" href="/en/items">See all items' in broader(client, "q=xyzzy")


def test_what_is_near_now_may_be_gone_in_a_moment(client):
    item = make_item(colour="red")
    assert "?colour=red" in broader(client, "q=xyzzy&colour=red")
    Item.objects.filter(pk=item.pk).update(quantity=0)
    assert 'class="button" href="/en/items">See all items' in broader(client, "q=xyzzy&colour=red")


def test_a_broader_search_is_one_that_finds_something():
    make_many(3, colour="red")
    now = standing.current(at=NOW)
    asked = asked_in(QueryDict("colour=red&width=10&free=1"), now)
    items = Item.objects.all()
    assert nearest_broader(asked, items, way=None, standing=now) == Asked(colour=("red",), free=True)
    Item.objects.update(colour="blue", price=20)
    assert nearest_broader(asked, items, way=None, standing=now) is None


# -- nonsense


@pytest.mark.parametrize(
    "junk",
    [
        "width=abc",
        "width=-5",
        "width=1e400",
        "width=NaN",
        "width=99999999999999999999",
        "width=0",
        "width=%00",
        "colour=plaid",
        "condition=fix%27--",
        "site=nowhere",
        "category=dragons",
        "category=",
        "free=",
        "free=false",
        "available=0",
        "q=%20%20",
        "page=7&sort=price&utm_source=x",
        "colour[]=black",
        "%FF=%FE",
        "after=&before=",
    ],
)
def test_nonsense_in_an_address_is_left_out(client, junk):
    made = make_many(2)
    response = client.get(f"/en/items?{junk}")
    assert response.status_code == 200
    assert codes_on(response) == [item.code for item in made]


def test_among_nonsense_the_sensible_stays(client):
    oak = make_item(colour="oak")
    make_item()
    assert codes_on(client.get("/en/items?colour=plaid&colour=oak&width=wide&category=dragons")) == [oak.code]


@pytest.mark.parametrize(
    "words",
    [
        "🪑",
        "???",
        "شولا",
        "a" * 5000,
        "' OR 1=1 --",
        "<script>",
        "\x00\x1f",
        "NEAR(",
        '"',
        "* AND",
        "(((",
        "%",
        "\u202e",
    ],
)
def test_any_words_can_be_searched_for(client, words):
    make_item()
    response = client.get(f"/en/items?q={quote(words)}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert "<script>," not in main_of(response)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("60", 60),
        ("60 cm", 60),
        ("60,5", 60),
        (" 060 ", 60),
        ("9999", 9999),
        ("10000", None),
        ("", None),
        ("sixty", None),
    ],
)
def test_a_width_is_understood_as_it_is_typed(typed, understood):
    assert asked(f"width={quote(typed)}").width == understood


def test_a_search_has_one_address():
    search = asked("free=on&colour=oak&colour=black&colour=oak&q=++red++chair+&width=060")
    assert search.query() == "?q=red+chair&width=60&colour=oak&colour=black&free=1"
    assert asked(search.query()[1:]) == search
    assert Asked().query() == ""


def test_broader_searches_come_nearest_first_and_each_once():
    search = Asked(q="red chair", category="seating", free=True)
    assert search.broader() == [
        Asked(q="red chair", category="seating"),
        Asked(q="red chair", free=True),
        Asked(category="seating", free=True),
        Asked(q="red chair"),
        Asked(category="seating"),
    ]
    assert Asked(q="chair").broader() == []
