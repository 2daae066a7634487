"""Which column holds what: headings in three languages, units and currencies in them, or a saved mapping."""

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from inventory.domain.importing import measures
from inventory.domain.importing.words import HEADING, HEADING_LANGUAGE, HEADINGS
from recycling.errors import Refused
from recycling.tables.notes import Note

SAYS_WHAT = {"category", "name", "description"}
UNITS = {
    "width": measures.CENTIMETRES,
    "depth": measures.CENTIMETRES,
    "height": measures.CENTIMETRES,
    "length": measures.CENTIMETRES,
    "size": measures.CENTIMETRES,
    "weight": measures.KILOGRAMS,
    "quantity": measures.PIECES,
}
DEFAULT_UNIT = dict.fromkeys(UNITS, "cm") | {"weight": "kg", "quantity": ""}


class UnknownHeader(Refused):
    code = "table_header_unknown"
    message = _(
        "No heading tells what the things are. The table needs at least one of: name, category, description. "
        "Its headings are: %(headings)s"
    )


class BadMapping(Refused):
    code = "mapping_unreadable"
    message = _('The mapping is not a list of our field and your heading, such as {"width": "Breite (mm)"}.')


class MappingUnknownField(Refused):
    code = "mapping_unknown_field"
    message = _("The mapping names a field that does not exist: %(field)s. The fields are: %(fields)s")


class MappingMissingColumn(Refused):
    code = "mapping_missing_column"
    message = _("The mapping names a heading that the table does not have: %(heading)s")


@dataclass(frozen=True)
class Column:
    heading: str
    unit: str = ""


@dataclass(frozen=True)
class Columns:
    """Which heading holds which field; the headings that nothing reads; and what to tell about them once."""

    found: dict[str, Column]
    ignored: list[str]
    notes: list[Note] = field(default_factory=list)
    language: str = "fi"  # in which the headings, and so probably the texts, are written

    def __contains__(self, name):
        return name in self.found

    def cell(self, cells, name) -> str:
        return cells[self.found[name].heading] if name in self.found else ""

    def unit(self, name) -> str:
        return self.found[name].unit or DEFAULT_UNIT.get(name, "")


def fold(text) -> str:
    """Lower case, punctuation as spaces and no accents: "Väri_(KOODI)" and "vari koodi" are one."""
    letters = unicodedata.normalize("NFKD", plain(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def plain(text) -> str:
    """Lower case and punctuation as spaces; accents stay."""
    text = unicodedata.normalize("NFKC", re.sub("['’´]", "", text.casefold()))
    return " ".join(re.sub(r"[^\w€$£\"+]|_", " ", text).split())


def load_mapping(path) -> dict[str, str]:
    """A mapping that somebody saved: a JSON file of {our field: heading in the table}."""
    try:
        mapping = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadMapping from error
    if not isinstance(mapping, dict) or not all(isinstance(heading, str) for heading in mapping.values()):
        raise BadMapping
    for name in mapping:
        if _field(name) not in HEADINGS:
            raise MappingUnknownField(field=name, fields=", ".join(HEADINGS))
    return mapping


def recognise(header, mapping=None) -> Columns:
    """Say which column is which. The mapping goes first; a table that does not say what its things are is refused."""
    found = {}
    for name, heading in (mapping or {}).items():
        same = next((column for column in header if fold(column) == fold(heading)), None)
        if same is None:
            raise MappingMissingColumn(heading=heading)
        found[_field(name)] = Column(same, _unit(_field(name), same, name))
    taken = {column.heading for column in found.values()}
    for heading in header:
        name, unit = _meaning(heading)
        if name and name not in found and heading not in taken:
            found[name] = Column(heading, unit)
    if not SAYS_WHAT & set(found):
        raise UnknownHeader(headings=", ".join(header))
    _length_is_width(found)
    notes = _foreign_prices(found)
    used = {column.heading for column in found.values()}
    ignored = [heading for heading in header if heading not in used]
    return Columns(found, ignored, notes, _language(found))


def _language(found):
    """The language of most headings; Finnish where they do not tell."""
    headings = (fold(column.heading) for column in found.values())
    counts = Counter(
        HEADING_LANGUAGE.get(text, HEADING_LANGUAGE.get(text.rpartition(" ")[0])) for text in headings
    )
    return max(("fi", "sv", "en"), key=lambda language: counts[language])


def _field(name):
    """Our name for a field of a mapping, in which "width_cm" is "width"."""
    return name if name in HEADINGS else re.sub(r"_(cm|kg)$", "", name)


def _meaning(heading):
    """(field, unit) of a heading, or (None, "")."""
    words = fold(heading).split()
    if " ".join(words) in HEADING:
        return HEADING[" ".join(words)], ""
    for tail in (1, 2):
        name = HEADING.get(" ".join(words[:-tail]))
        if name and (unit := _unit(name, " ".join(words[-tail:]))):
            return name, unit
    return None, ""


def _unit(name, *texts):
    """The unit or the currency that a heading ends with."""
    for text in texts:
        last = fold(text).split()[-1:]
        if last and last[0] in UNITS.get(name, ()):
            return last[0]
        if name == "price" and last:
            try:
                return measures.currency(last[0])
            except ValueError:
                continue
    return ""


def _length_is_width(found):
    """Of a table's "length and width" the longer side is our width, as it stands against the wall."""
    if "length" in found and "depth" not in found:
        if "width" in found:
            found["depth"] = found.pop("width")
        found["width"] = found.pop("length")


def _foreign_prices(found):
    unit = found["price"].unit if "price" in found else ""
    if unit in {"", "EUR"}:
        return []
    column = found.pop("price")
    return [
        Note.about(
            "foreign_price",
            _("The prices in “%(heading)s” are in %(currency)s, not in euros, and are ignored."),
            heading=column.heading,
            currency=unit,
        )
    ]
