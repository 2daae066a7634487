"""What hangs or stands as a flat: boards, screens, mirrors, pictures, curtains."""

from math import cos, pi, sin

from inventory.domain.drawing.look import DARK, MANY, STEEL, lighter
from inventory.domain.drawing.solids import plate, rod, slab, tilted, turned


def _board(wide, high, low, colour, *, frame=STEEL, y=10.0):
    """A flat board in a frame, to hang on the wall."""
    half, edge = wide / 2, 2.4
    return [
        slab((-half, y, low), (half, y + 1.6, low + high), colour, edge=0.2, gloss=0.25),
        slab((-half - edge, y - 0.6, low - edge), (half + edge, y + 2, low), frame, edge=0.4, gloss=0.3),
        slab(
            (-half - edge, y - 0.6, low + high),
            (half + edge, y + 2, low + high + edge),
            frame,
            edge=0.4,
            gloss=0.3,
        ),
        slab((-half - edge, y - 0.6, low), (-half, y + 2, low + high), frame, edge=0.4, gloss=0.3),
        slab((half, y - 0.6, low), (half + edge, y + 2, low + high), frame, edge=0.4, gloss=0.3),
    ]


def whiteboard(look):
    wide = look.vary(120, 180)
    parts = _board(wide, 100, 90, (246, 247, 246))
    parts.append(slab((-wide / 4, 3, 85), (wide / 4, 9.3, 87), STEEL, edge=0.3, gloss=0.4))
    parts += [
        rod((-12 + number * 13, 6, 88), (-3 + number * 13, 6, 88), 0.9, colour, sides=8)
        for number, colour in enumerate((MANY[0], MANY[3], DARK))
    ]
    return parts


def notice_board(look):
    wide = look.vary(90, 130)
    colour = look.main if look.key not in {"white", "chrome"} else (206, 168, 118)
    parts = _board(wide, 80, 100, colour, frame=(190, 152, 104))
    for number in range(5):
        x, z = -wide / 2 + 10 + number * (wide - 26) / 4.4, 112 + (number * 37) % 34
        paper = (248, 246, 238) if number % 2 else lighter(MANY[number], 0.55)
        parts.append(slab((x, 9.4, z), (x + look.vary(12, 19), 9.9, z + look.vary(14, 24)), paper, edge=0.1))
        parts.append(turned(x + 7, 9, [(0.9, z + 13), (0.9, z + 14.6)], MANY[(number + 1) % 5], sides=8))
    return parts


def flipchart(look):
    parts = [
        rod((x, y, 0), (x * 0.18, 22, 184), 1.2, look.metal, gloss=0.4)
        for x, y in ((-42, -14), (42, -14), (0, 66))
    ]
    sheet = [
        slab((-34, -2, 92), (34, 0, 184), (250, 249, 245), edge=0.2),
        slab((-36, -3, 182), (36, 2, 188), look.main, edge=0.8),
    ]
    sheet.append(slab((-36, 0.2, 90), (36, 2, 184), look.main, edge=0.4))
    return [*parts, *tilted(sheet, 8, y=-6, z=92)]


def screen(look):
    """A free-standing partition covered with cloth, sometimes two of them."""
    parts = []
    count = look.rng.choice([1, 2])
    for number in range(count):
        x = (number - (count - 1) / 2) * 84
        parts.append(slab((x - 40, -3, 10), (x + 40, 3, 162), look.part(number), edge=1.2, steps=2, gloss=0))
        for side in (-30, 30):
            parts.append(slab((x + side - 2.4, -22, 0), (x + side + 2.4, 22, 3), look.metal))
            parts.append(slab((x + side - 1.6, -1.6, 3), (x + side + 1.6, 1.6, 10), look.metal))
    return parts


def acoustic_panel(look):
    parts = []
    for column in range(3):
        for row in range(2):
            x, z = -66 + column * 44, 95 + row * 44
            colour = (
                look.part(column + row) if (column + row) % 2 == 0 else lighter(look.part(column + row), 0.3)
            )
            parts.append(slab((x, 6, z), (x + 42, 11, z + 42), colour, edge=1.6, steps=2, gloss=0))
    return parts


def curtain(look):
    """Two lengths of cloth in folds on a rod."""
    parts = [rod((-95, 6, 216), (95, 6, 216), 1.4, look.metal, gloss=0.5)]
    parts += [
        turned(x, 6, [(1, 213), (2.8, 214.6), (2.8, 217.4), (1, 219)], look.metal, sides=12)
        for x in (-96, 96)
    ]
    for left in (-88, 28):
        for fold in range(8):
            x = left + fold * 7.6
            tone = look.part(fold // 2)
            parts.append(turned(x + 3.8, 6, [(4.4, 20), (4.0, 120), (3.4, 213)], tone, sides=14, gloss=0))
    return parts


def mirror(look):
    wide, high = look.vary(50, 64), look.vary(110, 150)
    low = 60
    parts = [slab((-wide / 2, 8, low), (wide / 2, 12, low + high), look.main, edge=1, **look.body)]
    parts.append(
        slab(
            (-wide / 2 + 3.4, 7.2, low + 3.4),
            (wide / 2 - 3.4, 7.9, low + high - 3.4),
            (204, 220, 226),
            edge=0.1,
            gloss=0.25,
        )
    )
    for number, (start, width) in enumerate(((0.15, 0.16), (0.38, 0.06))):
        x = -wide / 2 + wide * start
        tone = (226, 236, 240) if number == 0 else (220, 232, 236)
        rise = high * 0.3
        outline = [
            (x, low + high * 0.3),
            (x + wide * width, low + high * 0.3),
            (x + wide * (width + 0.3), low + high * 0.3 + rise),
            (x + wide * 0.3, low + high * 0.3 + rise),
        ]
        parts.append(plate(outline, 6.9, 7.1, tone, axis="y"))
    return parts


def picture(look):
    """A framed landscape of three bands and a sun."""
    wide, high, low = 84, 60, 112
    parts = [slab((-wide / 2, 9, low), (wide / 2, 12, low + high), look.main, edge=0.8, **look.body)]
    parts.append(
        slab((-wide / 2 + 3, 8.4, low + 3), (wide / 2 - 3, 8.9, low + high - 3), (248, 246, 240), edge=0.1)
    )
    left, right, base, head = -wide / 2 + 10, wide / 2 - 10, low + 9, low + high - 9
    parts.append(slab((left, 7.9, base), (right, 8.3, head), (196, 216, 224), edge=0.05))
    sun = [(10 + 6 * cos(2 * pi * step / 20), head - 12 + 6 * sin(2 * pi * step / 20)) for step in range(20)]
    parts.append(plate(sun, 7.5, 7.8, (240, 200, 120), axis="y"))
    for number, (tone, rise) in enumerate(
        (((126, 158, 150), 0.52), ((88, 128, 112), 0.38), ((62, 98, 88), 0.22))
    ):
        top = base + (head - base) * rise
        tip = look.vary(-0.3, 0.3) * (right - left)
        outline = [(left, base), (right, base), (right, top - 3), (tip, top + 6 - number), (left, top)]
        y = 7.2 - number * 0.4
        parts.append(plate(outline, y, y + 0.2, tone, axis="y"))
    return parts
