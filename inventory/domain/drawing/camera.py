"""The camera: where it stands, what it sees of a thing, and where in the picture."""

from dataclasses import dataclass
from math import cos, radians, sin

from inventory.domain.drawing.solids import Solid


@dataclass(frozen=True)
class Camera:
    """Looks at a thing turned by ``yaw`` from ``pitch`` degrees above; ``frame`` places it in the picture."""

    yaw: float
    pitch: float
    distance: float
    middle: tuple[float, float, float]
    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def eye(self):
        """Where the camera stands, in the thing's own directions."""
        back = -self.distance * cos(radians(self.pitch))
        one, other = cos(radians(-self.yaw)), sin(radians(-self.yaw))
        return (
            self.middle[0] - back * other,
            self.middle[1] + back * one,
            self.middle[2] + self.distance * sin(radians(self.pitch)),
        )

    def turned(self, points):
        """Points of the thing as they stand in the room."""
        one, other = cos(radians(self.yaw)), sin(radians(self.yaw))
        mx, my, _mz = self.middle
        return [
            ((x - mx) * one - (y - my) * other, (x - mx) * other + (y - my) * one, z) for x, y, z in points
        ]

    def seen(self, points):
        """Points of the room in the picture, in pixels."""
        down, level = sin(radians(self.pitch)), cos(radians(self.pitch))
        mz, found = self.middle[2], []
        for x, y, z in points:
            away = self.distance + y * level - (z - mz) * down
            scale = self.zoom / max(away, 1.0)
            found.append((self.left + x * scale, self.top - ((z - mz) * level + y * down) * scale))
        return found


def standing(solids, *, yaw, pitch):
    """A camera before the thing, far enough to see it without distortion."""
    seen = [solid for solid in solids if solid.counts]
    low = [min(solid.low[axis] for solid in seen) for axis in range(3)]
    high = [max(solid.high[axis] for solid in seen) for axis in range(3)]
    middle = tuple((one + other) / 2 for one, other in zip(low, high, strict=True))
    largest = max(other - one for one, other in zip(low, high, strict=True))
    return Camera(yaw, pitch, largest * 3.2 + 60, middle)


def framed(camera, solids, size, *, fill=(0.62, 0.66), closer=1.0, aim=(0.5, 0.5)):
    """The camera zoomed and moved so that the thing fills its share; ``closer`` shows a detail at ``aim``."""
    spots = camera.seen(
        camera.turned([corner for solid in solids if solid.counts for corner in corners_of(solid)])
    )
    left, top, right, bottom = box_about(spots)
    width, height = right - left, bottom - top
    zoom = min(size[0] * fill[0] / width, size[1] * fill[1] / height) * closer
    x = left + width * aim[0]
    y = top + height * aim[1]
    return Camera(
        camera.yaw,
        camera.pitch,
        camera.distance,
        camera.middle,
        camera.zoom * zoom,
        size[0] / 2 - x * zoom,
        # A thing stands a little below the middle of the picture.
        size[1] * (0.5 if closer > 1 else 0.53) - y * zoom,
    )


def corners_of(solid: Solid):
    (x0, y0, z0), (x1, y1, z1) = solid.low, solid.high
    return [(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)]


def box_about(spots):
    xs, ys = zip(*spots, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def area(outline):
    """Twice the area; less than nothing for what looks at the viewer."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, [*outline[1:], outline[0]], strict=True))


def hull(points):
    """The line about points in the picture."""
    points = sorted(set(points))
    lower: list = []
    upper: list = []
    for chain, sequence in ((lower, points), (upper, reversed(points))):
        for point in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
    return lower[:-1] + upper[:-1]


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
