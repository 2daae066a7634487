"""What the child program says no to, and that nothing kills it."""

import os
import random
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from inventory import decoder
from tests.inventory import pictures
from tests.inventory.decoding import GOOD, refused
from tests.inventory.pictures import archive, drawn, encoded

FUZZ = int(os.environ.get("PHOTO_FUZZ", "300"))


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


@pytest.mark.parametrize("name", ["JPEG", "progressive JPEG", "PNG", "WEBP", "HEIC"])
def test_a_photo_that_did_not_arrive_whole_is_refused_at_any_length(decode, name):
    whole = GOOD[name]
    for part in range(1, 20):
        assert refused(decode(whole[: len(whole) * part // 20])) == "broken"


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
