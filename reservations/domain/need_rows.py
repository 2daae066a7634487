"""The rows of a need list as people write them: "24 school chair", "10; whiteboard; 120 cm", or a table."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from inventory.models import MAX_PIECES
from recycling import tables
from recycling.errors import Refused
from recycling.tables.notes import Note

MOST_ROWS = 200
LONGEST_WORDS = 200
MOST_CM = 9999

_UNIT = r"(?:pcs|pc|pieces?|kpl|st(?:yck(?:en)?)?|x|×)\.?"
_NUMBER = rf"(\d{{1,6}})(?:\s*{_UNIT})?"
_ONLY_NUMBER = re.compile(rf"{_NUMBER}\s*", re.IGNORECASE)
_BEFORE = re.compile(rf"{_NUMBER}\s+(\S.*)", re.IGNORECASE)
_BEHIND = re.compile(rf"(\S.*?)[\s,:]+{_NUMBER}\s*", re.IGNORECASE)
_WIDTH = re.compile(r"(?:^|[\s,(])(?:max\.?\s*)?(\d{1,4})(?:[.,]\d+)?\s*cm\b\)?", re.IGNORECASE)


class TooManyNeeds(Refused):
    code = "too_many_needs"
    message = _("At most %(most)s rows at a time. Divide the list.")
    status = 422


class NoNeeds(Refused):
    code = "no_needs"
    message = _("Write or bring at least one row.")
    status = 422


@dataclass(frozen=True)
class Need:
    """One row that makes sense. ``number`` is its line in what was given."""

    number: int
    pieces: int
    words: str
    width_cm: int | None = None


@dataclass(frozen=True)
class Bad:
    """One row that does not, and why not."""

    number: int
    text: str
    note: Note


def rows_of(text):
    """(the needs, the bad rows) of what was pasted, by line. Refuses `no_needs`, `too_many_needs`."""
    return _read(
        (number, line, _cells(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()
    )


def rows_of_table(path):
    """(needs, bad rows, the rows as text) of a CSV or XLSX: how many, what, how wide. Its heading says which column is which.

    Without one a row is read as if it had been pasted. Refuses what ``tables.plain_rows`` refuses.
    """
    found: list[tuple] = []
    columns = None
    for place, (number, cells, trouble) in enumerate(tables.plain_rows(path)):
        if len(found) > MOST_ROWS:
            raise TooManyNeeds(most=MOST_ROWS)
        if place == 0 and not any(map(str.isdigit, "".join(cells))):
            columns = _columns(cells)
            continue
        told = [cell for cell in cells if cell] if columns is None else _told(cells, columns)
        found.append((number, "; ".join(told), trouble or told))
    return *_read(found), _as_text(row[:2] for row in found)


def _as_text(rows):
    """The rows as text, each on the line by which it is called."""
    lines: list[str] = []
    for number, text in rows:
        lines += [""] * min(number - 1 - len(lines), MOST_ROWS)
        lines.append(text)
    return "\n".join(lines)


# How a heading calls the three things that a row says; a word that begins so is enough.
_PIECES = (
    "piece",
    "pcs",
    "quantity",
    "qty",
    "amount",
    "number",
    "kpl",
    "määrä",
    "lukumäärä",
    "antal",
    "mängd",
)
_WHAT = (
    *("item", "name", "what", "product", "furniture", "need", "nim", "tuote", "kaluste", "tavara", "tarve"),
    *("huonekalu", "artikel", "produkt", "benämning", "möbel", "vad", "behov"),
)
_WIDE = ("width", "wide", "leveys", "bredd")


def _columns(heading):
    """Where pieces, words and width stand by the heading; None where it does not say the first two."""
    places = [
        next((place for place, name in enumerate(heading) if name.casefold().startswith(words)), None)
        for words in (_PIECES, _WHAT, _WIDE)
    ]
    return None if None in places[:2] else places


def _told(cells, columns):
    """The cells that the heading names, as a pasted row has them."""
    pieces, words, width = (
        cells[place] if place is not None and place < len(cells) else "" for place in columns
    )
    wide = f"{width} cm" if width and width.replace(",", ".").replace(".", "", 1).isdigit() else width
    return [cell for cell in (pieces, words, wide) if cell]


def _cells(line):
    """The cells of a pasted row: by semicolons or tabs where there are any, else the whole row."""
    parts = re.split(r"[;\t]", line)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _read(rows):
    needs: list[Need] = []
    bad: list[Bad] = []
    for number, text, cells in rows:
        read = cells if isinstance(cells, Note) else _need(number, cells)
        if isinstance(read, Need):
            needs.append(read)
        else:
            bad.append(Bad(number, text.strip(), read))
        if len(needs) + len(bad) > MOST_ROWS:
            raise TooManyNeeds(most=MOST_ROWS)
    if not needs and not bad:
        raise NoNeeds
    return needs, bad


def _need(number, cells):
    """The row's `Need`, or a `Note` of what is wrong with it."""
    pieces: int | None = None
    width: int | None = None
    words = []
    for cell in cells:
        if found := _WIDTH.search(cell):
            width = int(found[1])
            cell = " ".join((cell[: found.start()] + " " + cell[found.end() :]).split())  # noqa: PLW2901  (the rest of the cell)
        if not cell:
            continue
        if pieces is None and (only := _ONLY_NUMBER.fullmatch(cell)):
            pieces = int(only[1])
        else:
            words.append(cell)
    text = ", ".join(words)
    if pieces is None and text:
        if found := _BEFORE.fullmatch(text):
            pieces, text = int(found[1]), found[2]
        elif found := _BEHIND.fullmatch(text):
            pieces, text = int(found[2]), found[1]
    return _trouble(number, pieces, text, width) or Need(number, pieces or 0, text, width)


def _trouble(number, pieces, text, width):
    if not any(map(str.isalpha, text)):
        return Note.about(
            "no_words", _("Row %(row)s: write what you need, for example 24 school chair."), row=number
        )
    if pieces is None:
        return Note.about(
            "no_pieces", _("Row %(row)s: write how many, for example 24 school chair."), row=number
        )
    if not 1 <= pieces <= MAX_PIECES:
        return Note.about(
            "bad_pieces",
            _("Row %(row)s: the number of pieces is from 1 to %(most)s."),
            row=number,
            most=MAX_PIECES,
        )
    if len(text) > LONGEST_WORDS:
        return Note.about(
            "too_long", _("Row %(row)s: at most %(most)s characters."), row=number, most=LONGEST_WORDS
        )
    if width is not None and width < 1:
        return Note.about("bad_width", _("Row %(row)s: the width is from 1 cm up."), row=number)
    return None
