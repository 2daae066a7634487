"""Chairs, stools and benches."""

from math import cos, pi, sin

from inventory.domain.drawing.look import DARK, STEEL
from inventory.domain.drawing.solids import (
    cushion,
    four_legs,
    plate,
    rod,
    rounded,
    shifted,
    slab,
    swung,
    tilted,
    turned,
)


def _star(look, *, radius=31, height=9):
    """Five feet on castors and the gas spring above them."""
    colour = look.rng.choice([DARK, STEEL])
    parts = [turned(0, 0, [(4, 7), (4.4, 12), (2.6, 13), (2.6, 26)], DARK, gloss=0.2)]
    for foot in range(5):
        angle = 2 * pi * foot / 5 + 0.3
        x, y = cos(angle) * radius, sin(angle) * radius
        parts.append(rod((0, 0, height + 1.5), (x, y, height - 1.5), 2.6, colour, thin=1.7))
        parts.append(turned(x, y, [(2.2, 0), (3.2, 1.2), (3.2, 5), (2.0, 6.4)], DARK, sides=12, gloss=0.25))
    parts.append(rod((0, 0, 24), (0, 0, 38), 1.5, STEEL, gloss=0.6))
    return parts


def office_chair(look):
    seat = 45 * look.size
    wide = look.vary(47, 51)
    high = look.vary(50, 64)
    parts = [
        *_star(look),
        slab((-12, -10, seat - 7), (12, 12, seat - 2), DARK, edge=1.5),
        cushion((-wide / 2, -25, seat - 3), (wide / 2, 22, seat + 6), look.main, edge=4),
    ]
    back = cushion(
        (-wide / 2 + 2, 21, seat + 14), (wide / 2 - 2, 28, seat + 14 + high), look.part(1), edge=3.4
    )
    spine = slab((-4, 27, seat - 4), (4, 31, seat + 34), DARK, edge=1.2)
    if high > 58:
        rest = cushion((-14, 21, seat + 18 + high), (14, 27, seat + 34 + high), look.part(1), edge=3.4)
        post = slab((-2, 25, seat + 12 + high), (2, 28, seat + 20 + high), DARK)
        parts += tilted([post, rest], 7, y=24, z=seat)
    parts += tilted([spine, back], 7, y=24, z=seat)
    if look.rng.random() < 0.7:
        for side in (-1, 1):
            x = side * (wide / 2 + 3)
            parts.append(rod((side * 14, 0, seat - 4), (x, 0, seat - 3), 1.4, DARK))
            parts.append(rod((x, 2, seat - 4), (x, 4, seat + 21), 1.7, DARK))
            parts.append(slab((x - 3.5, -12, seat + 20), (x + 3.5, 14, seat + 23.5), DARK, edge=1.5, steps=2))
    return swung(parts, look.vary(-8, 8))


def saddle_chair(look):
    seat = 58 * look.size
    parts = [*_star(look, radius=28), rod((0, 0, 36), (0, 0, seat - 4), 1.5, STEEL, gloss=0.6)]
    for side in (-1, 1):
        x0, x1 = sorted((side * 1, side * 18))
        parts += tilted([cushion((x0, -17, seat - 5), (x1, 17, seat + 3), look.main, edge=3.8)], -7, z=seat)
        parts += tilted([cushion((x0, 10, seat + 3.2), (x1, 18, seat + 7), look.main, edge=1.8)], -7, z=seat)
    parts.append(slab((-10, -8, seat - 9), (10, 10, seat - 5.5), DARK, edge=1))
    return parts


def visitor_chair(look):
    """An upholstered chair on a frame of tube, with or without armrests."""
    seat, wide = 44 * look.size, look.vary(48, 53)
    has_arms = look.rng.random() < 0.5
    back = cushion((-wide / 2 + 1, 20, seat + 12), (wide / 2 - 1, 26, seat + 44), look.main, edge=3)
    parts = [cushion((-wide / 2, -24, seat - 4), (wide / 2, 22, seat + 4.5), look.main, edge=3.2)]
    parts += tilted([back], 9, y=22, z=seat)
    for side in (-1, 1):
        x = side * (wide / 2 + 1.6)
        parts.append(rod((x, -22, 0), (x, -21, seat - 1), 1.2, look.metal))
        parts.append(rod((x, 25, 0), (x, 21, seat + 4), 1.2, look.metal))
        parts.append(rod((x, 21, seat + 4), (x, 26, seat + 38), 1.2, look.metal))
        if has_arms:
            parts.append(rod((x, -21, seat - 1), (x, -21, seat + 20), 1.2, look.metal))
            parts.append(slab((x - 2.4, -23, seat + 19), (x + 2.4, 20, seat + 22), DARK, edge=1.2, steps=2))
    return parts


