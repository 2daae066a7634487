"""Nothing but its pixels comes out of a stranger's picture."""

import struct

import pytest
from PIL import PngImagePlugin

from tests.inventory import pictures
from tests.inventory.decoding import GOOD
from tests.inventory.pictures import MARKERS, apart, archive, drawn, encoded


def segments(jpeg):
    """The kinds of segment of a JPEG, in order, up to its pixels."""
    at, kinds = 2, []
    while jpeg[at + 1] != 0xDA:
        kinds.append(jpeg[at + 1])
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    return kinds


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
