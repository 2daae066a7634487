"""Painting solids from the back to the front, each face in the light that falls on it."""

from functools import lru_cache
from math import sqrt
from random import Random

from PIL import Image, ImageChops, ImageDraw

from inventory.domain.drawing.camera import area, box_about, corners_of
from inventory.domain.drawing.room import SUN

CRISP = 2  # things are painted this much larger, for clean edges
TOUCHING = 0.3


def in_order(solids, camera):
    """The solids from the back to the front. Between two that meet in the picture a plane decides."""
    count, eye = len(solids), camera.eye()
    boxes = [box_about(camera.seen(camera.turned(corners_of(solid)))) for solid in solids]
    after: list[list[int]] = [[] for _solid in solids]
    before = [0] * count
    for one in range(count):
        for other in range(one + 1, count):
            if not _meet(boxes[one], boxes[other]):
                continue
            first = _first(solids[one], solids[other], eye)
            if first is not None:
                here, there = (one, other) if first else (other, one)
                after[here].append(there)
                before[there] += 1
    far = [
        sum(((low + high) / 2 - at) ** 2 for low, high, at in zip(solid.low, solid.high, eye, strict=True))
        for solid in solids
    ]
    waiting, order = set(range(count)), []
    while waiting:
        free = [number for number in waiting if not before[number]] or waiting
        number = max(free, key=lambda index: far[index])
        waiting.remove(number)
        order.append(solids[number])
        for later in after[number]:
            before[later] -= 1
        before[number] = 0
    return order


def _meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _first(one, other, eye):
    """True when ``one`` must be painted first, False when ``other`` must, None when neither hides the other."""
    for axis in range(3):
        for here, there, answer in ((one, other, True), (other, one, False)):
            if here.high[axis] <= there.low[axis] + TOUCHING:
                if eye[axis] > there.low[axis]:
                    return answer
                return not answer if eye[axis] < here.high[axis] else None
    return None


def paint(picture, solids, camera):
    """Paint the solids into the picture, with clean edges."""
    spots = camera.seen(camera.turned([corner for solid in solids for corner in corners_of(solid)]))
    left, top, right, bottom = box_about(spots)
    box = (
        max(0, int(left) - 2),
        max(0, int(top) - 2),
        min(picture.width, int(right) + 3),
        min(picture.height, int(bottom) + 3),
    )
    large = ((box[2] - box[0]) * CRISP, (box[3] - box[1]) * CRISP)
    canvas = picture.crop(box).resize(large, Image.Resampling.NEAREST)
    # Covering is quicker than blending, so only glass and grain are blended.
    cover, blend = ImageDraw.Draw(canvas), ImageDraw.Draw(canvas, "RGBA")
    for solid in in_order(solids, camera):
        _paint_solid(cover, blend, solid, camera, box)
    picture.paste(canvas.reduce(CRISP), box[:2])


def _paint_solid(cover, blend, solid, camera, box):
    room = camera.turned(solid.points)
    flat = [((x - box[0]) * CRISP, (y - box[1]) * CRISP) for x, y in camera.seen(room)]
    for face in solid.faces:
        outline = [flat[number] for number in face]
        seen = area(outline)
        if seen > -1:  # it looks away, or is too narrow to be seen
            continue
        corners = [room[number] for number in face]
        colour = lit(solid, normal(corners), sum(corner[2] for corner in corners) / len(corners))
        if len(face) == 4 and seen < -9000 and solid.alpha == 255:
            quad = _shaded(cover, outline, colour, corners)
            if solid.grain:
                _grain(blend, quad, colour, _seed_of(solid))
        elif solid.alpha == 255:
            cover.polygon(outline, fill=colour)
        else:
            blend.polygon(outline, fill=(*colour, solid.alpha))


def _shaded(draw, outline, colour, corners):
    """A large face, a little lighter towards its upper end. Gives back its corners, the lower side first."""
    a, b, c, d = outline
    if abs(corners[0][2] - corners[1][2]) > abs(corners[1][2] - corners[2][2]):
        a, b, c, d = b, c, d, a
    if corners[outline.index(a)][2] > corners[outline.index(d)][2]:
        a, b, c, d = c, d, a, b
    bands = 8
    for band in range(bands):
        low, high = band / bands, (band + 1) / bands
        tone = 0.965 + 0.055 * (low + high) / 2
        quad = [_between(a, d, low), _between(b, c, low), _between(b, c, high), _between(a, d, high)]
        draw.polygon(quad, fill=tuple(min(255, round(part * tone)) for part in colour))
    return a, b, c, d


def _grain(draw, quad, colour, seed):
    a, b, c, d = quad
    wide = abs(b[0] - a[0]) + abs(b[1] - a[1])
    high = abs(d[0] - a[0]) + abs(d[1] - a[1])
    if wide < high:
        a, b, c, d = b, c, d, a
    dark = tuple(round(part * 0.9) for part in colour)
    for number in range(1, 9):
        seed = (seed * 1103515245 + 12345) % 2**31
        here = (number + (seed % 100 / 100 - 0.5) * 0.9) / 9
        there = here + (seed // 100 % 100 / 100 - 0.5) * 0.06
        start, stop = seed // 7 % 30 / 100, 1 - seed // 11 % 30 / 100
        left, right = _between(a, d, here), _between(b, c, max(0.0, min(1.0, there)))
        draw.line([_between(left, right, start), _between(left, right, stop)], fill=(*dark, 120), width=2)


def _seed_of(solid):
    return int(sum(solid.low) * 31 + sum(solid.high) * 17) % 9973 + 1


def _between(a, b, share):
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def normal(corners):
    """Newell's way: right for any flat polygon, also one with corners that coincide."""
    nx = ny = nz = 0.0
    for (x0, y0, z0), (x1, y1, z1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        nx += (y0 - y1) * (z0 + z1)
        ny += (z0 - z1) * (x0 + x1)
        nz += (x0 - x1) * (y0 + y1)
    length = sqrt(nx * nx + ny * ny + nz * nz) or 1
    return nx / length, ny / length, nz / length


def lit(solid, normal, height):
    """The solid's colour on a face: sun, sky, the floor's warm light from below, and a shine on what is glossy."""
    sun = max(0.0, sum(a * b for a, b in zip(normal, SUN, strict=True)))
    tone = 0.70 + 0.35 * sun + 0.08 * max(0.0, normal[2]) - 0.08 * max(0.0, -normal[2])
    tone *= 0.9 + 0.1 * min(1.0, max(0.0, height / 45))
    shine = solid.gloss * (0.10 + 0.9 * max(0.0, normal[2] * 0.5 - normal[1] * 0.45 - normal[0] * 0.35) ** 6)
    warm = (1.01, 1.0, 0.985) if sun > 0.3 else (0.985, 0.995, 1.01)
    return tuple(
        max(0, min(255, round((part * tone * tint) * (1 - shine) + 252 * shine)))
        for part, tint in zip(solid.colour, warm, strict=True)
    )


@lru_cache(maxsize=4)
def _noise(size):
    """The same specks every time, so that a seed always gives the same file."""
    even = Random(1).randbytes(257 * 263)  # noqa: S311  (specks, not secrets)
    tile = Image.frombytes("L", (257, 263), even).point(lambda value: 122 + value * 12 // 255)
    large = Image.new("L", size)
    for left in range(0, size[0], tile.width):
        for top in range(0, size[1], tile.height):
            large.paste(tile, (left, top))
    return Image.merge("RGB", (large, large, large))


def grained(picture):
    """The fine noise of a real camera."""
    return ImageChops.add(picture, _noise(picture.size), 1, -128)
