"""One drawn photo: a thing of a kind and a colour, in a room, from one side."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from random import Random

from inventory.domain.drawing import boards, cabinets, others, seats, shelves, sofas, tables
from inventory.domain.drawing.camera import framed, standing
from inventory.domain.drawing.look import Look
from inventory.domain.drawing.painting import grained, paint
from inventory.domain.drawing.room import Room, room_picture
from inventory.domain.drawing.solids import Solid

QUALITY = 86


@dataclass(frozen=True)
class Kind:
    """How a kind of thing is built, and how one looks at it."""

    build: Callable[[Look], list[Solid]]
    hangs: bool = False  # on the wall, or from the ceiling
    pitch: float = 14.0
    fill: tuple[float, float] = (0.60, 0.68)
    yaw: float = 32.0


LOW = partial(Kind, pitch=20.0)
TALL = partial(Kind, pitch=9.0, fill=(0.56, 0.78))
WALL = partial(Kind, hangs=True, pitch=5.0, yaw=18.0, fill=(0.58, 0.58))

KINDS = {
    "seating": Kind(seats.visitor_chair),
    "office_chair": Kind(seats.office_chair, fill=(0.6, 0.76)),
    "saddle_chair": Kind(seats.saddle_chair, fill=(0.6, 0.7)),
    "meeting_chair": Kind(seats.meeting_chair),
    "visitor_chair": Kind(seats.visitor_chair),
    "stacking_chair": Kind(seats.stacking_chair),
    "dining_chair": Kind(seats.dining_chair),
    "stool": Kind(seats.stool, fill=(0.6, 0.56)),
    "bar_stool": TALL(seats.bar_stool),
    "bench": LOW(seats.bench),
    "sofas": Kind(sofas.sofa),
    "sofa": Kind(sofas.sofa, fill=(0.72, 0.6)),
    "sofa_bed": Kind(sofas.sofa_bed, fill=(0.7, 0.62), pitch=18.0),
    "armchair": Kind(sofas.armchair, fill=(0.6, 0.66)),
    "footstool": Kind(sofas.footstool, fill=(0.5, 0.5), pitch=18.0),
    "tables": LOW(tables.desk),
    "desk": Kind(tables.desk, pitch=17.0, fill=(0.68, 0.64)),
    "desk_electric": Kind(tables.desk_electric, pitch=15.0, fill=(0.66, 0.66)),
    "meeting_table": Kind(tables.meeting_table, pitch=19.0, fill=(0.73, 0.6)),
    "dining_table": Kind(tables.dining_table, pitch=19.0, fill=(0.7, 0.62)),
    "coffee_table": Kind(tables.coffee_table, pitch=22.0, fill=(0.66, 0.5)),
    "side_table": Kind(tables.side_table, pitch=17.0, fill=(0.5, 0.6)),
    "folding_table": Kind(tables.folding_table, pitch=18.0, fill=(0.73, 0.6)),
    "storage": Kind(cabinets.cabinet),
    "cabinet": Kind(cabinets.cabinet, pitch=11.0, fill=(0.66, 0.74)),
    "pedestal": Kind(cabinets.pedestal, pitch=16.0, fill=(0.5, 0.62)),
    "chest": Kind(cabinets.chest, fill=(0.62, 0.64)),
    "filing_cabinet": Kind(cabinets.filing_cabinet, pitch=10.0, fill=(0.5, 0.74)),
    "wardrobe": TALL(cabinets.wardrobe),
    "locker": TALL(cabinets.locker),
    "display_cabinet": TALL(cabinets.display_cabinet),
    "shelves": TALL(shelves.bookshelf),
    "bookshelf": Kind(shelves.bookshelf, pitch=8.0, yaw=26.0, fill=(0.56, 0.78)),
    "wall_shelf": Kind(shelves.wall_shelf, hangs=True, pitch=4.0, yaw=22.0, fill=(0.62, 0.55)),
    "storage_rack": Kind(shelves.storage_rack, pitch=8.0, yaw=26.0, fill=(0.64, 0.78)),
    "coat_rack": TALL(shelves.coat_rack),
    "shoe_rack": Kind(shelves.shoe_rack, fill=(0.62, 0.56)),
    "beds": Kind(sofas.bed_frame, pitch=20.0, fill=(0.73, 0.62)),
    "bed_frame": Kind(sofas.bed_frame, pitch=20.0, fill=(0.73, 0.62)),
    "child_bed": Kind(sofas.child_bed, pitch=17.0, yaw=58.0, fill=(0.66, 0.64)),
    "bunk_bed": Kind(sofas.bunk_bed, pitch=10.0, yaw=24.0, fill=(0.7, 0.74)),
    "lamps": TALL(others.floor_lamp),
    "floor_lamp": TALL(others.floor_lamp),
    "desk_lamp": Kind(others.desk_lamp, pitch=12.0, yaw=14.0, fill=(0.5, 0.62)),
    "ceiling_lamp": Kind(others.ceiling_lamp, hangs=True, pitch=-6.0, fill=(0.42, 0.42)),
    "boards": WALL(boards.notice_board),
    "whiteboard": WALL(boards.whiteboard),
    "notice_board": WALL(boards.notice_board),
    "flipchart": Kind(boards.flipchart, pitch=9.0, yaw=24.0, fill=(0.5, 0.78)),
    "screen": Kind(boards.screen, pitch=10.0, fill=(0.6, 0.74)),
    "acoustic_panel": WALL(boards.acoustic_panel),
    "textiles": Kind(others.flat_stack, pitch=20.0, fill=(0.5, 0.5)),
    "carpet": Kind(others.carpet, pitch=34.0, yaw=24.0, fill=(0.72, 0.62)),
    "curtain": Kind(boards.curtain, hangs=True, pitch=3.0, yaw=14.0, fill=(0.62, 0.8)),
    "school": Kind(tables.school_desk, pitch=16.0),
    "school_desk": Kind(tables.school_desk, pitch=16.0, fill=(0.58, 0.66)),
    "school_chair": Kind(seats.school_chair, fill=(0.5, 0.68)),
    "teacher_desk": Kind(tables.teacher_desk, pitch=15.0, fill=(0.66, 0.62)),
    "daycare": Kind(seats.high_chair, pitch=19.0, yaw=24.0, fill=(0.6, 0.6)),
    "lectern": Kind(tables.lectern, pitch=11.0, yaw=212.0, fill=(0.5, 0.74)),
    "outdoor": Kind(seats.garden_chair),
    "garden_table": Kind(tables.garden_table, pitch=18.0, fill=(0.68, 0.6)),
    "garden_chair": Kind(seats.garden_chair, fill=(0.52, 0.68)),
    "decor": Kind(others.plant_pot),
    "mirror": Kind(boards.mirror, hangs=True, pitch=3.0, yaw=20.0, fill=(0.5, 0.72)),
    "picture": WALL(boards.picture),
    "plant_pot": Kind(others.plant_pot, fill=(0.5, 0.66)),
    "trolley": Kind(others.trolley, fill=(0.56, 0.66)),
    "waste_bin": Kind(others.waste_bin, pitch=18.0, fill=(0.42, 0.54)),
    "appliances": TALL(cabinets.appliance),
    "other": Kind(others.box, pitch=20.0, fill=(0.5, 0.52)),
}

WALLS = ((226, 223, 216), (214, 220, 218), (222, 216, 208), (206, 212, 216), (230, 228, 224), (216, 210, 204))
FLOORS = ((172, 170, 166), (184, 178, 170), (160, 162, 164), (190, 170, 144), (178, 172, 160))
PATTERNS = ("plain", "panels", "sheet", "brick", "plain")
# Each view: how much the thing is turned (a share of its kind's own), how much higher one stands, how close, at what.
VIEWS = (
    (1.0, 0.0, 1.0, (0.5, 0.5)),
    (0.12, -2.0, 1.0, (0.5, 0.5)),
    (-1.05, 4.0, 1.0, (0.5, 0.5)),
    (0.8, 6.0, 2.1, (0.42, 0.36)),
)


def draw(kind: str, *, colour: str, seed: int, view: int = 0, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG of a thing of this category and colour. The same arguments always give the same bytes.

    The seed makes it one thing of its kind in one place; ``view`` 0 to 3 looks at that same thing from the left, from
    the front, from the right, and closely. A category that is not known is a box.
    """
    shape = KINDS.get(kind, KINDS["other"])
    rng = Random(f"{kind} {colour} {seed}")  # noqa: S311  (pictures, not secrets)
    solids = shape.build(Look(colour, rng))
    room = _room(shape, rng)
    turn, lift, closer, aim = VIEWS[view % len(VIEWS)]
    camera = standing(
        solids,
        yaw=shape.yaw * turn * rng.uniform(0.85, 1.15) * rng.choice([1, 1, -1]),
        pitch=shape.pitch + lift + rng.uniform(-1.5, 1.5),
    )
    camera = framed(camera, solids, size, fill=shape.fill, closer=closer, aim=aim)
    picture = room_picture(room, camera, solids, size)
    paint(picture, solids, camera)
    file = BytesIO()
    grained(picture).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _room(shape, rng):
    floor = rng.choice(FLOORS)
    pattern = "boards" if floor == FLOORS[3] else rng.choice(PATTERNS)
    gap = 3.0 if shape.hangs else rng.uniform(45, 110)
    return Room(rng.choice(WALLS), floor, pattern, gap, rng.uniform(0.2, 0.5))
