"""Shelves and racks."""

from inventory.domain.drawing.cabinets import carcass
from inventory.domain.drawing.look import DARK, MANY, SPINES
from inventory.domain.drawing.solids import rod, slab, turned


def _books(look, left, right, low, deep):
    """Some books standing on a shelf, not to its end."""
    x, parts = left + look.vary(0.5, 3), []
    stop = left + (right - left) * look.vary(0.45, 0.9)
    while x < stop:
        thick, tall = look.vary(2.6, 5.4), look.vary(19, 26)
        colour = look.rng.choice(SPINES)
        parts.append(slab((x, -deep / 2 + 4, low), (x + thick, deep / 2 - 3, low + tall), colour, edge=0.3))
        x += thick + 0.1
    return parts


def bookshelf(look):
    wide, deep, high = look.vary(74, 84), 30, look.rng.choice([110, 182, 202])
    levels = [4 + step * (high - 6) / (5 if high > 150 else 3) for step in range(1, 5 if high > 150 else 3)]
    parts = carcass(look, wide, deep, 0, high, shelves=levels)
    floors = [1.9, *(level + 1.9 for level in levels)]
    for number, low in enumerate(floors):
        if look.rng.random() < 0.55 and number < len(floors):
            parts += _books(look, -wide / 2 + 2, wide / 2 - 2, low, deep)
    return parts


def wall_shelf(look):
    wide = look.vary(80, 110)
    parts = []
    for level in (120, 155):
        parts.append(slab((-wide / 2, -12, level), (wide / 2, 12, level + 2.6), look.main, **look.body))
        for x in (-wide / 2 + 14, wide / 2 - 14):
            parts.append(slab((x - 1, -9, level - 2), (x + 1, 12, level - 0.1), look.metal, edge=0.3))
            parts.append(slab((x - 1, 10, level - 14), (x + 1, 12, level - 2), look.metal, edge=0.3))
    parts += _books(look, -wide / 2 + 6, 8, 122.6, 24)
    parts.append(turned(wide / 2 - 22, 0, [(6, 157.6), (8, 163), (7, 172), (6, 172.5)], SPINES[4], sides=20))
    return parts


def storage_rack(look):
    """Uprights of steel with board shelves and a few boxes."""
    wide, deep, high = look.vary(110, 150), 50, 190
    parts = [
        slab((x - 2, y - 2, 0), (x + 2, y + 2, high), look.metal, gloss=0.25)
        for x in (-wide / 2, wide / 2)
        for y in (-deep / 2, deep / 2)
    ]
    for level in (12, 68, 124, 180):
        parts += [
            slab(
                (-wide / 2 + 2.1, y - 1.2, level - 5),
                (wide / 2 - 2.1, y + 1.2, level),
                look.main,
                edge=0.3,
                gloss=0.2,
            )
            for y in (-deep / 2, deep / 2)
        ]
        parts.append(
            slab(
                (-wide / 2 + 2.2, -deep / 2 + 1.3, level - 3),
                (wide / 2 - 2.2, deep / 2 - 1.3, level - 0.2),
                (206, 180, 140),
                edge=0.2,
                grain=True,
            )
        )
    for level in (12, 68, 124):
        x = -wide / 2 + 6
        while x < wide / 2 - 40:
            size, tall = look.vary(26, 38), look.vary(18, 34)
            if look.rng.random() < 0.65:
                parts.append(
                    slab(
                        (x, -16, level),
                        (x + size, 18, level + tall),
                        look.rng.choice([(190, 152, 108), (178, 140, 98), (120, 136, 152)]),
                        edge=0.4,
                    )
                )
            x += size + 4
    return parts


def coat_rack(look):
    """A stand with hooks."""
    parts = [
        turned(0, 0, [(24, 0), (24, 1.6), (4, 4)], look.main, sides=36, **look.body),
        rod((0, 0, 2), (0, 0, 172), 1.9, look.main, gloss=look.body["gloss"]),
    ]
    for number in range(6):
        level = 168 if number % 2 else 146
        from_x, from_y = ((1, 0), (0.5, 0.87), (-0.5, 0.87), (-1, 0), (-0.5, -0.87), (0.5, -0.87))[number]
        parts.append(
            rod(
                (from_x * 1.6, from_y * 1.6, level - 8),
                (from_x * 17, from_y * 17, level + 2),
                1.1,
                look.main,
                thin=0.9,
                gloss=0.2,
            )
        )
        parts.append(
            turned(
                from_x * 17.6,
                from_y * 17.6,
                [(0.8, level), (1.9, level + 1.4), (1.9, level + 3), (0.8, level + 4.4)],
                look.main,
                sides=10,
            )
        )
    return parts


def shoe_rack(look):
    wide = look.vary(70, 90)
    parts = [
        slab((x - 1.5, -15, 0), (x + 1.5, 15, 62), look.main, **look.body) for x in (-wide / 2, wide / 2)
    ]
    for level in (12, 34, 56):
        parts += [
            rod((-wide / 2 + 1.6, y, level), (wide / 2 - 1.6, y, level), 0.9, look.metal, gloss=0.4)
            for y in (-12, -6, 0, 6, 12)
        ]
    for number, level in enumerate((13, 13, 35)):
        x = -wide / 2 + 14 + number * 24
        colour = MANY[(number * 2 + 3) % 5] if number else DARK
        for side in (0, 11):
            parts.append(
                slab((x + side - 4, -13, level), (x + side + 4, 12, level + 4.5), colour, edge=2, steps=2)
            )
            parts.append(
                slab(
                    (x + side - 3.6, 1, level + 4), (x + side + 3.6, 12, level + 8.5), colour, edge=2, steps=2
                )
            )
    return parts
