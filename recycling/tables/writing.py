"""Tables for people to take along: CSV as a spreadsheet of the reader's language opens it."""

import csv
import io

from recycling.translated import reading_language

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def as_csv(rows) -> bytes:
    """UTF-8 with its mark, and semicolons between the cells in Finnish and Swedish, where a comma is the decimal sign."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="," if reading_language() == "en" else ";")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value):
    """A number as it is, nothing for None, and a text that is never a formula."""
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
