"""CSV in the dialects that programs save: which encoding, which separator, where each record ends."""

import codecs
import csv
import re
from collections import Counter
from itertools import islice

from django.utils.translation import gettext_lazy as _

from recycling.tables.notes import Note

DELIMITERS = (";", ",", "\t")
SAMPLE = 50
MAX_LINES_A_RECORD = 200  # a quote that stays open longer than this was never meant to open
NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")


def encoding(path):
    """The encoding of a text file by its byte order mark or its content, or None when it is no text."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start or start.startswith(NOT_TEXT):
            return None
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def delimiter(lines):
    """The separator of a CSV that begins with these lines."""
    if lines and _is_hint(lines[0]) and lines[0][4:5] in DELIMITERS:
        return lines[0][4]
    return max(DELIMITERS, key=lambda candidate: _likeness(lines, candidate))


def records(path, dialect):
    """Yield (line number, cells, trouble) for each record of the file; ``dialect`` is what `sniff` gave."""
    with path.open(encoding=dialect[0], errors="replace") as file:
        for record in split(file, dialect[1]):
            if record[0] > 1 or not _is_hint("".join(record[1])):
                yield record


def sniff(path):
    """(encoding, delimiter) of a CSV, or None when the file is no text."""
    found = encoding(path)
    if found is None:
        return None
    with path.open(encoding=found, errors="replace") as file:
        return found, delimiter(list(islice(file, SAMPLE)))


def _is_hint(line):
    return line.casefold().startswith("sep=") and len(line.strip()) <= len("sep=;")  # Excel's own


def _likeness(lines, candidate):
    """How much these lines look like a table with this separator: rows of one width, a heading of words."""
    rows = [cells for _number, cells, _trouble in split(lines, candidate) if any(map(str.strip, cells))]
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return (0, 0, 0)
    width = max(widths, key=lambda found: (widths[found], found))
    first = next(cells for cells in rows if len(cells) == width)
    words = sum(1 for cell in first if any(map(str.isalpha, cell)) and not cell[:1].isdigit())
    return (widths[width], words / width, width)


def split(lines, separator):
    """Yield (line number, cells, trouble) for each record, quoted line breaks included.

    A quote that is opened and never properly closed costs its own line only, not the rest of the file.
    """
    source = _Pushback(lines)
    field = re.compile(
        rf'[ ]*(?:"([^"]*(?:""[^"]*)*)"[ ]*|([^"{separator}][^{separator}]*|))(?:({separator})|\Z)'
    )
    for line in source:
        start, text = source.number, line.rstrip("\n")
        taken: list[str] = []
        cells, is_open = _cells(text, separator, field)
        while is_open and len(taken) < MAX_LINES_A_RECORD and (more := next(source, None)) is not None:
            taken.append(more)
            text += "\n" + more.rstrip("\n")
            if '"' in more:
                cells, is_open = _cells(text, separator, field)
        if cells is None and not taken and not is_open and len(text) < csv.field_size_limit():
            # Text after a closing quote, all on one line: plain enough to be read as it stands.
            cells = next(csv.reader([text], delimiter=separator))
        if cells is not None:
            yield start, cells, None
            continue
        source.put_back(taken)
        yield start, [], Note.about("open_quote", _("A quotation mark opens in the row and never closes."))


def _cells(text, separator, field):
    """(cells, False), or (None, is a quote still open) when the text is not a whole record."""
    if '"' not in text:
        return text.split(separator), False
    cells, position = [], 0
    while match := field.match(text, position):
        quoted, plain, more = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if not more:
            return cells, False
    return None, text.count('"', position) % 2 == 1


class _Pushback:
    """Lines with their numbers, of which some can be put back."""

    def __init__(self, lines):
        self.lines, self.returned, self.number = iter(lines), [], 0

    def __iter__(self):
        return self

    def __next__(self):
        line = self.returned.pop() if self.returned else next(self.lines)
        self.number += 1
        return line

    def put_back(self, lines):
        self.returned.extend(reversed(lines))
        self.number -= len(lines)
