"""Desks and tables."""

from inventory.domain.drawing.look import DARK, STEEL, darker
from inventory.domain.drawing.solids import plate, rod, rounded, slab, turned

TOP = 2.6


def top(look, wide, deep, height, *, x=0.0, y=0.0, thick=TOP):
    return slab(
        (x - wide / 2, y - deep / 2, height - thick),
        (x + wide / 2, y + deep / 2, height),
        look.main,
        edge=0.6,
        **look.body,
    )


def desk(look):
    """A rectangular top on legs like an A, on four tubes or on a T."""
    wide, deep, height = look.vary(125, 165), look.vary(68, 80), 73
    parts = [top(look, wide, deep, height)]
    metal = look.metal
    kind = look.rng.choice(["tubes", "panel", "frame"])
    inner = wide / 2 - 6
    if kind == "panel":
        for side in (-1, 1):
            x0, x1 = sorted((side * (inner + 1), side * (inner + 4)))
            parts.append(
                slab((x0, -deep / 2 + 3, 0), (x1, deep / 2 - 3, height - TOP), look.main, **look.body)
            )
        parts.append(
            slab((-inner, deep / 2 - 12, 34), (inner, deep / 2 - 10, height - TOP), look.main, **look.body)
        )
        return parts
    for x in (-inner, inner):
        if kind == "frame":
            parts.append(slab((x - 3, -deep / 2 + 3, 0), (x + 3, deep / 2 - 3, 3.4), metal, gloss=0.3))
            parts.append(slab((x - 3.4, -3, 3.4), (x + 3.4, 5, height - TOP - 3), metal, gloss=0.3))
            parts.append(
                slab((x - 2.5, -deep / 2 + 8, height - TOP - 3), (x + 2.5, deep / 2 - 8, height - TOP), metal)
            )
        else:
            parts += [rod((x, y, 0), (x, y, height - TOP), 2.1, metal) for y in (-deep / 2 + 6, deep / 2 - 6)]
    parts.append(slab((-inner, -1.5, height - 8), (inner, 3, height - TOP - 0.2), metal, gloss=0.2))
    return parts


def desk_electric(look):
    """Two telescopic columns on feet and a switch under the edge; somewhere between sitting and standing."""
    wide, deep, height = look.vary(135, 165), look.vary(72, 82), look.vary(84, 108)
    metal = look.rng.choice([STEEL, DARK, (226, 226, 224)])
    parts = [top(look, wide, deep, height)]
    for side in (-1, 1):
        x = side * (wide / 2 - 24)
        parts.append(slab((x - 4, -deep / 2 + 2, 0), (x + 4, deep / 2 - 4, 3.6), metal, gloss=0.3))
        parts.append(slab((x - 4.2, -4.2, 3.6), (x + 4.2, 4.2, 46), metal, gloss=0.3))
        parts.append(
            slab((x - 3.2, -3.2, 46), (x + 3.2, 3.2, height - TOP - 3), darker(metal, 0.9), gloss=0.4)
        )
        parts.append(
            slab((x - 3, -deep / 2 + 8, height - TOP - 3.4), (x + 3, deep / 2 - 8, height - TOP), metal)
        )
    parts.append(slab((-wide / 2 + 28, -3, height - TOP - 4), (wide / 2 - 28, 3, height - TOP - 0.4), metal))
    parts.append(
        slab(
            (wide / 2 - 34, -deep / 2 + 0.6, height - TOP - 2.4),
            (wide / 2 - 22, -deep / 2 + 5, height - TOP - 0.2),
            DARK,
        )
    )
    return parts


def meeting_table(look):
    """Long with a rounded top, or round on one foot."""
    if look.rng.random() < 0.35:
        return round_table(look, radius=look.vary(55, 65))
    wide, deep = look.vary(180, 240), look.vary(90, 110)
    parts = [plate(rounded(wide, deep, look.rng.choice([8, 30, 44])), 70, 73, look.main, **look.body)]
    for side in (-1, 1):
        x = side * wide * 0.29
        parts.append(slab((x - 4, -deep / 2 + 14, 0), (x + 4, deep / 2 - 14, 3.4), look.metal, gloss=0.35))
        parts.append(slab((x - 5, -12, 3.4), (x + 5, 12, 68), look.metal, gloss=0.35))
        parts.append(slab((x - 4, -deep / 2 + 22, 67), (x + 4, deep / 2 - 22, 70), look.metal))
    return parts


def round_table(look, *, radius=45.0, height=73):
    """A round top on one foot."""
    return [
        turned(0, 0, [(radius * 0.52, 0), (radius * 0.52, 1.2), (5, 3.2)], look.metal, sides=36, gloss=0.5),
        turned(0, 0, [(3.6, 2), (3.6, height - 3)], look.metal, sides=16, gloss=0.55),
        turned(
            0,
            0,
            [
                (radius - 0.8, height - 2.6),
                (radius, height - 1.8),
                (radius, height - 0.6),
                (radius - 0.6, height),
            ],
            look.main,
            sides=56,
            **look.body,
        ),
    ]


def legged_table(look, wide, deep, height, *, leg=2.6, apron=8.0, thick=TOP):
    """A top with an apron on four square legs."""
    body = look.body
    parts = [top(look, wide, deep, height, thick=thick)]
    for x in (-1, 1):
        for y in (-1, 1):
            cx, cy = x * (wide / 2 - leg - 2), y * (deep / 2 - leg - 2)
            parts.append(
                slab((cx - leg, cy - leg, 0), (cx + leg, cy + leg, height - thick), look.main, **body)
            )
    low, high = height - thick - apron, height - thick - 0.1
    inner_x, inner_y = wide / 2 - 2 * leg - 2.4, deep / 2 - 2 * leg - 2.4
    for y in (-1, 1):
        cy = y * (deep / 2 - leg - 2)
        parts.append(slab((-inner_x, cy - 1, low), (inner_x, cy + 1, high), look.main, edge=0.3, **body))
    for x in (-1, 1):
        cx = x * (wide / 2 - leg - 2)
        parts.append(slab((cx - 1, -inner_y, low), (cx + 1, inner_y, high), look.main, edge=0.3, **body))
    return parts


