"""Pictures that the tests draw themselves, and files that are not what they claim to be."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

ORIENTATION = 0x0112
GPS = 0x8825
# Planted wherever a file can carry words; none of them may ever come out again.
MARKERS = (
    "MARKER-EXIF",
    "MARKER-GPS",
    "MARKER-XMP",
    "MARKER-TEXT",
    "MARKER-COMMENT",
    "MARKER-ICC",
    "MARKER-IPTC",
)
# What takes a held-wrong picture back to upright, undone: the picture as that camera would store it.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def drawn(width=480, height=320, mode="RGB"):
    """A picture that looks different in each of the eight ways to hold it."""
    image = Image.new("RGB", (width, height), "#d8d0c4")
    draw = ImageDraw.Draw(image)
    w, h = width / 12, height / 8
    draw.rectangle((w, h, 4 * w, 3 * h), fill="#b03a2e")
    draw.rectangle((8 * w, h, 11 * w, 2 * h), fill="#1f618d")
    draw.ellipse((w, 5 * h, 3 * w, 7 * h), fill="#1e8449")
    draw.polygon([(6 * w, 7 * h), (11 * w, 7 * h), (11 * w, 4 * h)], fill="#f4d03f")
    return image if mode == "RGB" else image.convert(mode)


def encoded(image, form, **how):
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def notes(orientation=1):
    """EXIF as a phone writes it, with a place in it."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x8298] = "MARKER-EXIF"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update(
        {1: "N", 2: (60.0, 27.0, 1.0), 3: "E", 4: (22.0, 16.0, 1.0), 0x1B: b"MARKER-GPS"}
    )
    return exif


def profile():
    """A colour profile that cannot be mistaken for sRGB and carries words."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(made).replace("sRGB built-in".encode("utf-16-be"), "MARKER-ICC...".encode("utf-16-be"))


def xmp():
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>MARKER-XMP</rdf:RDF></x:xmpmeta>'


def apart(one, other):
    """How far two pictures are from each other: the mean difference of a channel at 64 x 64."""
    small = [image.convert("RGB").resize((64, 64), Image.Resampling.BOX) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *chunks, data=b""):
    """A PNG of any declared size with further chunks before its pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(data)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels


def jpeg_declaring(width, height, *, mode="RGB", **how):
    """A small JPEG whose header claims another size."""
    data = bytearray(encoded(drawn(64, 48, mode), "JPEG", **how))
    frame = next(data.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in data)
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def scan_by_scan(width, height, *, declaring=None):
    """A JPEG that is not progressive and yet has a scan for each of its colours, the same one three times."""
    grey = encoded(drawn(width, height, "L"), "JPEG")
    frame, scan = grey.index(b"\xff\xc0"), grey.index(b"\xff\xda")
    across, down = declaring or (width, height)
    colours = b"".join(bytes([number, 0x11, 0]) for number in (1, 2, 3))
    start = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, down, across, 3) + colours
    scans = [grey[scan : scan + 5] + bytes([number]) + grey[scan + 6 : -2] for number in (1, 2, 3)]
    return grey[:frame] + start + grey[frame + 13 : scan] + b"".join(scans) + grey[-2:]


def webp_declaring(width, height):
    """A WebP whose extended header claims a canvas."""
    small = encoded(drawn(64, 48), "WEBP")
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas + small[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_scans(count):
    """A progressive JPEG that repeats its last scan ``count`` times over."""
    data = encoded(drawn(2000, 1500), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def moving(form, frames=3):
    pictures = [drawn().rotate(90 * turn) for turn in range(frames)]
    return encoded(pictures[0], form, save_all=True, append_images=pictures[1:], duration=100)


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.php", "<?php system($_GET['c']); ?>")
    return out.getvalue()
