"""The table that a city keeps of its divisions, units and cost centres: what its columns mean, and what is wrong with it."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused
from recycling.tables import Table, read_table
from recycling.tables.notes import Note

KINDS = {
    "division": _("division"),
    "unit": _("unit"),
    "cost_centre": _("cost centre"),
}
# Whose code a row's parent is.
PARENTS = {"unit": "division", "cost_centre": "unit"}
WORDS = {
    "division": {"division", "toimiala", "sektor"},
    "unit": {"unit", "department", "yksikkö", "enhet"},
    "cost_centre": {"cost_centre", "cost centre", "kustannuspaikka", "kostnadsställe"},
}
HEADINGS = {
    "kind": {"kind", "laji", "slag"},
    "code": {"code", "tunnus", "koodi", "kod"},
    "parent": {"parent", "kuuluu", "hör till"},
    "name_fi": {"name_fi", "nimi", "namn på finska"},
    "name_sv": {"name_sv", "nimi ruotsiksi", "namn"},
    "name_en": {"name_en", "nimi englanniksi", "namn på engelska"},
    "open_from": {"open_from", "alkaa", "börjar"},
    "open_until": {"open_until", "päättyy", "slutar"},
    "site": {"site", "toimipiste", "verksamhetsställe"},
}
NEEDED = ("kind", "code", "parent", "name_fi", "name_sv")
LONGEST = {"code": 30, "name_fi": 150, "name_sv": 150, "name_en": 150}


class BadUnits(Refused):
    code = "units_unreadable"
    status = 422


class NotUtf8(BadUnits):
    code = "units_not_utf8"
    message = _(
        "Line %(line)s is not written in UTF-8. Save the table as CSV in UTF-8, or as XLSX, and try again."
    )


class WrongHeading(BadUnits):
    code = "units_wrong_heading"
    message = _("Line %(line)s: the heading lacks the columns %(missing)s. The others may stay away.")


class BrokenLine(BadUnits):
    code = "units_broken_line"
    message = _("Line %(line)s: %(trouble)s")


class UnknownKind(BadUnits):
    code = "units_unknown_kind"
    message = _("Line %(line)s: “%(word)s” is none of division, unit and cost_centre.")


class NoCode(BadUnits):
    code = "units_no_code"
    message = _("Line %(line)s: the code is missing.")


class NoName(BadUnits):
    code = "units_no_name"
    message = _("Line %(line)s: the name is needed in Finnish and in Swedish.")


class TooLong(BadUnits):
    code = "units_too_long"
    message = _("Line %(line)s: “%(column)s” has more than %(most)s characters.")


class CodeTwice(BadUnits):
    code = "units_code_twice"
    message = _("Line %(line)s: the code %(code)s stands already on line %(first)s.")


class UnknownParent(BadUnits):
    code = "units_unknown_parent"
    message = _("Line %(line)s: %(kind)s “%(code)s” is not in the table.")


class NoParent(BadUnits):
    code = "units_no_parent"
    message = _("Line %(line)s: the code of the cost centre's unit is missing.")


class BadDay(BadUnits):
    code = "units_bad_day"
    message = _("Line %(line)s: “%(word)s” is no day. Write it as 2026-12-31 or 31.12.2026.")


class DaysBackwards(BadUnits):
    code = "units_days_backwards"
    message = _("Line %(line)s: it ends before it begins.")


class UnknownSite(BadUnits):
    code = "units_unknown_site"
    message = _("Line %(line)s: there is no site with the code “%(code)s”.")


def read(path) -> list[dict]:
    """The rows of the table, each proved, as plain data with the line of each. Refuses with a family of `units_...`."""
    table = read_table(path)
    if table.dialect:
        _check_utf8(path)
    columns = _columns(table)
    rows = [_row(line, columns) for line in table.rows]
    _check_whole(rows)
    return rows


def _check_utf8(path):
    """A workbook says itself how it is written; a text that is no UTF-8 would turn every ä into something else."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                raise NotUtf8(line=number) from None


def _columns(table: Table):
    """{our field: heading of the table}."""
    found: dict[str, str] = {}
    for heading in table.header:
        for field, words in HEADINGS.items():
            if heading.casefold() in words:
                found.setdefault(field, heading)
    if missing := [field for field in NEEDED if field not in found]:
        raise WrongHeading(line=table.header_line, missing=", ".join(missing))
    return found


def _row(line, columns):
    if isinstance(line.trouble, Note):
        raise BrokenLine(line=line.number, trouble=line.trouble)
    row = {"line": line.number} | {field: line.cells[heading] for field, heading in columns.items()}
    kinds = [kind for kind, words in WORDS.items() if row["kind"].casefold() in words]
    if not kinds:
        raise UnknownKind(line=line.number, word=row["kind"])
    row["kind"] = kinds[0]
    if not row["code"]:
        raise NoCode(line=line.number)
    if row["kind"] != "cost_centre" and not (row["name_fi"] and row["name_sv"]):
        raise NoName(line=line.number)
    for field, most in LONGEST.items():
        if len(row.get(field, "")) > most:
            raise TooLong(line=line.number, column=field, most=most)
    days = [_day(row, field) for field in ("open_from", "open_until") if field in row]
    if len(days) > 1 and all(days) and days[1] < days[0]:
        raise DaysBackwards(line=line.number)
    return row


def _day(row, field):
    """Write the day into the row as "2026-12-31", whichever way it was typed; "" without one."""
    word = row[field]
    if not word:
        return ""
    finnish = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", word)
    try:
        found = date(*map(int, finnish.group(3, 2, 1))) if finnish else date.fromisoformat(word)
    except ValueError:
        raise BadDay(line=row["line"], word=word) from None
    row[field] = found.isoformat()
    return row[field]


def _check_whole(rows):
    """Each code once for each kind, and every parent in the table."""
    lines: dict[tuple, int] = {}
    for row in rows:
        key = row["kind"], row["code"]
        if key in lines:
            raise CodeTwice(line=row["line"], code=row["code"], first=lines[key])
        lines[key] = row["line"]
    for row in rows:
        above = PARENTS.get(row["kind"])
        if not row["parent"]:
            # A unit may stand on its own; a cost centre is always somebody's.
            if row["kind"] == "cost_centre":
                raise NoParent(line=row["line"])
        elif above and (above, row["parent"]) not in lines:
            raise UnknownParent(line=row["line"], kind=KINDS[above], code=row["parent"])
