"""Scenes for the tests of the catalogue's pages: many items at once, one that is gone, and what a page shows."""

import html
import re
from datetime import timedelta

from inventory.models import Item, Photo
from recycling.codes import new_item_code
from tests.factories import NOW, make_item


def make_many(count, *, photos=True, newest=NOW, minutes=1, vary=None, **fields):
    """``count`` published items, each a little older than the one before, newest first. Written straight into the table.

    ``vary(number, item)`` may make each different before it is written.
    """
    pattern = make_item(at=newest, **fields)
    codes = {pattern.code}
    while len(codes) < count:
        codes.add(new_item_code())
    columns = [field.attname for field in Item._meta.concrete_fields if field.attname not in {"id", "code"}]
    same = {column: getattr(pattern, column) for column in columns}
    clones = [
        Item(**same | {"code": code, "published_at": newest - timedelta(minutes=minutes * (number + 1))})
        for number, code in enumerate(sorted(codes - {pattern.code}))
    ]
    for number, clone in enumerate(clones if vary else []):
        vary(number, clone)
    made = Item.objects.bulk_create(clones, batch_size=500)
    if photos:
        Photo.objects.bulk_create(
            [
                Photo(
                    item=item,
                    key=f"many{item.pk}",
                    width=1600,
                    height=1200,
                    colour="#8a8d91",
                    uploaded_at=NOW,
                    sha256="0" * 64,
                    dhash="0" * 16,
                    status="ready",
                    renditions=[[320, 320, 240], [640, 640, 480]],
                )
                for item in made
            ],
            batch_size=500,
        )
    return [pattern, *made]


def codes_on(response):
    """The codes of the items that a list shows, in its order, without the hyphen."""
    links = re.findall(r'class="card-title"><a href="[^"]*/items/([^"]+)"', response.content.decode())
    return [code.replace("-", "") for code in links]


def heading(response):
    """The words of the h1, in one line."""
    inside = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", inside)).split())


def link(response, rel):
    """Where the link with this ``rel`` leads, or None."""
    found = re.search(rf'<a [^>]*rel="{rel}" href="([^"]+)"', response.content.decode())
    return html.unescape(found[1]) if found else None


def main_of(response):
    """What stands between the header and the footer."""
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]


def page_of(client, item, language="en", **asked):
    response = client.get(f"/{language}/items/{item.shown_code}", asked)
    assert response.status_code == 200
    return main_of(response)


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def collected(item):
    Item.objects.filter(pk=item.pk).update(quantity=0, reserved=0)
    return item
