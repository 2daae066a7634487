"""Tables as people save them, CSV of any dialect or XLSX, read row by row and never trusted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused
from recycling.tables import delimited, workbooks
from recycling.tables.notes import Note

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200

NOTHING = {"", "na", "n/a", "#n/a", "nan", "null", "-", "–", "—"}
INVISIBLE = dict.fromkeys(
    [*map(ord, "\ufeff\u200b\u2060\u00ad\x7f"), *(code for code in range(32) if chr(code) not in "\t\n\r")]
)


class UnreadableTable(Refused):
    code = "table_unreadable"
    message = _("The file cannot be read as a table. Save it as CSV or XLSX and try again.")


class NoSuchTable(UnreadableTable):
    code = "table_not_found"
    message = _("There is no such file, or it may not be read.")


class OldWorkbook(UnreadableTable):
    code = "table_old_workbook"
    message = _("This is an old or locked Excel file. Save it as XLSX without a password and try again.")


class TableTooLarge(Refused):
    code = "table_too_large"
    message = _("The file is larger than %(megabytes)s MB. Divide it into smaller files.")


class TooManyRows(Refused):
    code = "table_too_many_rows"
    message = _("The table has over %(rows)s rows. Divide it into smaller files.")


class TooManyColumns(Refused):
    code = "table_too_many_columns"
    message = _("The table has over %(columns)s columns. Remove those that are not needed.")


class EmptyTable(Refused):
    code = "table_empty"
    message = _("The table is empty: it needs a heading row and at least one row below it.")


class Line(NamedTuple):
    """One row below the heading. ``number`` is where it starts in the file, ``trouble`` why it is broken."""

    number: int
    cells: dict[str, str]
    trouble: Note | None = None


@dataclass(frozen=True)
class Table:
    """A heading and what stands below it. ``rows`` starts from the top each time it is asked for."""

    path: Path
    dialect: tuple[str, str] | None  # encoding and separator of a CSV; None for a workbook
    header_line: int
    columns: tuple[str, ...]  # by position; "" where the heading is empty

    @property
    def header(self) -> list[str]:
        return [name for name in self.columns if name]

    @property
    def rows(self) -> Iterator[Line]:
        for number, cells, trouble in _records(self.path, self.dialect):
            if number <= self.header_line or not (trouble or any(cells)):
                continue
            named = dict.fromkeys(self.header, "") | {
                name: cell for name, cell in zip(self.columns, cells, strict=False) if name
            }
            yield Line(number, named, trouble or self._too_wide(cells))

    def _too_wide(self, cells):
        # A remark beside an Excel table shifts nothing; in a CSV an unquoted separator has moved the cells.
        if self.dialect is None or len(cells) <= len(self.columns):
            return None
        return Note.about(
            "too_many_cells",
            _("The row has %(found)s cells and the heading only %(columns)s."),
            found=len(cells),
            columns=len(self.columns),
        )


def read_table(path) -> Table:
    """Open a CSV or XLSX and find its heading. It is read through once, so nothing is refused halfway."""
    path, dialect = _opened(path)
    table = Table(path, dialect, *_heading(_records(path, dialect)))
    count = 0
    for count, _line in enumerate(table.rows, start=1):
        if count > MAX_ROWS:
            raise TooManyRows(rows=MAX_ROWS)
    if not count:
        raise EmptyTable
    return table


def plain_rows(path) -> Iterator[tuple[int, list[str], Note | None]]:
    """Every row of a CSV or XLSX as it stands, (line number, cells, trouble), for tables that may have no heading."""
    for number, cells, trouble in _records(*_opened(path)):
        if trouble or any(cells):
            yield number, cells, trouble


def _opened(path):
    """(path, dialect), or why it cannot be read."""
    path = Path(path)
    if not path.is_file():
        raise NoSuchTable
    if path.stat().st_size > MAX_BYTES:
        raise TableTooLarge(megabytes=MAX_BYTES // 1024**2)
    return path, _dialect(path)


def clean(value) -> str:
    """A cell without stray, invisible or non-breaking spaces; empty where people write "NA" or a dash."""
    text = str(value).translate(INVISIBLE)
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = "\n".join(line for line in lines if line)
    return "" if text.casefold() in NOTHING else text


def _dialect(path):
    """(encoding, separator) of a CSV, or None for an XLSX: told by the content, never by the file's name."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise OldWorkbook
    if start.startswith(b"PK\x03\x04"):
        if not workbooks.is_workbook(path):
            raise UnreadableTable
        return None
    dialect = delimited.sniff(path)
    if dialect is None:
        raise UnreadableTable
    return dialect


def _records(path, dialect):
    """Yield (line number, clean cells without empty ones at the end, trouble or None)."""
    if dialect:
        for number, cells, trouble in delimited.records(path, dialect):
            yield number, _trimmed(cells), trouble
        return
    try:
        for number, cells in workbooks.rows(path, MAX_COLUMNS + 1):
            yield number, _trimmed(cells), None
    except workbooks.Broken as error:
        raise UnreadableTable from error


def _trimmed(cells):
    cells = [clean(cell) for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _heading(records):
    """(line number, names) of the heading: the first row that fills about as many cells as the table does."""
    early = [
        (number, cells)
        for number, cells, trouble in islice(records, delimited.SAMPLE)
        if cells and not trouble
    ]
    if not early:
        raise EmptyTable
    if max(len(cells) for _number, cells in early) > MAX_COLUMNS:
        raise TooManyColumns(columns=MAX_COLUMNS)
    # A title or a date above the table fills a cell or two; the heading fills most of them.
    widest = max(_filled(cells) for _number, cells in early)
    number, cells = next(row for row in early if _filled(row[1]) * 2 > widest)
    seen: Counter[str] = Counter()
    names = []
    for cell in cells:
        name = cell.replace("\n", " ")
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return number, tuple(names)


def _filled(cells):
    return sum(1 for cell in cells if cell)
