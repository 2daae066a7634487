"""Pictures that our own code draws."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from inventory import data, vocabulary
from inventory.domain import drawing
from inventory.domain.drawing import solids
from inventory.domain.drawing.camera import Camera, area
from inventory.domain.drawing.painting import in_order, normal

SMALL = (240, 180)
KEYS = [row["key"] for row in data.categories()]


def opened(content):
    return Image.open(BytesIO(content))


def difference(one, other):
    """How far apart two pictures are, on average, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(opened(one), opened(other))).mean) / 3


def mean_of_middle(content):
    picture = opened(content)
    wide, high = picture.size
    box = (int(wide * 0.4), int(high * 0.4), int(wide * 0.6), int(high * 0.6))
    return ImageStat.Stat(picture.crop(box)).mean


def test_every_category_has_a_drawing_of_its_own():
    assert set(drawing.KINDS) == set(KEYS)


@pytest.mark.parametrize("kind", KEYS)
def test_a_drawing_is_a_jpeg_of_the_size_asked_for_with_something_in_it(kind):
    content = drawing.draw(kind, colour="red", seed=1, size=SMALL)
    picture = opened(content)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", SMALL)
    placed = opened(drawing.placeholder(kind, "red", SMALL))
    assert (placed.format, placed.mode, placed.size) == ("JPEG", "RGB", SMALL)
    # A plain wall and floor would stay under this.
    assert min(ImageStat.Stat(picture).stddev) > 12
    assert max(ImageStat.Stat(placed).stddev) > 12


def test_the_same_arguments_give_the_same_bytes_and_a_seed_another_thing():
    one, again, other = (drawing.draw("sofa", colour="blue", seed=seed, size=SMALL) for seed in (3, 3, 4))
    assert one == again
    assert difference(one, other) > 4


def test_the_views_differ_and_begin_again_after_the_last():
    views = [drawing.draw("desk", colour="oak", seed=5, view=view, size=SMALL) for view in range(5)]
    assert views[4] == views[0]
    assert all(difference(views[one], views[other]) > 2 for one in range(4) for other in range(one))


@pytest.mark.parametrize(
    ("colour", "strongest"), [("red", 0), ("green", 1), ("blue", 2)], ids=["red", "green", "blue"]
)
def test_a_thing_has_the_colour_it_is_said_to_have(colour, strongest):
    for content in (
        drawing.draw("wardrobe", colour=colour, seed=2, size=SMALL),
        drawing.placeholder("wardrobe", colour, SMALL),
    ):
        means = mean_of_middle(content)
        assert means.index(max(means)) == strongest
        assert max(means) > min(means) + 40


@pytest.mark.parametrize("colour", [*(word.key for word in vocabulary.COLOURS), ""])
def test_every_colour_can_be_drawn_and_so_can_none(colour):
    assert opened(drawing.draw("armchair", colour=colour, seed=1, size=SMALL)).size == SMALL


def test_a_kind_that_nobody_knows_is_a_box():
    assert drawing.draw("spaceship", colour="red", seed=1, size=SMALL)[:2] == b"\xff\xd8"


def test_a_placeholder_is_another_picture_than_a_photo():
    assert (
        difference(
            drawing.placeholder("sofa", "red", SMALL), drawing.draw("sofa", colour="red", seed=1, size=SMALL)
        )
        > 20
    )


# Solids and the camera


@pytest.mark.parametrize(
    "solid",
    [
        solids.slab((0, 0, 0), (10, 20, 30), (0, 0, 0)),
        solids.cushion((0, 0, 0), (40, 40, 20), (0, 0, 0)),
        solids.turned(0, 0, [(4, 0), (6, 5), (2, 9)], (0, 0, 0)),
        solids.rod((0, 0, 0), (3, 4, 12), 1, (0, 0, 0)),
        *(solids.plate(solids.rounded(20, 10, 3), 0, 2, (0, 0, 0), axis=axis) for axis in "xyz"),
    ],
    ids=["slab", "cushion", "turned", "rod", "plate x", "plate y", "plate z"],
)
def test_every_face_of_a_solid_looks_outwards(solid):
    middle = [sum(point[axis] for point in solid.points) / len(solid.points) for axis in range(3)]
    for face in solid.faces:
        corners = [solid.points[number] for number in face]
        outward = [sum(corner[axis] for corner in corners) / len(corners) - middle[axis] for axis in range(3)]
        assert sum(a * b for a, b in zip(normal(corners), outward, strict=True)) > -1e-6


def test_a_slab_reaches_from_corner_to_corner():
    solid = solids.slab((1, 2, 3), (11, 22, 33), (0, 0, 0))
    assert [round(value, 6) for value in (*solid.low, *solid.high)] == [1, 2, 3, 11, 22, 33]


def test_leaning_back_moves_the_top_away_and_turning_moves_the_right_side_away():
    (leaning,) = solids.tilted([solids.slab((0, 0, 0), (1, 1, 10), (0, 0, 0))], 30)
    assert (leaning.high[1] > 5, leaning.low[1] >= 0) == (True, True)
    (turning,) = solids.swung([solids.slab((0, 0, 0), (10, 1, 1), (0, 0, 0))], 30)
    assert turning.high[1] > 5


@pytest.mark.parametrize("yaw", [-70, -20, 0, 35, 80])
def test_what_is_nearer_is_painted_later(yaw):
    row = [solids.slab((x, y, 0), (x + 10, y + 10, 10), (x, y, 0)) for x in (0, 12) for y in (0, 12)]
    camera = Camera(yaw, 15, 200, (11, 11, 5), zoom=100)
    order = in_order(row, camera)
    eye = camera.eye()
    far = [
        sum((low + 5 - at) ** 2 for low, at in zip(solid.low[:2], eye[:2], strict=True)) for solid in order
    ]
    assert far[0] == max(far)
    assert far[-1] == min(far)


def test_a_face_that_looks_at_the_viewer_has_a_negative_area():
    solid = solids.slab((0, 0, 0), (10, 10, 10), (0, 0, 0))
    camera = Camera(20, 15, 200, (5, 5, 5), zoom=100)
    seen = camera.seen(camera.turned(solid.points))
    facing = {
        tuple(round(part) for part in normal([solid.points[number] for number in face]))
        for face in solid.faces
        if area([seen[number] for number in face]) < -5
    }
    assert facing == {(0, -1, 0), (-1, 0, 0), (0, 0, 1)}
