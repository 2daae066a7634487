"""Reads the codes in a clean master: a program of its own, with as little memory and time as the decoder of photos.

``main(master)`` prints a line of JSON, the texts of the QR codes and Code 39 barcodes that it found, the largest first.
``inventory.domain.code_photos`` starts it; whatever else it does is taken as "no code seen".
"""

import json
import os

import zxingcpp
from PIL import Image

from inventory.decoder import limit_resources

MOST_CODES = 5
LONGEST = 300


def codes_in(master):
    """The texts of the codes in the picture: the largest first, because that is the one that was meant."""
    with Image.open(master, formats=["JPEG"]) as opened:
        image = opened.convert("L")
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code39])
    found = zxingcpp.read_barcodes(image, formats=formats)
    found = sorted(found, key=_width, reverse=True)
    return list(dict.fromkeys(one.text for one in found if one.text and len(one.text) <= LONGEST))[
        :MOST_CODES
    ]


def _width(barcode):
    corners = barcode.position
    return abs(corners.top_right.x - corners.top_left.x) + abs(corners.top_right.y - corners.top_left.y)


def main(master):
    limit_resources()
    print(json.dumps(codes_in(master)), flush=True)  # noqa: T201  (the answer to the process that waits for it)
    os._exit(0)
