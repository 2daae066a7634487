"""Lamps, carpets, pots, trolleys and what else a city owns."""

from math import cos, sin

from inventory.domain.drawing.look import DARK, MANY, WHITE, darker, lighter
from inventory.domain.drawing.solids import cushion, rod, slab, turned

LIGHT = (252, 240, 206)


def floor_lamp(look):
    parts = [
        turned(0, 0, [(16, 0), (16, 1.6), (3, 3)], look.metal, sides=32, gloss=0.4),
        rod((0, 0, 2), (0, 0, 132), 1.2, look.metal, gloss=0.5),
    ]
    parts.append(
        turned(0, 0, [(22, 122), (22, 123), (15, 156), (14.6, 156)], look.main, sides=36, gloss=0.05)
    )
    parts.append(turned(0, 0, [(14.2, 155.9), (14.2, 156.3)], LIGHT, sides=30))
    return parts


def desk_lamp(look):
    """An arm with a joint and a shade."""
    parts = [turned(0, 0, [(10, 0), (10, 1.6), (8, 3), (2, 3.4)], look.main, sides=28, gloss=0.3)]
    parts.append(rod((0, 0, 3), (9, 0, 26), 0.9, look.metal, gloss=0.5))
    parts.append(turned(9, 0, [(1.2, 24.6), (1.7, 25.6), (1.7, 27), (1.2, 28)], look.main, sides=12))
    parts.append(rod((9, 0, 26), (-9, -2, 46), 0.9, look.metal, gloss=0.5))
    shade = [
        turned(-9, -2, [(9.4, 34), (9, 35), (6, 43), (3, 47), (1.5, 48)], look.main, sides=30, gloss=0.3)
    ]
    shade.append(turned(-9, -2, [(8.6, 33.7), (8.6, 34.1)], LIGHT, sides=26))
    return [*parts, *shade]


def ceiling_lamp(look):
    cord = rod((0, 0, 232), (0, 0, 600), 0.5, DARK)
    cord.counts = False
    if look.rng.random() < 0.5:
        profile = [(27, 200), (26.4, 202), (20, 214), (9, 225), (4, 230), (3, 233)]
    else:
        profile = [(4, 198), (16, 202), (22, 212), (22, 218), (16, 228), (4, 232)]
    return [
        cord,
        turned(0, 0, profile, look.main, sides=36, gloss=0.2),
        turned(0, 0, [(2.6, 232), (2.6, 238)], look.metal),
    ]


def carpet(look):
    """A rug with stripes and a fringe."""
    wide, deep = look.vary(130, 170), look.vary(190, 230)
    parts = [slab((-deep / 2, -wide / 2, 0), (deep / 2, wide / 2, 1.2), look.main, edge=0.3, gloss=0)]
    stripes = look.rng.choice([5, 7, 9])
    for number in range(stripes):
        x = -deep / 2 + (number + 0.5) * deep / stripes
        tone = (
            MANY[number % 5]
            if look.key == "multicoloured"
            else lighter(look.main, 0.35)
            if number % 2
            else darker(look.main, 0.8)
        )
        parts.append(
            slab(
                (x - deep / stripes * 0.22, -wide / 2 + 0.4, 1.2),
                (x + deep / stripes * 0.22, wide / 2 - 0.4, 1.5),
                tone,
                edge=0.1,
                gloss=0,
            )
        )
    for number in range(30):
        y = -wide / 2 + (number + 0.5) * wide / 30
        for side in (-1, 1):
            x0, x1 = sorted((side * deep / 2, side * (deep / 2 + 6)))
            parts.append(
                slab((x0, y - 0.8, 0), (x1, y + 0.8, 0.7), lighter(look.main, 0.5), edge=0.1, gloss=0)
            )
    return parts