def dining_table(look):
    return legged_table(look, look.vary(118, 160), look.vary(74, 86), 74, leg=3.2)


def coffee_table(look):
    if look.rng.random() < 0.4:
        wide = look.vary(40, 46)
        parts = [
            turned(
                0,
                0,
                [(wide - 0.8, 42), (wide, 42.8), (wide, 44.4), (wide - 0.6, 45)],
                look.main,
                sides=56,
                **look.body,
            )
        ]
        parts += [
            rod((x * 31, y * 31, 0), (x * 22, y * 22, 41), 1.9, look.wood, gloss=0.1)
            for x in (-1, 1)
            for y in (-1, 1)
        ]
        return parts
    wide, deep = look.vary(95, 120), look.vary(52, 62)
    parts = legged_table(look, wide, deep, 44, leg=2.4, apron=5)
    parts.append(
        slab((-wide / 2 + 8, -deep / 2 + 7, 15), (wide / 2 - 8, deep / 2 - 7, 16.8), look.main, **look.body)
    )
    return parts


def side_table(look):
    if look.rng.random() < 0.45:
        return round_table(look, radius=25, height=55)
    parts = legged_table(look, 46, 40, 54, leg=1.9, apron=13)
    parts.append(rod((-5, -18.4, 45), (5, -18.4, 45), 0.9, look.metal, gloss=0.6))
    return parts


def folding_table(look):
    wide, deep = look.vary(130, 180), 70
    parts = [top(look, wide, deep, 73, thick=3.2)]
    for side in (-1, 1):
        x = side * (wide / 2 - 26)
        parts += [
            rod((x + side * 8, y * 27, 0), (x - side * 4, y * 25, 70), 1.5, look.metal) for y in (-1, 1)
        ]
        parts.append(rod((x + side * 6.4, -27, 10), (x + side * 6.4, 27, 10), 1.2, look.metal))
        parts.append(rod((x + side * 3, 0, 24), (side * 22, 0, 69), 1.0, look.metal))
    return parts


def school_desk(look):
    """A small top with a shelf for books under it."""
    parts = [top(look, 70, 52, 72, thick=2.2)]
    parts.append(slab((-31, -20, 58), (31, 22, 59.4), STEEL, gloss=0.3))
    parts.append(slab((-31, 20, 58), (31, 22, 69.6), STEEL, gloss=0.3))
    for side in (-1, 1):
        x = side * 31
        parts.append(slab((x - 1, -20, 58), (x + 1, 22, 69.6), STEEL, edge=0.3, gloss=0.3))
        parts.append(rod((x, -24, 1.4), (x, 24, 1.4), 1.4, look.metal))
        parts.append(rod((x, 8, 1.4), (x, 8, 60), 1.7, look.metal))
    parts.append(rod((-31, 8, 18), (31, 8, 18), 1.3, look.metal))
    parts.append(rod((34, -14, 56), (34, -8, 56), 0.9, DARK))
    return parts


def teacher_desk(look):
    """A desk with drawers on one side and a panel in front of the knees."""
    parts = [top(look, 140, 72, 74)]
    parts.append(slab((-66, -32, 0), (-63, 32, 71.2), look.main, **look.body))
    parts.append(slab((-62.8, 26, 22), (22, 28, 71), look.main, **look.body))
    parts.append(slab((23, -30, 4), (64, 32, 71.2), look.main, **look.body))
    for number in range(3):
        low = 7 + number * 21
        parts.append(slab((24.5, -32, low), (62.5, -30.1, low + 19.6), look.main, edge=0.4, **look.body))
        parts.append(rod((37, -33.4, low + 14), (50, -33.4, low + 14), 0.8, STEEL, gloss=0.6))
    return parts


def garden_table(look):
    wide, deep = look.vary(110, 150), 76
    wood = {"grain": look.is_wood, "gloss": 0.06}
    rows = 8
    parts = [
        slab(
            (-wide / 2, -deep / 2 + row * deep / rows + 0.5, 70),
            (wide / 2, -deep / 2 + (row + 1) * deep / rows - 0.5, 72.4),
            look.main,
            edge=0.4,
            **wood,
        )
        for row in range(rows)
    ]
    for side in (-1, 1):
        x = side * (wide / 2 - 16)
        parts.append(slab((x - 2, -deep / 2 + 3, 66), (x + 2, deep / 2 - 3, 69.9), look.main, **wood))
        parts.append(rod((x, -32, 0), (x, 22, 67), 2.2, look.main, gloss=0.1))
        parts.append(rod((x - side * 4.6, 32, 0), (x - side * 4.6, -22, 67), 2.2, look.main, gloss=0.1))
    parts.append(rod((-wide / 2 + 18, -4, 34), (wide / 2 - 18, -4, 34), 1.6, look.main, gloss=0.1))
    return parts


def lectern(look):
    parts = [slab((-28, -22, 0), (28, 22, 4), look.main, **look.body)]
    parts.append(slab((-24, -14, 4), (24, 14, 104), look.main, **look.body))
    parts.append(
        plate([(-24, 106), (24, 114), (24, 117), (-24, 109)], -30, 30, look.main, axis="x", **look.body)
    )
    parts.append(slab((-30, -26, 106), (30, -23.6, 111), look.main, edge=0.4, **look.body))
    return parts