def meeting_chair(look):
    """A shell with a soft seat on a sledge or a star."""
    seat = 44
    parts = [cushion((-24, -24, seat - 3), (24, 22, seat + 5), look.main, edge=4)]
    parts += tilted(
        [cushion((-23, 20, seat + 2), (23, 25.5, seat + 42), look.main, edge=4)], 11, y=22, z=seat
    )
    for side in (-1, 1):
        x = side * 23
        parts.append(rod((x, -26, 1.3), (x, 26, 1.3), 1.3, look.metal, gloss=0.6))
        parts.append(rod((x, -25, 1.3), (x, -18, seat - 3), 1.3, look.metal, gloss=0.6))
        parts.append(rod((x, 25, 1.3), (x, 12, seat - 3), 1.3, look.metal, gloss=0.6))
        parts.append(rod((x * 1.12, -16, seat), (x * 1.14, -16, seat + 19), 1.1, look.metal, gloss=0.6))
        parts.append(slab((x * 1.13 - 2, -20, seat + 18.5), (x * 1.13 + 2, 17, seat + 21), DARK, edge=1))
    return parts


def stacking_chair(look):
    """A shell of plastic or plywood on four tubes; sometimes three of them, one on the other."""
    parts = []
    for number in range(look.rng.choice([1, 1, 3])):
        back = plate(rounded(42, 30, 7, y=67), 19, 20.8, look.main, axis="y", **look.body)
        shell = [plate(rounded(43, 42, 6), 43.2, 45, look.main, **look.body), *tilted([back], 10, y=20, z=45)]
        for side in (-1, 1):
            shell.append(rod((side * 18, 18, 43), (side * 17, 24, 62), 1.0, look.metal, gloss=0.5))
            if number == 0:
                parts.append(rod((side * 22, -22, 0), (side * 18, -17, 43), 1.0, look.metal, gloss=0.5))
                parts.append(rod((side * 22, 24, 0), (side * 18, 18, 43), 1.0, look.metal, gloss=0.5))
        parts += shifted(shell, y=number * 2.0, z=number * 7.5)
    return parts


def dining_chair(look):
    """Wood, with bars in its back."""
    seat, colour = 45, look.main
    wood = {"grain": look.is_wood, "gloss": 0.12}
    parts = [plate(rounded(43, 42, 4), seat - 3, seat, colour, **wood)]
    for side in (-1, 1):
        x = side * 18.5
        parts.append(slab((x - 1.8, -19.5, 0), (x + 1.8, -16, seat - 3), colour, **wood))
        parts += tilted([slab((x - 1.8, 16, 0), (x + 1.8, 19.5, 88), colour, **wood)], 4, y=18, z=seat)
    parts.append(slab((-17, -19, seat - 9), (17, -17, seat - 3.2), colour, edge=0.3, **wood))
    bars = look.rng.choice(["across", "upright"])
    if bars == "across":
        rails = [slab((-17, 17, z), (17, 18.8, z + 6), colour, edge=0.4, **wood) for z in (56, 68, 80)]
    else:
        rails = [
            slab((x - 1.4, 17, 46), (x + 1.4, 18.4, 80), colour, edge=0.3, **wood)
            for x in (-11, -3.7, 3.7, 11)
        ]
        rails.append(slab((-17, 16.6, 80), (17, 19, 88), colour, edge=0.4, **wood))
    return parts + tilted(rails, 4, y=18, z=seat)


def stool(look):
    height = 46 * look.size
    if look.rng.random() < 0.5:
        top = turned(
            0,
            0,
            [(17, height - 3.4), (18, height - 2.6), (18, height - 0.8), (17, height)],
            look.main,
            **look.body,
        )
        return [*four_legs(24, 24, height - 3, 1.7, look.wood, splay=4, gloss=0.1), top]
    top = cushion((-19, -19, height - 6), (19, 19, height + 3), look.main, edge=4)
    return [*four_legs(32, 32, height - 5, 1.3, look.metal, splay=1), top]