def plant_pot(look):
    parts = [
        turned(0, 0, [(13, 0), (15, 2), (19, 30), (20, 34), (18.6, 34.2)], look.main, sides=36, gloss=0.25)
    ]
    parts.append(turned(0, 0, [(18.2, 33.9), (18.2, 34.5)], (92, 72, 58), sides=30))
    greens = ((84, 128, 86), (104, 148, 96), (70, 112, 80))
    for number in range(11):
        angle = number * 2.4 + look.vary(-0.2, 0.2)
        reach, rise = look.vary(8, 20), look.vary(24, 46)
        x, y = cos(angle) * reach, sin(angle) * reach
        wide = look.vary(3.2, 4.6)
        parts.append(
            rod(
                (x * 0.15, y * 0.15, 34),
                (x * 0.8, y * 0.8, 34 + rise * 0.6),
                wide * 0.4,
                greens[number % 3],
                thin=wide,
                sides=8,
                gloss=0.1,
            )
        )
        parts.append(
            rod(
                (x * 0.8, y * 0.8, 34 + rise * 0.6),
                (x * 1.3, y * 1.3, 34 + rise),
                wide,
                greens[number % 3],
                thin=0.3,
                sides=8,
                gloss=0.1,
            )
        )
    return parts


def trolley(look):
    wide, deep = look.vary(66, 80), 44
    parts = []
    for level in (18, 48, 78):
        parts.append(
            slab((-wide / 2, -deep / 2, level), (wide / 2, deep / 2, level + 2), look.main, **look.body)
        )
        parts += [
            slab(
                (-wide / 2, y - 0.6, level + 2),
                (wide / 2, y + 0.6, level + 6),
                look.main,
                edge=0.2,
                **look.body,
            )
            for y in (-deep / 2 + 0.5, deep / 2 - 0.5)
        ]
    for x in (-wide / 2 - 1.3, wide / 2 + 1.3):
        for y in (-deep / 2 + 4, deep / 2 - 4):
            parts.append(rod((x, y, 9), (x, y, 92), 1.2, look.metal, gloss=0.5))
            parts.append(
                turned(x, y, [(2.6, 0), (4.4, 2), (4.4, 6.4), (2.4, 8.6)], DARK, sides=14, gloss=0.2)
            )
        parts.append(rod((x, -deep / 2 + 4, 92), (x, deep / 2 - 4, 92), 1.2, look.metal, gloss=0.5))
    return parts


def waste_bin(look):
    parts = [
        turned(0, 0, [(12, 0), (13, 1.5), (16.4, 38), (17, 39), (16.6, 40)], look.main, sides=36, gloss=0.2)
    ]
    parts.append(turned(0, 0, [(15.4, 39.7), (15.4, 40.2)], darker(look.main, 0.35), sides=30, gloss=0))
    return parts


def box(look):
    """A cardboard box with its flaps taped down: something that has no picture of its own."""
    card = (196, 158, 114)
    wide, deep, high = look.vary(56, 70), look.vary(44, 52), look.vary(38, 48)
    parts = [slab((-wide / 2, -deep / 2, 0), (wide / 2, deep / 2, high), card, edge=0.5, gloss=0.02)]
    parts.append(
        slab(
            (-wide / 2 + 0.3, -3, high),
            (wide / 2 - 0.3, 3, high + 0.3),
            lighter(card, 0.35),
            edge=0.1,
            gloss=0.3,
        )
    )
    parts.append(
        slab(
            (-wide * 0.32, -deep / 2 - 0.4, high * 0.5),
            (-wide * 0.02, -deep / 2, high * 0.8),
            look.main if look.key else WHITE,
            edge=0.1,
        )
    )
    return parts


def flat_stack(look):
    """Folded cloth: textiles that are neither carpet nor curtain."""
    return [
        cushion(
            (-26, -18, number * 7),
            (26, 18, number * 7 + 7.6),
            look.part(number) if number % 2 == 0 else lighter(look.part(number), 0.35),
            edge=3,
        )
        for number in range(4)
    ]
