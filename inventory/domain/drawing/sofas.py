"""Sofas, armchairs and beds."""

from inventory.domain.drawing.look import WHITE, darker, lighter
from inventory.domain.drawing.solids import cushion, four_legs, rod, slab, swung, tilted, turned


def sofa(look, *, places=None):
    """Seat and back cushions between two arms, on short legs."""
    places = places or look.rng.choice([2, 3, 3])
    inner = places * 62 * look.size
    arm = look.vary(11, 19)
    half = inner / 2 + arm
    colour, low = look.main, 12
    parts = [
        rod(
            (x * (half - 8), y * 34, 0),
            (x * (half - 8), y * 34, low + 2),
            2.2,
            look.wood,
            thin=2.8,
            gloss=0.1,
        )
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    parts.append(slab((-half + 1, -40, low), (half - 1, 44, low + 16), colour, edge=2, steps=2, gloss=0))
    parts.append(cushion((-half + 2, 33, low + 10), (half - 2, 47, 74), colour, edge=5))
    for side in (-1, 1):
        x0, x1 = sorted((side * (inner / 2), side * half))
        parts.append(cushion((x0, -42, low), (x1, 47.4, 62 - (arm - 11) * 0.5), colour, edge=4.5))
    for place in range(places):
        x = -inner / 2 + place * inner / places
        part = look.part(place)
        parts.append(
            cushion((x + 0.6, -43, low + 16), (x + inner / places - 0.6, 27, low + 33), part, edge=5)
        )
        parts += tilted(
            [cushion((x + 1.5, 12, low + 33), (x + inner / places - 1.5, 26, 82), part, edge=6)],
            8,
            y=26,
            z=45,
        )
    return parts


def sofa_bed(look):
    """A sofa with its bed pulled out in front."""
    parts = sofa(look, places=3)
    half = 84
    parts.append(slab((-half, -108, 8), (half, -44, 24), darker(look.main, 0.92), edge=2))
    parts.append(cushion((-half + 1, -109, 24), (half - 1, -44, 36), WHITE, edge=4))
    parts.append(cushion((-half + 1, -92, 34), (half - 1, -45, 41), lighter(look.main, 0.45), edge=3))
    return parts


def armchair(look):
    return sofa(look, places=1) if look.rng.random() < 0.55 else _shell_chair(look)


def _shell_chair(look):
    """An easy chair on splayed wooden legs."""
    parts = four_legs(50, 50, 30, 2.2, look.wood, splay=5, gloss=0.1)
    parts.append(cushion((-35, -33, 27), (35, 34, 38), look.main, edge=5))
    parts.append(cushion((-27, -35, 36), (27, 18, 47), look.main, edge=5))
    for side in (-1, 1):
        x0, x1 = sorted((side * 26.5, side * 37))
        parts.append(cushion((x0, -31, 30), (x1, 32, 60), look.main, edge=5))
    parts += tilted([cushion((-26, 18.5, 39), (26, 30, 92), look.main, edge=5)], 12, y=18, z=39)
    return parts


def footstool(look):
    if look.rng.random() < 0.5:
        profile = [(24, 2), (28, 6), (29, 18), (28, 34), (24, 39), (10, 40.5)]
        return [turned(0, 0, profile, look.main, sides=32, gloss=0)]
    parts = four_legs(44, 36, 16, 2, look.wood, splay=2, gloss=0.1)
    return [*parts, cushion((-31, -24, 14), (31, 24, 42), look.main, edge=5)]


def bed_frame(look, *, wide=None, bedding=True):
    wide = wide or look.rng.choice([92, 124, 166])
    half, colour = wide / 2, look.main
    parts = [slab((-half - 4, 98, 0), (half + 4, 104, look.vary(78, 104)), colour, **look.body)]
    for side in (-1, 1):
        x0, x1 = sorted((side * half, side * (half + 4)))
        parts.append(slab((x0, -100, 16), (x1, 98, 36), colour, **look.body))
        parts.append(slab((x0, -103, 0), (x1, -98, 38), colour, **look.body))
    parts.append(slab((-half, -104, 16), (half, -100, 36), colour, **look.body))
    if bedding:
        parts.append(cushion((-half + 1, -98, 24), (half - 1, 97, 48), WHITE, edge=5))
        parts.append(
            cushion((-half - 1, -99, 44), (half + 1, 44, 53), lighter((120, 140, 150), 0.45), edge=4)
        )
        heads = 2 if wide > 110 else 1
        for head in range(heads):
            x = -half + (head + 0.5) * wide / heads
            parts += tilted(
                [cushion((x - 27, 60, 48), (x + 27, 94, 60), (242, 241, 238), edge=5)], -8, y=94, z=48
            )
    return parts


def child_bed(look):
    """A cot with bars."""
    parts = []
    for x in (-32, 32):
        parts.append(slab((x - 1.6, -64, 84), (x + 1.6, 64, 89), look.main, **look.body))
        parts.append(slab((x - 1.6, -64, 30), (x + 1.6, 64, 36), look.main, **look.body))
        parts += [
            rod((x, -56 + step * 10.2, 36), (x, -56 + step * 10.2, 84), 0.9, look.main, sides=6, gloss=0.1)
            for step in range(12)
        ]
    parts += [slab((-34, y - 1.8, 4), (34, y + 1.8, 92), look.main, **look.body) for y in (-64, 64)]
    parts.append(cushion((-30, -61, 36), (30, 61, 47), WHITE, edge=3))
    return parts


def bunk_bed(look):
    parts = []
    for x in (-50, 50):
        parts += [
            slab((x - 3.4, y - 3.4, 0), (x + 3.4, y + 3.4, 165), look.main, **look.body) for y in (-102, 102)
        ]
    for level in (26, 112):
        parts += [
            slab((x - 1.6, -98, level), (x + 1.6, 98, level + 14), look.main, **look.body) for x in (-50, 50)
        ]
        parts += [
            slab((-46, y - 1.6, level), (46, y + 1.6, level + 14), look.main, **look.body)
            for y in (-102, 102)
        ]
        parts.append(cushion((-47, -99, level + 5), (47, 99, level + 20), WHITE, edge=4))
        parts.append(
            cushion((-48, -99, level + 18), (48, 20, level + 25), lighter((120, 140, 150), 0.4), edge=3)
        )
    parts.append(slab((-51.6, -60, 138), (-48.4, 98, 150), look.main, **look.body))
    parts += [
        rod((-55, -94, 24 + rung * 24), (-55, -64, 24 + rung * 24), 1.5, look.main, gloss=0.1)
        for rung in range(5)
    ]
    parts += [slab((-57, y - 1.6, 0), (-53.6, y + 1.6, 150), look.main, **look.body) for y in (-94, -64)]
    return swung(parts, -90)
