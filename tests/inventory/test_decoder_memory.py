"""What a photo may cost in memory: 256 MiB at most, 640 MiB for HEIC, measured at the peak of the child program."""

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from inventory import decoder
from inventory.domain import imaging
from tests.inventory import pictures
from tests.inventory.decoding import GOOD, refused
from tests.inventory.pictures import apart, drawn, encoded

MOST_MIB, MOST_HEIC_MIB = 256, 640
LARGE_HEIC = Path(__file__).parent / "data" / "large.heic"
WIDE, SQUARE = (8160, 6120), (7071, 7071)  # both as many pixels as are taken, or nearly
# Where each pass of an interlaced PNG begins and how far it steps, across and down.
WHOLE = [(0, 0, 1, 1)]
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
PALETTE_CHUNKS = (
    pictures.png_chunk(b"PLTE", random.Random(1).randbytes(768)),
    pictures.png_chunk(b"tRNS", bytes(range(256))),
)


def png(colours, bits, *chunks, passes=WHOLE):
    """The largest PNG that is taken, written without any copy of it."""
    width, height = SQUARE
    channels = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}[colours]
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, int(passes is PASSES))
    packed = zlib.compressobj(1)
    data = []
    for left, top, across, down in passes:
        samples = -(-(width - left) // across) * channels
        row = b"\0" + (bytes(range(256)) * (samples * bits // 2048 + 1))[: -(-samples * bits // 8)]
        data += [packed.compress(row) for _ in range(top, height, down)]
    pixels = pictures.png_chunk(b"IDAT", b"".join([*data, packed.flush()]))
    start = b"\x89PNG\r\n\x1a\n" + pictures.png_chunk(b"IHDR", header)
    return start + b"".join(chunks) + pixels + pictures.png_chunk(b"IEND", b"")


def heavier(png):
    """The same PNG with as much behind its pixels as a file may weigh."""
    ballast = bytes(decoder.MAX_BYTES - len(png) - 12)
    return png[:-12] + pictures.png_chunk(b"prIv", ballast) + png[-12:]


def colourful(size, mode="RGB"):
    """More colours than a palette holds, and none of them noise."""
    ramp, rings = (make("L").resize(size) for make in (Image.linear_gradient, Image.radial_gradient))
    channels = [ramp, ramp.transpose(Image.Transpose.ROTATE_180), rings, rings]
    return Image.merge(mode, channels[: len(mode)])


@pytest.mark.parametrize(
    ("name", "data", "most_mib"),
    [
        ("jpeg", lambda: encoded(drawn(4032, 3024), "JPEG"), 64),
        (
            "progressive jpeg",
            lambda: encoded(drawn(4032, 3024), "JPEG", progressive=True, subsampling=0),
            128,
        ),
        ("jpeg of 50 megapixels", lambda: encoded(drawn(*WIDE), "JPEG"), 64),
        ("png with alpha", lambda: encoded(drawn(4032, 3024, "RGBA"), "PNG", compress_level=1), 160),
        ("webp", lambda: encoded(drawn(4032, 3024), "WEBP", method=0), 80),
        ("heic", lambda: GOOD["HEIC"], 200),
    ],
)
def test_an_ordinary_photo_stays_far_within_its_memory(decode, name, data, most_mib):
    ending = decode(data())

    assert ending.status == 0
    assert ending.peak_mib <= most_mib


LARGEST = {
    "jpeg with fine colours": lambda: encoded(drawn(*SQUARE), "JPEG", subsampling=0),
    "jpeg in cmyk": lambda: encoded(Image.new("CMYK", SQUARE, (9, 99, 50, 20)), "JPEG"),
    "jpeg in grey": lambda: encoded(drawn(*SQUARE, "L"), "JPEG"),
    "progressive jpeg": lambda: encoded(drawn(*SQUARE), "JPEG", progressive=True),
    "progressive jpeg with finer colours": lambda: encoded(
        drawn(*WIDE), "JPEG", progressive=True, subsampling=1
    ),
    "progressive jpeg in grey": lambda: encoded(drawn(*SQUARE, "L"), "JPEG", progressive=True),
    "progressive jpeg with the finest colours": lambda: encoded(
        drawn(5640, 5640), "JPEG", progressive=True, subsampling=0
    ),
    "jpeg with a scan for each colour": lambda: pictures.scan_by_scan(5640, 5640),
    "png": lambda: heavier(png(RGB, 8)),
    "png with alpha": lambda: png(RGBA, 8),
    "png with a colour that is glass": lambda: png(RGB, 8, pictures.png_chunk(b"tRNS", bytes(6))),
    "png in grey of sixteen bits": lambda: png(GREY, 16),
    "png in grey with alpha": lambda: png(GREY_ALPHA, 8),
    "png with a palette": lambda: heavier(png(PALETTE, 8, *PALETTE_CHUNKS)),
    "png of single bits": lambda: png(GREY, 1),
    "interlaced png": lambda: png(RGB, 8, passes=PASSES),
    "interlaced png of sixteen bits with alpha": lambda: png(RGBA, 16, passes=PASSES),
    "webp": lambda: encoded(drawn(*SQUARE), "WEBP", method=0),
    "webp with alpha": lambda: encoded(colourful(SQUARE, "RGBA"), "WEBP", method=0),
    "lossless webp": lambda: encoded(colourful(SQUARE), "WEBP", method=0, lossless=True, quality=0),
}


# What takes most, and what phones make; the others by `make thorough`.
OFTEN = {
    "progressive jpeg",
    "progressive jpeg with the finest colours",
    "png with alpha",
    "interlaced png of sixteen bits with alpha",
    "webp with alpha",
}


@pytest.mark.parametrize(
    "name", [one if one in OFTEN else pytest.param(one, marks=pytest.mark.thorough) for one in LARGEST]
)
def test_the_largest_photo_of_each_kind_is_taken_within_256_mebibytes(decode, name):
    ending = decode(LARGEST[name]())

    assert (ending.said.get("error"), ending.status) == (None, 0)
    assert ending.peak_mib <= MOST_MIB


def test_the_largest_heic_is_taken_within_640_mebibytes(decode):
    """50 megapixels, as fine in colour as in light, held on its side."""
    ending = decode(LARGE_HEIC.read_bytes())

    assert (ending.status, ending.image.size) == (0, (2048, 1536))
    assert apart(ending.image, drawn()) < 2
    assert MOST_MIB < ending.peak_mib <= MOST_HEIC_MIB


@pytest.mark.parametrize(
    "data",
    [
        pictures.jpeg_declaring(*WIDE, progressive=True, subsampling=0),
        pictures.jpeg_declaring(5800, 5800, progressive=True, subsampling=0),
        pictures.jpeg_declaring(*WIDE, mode="CMYK", progressive=True),
        pictures.scan_by_scan(64, 64, declaring=WIDE),
    ],
    ids=["fine colours", "34 megapixels", "cmyk", "a scan for each colour"],
)
def test_a_jpeg_of_several_scans_that_would_take_more_is_refused_before_it_is_decoded(decode, data):
    ending = decode(data + bytes(60_000))

    assert refused(ending) == "too_heavy"
    assert ending.peak_mib <= 32


# The program as it was before it worked on bands: the whole picture is copied, and laid on white at full size.
WASTEFUL = "decoder.shrunk = lambda image: decoder.opaque(image.copy()).reduce(decoder.factors(image.size))\n"
UNBOUND = "decoder.MEMORY = decoder.HEIC_MEMORY = 2048 * decoder.MIB\n"


def changed(monkeypatch, *lines):
    start = "decoder.main("
    monkeypatch.setattr(imaging, "PROGRAM", imaging.PROGRAM.replace(start, "".join(lines) + start))


def test_the_meter_sees_a_program_that_takes_more(decode, monkeypatch):
    changed(monkeypatch, WASTEFUL, UNBOUND)

    ending = decode(png(RGBA, 8))

    assert ending.status == 0
    assert ending.peak_mib > MOST_MIB


def test_a_program_that_would_take_more_is_stopped_before_it_has(decode, monkeypatch):
    changed(monkeypatch, WASTEFUL)

    ending = decode(png(RGBA, 8))

    assert refused(ending) == "too_heavy"
    assert ending.peak_mib <= MOST_MIB


@pytest.mark.parametrize("size", [(4200, 3150), (5003, 4999), (4099, 7), (9001, 2501)])
def test_a_picture_that_is_shrunk_in_bands_looks_like_one_that_is_shrunk_whole(decode, size):
    glass = drawn(*size, "RGBA")
    glass.putalpha(Image.linear_gradient("L").resize(size))
    white = Image.new("RGB", size, "white")
    white.paste(glass, mask=glass)

    master = decode(encoded(glass, "PNG", compress_level=1)).image

    whole = decoder.resized(white, decoder.fitted(size, decoder.MASTER_SIDE))
    whole = Image.open(io.BytesIO(encoded(whole, "JPEG", quality=decoder.MASTER_QUALITY)))
    assert master.size == whole.size
    assert apart(master, whole) < 0.5


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_with_a_side_that_no_whole_number_divides_loses_no_edge(decode, form):
    """The last rows and columns, which stand for fewer than the others, are neither stretched nor cut."""
    picture = Image.new("RGB", (4101, 4101), "white")
    picture.paste("black", (2050, 2050, 4101, 4101))
    how = {"lossless": True, "quality": 0} if form == "WEBP" else {"compress_level": 1}

    master = decode(encoded(picture.convert("RGBA"), form, **how)).image

    assert master.size == (2048, 2048)
    assert master.getpixel((2047, 2047)) < (16, 16, 16)
    assert min(master.getpixel((2047, 1000))) > 240
    assert min(master.getpixel((1018, 1018))) > 240
    assert max(master.getpixel((1030, 1030))) < 16
