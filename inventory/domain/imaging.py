"""Strangers' pictures in, clean pictures out. Knows files and processes, no models.

``clean`` makes the master of whatever a phone sent, in a child program with little memory and little time;
``renditions`` makes the sizes that pages show of a master. Both write into a folder that the caller gives and
may throw away, and neither opens a transaction.
"""

import fcntl
import hashlib
import importlib.util
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import Image

from inventory import decoder
from recycling.errors import Refused

logger = logging.getLogger(__name__)

DECODERS = 2  # at once on one machine: two of the largest pictures fit beside everything else
HEIC_DECODERS = 1
PATIENCE = 30  # seconds to wait for a free decoder
WALL_SECONDS = 25  # beyond the decoder's own 15 seconds of processor time: a busy machine gives it half
SIZES = (1280, 640, 320)
WEBP = {"quality": 80, "method": 4}
JPEG = {"quality": 80}
# The child finds its three packages without the site module, and the decoder comes compiled: both save time.
PROGRAM = """
import sys
sys.path += sys.argv[1].split(":")
from inventory import decoder
decoder.main(*sys.argv[2:])
"""
PACKAGES = ":".join(
    dict.fromkeys(
        str(Path(found.origin).parents[1])
        for found in map(importlib.util.find_spec, ("PIL", "pi_heif", "inventory"))
        if found and found.origin
    )
)
DEATHS_OF_EXCESS = {signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ}
REPORT = {"colour": r"#[0-9a-f]{6}", "dhash": r"[0-9a-f]{16}", "format": r"[A-Z]{3,4}"}


class PhotoRefused(Refused):
    """A picture that we cannot take. Nothing of it is kept."""

    code = "photo_refused"
    message = _("This photo cannot be used. Try another one.")
    status = 422


class PhotoTooLarge(PhotoRefused):
    code = "photo_too_large"
    message = _("This photo is larger than 20 MB. Take it again or choose a smaller one.")
    status = 413


class PhotoTooManyPixels(PhotoRefused):
    code = "photo_too_many_pixels"
    message = _("This photo has more than 50 million pixels or a side over 12,000. Choose a smaller one.")


class PhotoNotAnImage(PhotoRefused):
    code = "photo_not_an_image"
    message = _("This file is not a photo we can read. Use JPEG, PNG, WebP or HEIC.")


class PhotoBroken(PhotoRefused):
    code = "photo_broken"
    message = _("This photo is damaged or did not arrive whole. Send it again or take another one.")


class PhotoAnimated(PhotoRefused):
    code = "photo_animated"
    message = _("This is a moving picture. Use a still photo.")


class PhotoTooHeavy(PhotoRefused):
    code = "photo_too_heavy"
    message = _("This photo is too heavy to open. Save it as an ordinary JPEG and send that.")


class PhotoBusy(PhotoRefused):
    """Every decoder is taken. The only one of the family that is worth sending again unchanged."""

    code = "photo_busy"
    message = _("Many photos are arriving just now. Send this one again in a moment.")
    status = 503


ANSWERS = {
    no.code.removeprefix("photo_"): no
    for no in (PhotoTooLarge, PhotoTooManyPixels, PhotoNotAnImage, PhotoBroken, PhotoAnimated, PhotoTooHeavy)
}


