"""The child program that opens strangers' pictures: what it takes, and what it makes of it."""

import io
import random
import struct

import pytest
from PIL import Image, ImageCms

from inventory import decoder, webp
from tests.inventory import pictures
from tests.inventory.decoding import GOOD
from tests.inventory.pictures import HELD, apart, drawn, encoded


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


def test_a_phone_that_hangs_a_second_picture_behind_the_first_gets_the_first(decode):
    both = encoded(drawn(), "MPO", save_all=True, append_images=[drawn().rotate(180)])

    ending = decode(both)

    assert ending.said["format"] == "JPEG"
    assert apart(ending.image, drawn()) < 2


def test_an_apng_of_one_frame_is_a_still_picture(decode):
    assert decode(encoded(drawn(), "PNG", save_all=True)).status == 0


def test_a_webp_is_read_alike_where_pillow_hides_its_library(monkeypatch):
    picture = drawn(2400, 1200)
    data = io.BytesIO()
    picture.save(data, "WEBP", quality=95)
    usual = decoder.webp(io.BytesIO(data.getvalue()))
    monkeypatch.setattr(webp, "decoded", lambda *_hidden: object.hidden)
    other = decoder.webp(io.BytesIO(data.getvalue()))
    assert other.size == usual.size == (2048, 1024)
    assert apart(usual, other) < 2
