"""What comes in as text and is meant as a number: from an address, a button of our own page, or a form kept as it was."""

KEY_DIGITS = 18  # what the key of a row holds


def whole_number(text, *, digits=KEY_DIGITS, otherwise=0):
    """The whole number of at most so many ``digits`` that was sent; ``otherwise`` for anything else, also a minus or a space.

    0 is the key of no row.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else otherwise
