"""The child program that opens strangers' pictures: what it takes, what it says no to, and at what cost."""

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from inventory import decoder
from inventory.domain import imaging
from tests.inventory import pictures
from tests.inventory.pictures import HELD, MARKERS, apart, drawn, encoded

HEIC = Path(__file__).parent / "data" / "drawn.heic"
# A child begins with the peak memory of whoever forked it, so that has to be somebody small.
WATCH = """
import os, sys
child = os.fork() or os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print([os.waitstatus_to_exitcode(status), used.ru_maxrss])
"""
FUZZ = int(os.environ.get("PHOTO_FUZZ", "300"))
GOOD = {
    "JPEG": encoded(drawn(), "JPEG"),
    "progressive JPEG": encoded(drawn(), "JPEG", progressive=True),
    "PNG": encoded(drawn(), "PNG"),
    "PNG with alpha": encoded(drawn(mode="RGBA"), "PNG"),
    "WEBP": encoded(drawn(), "WEBP"),
    "lossless WEBP": encoded(drawn(), "WEBP", lossless=True),
    "HEIC": HEIC.read_bytes(),
}


@dataclass
class Ending:
    """How the decoder ended: exit status (negative when killed), what it said, its peak memory, the master."""

    status: int
    said: dict
    peak_mib: float
    master: bytes | None

    @property
    def image(self):
        return Image.open(io.BytesIO(self.master))


@pytest.fixture
def decode(tmp_path):
    def run(data, name="photo"):
        source, master = tmp_path / f"{name}.in", tmp_path / f"{name}.jpg"
        source.write_bytes(data)
        start = [sys.executable, "-I", "-S", "-c", WATCH, *imaging.command(source, master)]
        done = subprocess.run(start, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        *said, (status, peak_kib) = map(json.loads, done.stdout.splitlines())
        kept = master.read_bytes() if master.exists() else None
        source.unlink()
        master.unlink(missing_ok=True)
        return Ending(status, said[0] if said else {}, peak_kib / 1024, kept)

    return run


def refused(ending):
    """The code of a refusal in which the child ended by itself and left nothing."""
    assert (ending.status, ending.master) == (3, None)
    return ending.said["error"]


def segments(jpeg):
    """The kinds of segment of a JPEG, in order, up to its pixels."""
    at, kinds = 2, []
    while jpeg[at + 1] != 0xDA:
        kinds.append(jpeg[at + 1])
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    return kinds


@pytest.mark.parametrize(
    ("kind", "name"),
    [(key.split()[-1].replace("HEIC", "HEIF"), key) for key in GOOD if key != "PNG with alpha"]
    + [("PNG", "PNG with alpha")],
)
def test_each_kind_of_phone_picture_is_taken(decode, kind, name):
    ending = decode(GOOD[name])

    assert (ending.status, ending.said["format"], ending.image.format) == (0, kind, "JPEG")
    assert ending.image.size == (ending.said["width"], ending.said["height"])
    assert apart(ending.image, drawn()) < 2


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_however_the_phone_was_held_the_picture_is_upright(decode, form, orientation):
    held = drawn() if orientation == 1 else drawn().transpose(HELD[orientation])

    ending = decode(encoded(held, form, exif=pictures.notes(orientation)))

    assert ending.image.size == (480, 320)
    assert apart(ending.image, drawn()) < 2
    assert orientation == 1 or apart(held, drawn()) > 8


def test_a_heic_held_on_its_side_is_turned_once(decode):
    ending = decode(GOOD["HEIC"])

    assert ending.image.size == (2048, 1536)
    assert apart(ending.image, drawn()) < 2


def test_a_broken_note_about_orientation_does_not_cost_the_picture(decode):
    for broken in (
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*",
        b"Exif\0\0rubbish",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
    ):
        assert decode(encoded(drawn(), "JPEG", exif=broken)).status == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((4032, 3024), (2016, 1512)),  # its half is taken as it comes
        ((8160, 6120), (2040, 1530)),
        ((3000, 2000), (2048, 1365)),
        ((2048, 100), (2048, 100)),
        ((640, 480), (640, 480)),
        ((12_000, 12), (2048, 2)),
        ((1, 1), (1, 1)),
    ],
)
def test_a_master_is_at_most_2048_long_and_never_enlarged(decode, sent, kept):
    assert decode(encoded(drawn(*sent), "JPEG")).image.size == kept


