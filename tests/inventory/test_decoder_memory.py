"""What a photo may cost in memory."""

import pytest

from tests.inventory.decoding import GOOD
from tests.inventory.pictures import drawn, encoded


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
