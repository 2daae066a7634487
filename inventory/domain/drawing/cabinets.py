"""Cabinets, drawers and wardrobes."""

from inventory.domain.drawing.look import DARK, SPINES, STEEL, darker, lighter
from inventory.domain.drawing.solids import rod, slab, turned


def carcass(look, wide, deep, low, high, *, board=1.9, shelves=(), back=True):
    """Two sides, a bottom, a top, a back and shelves: a cabinet without its front."""
    body, half = look.body, wide / 2
    parts = [
        slab((-half, -deep / 2, low), (-half + board, deep / 2, high), look.main, edge=0.3, **body),
        slab((half - board, -deep / 2, low), (half, deep / 2, high), look.main, edge=0.3, **body),
        slab(
            (-half + board, -deep / 2, low),
            (half - board, deep / 2, low + board),
            look.main,
            edge=0.2,
            **body,
        ),
        slab(
            (-half + board, -deep / 2, high - board),
            (half - board, deep / 2, high),
            look.main,
            edge=0.2,
            **body,
        ),
    ]
    if back:
        dim = darker(look.main, 0.86)
        parts.append(
            slab(
                (-half + board, deep / 2 - 1, low + board),
                (half - board, deep / 2 - 0.2, high - board),
                dim,
                edge=0.1,
            )
        )
    parts += [
        slab(
            (-half + board, -deep / 2 + 0.4, height),
            (half - board, deep / 2 - 1.1, height + board),
            look.main,
            edge=0.2,
            **body,
        )
        for height in shelves
    ]
    return parts


def closed(look, wide, deep, low, high):
    """A cabinet's body as one block."""
    return slab((-wide / 2, -deep / 2, low), (wide / 2, deep / 2, high), look.main, edge=0.5, **look.body)


def front(look, box, deep, *, colour=None, proud=1.8):
    """A door or the face of a drawer: ``box`` is (left, low, right, high)."""
    left, low, right, high = box
    y = -deep / 2
    return slab(
        (left + 0.25, y - proud, low + 0.25),
        (right - 0.25, y - 0.05, high - 0.25),
        colour or look.main,
        edge=0.45,
        **look.body,
    )


def handle(look, x, z, deep, *, upright=True, length=12.0, proud=1.8):
    y = -deep / 2 - proud - 1.6
    end = (x, y, z + length) if upright else (x + length, y, z)
    return rod((x, y, z), end, 0.75, look.metal, sides=8, gloss=0.6)


def feet(look, wide, deep, height=8.0, *, colour=None):
    return [
        rod(
            (x * (wide / 2 - 6), y * (deep / 2 - 5), 0),
            (x * (wide / 2 - 6), y * (deep / 2 - 5), height),
            1.7,
            colour or look.metal,
        )
        for x in (-1, 1)
        for y in (-1, 1)
    ]


def doors(look, wide, deep, low, high, *, count=2):
    parts = []
    step = wide / count
    for number in range(count):
        left = -wide / 2 + number * step
        parts.append(front(look, (left, low, left + step, high), deep, colour=look.part(number)))
        inner = left + step - 5 if number % 2 == 0 and count > 1 else left + 5
        parts.append(handle(look, inner, low + (high - low) * 0.52, deep))
    return parts


def drawers(look, wide, deep, low, high, *, count, columns=1):
    parts = []
    step, row = wide / columns, (high - low) / count
    for column in range(columns):
        left = -wide / 2 + column * step
        for number in range(count):
            base = low + number * row
            parts.append(
                front(look, (left, base, left + step, base + row), deep, colour=look.part(number + column))
            )
            parts.append(handle(look, left + step / 2 - 7, base + row * 0.62, deep, upright=False, length=14))
    return parts


def cabinet(look):
    """Two doors: low and wide as a sideboard, or as tall as a person."""
    if look.rng.random() < 0.45:
        wide, deep, high = look.vary(110, 150), 42, look.vary(70, 80)
        return [
            *feet(look, wide, deep),
            closed(look, wide, deep, 8, high),
            *doors(look, wide, deep, 9, high - 1, count=3),
        ]
    wide, deep, high = 80, 42, look.vary(120, 190)
    plinth = slab((-wide / 2 + 1, -deep / 2 + 3, 0), (wide / 2 - 1, deep / 2, 6), DARK)
    return [plinth, closed(look, wide, deep, 6, high), *doors(look, wide, deep, 6.5, high - 0.5)]


