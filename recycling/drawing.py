"""A thing's size as a drawing: a box seen a little from above and from the right."""

ACROSS, UP = 160, 180  # the room for the box in the drawing, in its own units
LEFT, TOP = 84, 12  # beside it stands the height, under it the width
SLANT = 0.35  # how far the depth runs to the right and up
THINNEST = 4  # a board is thin, but not invisible


def cuboid(width, depth, height):
    """The three faces of a box as paths, and where its width, depth and height are written."""
    scale = min(ACROSS / (width + SLANT * depth), UP / (height + SLANT * depth))
    wide, high, slant = (round(max(THINNEST, size * scale)) for size in (width, height, SLANT * depth))
    left = LEFT + max(0, ACROSS - wide - slant) // 2
    right, bottom = left + wide, TOP + UP
    top = bottom - high
    return {
        "front": f"M{left} {top}h{wide}v{high}h{-wide}z",
        "lid": f"M{left} {top}l{slant} {-slant}h{wide}l{-slant} {slant}z",
        "side": f"M{right} {top}l{slant} {-slant}v{high}l{-slant} {slant}z",
        "width_at": (left + wide // 2, bottom + 24),
        "height_at": (left - 10, top + high // 2 + 6),
        "depth_at": (right + slant // 2 + 10, bottom - slant // 2 + 10),
    }
