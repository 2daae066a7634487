"""Give a HEIC made by heif-enc the mark that phones use for "held on its side" (``irot``); see README.md."""

import struct
import sys
from pathlib import Path

INSIDE = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes that hold boxes, and what stands before them


def boxes(data, start, end):
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, start + size
        start += size


def turned(data, quarter_turns):
    """``data`` with its first picture to be shown turned anticlockwise by so many quarters."""
    data, opened = bytearray(data), []

    def path(start, end, *names):
        kind, at, stop = next(box for box in boxes(data, start, end) if box[0] == names[0])
        opened.append(at)
        return path(at + 8 + INSIDE[kind], stop, *names[1:]) if names[1:] else (at, stop)

    _, ipco_end = path(0, len(data), b"meta", b"iprp", b"ipco")
    ipma, _ = path(opened[1] + 8, ipco_end + 8 + struct.unpack_from(">I", data, ipco_end)[0], b"ipma")
    properties = len(list(boxes(data, opened[2] + 8, ipco_end)))
    # ipma: size, kind, version and flags, entries; then item (2 bytes), how many, one byte each.
    count = ipma + 18
    data[count + 1 + data[count] : count + 1 + data[count]] = bytes([0x80 | (properties + 1)])
    data[count] += 1
    data[ipco_end:ipco_end] = struct.pack(">I4sB", 9, b"irot", quarter_turns)
    for was, more in zip(opened, (10, 10, 9, 1), strict=True):
        at = was + 9 if was == ipma else was
        struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + more)
    move_extents(data, 10)
    return bytes(data)


def move_extents(data, by):
    """Everything after the boxes has moved: say so in iloc (version 0 or 1, offsets and lengths of 4 bytes)."""
    start = data.index(b"iloc") + 4
    version, widths, items = (
        data[start],
        data[start + 4 : start + 6],
        struct.unpack_from(">H", data, start + 6)[0],
    )
    base, at = widths[1] >> 4, start + 8
    for _ in range(items):
        at += 2 + (2 if version == 1 else 0) + 2 + base
        extents = struct.unpack_from(">H", data, at)[0]
        at += 2
        for _ in range(extents):
            struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + by)
            at += 8


if __name__ == "__main__":
    source, target, quarters = sys.argv[1:]
    Path(target).write_bytes(turned(Path(source).read_bytes(), int(quarters)))