def pedestal(look):
    wide, deep = 42, 56
    parts = [
        turned(x * 16, y * 22, [(2, 0), (2.6, 1), (2.6, 5), (1.6, 6)], DARK, sides=10)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    count = look.rng.choice([3, 3, 4])
    return [*parts, closed(look, wide, deep, 6, 58), *drawers(look, wide, deep, 7, 57, count=count)]


def chest(look):
    wide, deep, columns = look.rng.choice([(80, 46, 1), (120, 46, 2)])
    high = look.vary(84, 104)
    lid = slab(
        (-wide / 2 - 1, -deep / 2 - 2.4, high), (wide / 2 + 1, deep / 2, high + 2.4), look.main, **look.body
    )
    count = look.rng.choice([4, 4, 5]) if columns == 1 else 3
    return [
        *feet(look, wide, deep, 9, colour=look.wood),
        closed(look, wide, deep, 9, high),
        *drawers(look, wide, deep, 10, high - 0.5, count=count, columns=columns),
        lid,
    ]


def filing_cabinet(look):
    wide, deep, high = 46, 60, 132
    parts = [closed(look, wide, deep, 2, high)]
    for number in range(4):
        low = 4 + number * 32
        parts.append(
            front(look, (-wide / 2 + 0.6, low, wide / 2 - 0.6, low + 31), deep, colour=look.part(number))
        )
        parts.append(handle(look, -8, low + 16, deep, upright=False, length=16))
        parts.append(
            slab((-5, -deep / 2 - 2.3, low + 21), (5, -deep / 2 - 1.7, low + 26), (240, 239, 234), edge=0.1)
        )
    return parts


def wardrobe(look):
    count = look.rng.choice([2, 2, 3])
    wide, deep, high = count * 48, 58, look.vary(196, 212)
    plinth = slab((-wide / 2 + 1, -deep / 2 + 3, 0), (wide / 2 - 1, deep / 2, 7), darker(look.main, 0.7))
    parts = [plinth, closed(look, wide, deep, 7, high)]
    if look.rng.random() < 0.4:
        parts += drawers(look, wide, deep, 8, 46, count=1, columns=count)
        return [*parts, *doors(look, wide, deep, 46, high - 0.5, count=count)]
    return [*parts, *doors(look, wide, deep, 8, high - 0.5, count=count)]


def locker(look):
    """Narrow steel doors with air slits, on a frame."""
    count, deep, high = look.rng.choice([2, 3, 4]), 50, 178
    wide = count * 32
    frame = feet(look, wide, deep, 14, colour=DARK)
    body = slab(
        (-wide / 2, -deep / 2, 14), (wide / 2, deep / 2, high), lighter(STEEL, 0.4), edge=0.4, gloss=0.2
    )
    parts = [*frame, body]
    for number in range(count):
        left = -wide / 2 + number * 32
        parts.append(front(look, (left + 0.5, 15, left + 31.5, high - 1), deep, colour=look.part(number)))
        dim = darker(look.part(number), 0.55)
        parts += [
            slab((left + 9, -deep / 2 - 2.1, slit), (left + 23, -deep / 2 - 1.7, slit + 1.6), dim, edge=0.1)
            for slit in (150, 155, 160, 24, 29)
        ]
        parts.append(
            slab(
                (left + 26, -deep / 2 - 3.4, 92),
                (left + 28.6, -deep / 2 - 1.7, 101),
                STEEL,
                edge=0.3,
                gloss=0.6,
            )
        )
    return parts


def display_cabinet(look):
    wide, deep, high = 74, 38, 176
    parts = carcass(look, wide, deep, 10, high, shelves=(52, 92, 132))
    parts += feet(look, wide, deep, 10, colour=look.wood)
    for number, (x, z) in enumerate([(-18, 54), (12, 54), (-6, 94), (20, 94), (-20, 134), (6, 134)]):
        colour = SPINES[(number * 3) % len(SPINES)]
        parts.append(
            turned(
                x,
                0,
                [(3, z), (6, z + 5), (5, z + 12), (2.6, z + 15), (3.4, z + 18)],
                lighter(colour, 0.2),
                sides=16,
                gloss=0.3,
            )
        )
    for left, right in ((-wide / 2, 0), (0, wide / 2)):
        parts += glass_door(look, left, right, 11, high - 0.4, deep)
    parts.append(handle(look, -3, high / 2, deep))
    return parts


def glass_door(look, left, right, low, high, deep):
    """A pane in a frame of the main colour."""
    back, before = -deep / 2 - 0.2, -deep / 2 - 1.9
    pane = slab(
        (left + 4.2, -deep / 2 - 1.4, low + 4),
        (right - 4.2, -deep / 2 - 0.9, high - 4.6),
        (212, 228, 232),
        edge=0.1,
        alpha=64,
        gloss=0.6,
    )
    sides = [
        slab((x, before, low), (x + 3.7, back, high), look.main, edge=0.3, **look.body)
        for x in (left + 0.3, right - 4)
    ]
    ends = [
        slab((left + 4.1, before, z), (right - 4.1, back, z + 4), look.main, edge=0.3, **look.body)
        for z in (low, high - 4)
    ]
    return [pane, *sides, *ends]


def appliance(look):
    """A refrigerator with a freezer below."""
    wide, deep, high = 60, 60, 178
    parts = [slab((-wide / 2, -deep / 2, 4), (wide / 2, deep / 2, high), look.main, edge=1, gloss=0.3)]
    parts += [
        slab(
            (-wide / 2, -deep / 2 - 4.5, low),
            (wide / 2, -deep / 2 - 0.2, top),
            look.main,
            edge=1.4,
            steps=2,
            gloss=0.35,
        )
        for low, top in ((6, 70), (71, high - 1))
    ]
    parts.append(
        rod((-wide / 2 + 6, -deep / 2 - 7, 50), (-wide / 2 + 6, -deep / 2 - 7, 66), 1.1, STEEL, gloss=0.7)
    )
    parts.append(
        rod((-wide / 2 + 6, -deep / 2 - 7, 76), (-wide / 2 + 6, -deep / 2 - 7, 112), 1.1, STEEL, gloss=0.7)
    )
    return parts
