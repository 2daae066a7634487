"""The child program that opens strangers' pictures, started as the product starts it and watched to its end."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from inventory.domain import imaging
from tests.inventory.pictures import drawn, encoded

HEIC = Path(__file__).parent / "data" / "drawn.heic"
# A child begins with the peak memory of whoever forked it, so that has to be somebody small.
WATCH = """
import os, sys
child = os.fork() or os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print([os.waitstatus_to_exitcode(status), used.ru_maxrss])
"""
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


def decoded(data, source, master):
    """How the decoder ends with ``data``; neither file outlives it."""
    source.write_bytes(data)
    start = [sys.executable, "-I", "-S", "-c", WATCH, *imaging.command(source, master)]
    done = subprocess.run(start, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    *said, (status, peak_kib) = map(json.loads, done.stdout.splitlines())
    kept = master.read_bytes() if master.exists() else None
    source.unlink()
    master.unlink(missing_ok=True)
    return Ending(status, said[0] if said else {}, peak_kib / 1024, kept)


def refused(ending):
    """The code of a refusal in which the child ended by itself and left nothing."""
    assert (ending.status, ending.master) == (3, None)
    return ending.said["error"]
