"""Labels as vector PDF, to the millimetre. Knows papers and drawing, no models.

``draw`` is the one place that lays out a label: another printer's language would be another function with the same labels.
"""

import io
from dataclasses import dataclass

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

QUIET = 4  # modules of white around the QR code, as its standard asks
BOLD, PLAIN = "Helvetica-Bold", "Helvetica"
CAPITAL = 0.718  # height of a capital letter of either font, as a part of its size
CODE_MM = 7  # capitals of the code, where the paper is wide enough for them
TITLE_MM = 2.3
LEADING_MM = 3.9
GAP_MM = 2
EDGE_MM = 2


@dataclass(frozen=True)
class Label:
    """A QR code and what stands beside it. Never anything about a person."""

    link: str
    lines: tuple[str, ...]  # the code in large letters
    title: str = ""


@dataclass(frozen=True)
class Paper:
    """Sizes in millimetres. ``qr`` is the QR code without its quiet zone."""

    page: tuple[float, float]
    label: tuple[float, float]
    columns: int
    rows: int
    top: float
    qr: float

    @property
    def places(self):
        return self.columns * self.rows

    def corner(self, place):
        """The top left corner of the label at ``place``, 0 being the first."""
        row, column = divmod(place, self.columns)
        return column * self.label[0], self.top + row * self.label[1]


ROLL = Paper(page=(62, 29), label=(62, 29), columns=1, rows=1, top=0, qr=20)
SHEET = Paper(page=(210, 297), label=(70, 36), columns=3, rows=8, top=4.5, qr=22)
PAPERS = {"roll": ROLL, "sheet": SHEET}


def draw(labels, *, paper, start=1, title="", language="fi"):
    """The PDF, as bytes. ``start`` is the first label of the sheet that is still there, 1 being the one at the top left."""
    out = io.BytesIO()
    width, height = (side * mm for side in paper.page)
    canvas = Canvas(out, pagesize=(width, height), lang=language, invariant=True)
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    for number, label in enumerate(labels, start=start - 1):
        place = number % paper.places
        if place == 0 and number > start - 1:
            canvas.showPage()
        left, top = paper.corner(place)
        canvas.saveState()
        canvas.translate(left * mm, height - (top + paper.label[1]) * mm)
        _draw_label(canvas, label, paper)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_label(canvas, label, paper):
    """One label, its lower left corner at the origin."""
    _wide, high = paper.label
    matrix = segno.make(label.link, error="m", micro=False, boost_error=False).matrix
    module = paper.qr / len(matrix)
    across = paper.qr + 2 * QUIET * module
    _draw_modules(canvas, matrix, module, left=QUIET * module, bottom=(high - paper.qr) / 2)
    _draw_words(canvas, label, left=across, paper=paper)


def _draw_modules(canvas, matrix, module, *, left, bottom):
    """The dark modules as one shape, each run of a row one rectangle: as sharp as the printer can."""
    path = canvas.beginPath()
    for row, bits in enumerate(matrix):
        y = bottom + (len(matrix) - 1 - row) * module
        column = 0
        while column < len(bits):
            run = 0
            while column + run < len(bits) and bits[column + run]:
                run += 1
            if run:
                path.rect((left + column * module) * mm, y * mm, run * module * mm, module * mm)
            column += run or 1
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_words(canvas, label, *, left, paper):
    """The code as large as it fits, the title below it; both together stand in the middle of the height."""
    wide, high = paper.label
    room = wide - left - EDGE_MM
    lines = [_printable(line) for line in label.lines]
    capital = min([CODE_MM, *(CODE_MM * room / _width(line, BOLD, CODE_MM) for line in lines)])
    titles = _wrapped(_printable(label.title), room, most=2)
    taken = len(lines) * capital + (len(lines) - 1) * GAP_MM + len(titles) * LEADING_MM
    y = (high + taken) / 2
    for line in lines:
        y -= capital
        _write(canvas, line, BOLD, capital, left, y)
        y -= GAP_MM
    y += GAP_MM
    for line in titles:
        y -= LEADING_MM
        _write(canvas, line, PLAIN, TITLE_MM, left, y)


def _write(canvas, text, font, capital, left, bottom):
    canvas.setFont(font, capital * mm / CAPITAL)
    canvas.drawString(left * mm, bottom * mm, text)


def _width(text, font, capital):
    """How wide ``text`` is, in millimetres, when its capitals are ``capital`` high."""
    return max(stringWidth(text, font, capital / CAPITAL), 0.1)


def _wrapped(text, room, *, most):
    """``text`` in at most so many lines that fit into the room; what does not fit ends in dots."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, PLAIN, TITLE_MM) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept, rest = lines[:most], lines[most:]
    return [_cut(line, room, dots=bool(rest) and line is kept[-1]) for line in kept if line]


def _cut(line, room, *, dots):
    if not dots and _width(line, PLAIN, TITLE_MM) <= room:
        return line
    while line and _width(f"{line}…", PLAIN, TITLE_MM) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _printable(text):
    """The characters that the fonts of every printer have; the rest as a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")