@dataclass(frozen=True, slots=True)
class Clean:
    """A clean JPEG master, longest side at most 2,048: upright, sRGB, without any metadata."""

    path: Path
    width: int
    height: int
    colour: str  # the average, "#rrggbb"
    sha256: str
    dhash: str  # 16 hexadecimal digits; nearly equal for nearly equal pictures
    format: str  # what was sent: JPEG, PNG, WEBP or HEIF


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a master in one format. ``size`` is its longest side."""

    size: int
    format: str  # WEBP or JPEG
    path: Path
    width: int
    height: int


def clean(source, *, into):
    """Make the clean master of ``source``, a path or an uploaded file, in the folder ``into``; or refuse.

    After a refusal ``into`` is as it was. The source is not touched.
    """
    into = Path(into)
    with ExitStack() as stack:
        path = stack.enter_context(_on_disk(source, into))
        if path.stat().st_size > decoder.MAX_BYTES:
            raise PhotoTooLarge
        with path.open("rb") as file:
            kind = decoder.sniff(file.read(64))
        if kind is None:
            raise PhotoNotAnImage
        if kind == "HEIF":
            stack.enter_context(_slot("heic", HEIC_DECODERS))
        stack.enter_context(_slot("any", DECODERS))
        # The ending spares Pillow from looking for the format in all of its plugins.
        master = into / f"{os.urandom(16).hex()}.jpg"
        try:
            report = _decode(path, master)
            digest = hashlib.sha256(master.read_bytes()).hexdigest()
        except BaseException:
            master.unlink(missing_ok=True)
            raise
    return Clean(path=master, sha256=digest, **report)


def renditions(master, *, into):
    """Make every size that pages show of ``master``, a path or an open file, in the folder ``into``.

    320, 640 and 1280 on the longest side, never enlarged: a smaller master is itself the largest size. WebP,
    with JPEG for readers that lack it. Largest first, each made from the one before it. Safe to run again.
    """
    into = Path(into)
    made = []
    with Image.open(master, formats=["JPEG"]) as opened:
        whole, longest = opened.size, max(opened.size)
        sizes = [min(longest, SIZES[0]), *(size for size in SIZES[1:] if size < longest)]
        factor = longest // sizes[0]
        opened.draft("RGB", (opened.width // factor, opened.height // factor))
        opened.load()
        image = opened
        for size in sizes:
            image = decoder.resized(image, decoder.fitted(whole, size))
            image.info = {}
            for form, ending, how in (("WEBP", "webp", WEBP), ("JPEG", "jpg", JPEG)):
                path = into / f"{size}.{ending}"
                image.save(path, **how)
                made.append(Rendition(size, form, path, image.width, image.height))
    return made


@contextmanager
def _on_disk(source, into):
    """The path of ``source``; what is only in memory is written beside the master while it is needed."""
    if isinstance(source, str | os.PathLike):
        yield Path(source)
        return
    if source.size > decoder.MAX_BYTES:
        raise PhotoTooLarge
    if hasattr(source, "temporary_file_path"):
        yield Path(source.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(dir=into, prefix="arriving-") as file:
        for chunk in source.chunks():
            file.write(chunk)
        file.flush()
        yield Path(file.name)


def _decode(path, master):
    """Run the decoder on ``path``. Returns its report, or refuses; a death of the child is a refusal too."""
    try:
        done = subprocess.run(  # noqa: S603  (our own program, our own arguments, no shell)
            command(path, master),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotoTooHeavy from None
    report = _report(done.stdout)
    if done.returncode == 0 and report and master.is_file():
        return report
    refusal = ANSWERS.get(report.get("error", "")) if report else None
    if done.returncode > 0 and refusal:
        raise refusal
    logger.warning("The photo decoder ended with %s: %s", done.returncode, done.stderr[-500:])
    raise PhotoTooHeavy if -done.returncode in DEATHS_OF_EXCESS else PhotoBroken


def command(path, master):
    """The decoder as a program with its arguments: nothing of the environment or the user's own packages."""
    path, master = Path(path).absolute(), Path(master).absolute()
    return [sys.executable, "-I", "-S", "-c", PROGRAM, PACKAGES, str(path), str(master)]


def _report(printed):
    """What the decoder said as a dictionary, or None when it is not what a decoder says."""
    with suppress(ValueError):
        said = json.loads(printed)
        if not isinstance(said, dict):
            return None
        if said.keys() == {"error"}:
            return said
        sides = [said.get("width"), said.get("height")]
        whole = all(isinstance(side, int) and 0 < side <= decoder.MASTER_SIDE for side in sides)
        words = all(re.fullmatch(form, str(said.get(name))) for name, form in REPORT.items())
        if whole and words and said.keys() == {"width", "height", *REPORT}:
            return said
    return None


@contextmanager
def _slot(kind, places):
    """Hold one of a few places that all processes of this machine share; PhotoBusy if none is free in time.

    The lock belongs to the open file, so the system gives the place back whatever becomes of us.
    """
    folder = Path(tempfile.gettempdir()) / f"kierto-decoders-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid():  # Anybody may write in /tmp, and we open files in there.
        raise PermissionError(folder)
    last = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"{kind}-{place}").open("a")) for place in range(places)]
        while not any(_locked(file) for file in files):
            if time.monotonic() > last:
                raise PhotoBusy
            time.sleep(0.02)
        yield


def _locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
