"""Going through many rows in the background: each by itself, so that one bad row never stops the rest."""

import logging
import traceback
from pathlib import Path

from recycling.errors import Refused

log = logging.getLogger(__name__)


def each(rows, verb, *, job):
    """Call ``verb(row)`` for every row, each in a transaction of its own verb; how many were done.

    A row whose verb refuses was changed by somebody since it was found: that is in order. One that breaks is logged
    by its key, and the others go on.
    """
    done = 0
    for row in rows:
        try:
            verb(row)
        except Refused:
            continue
        except Exception as error:  # noqa: BLE001  (the rest must go on; it is logged, without the values it was about)
            log.error("%s: %s %s broke: %s", job, row._meta.model_name, row.pk, where(error))  # noqa: TRY400  (see where())
        else:
            done += 1
    return done


def where(error):
    """The kind of an error and the line where it arose: what the log may know. The message may hold somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
