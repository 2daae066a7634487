"""The room that a thing stands in: wall, floor, soft light and the thing's shadows."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from inventory.domain.drawing.camera import Camera, corners_of, hull
from inventory.domain.drawing.look import shade

SUN = (-0.42, -0.62, 0.66)  # towards the light: from the left, from the front, from above
SOFT = 4  # the room is painted this much smaller than the picture: it is out of focus anyway


@dataclass(frozen=True)
class Room:
    """Colours and make of the place, and how far behind the thing its wall stands."""

    wall: tuple[int, int, int]
    floor: tuple[int, int, int]
    pattern: str
    gap: float = 70.0
    light: float = 0.3  # where on the wall the light falls, from left to right


@dataclass(frozen=True)
class View:
    """The room's wall and floor as the camera sees them, in the small picture; y is counted from the wall."""

    camera: Camera
    wall_y: float
    width: int

    def spot(self, x, y, z):
        ((across, down),) = self.camera.seen([(x, self.wall_y + y, z)])
        return across / SOFT, down / SOFT

    def upright(self, draw, x, colour, *, low=0.0, high=None, wide=1):
        """A line up the wall. That it should lean a little nobody misses."""
        across, base = self.spot(x, 0, low)
        if -2 < across < self.width + 2:
            end = -1 if high is None else self.spot(x, 0, high)[1]
            draw.line((across, base, across, end), fill=colour, width=wide)

    def level(self, draw, y, z, colour):
        down = self.spot(0, y, z)[1]
        draw.line((0, down, self.width, down), fill=colour)


def room_picture(room: Room, camera: Camera, solids, size):
    """The empty room with the thing's shadows in it, soft."""
    small = (size[0] // SOFT, size[1] // SOFT)
    back = max(y for solid in solids if solid.counts for _x, y, _z in camera.turned(corners_of(solid)))
    wall_y = back + room.gap
    line, board = (
        max(-8.0, min(small[1] + 8.0, y / SOFT)) for _x, y in camera.seen([(0, wall_y, 0), (0, wall_y, 8)])
    )
    picture = Image.new("RGB", small, room.wall)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, line, small[0], small[1] + 9), fill=room.floor)
    _pattern(draw, room, View(camera, wall_y, small[0]))
    picture = ImageChops.multiply(picture, _light(small, round(room.light, 1)))
    darkness = _shadows(camera, solids, small, wall_y, line)
    picture = Image.composite(Image.new("RGB", small, shade(room.floor, 0.30)), picture, darkness)
    draw = ImageDraw.Draw(picture)
    # The skirting: a light board and the line of shade under it.
    if room.pattern != "sheet":
        draw.rectangle((0, board, small[0], line), fill=shade(room.wall, 0.93))
    draw.line((0, line, small[0], line), fill=shade(room.floor, 0.72), width=1)
    return picture.filter(ImageFilter.GaussianBlur(1.1)).resize(size, Image.Resampling.BILINEAR)


def _pattern(draw, room, view):
    """Seams in the wall and joints in the floor: enough to see where one stands."""
    seam, joint = shade(room.wall, 0.94), shade(room.floor, 0.93)
    if room.pattern == "panels":
        view.level(draw, 0, 250, seam)
        for x in range(-760, 801, 150):
            view.upright(draw, x, seam)
    elif room.pattern == "sheet":
        for x in range(-800, 801, 24):
            view.upright(draw, x, seam, wide=2)
            view.upright(draw, x + 5, shade(room.wall, 1.03), wide=2)
    elif room.pattern == "brick":
        for z in range(0, 420, 14):
            view.level(draw, 0, z, seam)
            for x in range(-460, 461, 46):
                view.upright(draw, x + z % 28 * 1.6, seam, low=z, high=z + 14)
    for x in range(-910, 1001, 20 if room.pattern == "boards" else 250):
        draw.line((*view.spot(x, 0, 0), *view.spot(x, -500, 0)), fill=joint)
    if room.pattern != "boards":
        view.level(draw, -160, 0, joint)


@lru_cache(maxsize=32)
def _light(size, across):
    """How light falls into the room: a wide soft spot on the wall, the corners darker."""
    width, height = 64, 48
    spot = Image.new("L", (width, height))
    spot.putdata(
        [
            round(
                258 - 50 * min(1.0, ((x / width - across) ** 2 * 1.1 + (y / height - 0.34) ** 2 * 1.7)) ** 0.9
            )
            for y in range(height)
            for x in range(width)
        ]
    )
    large = spot.resize(size, Image.Resampling.BICUBIC)
    cool = large.point(lambda value: min(255, round(value * 0.985 + 6)))
    return Image.merge("RGB", (large, large.point(lambda value: min(255, value + 1)), cool))


def _shadows(camera, solids, size, wall_y, line):
    """Where no light falls: thrown on the floor and the wall, and close under what stands on the floor."""
    thrown, close, wall = (Image.new("L", size) for _mask in range(3))
    on_floor, near, on_wall = (ImageDraw.Draw(mask) for mask in (thrown, close, wall))
    for solid in solids:
        if solid.alpha < 255:
            continue
        corners = camera.turned(corners_of(solid))
        _fill(on_floor, camera, [_along(point, point[2] / SUN[2]) for point in corners], 84)
        _fill(on_wall, camera, [_along(point, (point[1] - wall_y) / SUN[1]) for point in corners], 66)
        if solid.low[2] < 30:
            foot = camera.turned([point for point in solid.points if point[2] < solid.low[2] + 8])
            _fill(near, camera, [(x, y, 0) for x, y, _z in foot], 150 if solid.low[2] < 4 else 60)
    floor = max(0, min(size[1], round(line)))
    thrown.paste(wall.crop((0, 0, size[0], floor)), (0, 0))
    wide = max(2.0, size[0] / 80)
    return ImageChops.add(
        thrown.filter(ImageFilter.GaussianBlur(wide)), close.filter(ImageFilter.GaussianBlur(wide / 3.4))
    )


def _along(point, steps):
    return tuple(part - sun * steps for part, sun in zip(point, SUN, strict=True))


def _fill(draw, camera, points, value):
    outline = hull([(x / SOFT, y / SOFT) for x, y in camera.seen(points)])
    if len(outline) > 2:
        draw.polygon(outline, fill=value)