def bar_stool(look):
    seat = 74 * look.size
    parts = four_legs(30, 30, seat - 3, 1.5, look.wood if look.is_wood else look.metal, splay=5)
    parts += [rod((-17, y * 17, 28), (17, y * 17, 28), 1.0, look.metal) for y in (-1, 1)]
    parts += [rod((x * 17, -17, 28), (x * 17, 17, 28), 1.0, look.metal) for x in (-1, 1)]
    parts.append(cushion((-18, -18, seat - 4), (18, 18, seat + 3), look.main, edge=3))
    if look.rng.random() < 0.7:
        parts += tilted(
            [cushion((-17, 16, seat + 8), (17, 20, seat + 26), look.main, edge=2)], 7, y=18, z=seat
        )
        parts += [rod((x, 17, seat - 2), (x, 21, seat + 16), 1.1, look.metal) for x in (-12, 12)]
    return parts


def bench(look):
    wide, top = look.vary(110, 150), 45
    wood = look.wood
    parts = [
        slab(
            (-wide / 2, -19 + row * 13.2, top - 4), (wide / 2, -7.4 + row * 13.2, top), look.main, **look.body
        )
        for row in range(3)
    ]
    for x in (-wide / 2 + 14, wide / 2 - 14):
        parts += [
            slab((x - 3, y - 3, 0), (x + 3, y + 3, top - 4), wood if look.is_wood else look.metal)
            for y in (-14, 14)
        ]
        parts.append(slab((x - 2.6, -12, 14), (x + 2.6, 12, 19), wood if look.is_wood else look.metal))
    return parts


def garden_chair(look):
    """Slats on a folding frame."""
    wood = {"grain": look.is_wood, "gloss": 0.08}
    parts = [
        slab((-23, -22 + row * 7.4, 41), (23, -16 + row * 7.4, 43), look.main, edge=0.4, **wood)
        for row in range(6)
    ]
    back = [
        slab((-22, 22, 50 + row * 7), (22, 23.8, 55.6 + row * 7), look.main, edge=0.4, **wood)
        for row in range(6)
    ]
    for side in (-1, 1):
        x = side * 24.5
        parts.append(rod((x, -24, 0), (x, 20, 64), 1.5, look.main, gloss=0.1))
        parts.append(rod((x, 26, 0), (x, -18, 62), 1.5, look.main, gloss=0.1))
        parts.append(slab((x - 2.5, -22, 62), (x + 2.5, 26, 64.5), look.main, edge=0.6, **wood))
        back.append(slab((x - 3.4, 22, 42), (x - 0.6, 25, 94), look.main, edge=0.5, **wood))
    return parts + tilted(back, 14, y=22, z=42)


def school_chair(look):
    parts = [plate(rounded(38, 37, 6), 40.4, 42.2, look.main, **look.body)]
    parts += tilted(
        [plate(rounded(38, 20, 6, y=66), 17, 18.8, look.main, axis="y", **look.body)], 8, y=18, z=42
    )
    for side in (-1, 1):
        x = side * 17
        parts.append(rod((x, -20, 1.2), (x, 20, 1.2), 1.2, look.metal))
        parts.append(rod((x, -14, 1.2), (x, 6, 40), 1.2, look.metal))
        parts.append(rod((x, 6, 40), (x, 20, 72), 1.2, look.metal))
    return parts


def high_chair(look):
    """For daycare: a child's chair with a table of its own size beside it."""
    chair = [plate(rounded(30, 29, 4), 30, 32, look.main, **look.body)]
    chair += [
        slab((x - 1.5, y - 1.5, 0), (x + 1.5, y + 1.5, 30), look.wood) for x in (-12, 12) for y in (-12, 12)
    ]
    chair += [slab((-14, 12, 44), (14, 14, 56), look.main, edge=0.8, **look.body)]
    chair += [slab((x - 1.5, 11.5, 30), (x + 1.5, 14, 50), look.wood) for x in (-12, 12)]
    table = [plate(rounded(70, 60, 8), 47, 50, look.main, **look.body)]
    table += [rod((x, y, 0), (x, y, 47), 2.2, look.wood, gloss=0.1) for x in (-28, 28) for y in (-23, 23)]
    return [*shifted(table, x=22, y=22), *shifted(swung(chair, 28), x=-34, y=-22)]
