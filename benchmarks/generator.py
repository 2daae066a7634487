"""A catalogue of any size, the same each time: rows written straight into the tables, photos without their files."""

import random
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from inventory.domain import search, titles
from inventory.models import Category, Item, Photo, Site
from recycling.codes import ALPHABET, check_character
from recycling.policy.models import Policy

from . import words

PICTURES = 200
BATCH = 1_000


def fill(size):
    """Replace what is there by ``size`` items, and let the database look at its tables as it does on its own in time."""
    chance = random.Random(size)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inventory_photo")
        cursor.execute("DELETE FROM inventory_item")
    kinds, sites = list(Category.objects.select_related("parent").exclude(parent=None)), _sites()
    # The races come from one address.
    Policy.objects.update(holds_per_network=10_000_000)
    rare = set(range(size // (2 * words.RARE_THINGS), size, size // words.RARE_THINGS))
    codes = _codes(chance, size)
    newest = timezone.now() - timedelta(hours=1)
    for start in range(0, size, BATCH):
        numbers = range(start, min(start + BATCH, size))
        items = [
            _item(chance, next(codes), newest - timedelta(minutes=7 * n), kinds, sites, rare=n in rare)
            for n in numbers
        ]
        made = Item.objects.bulk_create(items)
        Photo.objects.bulk_create(
            [_photo(chance, item, place) for item in made for place in range(_photos(item))]
        )
    _settle()


def _sites():
    return [
        Site.objects.get_or_create(
            code=code,
            defaults={
                "name_fi": fi,
                "name_sv": sv,
                "name_en": en,
                "street_fi": "Varastokatu 6",
                "street_sv": "Lagergatan 6",
            },
        )[0]
        for code, fi, sv, en in [
            ("north", "Pohjoinen varasto", "Norra lagret", "North warehouse"),
            ("harbour", "Sataman varasto", "Hamnens lager", "Harbour warehouse"),
        ]
    ]


def _codes(chance, count):
    seen = set()
    while len(seen) < count:
        body = "".join(chance.choices(ALPHABET, k=6))
        if body not in seen:
            seen.add(body)
            yield body + check_character(body)


def _item(chance, code, published_at, kinds, sites, *, rare):
    kind = chance.choices(kinds, [words.SKEW.get(kind.key, 5) for kind in kinds])[0]
    language = chance.choices(["fi", "sv", "en"], [80, 12, 8])[0]
    quantity = chance.choices([1, 2, 6, 24, 0], [80, 8, 5, 3, 4])[0]
    measured = chance.random() < 0.8
    item = Item(
        code=code,
        category=kind,
        site=chance.choices(sites, [7, 3])[0],
        quantity=quantity,
        reserved=quantity if chance.random() < 0.2 else 0,
        status=chance.choices(["published", "withdrawn", "draft"], [94, 4, 2])[0]
        if not rare
        else "published",
        condition=_drawn(chance, words.CONDITIONS),
        colour=_drawn(chance, words.COLOURS),
        material=chance.choice(words.MATERIALS),
        maker=chance.choice(words.MAKERS),
        width_cm=chance.randrange(30, 200) if measured else None,
        depth_cm=chance.randrange(30, 90) if measured else None,
        height_cm=chance.randrange(40, 210) if measured else None,
        weight_kg=chance.randrange(2, 60) if measured else None,
        description=" ".join(chance.sample(words.SENTENCES[language], 4))
        + (f" {words.RARE}" if rare else ""),
        defects=words.DEFECTS[language] if chance.random() < 0.3 else "",
        text_language=language,
        price=chance.choice([0, 0, 0, 0, 5, 20, 45]),
        published_at=published_at,
        public_from=published_at,
        created_at=published_at,
    )
    if rare:
        item.quantity, item.reserved = 1, 0
    item.search_keys = search.keys_for(titles.searchable(item))
    return item


def _drawn(chance, weighted):
    return chance.choices(list(weighted), list(weighted.values()))[0]


def _photos(item):
    return 1 + len(item.code.strip("23456789")) % 3


def _photo(chance, item, position):
    return Photo(
        item=item,
        position=position,
        key=f"p{item.pk}x{position}",
        files=f"picture{chance.randrange(PICTURES)}",
        status="ready",
        width=1600,
        height=1200,
        colour="#8a8d91",
        sha256=f"{item.pk:064x}",
        dhash=f"{item.pk:016x}",
        uploaded_at=item.created_at,
        renditions=[[320, 320, 240], [640, 640, 480], [1280, 1280, 960]],
    )


def _settle():
    # SQLite gathers no figures in the service's life, so it gathers none here.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
