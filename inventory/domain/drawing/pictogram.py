"""A placeholder for a thing of which nobody has a photo yet: plainly a drawing, in lines and flat colours."""

from functools import lru_cache
from io import BytesIO
from math import cos, radians, sin
from random import Random

from PIL import Image, ImageDraw

from inventory.domain.drawing.camera import area, framed, hull, standing
from inventory.domain.drawing.look import Look
from inventory.domain.drawing.painting import in_order, normal
from inventory.domain.drawing.photograph import KINDS

PAPER, DOTS, INK = (245, 246, 242), (226, 230, 224), (62, 78, 72)
LARGER = 2


@lru_cache(maxsize=128)
def placeholder(kind: str, colour: str, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG that shows what kind of thing it is and its colour, and that no camera was there: a pencil says so."""
    shape = KINDS.get(kind, KINDS["other"])
    solids = shape.build(Look(colour, Random(kind)))  # noqa: S311  (pictures, not secrets)
    camera = standing(solids, yaw=shape.yaw, pitch=shape.pitch + 3)
    large = (size[0] * LARGER, size[1] * LARGER)
    camera = framed(camera, solids, large, fill=(0.56, 0.6))
    picture = Image.new("RGB", large, PAPER)
    draw = ImageDraw.Draw(picture)
    step = large[0] // 40
    for x in range(step, large[0], step):
        for y in range(step, large[1], step):
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=DOTS)
    width = max(2, large[0] // 480)
    for solid in in_order(solids, camera):
        _trace(draw, solid, camera, width)
    _pencil(draw, large, width)
    file = BytesIO()
    picture.reduce(LARGER).save(file, "JPEG", quality=88)
    return file.getvalue()


def _trace(draw, solid, camera, width):
    """The solid in three flat tones with a line about it."""
    flat = camera.seen(camera.turned(solid.points))
    for face in solid.faces:
        outline = [flat[number] for number in face]
        if area(outline) < -1:
            facing = normal(camera.turned([solid.points[number] for number in face]))
            tone = 0.0 if facing[2] > 0.6 else 0.10 if facing[1] < -0.55 else 0.22
            draw.polygon(outline, fill=_towards(solid.colour, INK, tone))
    about = hull(flat)
    if len(about) > 2:
        draw.line([*about, about[0], about[1]], fill=INK, width=width, joint="curve")


def _towards(colour, other, share):
    """A colour on its way to another; first lifted a little, as print on paper is."""
    return tuple(
        round((part + (250 - part) * 0.22) * (1 - share) + aim * share)
        for part, aim in zip(colour, other, strict=True)
    )


def _pencil(draw, size, width):
    """The mark of a drawing, low on the right; a card that cuts the picture square still shows it."""
    radius = size[1] * 0.055
    x, y = (size[0] + min(size)) / 2 - radius * 1.9, size[1] - radius * 1.9
    draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255), outline=INK, width=width
    )
    length, thick = radius * 1.15, radius * 0.3

    def at(along, across):
        one, other = cos(radians(-45)), sin(radians(-45))
        return x + along * one - across * other, y + along * other + across * one

    tip, neck, end = -length / 2, -length / 4, length / 2
    draw.polygon(
        [at(neck, -thick / 2), at(end, -thick / 2), at(end, thick / 2), at(neck, thick / 2)], fill=INK
    )
    draw.polygon(
        [at(tip, 0), at(neck, -thick / 2), at(neck, thick / 2)],
        outline=INK,
        fill=(255, 255, 255),
        width=width,
    )
