"""Convex solids of which drawn furniture is put together: slabs, cushions, rods and turned shapes.

Centimetres; x to the right, y away from the viewer, z up. The front of a thing looks towards -y.
"""

from dataclasses import dataclass, field
from functools import cache
from math import cos, pi, radians, sin, sqrt

Point = tuple[float, float, float]
Colour = tuple[int, int, int]


@dataclass
class Solid:
    """A convex body of one colour. ``gloss`` 0 is cloth, 1 is chrome; ``grain`` draws wood; ``alpha`` is for glass."""

    points: list[Point]
    faces: tuple[tuple[int, ...], ...]
    colour: Colour
    gloss: float = 0.1
    grain: bool = False
    alpha: int = 255
    counts: bool = True  # in finding the picture's frame; a lamp's long cord does not
    low: Point = field(init=False)
    high: Point = field(init=False)

    def __post_init__(self):
        self.measure()

    def measure(self):
        xs, ys, zs = zip(*self.points, strict=True)
        self.low = (min(xs), min(ys), min(zs))
        self.high = (max(xs), max(ys), max(zs))

    def moved(self, change) -> "Solid":
        self.points = [change(point) for point in self.points]
        self.measure()
        return self


@cache
def _ring_faces(rings, size):
    """Faces of ``rings`` rings of ``size`` points each, closed below and above."""
    sides = [
        (
            ring * size + here,
            ring * size + (here + 1) % size,
            (ring + 1) * size + (here + 1) % size,
            (ring + 1) * size + here,
        )
        for ring in range(rings - 1)
        for here in range(size)
    ]
    bottom = tuple(reversed(range(size)))
    top = tuple(range((rings - 1) * size, rings * size))
    return (bottom, *sides, top)


@cache
def _quarter(steps):
    return tuple((cos(pi / 2 * step / steps), sin(pi / 2 * step / steps)) for step in range(steps + 1))


def slab(low: Point, high: Point, colour, *, edge=0.5, steps=1, **look) -> Solid:
    """A box from one corner to the other, its edges taken off by ``edge``; more ``steps`` make them rounder."""
    edge = min(edge, *((high[axis] - low[axis]) / 2.01 for axis in range(3)))
    arc = _quarter(steps)
    arc_back = [pair[::-1] for pair in arc]
    corners = (
        (high[0] - edge, high[1] - edge, 1, 1),
        (low[0] + edge, high[1] - edge, -1, 1),
        (low[0] + edge, low[1] + edge, -1, -1),
        (high[0] - edge, low[1] + edge, 1, -1),
    )
    outline = []
    for number, (x, y, right, back) in enumerate(corners):
        outline += [
            (x, y, right * one * edge, back * other * edge)
            for one, other in (arc if number % 2 == 0 else arc_back)
        ]
    heights = [(low[2] + edge - other * edge, one) for one, other in reversed(arc)]
    heights += [(high[2] - edge + other * edge, one) for one, other in arc]
    points = [(x + dx * wide, y + dy * wide, z) for z, wide in heights for x, y, dx, dy in outline]
    return Solid(points, _ring_faces(len(heights), len(outline)), colour, **look)


def cushion(low: Point, high: Point, colour, *, edge=4.0, **look) -> Solid:
    """Something soft."""
    return slab(low, high, colour, edge=edge, steps=3, **({"gloss": 0.0} | look))


def turned(x, y, profile, colour, *, sides=24, **look) -> Solid:
    """A body of revolution about the upright through (x, y); ``profile`` is (radius, height) from below."""
    angles = [(cos(2 * pi * side / sides), sin(2 * pi * side / sides)) for side in range(sides)]
    points = [(x + radius * one, y + radius * other, z) for radius, z in profile for one, other in angles]
    return Solid(points, _ring_faces(len(profile), sides), colour, **look)


def rod(start: Point, end: Point, radius, colour, *, sides=10, thin=None, **look) -> Solid:
    """A straight tube or leg; ``thin`` is its radius at the end when it tapers."""
    along = [end[axis] - start[axis] for axis in range(3)]
    length = sqrt(sum(part * part for part in along)) or 1
    along = [part / length for part in along]
    helper = (1, 0, 0) if abs(along[2]) > 0.9 else (0, 0, 1)
    side = _unit(_cross(helper, along))
    up = _cross(along, side)
    points = []
    for centre, wide in ((start, radius), (end, radius if thin is None else thin)):
        for step in range(sides):
            one, other = cos(2 * pi * step / sides) * wide, sin(2 * pi * step / sides) * wide
            points.append(tuple(centre[axis] + side[axis] * one + up[axis] * other for axis in range(3)))
    return Solid(points, _ring_faces(2, sides), colour, **({"gloss": 0.35} | look))


def plate(outline, low, high, colour, *, axis="z", **look) -> Solid:
    """A convex outline drawn in two directions and as thick as from ``low`` to ``high`` in the third, ``axis``."""
    place = {
        "z": lambda one, other, depth: (one, other, depth),
        "y": lambda one, other, depth: (one, depth, other),
        "x": lambda one, other, depth: (depth, one, other),
    }[axis]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, [*outline[1:], outline[0]], strict=True))
    if (area < 0) != (axis == "y"):
        outline = outline[::-1]
    points = [place(one, other, depth) for depth in (low, high) for one, other in outline]
    return Solid(points, _ring_faces(2, len(outline)), colour, **look)


def rounded(width, depth, radius, *, steps=4, x=0.0, y=0.0):
    """An outline for ``plate``: a rectangle about (x, y) with round corners."""
    radius = min(radius, width / 2, depth / 2)
    arc = _quarter(steps)
    right, back = width / 2 - radius, depth / 2 - radius
    quarters = (
        [(right + one * radius, back + other * radius) for one, other in arc],
        [(-right - other * radius, back + one * radius) for one, other in arc],
        [(-right - one * radius, -back - other * radius) for one, other in arc],
        [(right + other * radius, -back - one * radius) for one, other in arc],
    )
    return [(x + one, y + other) for quarter in quarters for one, other in quarter]


def tilted(solids, degrees, *, y=0.0, z=0.0):
    """Lean solids back about the horizontal line at (y, z)."""
    one, other = cos(radians(degrees)), sin(radians(degrees))

    def lean(point):
        dy, dz = point[1] - y, point[2] - z
        return point[0], y + dy * one + dz * other, z - dy * other + dz * one

    return [solid.moved(lean) for solid in solids]


def swung(solids, degrees, *, x=0.0, y=0.0):
    """Turn solids about the upright at (x, y), the right side towards the back."""
    one, other = cos(radians(degrees)), sin(radians(degrees))

    def swing(point):
        dx, dy = point[0] - x, point[1] - y
        return x + dx * one - dy * other, y + dx * other + dy * one, point[2]

    return [solid.moved(swing) for solid in solids]


def shifted(solids, x=0.0, y=0.0, z=0.0):
    return [solid.moved(lambda point: (point[0] + x, point[1] + y, point[2] + z)) for solid in solids]


def _cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _unit(vector):
    length = sqrt(sum(part * part for part in vector)) or 1
    return tuple(part / length for part in vector)


def four_legs(width, depth, height, radius, colour, *, splay=2.0, **look):
    """Four round legs that stand a little wider than they begin."""
    return [
        rod(
            (x * (width / 2 + splay), y * (depth / 2 + splay), 0),
            (x * (width / 2 - 2), y * (depth / 2 - 2), height),
            radius,
            colour,
            **look,
        )
        for x in (-1, 1)
        for y in (-1, 1)
    ]
