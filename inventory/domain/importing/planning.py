"""From a table's rows to what would be logged, without touching the database."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from inventory.domain.importing import columns, measures, words
from inventory.domain.importing.columns import Columns, fold, plain
from inventory.domain.importing.kinds import Kinds
from recycling.tables import Line, Table
from recycling.tables.notes import Note

LONGEST_CM = Decimal(2000)
HEAVIEST_KG = Decimal(5000)
DEAREST = Decimal("99999.99")
MOST_PIECES = 10_000
KEY_LENGTH = 200
TEXT_LENGTH = {"maker": 100, "description": 2000, "defects": 1000}
SIDES = ("width", "depth", "height")
VOCABULARY = {"colour": words.COLOURS, "material": words.MATERIALS, "condition": words.CONDITIONS}
UNACCENTED = {
    name: {fold(word): key for word, key in meanings.items()} for name, meanings in VOCABULARY.items()
}


@dataclass
class Row:
    """One row as it would be logged. With ``errors`` it is not; ``warnings`` say what was guessed or left out."""

    line: int
    key: str = ""
    fields: dict = field(default_factory=dict)
    warnings: list[Note] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)

    def warn(self, kind, message, **details):
        self.warnings.append(Note.about(kind, message, **details))

    def fail(self, kind, message, **details):
        self.errors.append(Note.about(kind, message, **details))


@dataclass(frozen=True)
class Plan:
    """What a table would become. Each iteration starts from its first row."""

    table: Table
    columns: Columns
    kinds: Kinds

    def __iter__(self) -> Iterator[Row]:
        lines_by_key: dict[str, int] = {}
        alike: Counter = Counter()
        for line in self.table.rows:
            row = self._row(line)
            if not row.errors:
                row.key = self._key(line, alike)
                first = lines_by_key.setdefault(row.key, line.number)
                if first != line.number:
                    row.fail(
                        "repeated",
                        _("The row has the same number and category as row %(first)s."),
                        first=first,
                    )
            yield row

    def _row(self, line: Line) -> Row:
        row = Row(line.number)
        if line.trouble:
            row.errors.append(line.trouble)
            return row
        reading = Reading(row, line.cells, self.columns)
        reading.category(self.kinds)
        reading.texts(self.kinds)
        reading.measures()
        reading.quantity()
        reading.price()
        reading.vocabulary()
        row.fields["site"] = reading.cell("site")
        row.fields["shelf"] = reading.cell("shelf")
        return row

    def _key(self, line, alike):
        """The same for the same row next time: its number with its category, or, unnumbered, all that it says."""
        category = fold(self.columns.cell(line.cells, "category"))
        number = self.columns.cell(line.cells, "row_id")
        if number:
            key = f"{number} {category}"
            return key if len(key) <= KEY_LENGTH else f"sha256 {_digest(key)}"
        said = "\n".join(self.columns.cell(line.cells, name) for name in sorted(self.columns.found))
        alike[said] += 1
        return "sha256 " + _digest(f"{said}\n{alike[said]}" if alike[said] > 1 else said)


@dataclass
class Reading:
    """One row being read: its cells on one side, the ``Row`` that they become on the other."""

    row: Row
    cells: dict[str, str]
    columns: Columns

    def cell(self, name):
        return self.columns.cell(self.cells, name)

    def category(self, kinds):
        key, note = kinds.find(self.cell("category"), self.cell("description"), self.cell("name"))
        self.row.fields["category"] = key
        if note:
            self.row.warnings.append(note)

    def texts(self, kinds):
        """A name that says what the thing is belongs to its description; any other is its maker's or model's."""
        name, description = self.cell("name"), self.cell("description")
        if fold(name) in {fold(self.cell("category")), fold(description)}:
            name = ""
        model = name if description and not kinds.says_what(name) else ""
        makers = dict.fromkeys(filter(None, (self.cell("maker"), model)))
        designer = self.cell("designer")
        if designer and len(", ".join([*makers, designer])) <= TEXT_LENGTH["maker"]:
            makers[designer] = None
        self._text("maker", ", ".join(makers))
        self._text("description", "\n".join(filter(None, ("" if model else name, description))))
        self._text("defects", self.cell("defects"))
        self.row.fields["text_language"] = self.columns.language

    def _text(self, name, text):
        longest = TEXT_LENGTH[name]
        if len(text) > longest:
            self.row.warn("text_cut", _("A text of %(length)s characters was cut."), length=len(text))
            text = text[: longest - 1] + "…"
        self.row.fields[name] = text

    def measures(self):
        for name in SIDES:
            self.row.fields[f"{name}_cm"] = self._amount(name, measures.CENTIMETRES, LONGEST_CM)
        self.row.fields["weight_kg"] = self._amount("weight", measures.KILOGRAMS, HEAVIEST_KG)
        if size := self.cell("size"):
            try:
                found = measures.sizes(size, self.columns.unit("size"))
            except ValueError:
                self._not_a_number("size", size)
                return
            for name, value in zip(SIDES, found, strict=False):
                if self.row.fields[f"{name}_cm"] is None and 0 < value <= LONGEST_CM:
                    self.row.fields[f"{name}_cm"] = value

    def _amount(self, name, units, most):
        cell = self.cell(name)
        if not cell:
            return None
        try:
            value = measures.amount(cell, units, self.columns.unit(name))
        except ValueError:
            self._not_a_number(name, cell)
            return None
        if value == 0:
            self.row.warn("zero", _("“%(heading)s” is 0 and is left empty."), heading=self._heading(name))
            return None
        if not 0 < value <= most:
            self._out_of_bounds(name, cell)
            return None
        return value

    def quantity(self):
        cell = self.cell("quantity")
        try:
            pieces = measures.pieces(cell) if cell else 1
        except ValueError:
            self._not_a_number("quantity", cell)
            return
        if not 1 <= pieces <= MOST_PIECES:
            self._out_of_bounds("quantity", cell)
            return
        self.row.fields["quantity"] = pieces

    def price(self):
        self.row.fields["price"] = Decimal(0)
        cell = self.cell("price")
        if not cell:
            return
        try:
            price, written = measures.money(cell)
            currency = written or measures.currency(self.cell("currency"))
        except ValueError:
            self._not_a_number("price", cell)
            return
        if currency not in {"", "EUR"}:
            self.row.warn(
                "foreign_price", _("The price “%(price)s” is not in euros and is ignored."), price=cell
            )
        elif 0 <= price <= DEAREST:
            self.row.fields["price"] = price
        else:
            self._out_of_bounds("price", cell)

    def vocabulary(self):
        for name in ("colour", "material"):
            cell = self.cell(name)
            self.row.fields[name] = word_meant(name, cell)
            if cell and not self.row.fields[name]:
                self.row.warn(f"unknown_{name}", _("“%(text)s” is not known and is left out."), text=cell)
        if not self.cell("colour"):
            # The address of a product's page often ends with its colour.
            page = self.cell("link").rstrip("/").rpartition("/")[2]
            self.row.fields["colour"] = first_word(
                f"{self.cell('description')} {self.cell('name')} {page}", words.COLOURS
            )
        cell = self.cell("condition")
        self.row.fields["condition"] = word_meant("condition", cell) or "good"
        if cell and not word_meant("condition", cell):
            self.row.warn(
                "unknown_condition", _("The condition “%(text)s” is not known; it is “good”."), text=cell
            )

    def _heading(self, name):
        return self.columns.found[name].heading

    def _not_a_number(self, name, cell):
        self.row.fail(
            "not_a_number",
            _("“%(cell)s” in “%(heading)s” is not a number."),
            cell=cell[:60],
            heading=self._heading(name),
        )

    def _out_of_bounds(self, name, cell):
        self.row.fail(
            "out_of_bounds",
            _("“%(cell)s” in “%(heading)s” is too small or too large."),
            cell=cell[:60],
            heading=self._heading(name),
        )


def plan(table: Table, *, mapping=None, kinds: Kinds | None = None) -> Plan:
    """Say what each row of the table would become. Refuses a table whose heading says nothing about its things."""
    return Plan(table, columns.recognise(table.header, mapping), kinds or Kinds())


def word_meant(vocabulary, cell) -> str:
    """What a cell of one vocabulary means, even when its accents are lost; "" when nothing is known in it."""
    return first_word(cell, VOCABULARY[vocabulary]) or first_word(fold(cell), UNACCENTED[vocabulary])


def first_word(text, meanings) -> str:
    """What the first known word or phrase of a text means, the longest where several begin; "" for none."""
    tokens = plain(text).split()
    for start, token in enumerate(tokens):
        for end in range(min(len(tokens), start + 4), start, -1):
            if key := meanings.get(" ".join(tokens[start:end])):
                return key
        for shade in words.SHADES:
            if token.startswith(shade) and (key := meanings.get(token.removeprefix(shade))):
                return key
    return ""


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:40]
