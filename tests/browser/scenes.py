"""A label as a camera sees it: turned, tilted, far away, blurred, noisy, in bad light. The same seed gives the same picture."""

import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

SIZE = (640, 480)
FINER = 2  # the scene is drawn so many times larger, and then made small as a lens does it
DISTANCE = 3.0  # of the eye, in half widths of the label: near, so that a tilted label is a true trapezium


@dataclass(frozen=True)
class Scene:
    """``width`` is the label's, in pixels; angles are degrees; ``levels`` are what black and white look like."""

    width: float = 260
    angle: float = 0
    tilt: tuple[float, float] = (0, 0)
    blur: float = 0
    noise: float = 0
    shade: float = 0
    levels: tuple[int, int] = (15, 235)
    wall: int = 180
    at: tuple[float, float] = (0.5, 0.5)


def photo(label, scene=Scene(), *, seed=0, size=SIZE):
    """The grey picture ``label`` (its quiet zone belongs to it) in front of a wall."""
    large = tuple(side * FINER for side in size)
    corners = _corners(label.size, scene, large)
    matrix = _to_unit_square(corners)
    scale = [label.width] * 3 + [label.height] * 3
    coefficients = [value * by / matrix[8] for value, by in zip(matrix, [*scale, 1, 1], strict=False)]
    lit = label.convert("L").point(_between(*scene.levels))
    seen = lit.transform(large, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    inside = Image.new("L", label.size, 255).transform(
        large, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.NEAREST
    )
    whole = Image.composite(seen, Image.new("L", large, scene.wall), inside).resize(
        size, Image.Resampling.BOX
    )
    if scene.blur:
        whole = whole.filter(ImageFilter.GaussianBlur(scene.blur))
    if scene.shade:
        whole = ImageChops.multiply(whole, _shadow(size, scene.shade))
    if scene.noise:
        whole = _noisy(whole, scene.noise, random.Random(seed))
    return whole


def _between(black, white):
    return [round(black + (white - black) * level / 255) for level in range(256)]


def _corners(label, scene, size):
    """Where the corners of the label are seen, clockwise from its top left one."""
    half = scene.width * FINER / 2
    rise = label[1] / label[0]
    turn, down, side = (math.radians(angle) for angle in (scene.angle, *scene.tilt))
    seen = []
    for across, along in ((-1, -rise), (1, -rise), (1, rise), (-1, rise)):
        x = across * math.cos(turn) - along * math.sin(turn)
        y = across * math.sin(turn) + along * math.cos(turn)
        high, deep = y * math.cos(down), y * math.sin(down)
        wide, deep = x * math.cos(side) + deep * math.sin(side), deep * math.cos(side) - x * math.sin(side)
        near = DISTANCE / (DISTANCE + deep)
        seen.append((size[0] * scene.at[0] + wide * near * half, size[1] * scene.at[1] + high * near * half))
    return seen


def _to_unit_square(corners):
    """The nine numbers of the perspective that takes these four points to the corners of the unit square."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dy1, dx2, dy2 = x1 - x2, y1 - y2, x3 - x2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    whole = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole
    a, b, c = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    d, e, f = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    return [
        *(e - f * h, c * h - b, b * f - c * e),
        *(f * g - d, a - c * g, c * d - a * f),
        *(d * h - e * g, b * g - a * h, a * e - b * d),
    ]


def _shadow(size, shade):
    """Light on the left, dark on the right."""
    return (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(size)
        .point([round(255 - level * shade) for level in range(256)])
    )


def _noisy(picture, sigma, chance):
    """Grain as a small sensor has it in the dark."""
    grain = bytes(max(0, min(255, round(chance.gauss(128, sigma)))) for _pixel in range(1 << 16))
    # One tile of grain, laid at another place in each stripe: gauss() for every pixel takes seconds.
    rows = []
    for _row in range(picture.height):
        start = chance.randrange(len(grain) - picture.width)
        rows.append(grain[start : start + picture.width])
    noise = Image.frombytes("L", picture.size, b"".join(rows))
    return ImageChops.add(picture, noise, scale=1, offset=-128)
