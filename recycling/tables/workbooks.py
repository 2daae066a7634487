"""Rows of an XLSX workbook, read without loading it whole."""

import datetime as dt
import warnings
import zipfile
import zlib
from itertools import islice
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_UNPACKED = 200 * 1024 * 1024
BATCH = 1000


class Broken(Exception):  # noqa: N818  (reads as it is used: raise Broken)
    """The workbook is damaged, or unpacks into more than anybody would write."""


def is_workbook(path) -> bool:
    """True for an XLSX by content; False for any other zip, an OpenDocument sheet included."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist() and any(
                name.startswith("xl/workbook") for name in archive.namelist()
            )
    except (zipfile.BadZipFile, OSError):
        return False


def rows(path, max_columns):
    """Yield (row number, cells as text) of the first visible sheet that has any content."""
    with path.open("rb") as file:  # by its name openpyxl would judge it
        for sheet in _in_quiet(lambda: _open(file)).worksheets:
            if sheet.sheet_state != "visible":
                continue
            found = False
            for number, cells in _sheet_rows(sheet, max_columns):
                found = True
                yield number, cells
            if found:
                return


def _open(file):
    with zipfile.ZipFile(file) as archive:
        # zipfile reads no more of a member than the archive declares, so this is a true limit.
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise Broken
    return load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _sheet_rows(sheet, max_columns):
    sheet.reset_dimensions()  # what the file claims about its size is often wrong and sometimes a trap
    source = enumerate(sheet.iter_rows(values_only=True, max_col=max_columns), start=1)
    while batch := _in_quiet(lambda: list(islice(source, BATCH))):
        for number, values in batch:
            if any(value is not None for value in values):
                yield number, [as_text(value) for value in values]


def _in_quiet(read):
    """Call ``read``; openpyxl's warnings about decorations say nothing to us, its errors become ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except (
        InvalidFileException,
        ParseError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:
        raise Broken from error


def as_text(value) -> str:
    """A cell's value as a person would have typed it: no ".0" after whole numbers, no midnight after dates."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() else repr(round(value, 9))
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)
