"""A photo of a code, for browsers that cannot read one from the camera themselves.

The photo goes through the same decoder as every other, with its limits, and the codes are read from the clean picture in a
second small program. Nothing of either is kept.
"""

import json
import logging
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from recycling.accounts.domain import limits
from recycling.errors import Refused

from . import imaging

logger = logging.getLogger(__name__)

WALL_SECONDS = 20
# As many as a worker can take in an hour who does nothing else.
PER_HOUR = 600
PROGRAM = """
import sys
sys.path += sys.argv[1].split(":")
from inventory import code_reader
code_reader.main(sys.argv[2])
"""


class NoCodeSeen(Refused):
    code = "no_code_seen"
    message = _(
        "No code can be read in this photo. Go closer, hold still, avoid reflections; or type the code."
    )
    status = 422


def read(file, *, by, at):
    """The texts of the codes in an uploaded photo, the largest first.

    Refuses `no_code_seen`, `too_often`, and whatever is no sound photo (``imaging.PhotoRefused``).
    """
    limits.count("code_photo", f"user:{by.pk}", limit=PER_HOUR, per=timedelta(hours=1), at=at)
    with tempfile.TemporaryDirectory(prefix="kierto-code-") as folder:
        texts = _texts_in(imaging.clean(file, into=folder).path)
    if not texts:
        raise NoCodeSeen
    return texts


def _texts_in(master):
    try:
        done = subprocess.run(  # noqa: S603  (our own program, our own arguments, no shell)
            [sys.executable, "-I", "-S", "-c", PROGRAM, imaging.PACKAGES, str(Path(master).absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return []
    if done.returncode:
        logger.warning("The reader of codes ended with %s: %s", done.returncode, done.stderr[-500:])
        return []
    with suppress(ValueError):
        return [text for text in json.loads(done.stdout) if isinstance(text, str)]
    return []