def test_colours_are_brought_to_srgb_by_the_profile_that_came_with_them(decode):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(pictures.profile())
    (count,) = struct.unpack_from(">I", swapped, 128)
    places = {bytes(swapped[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    swapped[red + 4 : red + 12], swapped[blue + 4 : blue + 12] = (
        swapped[blue + 4 : blue + 12],
        swapped[red + 4 : red + 12],
    )
    red_picture = Image.new("RGB", (64, 64), (200, 20, 20))

    for form in ("PNG", "JPEG", "WEBP"):
        shown = decode(encoded(red_picture, form, icc_profile=bytes(swapped))).image.getpixel((32, 32))
        assert shown[0] < 60 < shown[2] - 90
        usual = decode(encoded(red_picture, form, icc_profile=srgb)).image.getpixel((32, 32))
        assert usual[2] < 40 < usual[0] - 140


def test_a_profile_that_is_rubbish_or_of_another_colour_space_is_ignored(decode):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"rubbish", lab, pictures.profile()[:200]):
        assert apart(decode(encoded(drawn(), "JPEG", icc_profile=profile)).image, drawn()) < 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_way_to_store_colours_ends_as_rgb(decode, mode):
    picture = (
        drawn().convert("L").convert("I").point(lambda level: level * 257).convert("I;16")
        if mode == "I;16"
        else drawn(mode=mode)
    )
    wanted = drawn(mode="1") if mode == "1" else drawn(mode="L") if mode in ("L", "LA", "I;16") else drawn()

    ending = decode(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"))

    assert ending.image.mode == "RGB"
    assert apart(ending.image, wanted) < 3


def test_what_shows_through_is_laid_on_white(decode):
    glass = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    palette = Image.new("P", (64, 64), 0)
    for data in (
        encoded(glass, "PNG"),
        encoded(glass, "WEBP", lossless=True),
        encoded(palette, "PNG", transparency=0),
        encoded(Image.new("RGB", (64, 64), "red"), "PNG", transparency=(255, 0, 0)),
    ):
        assert min(decode(data).image.getpixel((32, 32))) >= 254


def test_the_report_tells_the_average_colour_and_a_hash_that_survives_shrinking(decode):
    noise = Image.frombytes("RGB", (24, 16), random.Random(5).randbytes(24 * 16 * 3))
    picture = noise.resize((960, 640), Image.Resampling.BICUBIC)

    large = decode(encoded(picture, "JPEG")).said
    small = decode(encoded(picture.resize((240, 160)), "WEBP")).said
    other = decode(encoded(picture.transpose(Image.Transpose.ROTATE_180), "JPEG")).said
    flat = decode(encoded(Image.new("RGB", (50, 50), (18, 52, 86)), "PNG")).said

    assert flat["colour"] == "#123456"
    assert (int(large["dhash"], 16) ^ int(small["dhash"], 16)).bit_count() <= 6
    assert (int(large["dhash"], 16) ^ int(other["dhash"], 16)).bit_count() >= 16


def with_segments(jpeg, *more):
    return (
        jpeg[:2]
        + b"".join(b"\xff" + bytes([kind]) + struct.pack(">H", len(data) + 2) + data for kind, data in more)
        + jpeg[2:]
    )


def telling_files():
    """Files that carry the planted words in every place that their kind has."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "MARKER-TEXT")
    text.add_text("Author", "MARKER-TEXT", zip=True)
    text.add_itxt("XML:com.adobe.xmp", pictures.xmp().decode())
    exif, icc = pictures.notes(6), pictures.profile()
    jpeg = encoded(drawn(), "JPEG", exif=exif, icc_profile=icc, comment=b"MARKER-COMMENT")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x78\0\x0bMARKER-IPTC"
    return {
        "jpeg": with_segments(jpeg, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + pictures.xmp()), (0xED, iptc)),
        "png": encoded(drawn(), "PNG", exif=exif, icc_profile=icc, pnginfo=text),
        "webp": encoded(drawn(), "WEBP", exif=exif, icc_profile=icc, xmp=pictures.xmp()),
        "heic": GOOD["HEIC"],
    }


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "heic"])
def test_nothing_that_was_written_into_a_photo_comes_out_again(decode, name):
    data = telling_files()[name]
    assert b"MARKER-GPS" in data

    ending = decode(data)

    for words in MARKERS:
        for coded in (words.encode(), words.encode("utf-16-be"), words.encode("utf-16-le")):
            assert coded not in ending.master
    assert set(ending.image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert len(ending.image.getexif()) == 0
    assert set(segments(ending.master)) == {
        0xE0,
        0xDB,
        0xC0,
        0xC4,
    }  # JFIF, tables, frame; no EXIF, ICC or comment


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.php", "<?php system($_GET['c']); ?>")
    return out.getvalue()


@pytest.mark.parametrize(
    "tail",
    [
        archive(),
        b"<?php phpinfo(); ?>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7\n1 0 obj",
        bytes(100_000),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_behind_a_picture_is_dropped(decode, kind, tail):
    ending = decode(GOOD[kind] + tail)

    assert apart(ending.image, drawn()) < 2
    for foreign in (b"<script", b"<?php", b"PK\x03\x04", b"%PDF"):
        assert foreign not in ending.master


def test_a_script_in_the_comment_of_a_jpeg_is_dropped(decode):
    assert b"<script" not in decode(encoded(drawn(), "JPEG", comment=b"<script>alert(1)</script>")).master


@cache
def strangers():
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"
    return {
        "nothing": b"",
        "one byte": b"\xff",
        "text": b"Hello, here is the chair.",
        "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "html": b"<!doctype html><script>alert(1)</script>",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + GOOD["JPEG"],
        "zip": archive(),
        "eps": postscript,
        "gif": encoded(drawn(), "GIF"),
        "bmp": encoded(drawn(), "BMP"),
        "tiff": encoded(drawn(), "TIFF"),
        "ico": encoded(drawn(64, 64), "ICO"),
        "jpeg 2000": encoded(drawn(), "JPEG2000"),
        "avif": encoded(drawn(), "AVIF"),
        "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100),
        "sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
    }


@pytest.mark.parametrize("name", strangers())
def test_what_is_no_photo_is_told_so(decode, name):
    assert refused(decode(strangers()[name])) == "not_an_image"


@pytest.mark.parametrize(
    "magic",
    [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x24\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
)
def test_rubbish_behind_the_right_first_bytes_is_a_damaged_photo(decode, magic):
    assert refused(decode(magic + random.Random(3).randbytes(5000))) in ("broken", "too_many_pixels")
    assert refused(decode(magic)) == "broken"


@cache
def bombs():
    """Small files that ask for much, and the answer each must get."""
    zeros = zlib.compress(bytes(50 * decoder.MIB), 9)
    rows = zlib.compress(bytes(100 * decoder.MIB), 9)
    header = struct.pack(">I", 3) + struct.pack(">I", 0)
    profile = pictures.png_chunk(b"iCCP", b"p\0\0" + zeros)
    return {
        "png 60,000 square": (pictures.png(60_000, 60_000), "too_many_pixels"),
        "png with a side of 12,001": (pictures.png(12_001, 1), "too_many_pixels"),
        "png of 2 thousand million a side": (pictures.png(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        "png of 56 megapixels": (pictures.png(8_000, 7_000, data=bytes(1000)), "too_many_pixels"),
        "png with nothing in 49 megapixels": (pictures.png(7_000, 7_000), "broken"),
        "png whose text unpacks to 50 MiB": (
            pictures.png(64, 48, pictures.png_chunk(b"zTXt", b"t\0\0" + zeros), data=bytes(193 * 48)),
            "broken",
        ),
        "png with a hundred such texts": (
            pictures.png(
                64, 48, *[pictures.png_chunk(b"zTXt", b"t\0\0" + zlib.compress(bytes(decoder.MIB)))] * 100
            ),
            "broken",
        ),
        "png that announces three frames": (
            pictures.png(64, 48, pictures.png_chunk(b"acTL", header)),
            "animated",
        ),
        "png whose profile unpacks to 50 MiB": (
            pictures.png(64, 48, profile, data=bytes(193 * 48)),
            "broken",
        ),
        "png with 100 MiB behind its last row": (
            pictures.png(64, 48).replace(
                pictures.png_chunk(b"IDAT", zlib.compress(b"")), pictures.png_chunk(b"IDAT", rows)
            ),
            None,
        ),
        "jpeg 60,000 square": (pictures.jpeg_declaring(60_000, 60_000), "too_many_pixels"),
        "jpeg 65,535 x 1": (pictures.jpeg_declaring(65_535, 1), "too_many_pixels"),
        "jpeg of 49 megapixels in a kilobyte": (pictures.jpeg_declaring(7_000, 7_000), "broken"),
        "progressive jpeg of 49 megapixels": (
            pictures.jpeg_declaring(7_000, 7_000, progressive=True),
            "broken",
        ),
        "jpeg of no size": (pictures.jpeg_declaring(0, 0), "broken"),
        "jpeg with a thousand scans": (pictures.many_scans(1000), "too_heavy"),
        "webp 16,384 square": (pictures.webp_declaring(16_384, 16_384), "too_many_pixels"),
        "webp 60,000 square": (pictures.webp_declaring(60_000, 60_000), "too_many_pixels"),
        "webp with an empty canvas of 49 megapixels": (pictures.webp_declaring(7_000, 7_000), "broken"),
        "moving png": (pictures.moving("PNG"), "animated"),
        "moving webp": (pictures.moving("WEBP"), "animated"),
        "heic sequence": (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc" + bytes(1000), "animated"),
        "21 MiB": (GOOD["JPEG"] + bytes(21 * decoder.MIB), "too_large"),
    }


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_is_refused_and_never_costs_its_memory(decode, name):
    data, answer = bombs()[name]

    ending = decode(data)

    assert ending.said.get("error") == answer
    assert (ending.status, ending.master is None) == ((3, True) if answer else (0, False))
    assert ending.peak_mib <= 128


@pytest.mark.parametrize(
    ("name", "data", "most_mib"),
    [
        ("jpeg", lambda: encoded(drawn(4032, 3024), "JPEG"), 256),
        (
            "progressive jpeg",
            lambda: encoded(drawn(4032, 3024), "JPEG", progressive=True, subsampling=0),
            256,
        ),
        ("jpeg of 50 megapixels", lambda: encoded(drawn(8160, 6120), "JPEG"), 256),
        ("png with alpha", lambda: encoded(drawn(4032, 3024, "RGBA"), "PNG", compress_level=1), 256),
        ("webp", lambda: encoded(drawn(4032, 3024), "WEBP", method=0), 256),
        ("heic", lambda: GOOD["HEIC"], 640),
    ],
)
def test_an_ordinary_photo_stays_within_its_memory(decode, name, data, most_mib):
    ending = decode(data())

    assert ending.status == 0
    assert ending.peak_mib <= most_mib


@pytest.mark.parametrize("name", ["JPEG", "progressive JPEG", "PNG", "WEBP", "HEIC"])
def test_a_photo_that_did_not_arrive_whole_is_refused_at_any_length(decode, name):
    whole = GOOD[name]
    for part in range(1, 20):
        assert refused(decode(whole[: len(whole) * part // 20])) == "broken"


def test_a_phone_that_hangs_a_second_picture_behind_the_first_gets_the_first(decode):
    both = encoded(drawn(), "MPO", save_all=True, append_images=[drawn().rotate(180)])

    ending = decode(both)

    assert ending.said["format"] == "JPEG"
    assert apart(ending.image, drawn()) < 2


def test_an_apng_of_one_frame_is_a_still_picture(decode):
    assert decode(encoded(drawn(), "PNG", save_all=True)).status == 0


def test_fuzzed_photos_never_kill_the_decoder(decode):
    """Seeded mutations of good files; PHOTO_FUZZ=5000 runs the long form."""
    chance = random.Random(20_261_121)
    kinds = [kind for kind in GOOD if kind != "HEIC"] * 4 + ["HEIC"]

    def mutated(number):
        data = bytearray(GOOD[kinds[number % len(kinds)]])
        for _ in range(chance.choice((1, 2, 8, 64))):
            # Headers decide most, so every other blow falls on the first few hundred bytes.
            reach = len(data) if chance.random() < 0.5 else min(len(data), 400)
            data[chance.randrange(reach)] = chance.randrange(256)
        return bytes(data)

    files = [mutated(number) for number in range(FUZZ)]
    with ThreadPoolExecutor(2) as pool:
        endings = list(pool.map(decode, files, map(str, range(FUZZ))))

    for ending in endings:
        if ending.status == 0:
            assert ending.image.size == (ending.said["width"], ending.said["height"])
        else:
            assert refused(ending) in ("broken", "not_an_image", "too_many_pixels", "animated", "too_heavy")
        assert ending.peak_mib <= 640
    assert {ending.status for ending in endings} == {0, 3}
