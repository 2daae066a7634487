"""Numbers as people write them: decimal commas, spaces between thousands, units before and behind."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENTIMETRES = {"mm": "0.1", "cm": "1", "dm": "10", "m": "100", "in": "2.54", "inch": "2.54", '"': "2.54"}
KILOGRAMS = {"kg": "1", "kilo": "1", "g": "0.001", "t": "1000"}
EUROS = {"€", "eur", "euro", "euros", "euroa", "e"}
CURRENCIES = {"kr": "SEK", "sr": "SAR", "$": "USD", "£": "GBP"}
FREE = {"free", "ilmainen", "maksuton", "gratis", "kostnadsfri"}
PIECES = {"", "kpl", "pcs", "pc", "piece", "pieces", "st", "stk", "styck", "stycken", "x"}

ABOUT = r"(?:n\.?|noin|ca\.?|c\.|circa|cirka|about|approx\.?|~|≈)?\s*"
NUMBER = r"[+-]?\d(?:[\d .,']*\d)?"
AMOUNT = re.compile(rf"{ABOUT}({NUMBER})\s*(.*)", re.IGNORECASE)
RANGE = re.compile(
    rf"{ABOUT}{NUMBER}\s*(?:cm|mm|m|dm)?\s*(?:-|–|—|\.\.\.|…)\s*({NUMBER}\s*\D*)", re.IGNORECASE
)
MONEY = re.compile(rf"([^\d+-]*)({NUMBER})(.*)")


def number(text, *, comma_thousands=False) -> Decimal:
    """`"1 200,5"`, `"1,200.50"`, `"1.200,50"` and `"12.5"` as a number. ValueError for anything else.

    A single comma is a decimal comma, unless ``comma_thousands`` says that three digits after it are thousands.
    """
    if re.search("[ ']", text) and not re.fullmatch(r"[+-]?\d{1,3}([ ']\d{3})+([.,]\d+)?", text):
        raise ValueError(text)
    text = re.sub("[ ']", "", text)
    last = max(text.rfind(","), text.rfind("."))
    if last >= 0:
        mark = text[last]
        whole, part = text[:last], text[last + 1 :]
        other = "." if mark == "," else ","
        grouped = mark in whole or (comma_thousands and mark == "," and len(part) == 3)
        if grouped and (other in whole or not re.fullmatch(rf"[+-]?\d{{1,3}}(\{mark}\d{{3}})+", text)):
            raise ValueError(text)
        text = text.replace(mark, "") if grouped else f"{whole.replace(other, '')}.{part}"
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d+)?", text):
        raise ValueError(text)
    return Decimal(text)


def amount(text, units, unit) -> Decimal:
    """A measure in the first of ``units``' own terms; ``unit`` is the heading's, used when the cell names none.

    Of a range ("65-130 cm") it is the larger end: what has to fit through the door.
    """
    if found := RANGE.fullmatch(text):
        text = found[1]
    found = AMOUNT.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    written = found[2].strip().rstrip(".").casefold() or unit
    if written not in units:
        raise ValueError(text)
    return (number(found[1]) * Decimal(units[written])).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def sizes(text, unit="cm") -> list[Decimal]:
    """The numbers of "80 x 60 x 72 cm" in centimetres, in the order in which they stand. ValueError for other text."""
    parts = re.split(r"\s*[x×*/]\s*", text.strip(), flags=re.IGNORECASE)
    last = re.search(r"(mm|cm|dm|m)\s*$", parts[-1], re.IGNORECASE)
    unit = last[1].casefold() if last else unit
    if not 2 <= len(parts) <= 3:
        raise ValueError(text)
    # "L 80", "W80", "80 (W)": which letter stands for which side differs by language, the order hardly does.
    bare = [
        re.sub(r"^\s*[a-zåäö]{1,2}[\s.:]*(?=\d)|\s*\([a-zåäö]\)\s*$", "", part, flags=re.IGNORECASE)
        for part in parts
    ]
    return [amount(part, CENTIMETRES, unit) for part in bare]


def pieces(text) -> int:
    """A whole number of pieces, "4", "4 kpl" or "4.0"."""
    found = AMOUNT.fullmatch(text)
    if not found or found[2].strip().rstrip(".").casefold() not in PIECES:
        raise ValueError(text)
    value = number(found[1])
    if value != int(value):
        raise ValueError(text)
    return int(value)


def money(text) -> tuple[Decimal, str]:
    """(amount, currency) of a price; the currency is "" where the cell names none. "Free" is nothing."""
    if text.casefold() in FREE:
        return Decimal(0), ""
    found = MONEY.fullmatch(text)
    if not found:
        raise ValueError(text)
    words = [word.strip(" .-:") for word in (found[1], found[3]) if word.strip(" .,:-")]
    if len(words) > 1:
        raise ValueError(text)
    value = number(found[2], comma_thousands=True).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return value, currency(words[0]) if words else ""


def currency(text) -> str:
    """ "EUR" for every way to write euros, the three letters of another currency, "" for nothing."""
    word = text.casefold().strip(" .()[]")
    if not word or word in EUROS:
        return "EUR" if word else ""
    if word in CURRENCIES:
        return CURRENCIES[word]
    if re.fullmatch("[a-z]{3}", word):
        return word.upper()
    raise ValueError(text)
