"""The alphabet of text messages: what fits in one, and what would cut it to less than half."""

import unicodedata

ONE_MESSAGE = 160

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These are sent as two units each.
EXTENSION = frozenset("^{}\\[~]|€\f")

# What staff paste from a word processor, as the alphabet can say it.
_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−•", "-"),
    **dict.fromkeys("‘’‚′´`", "'"),
    **dict.fromkeys("“”„″«»", '"'),
    "…": "...",
    "×": "x",
}


def strange(text):
    """What of ``text`` the alphabet does not have."""
    return sorted(set(text) - ALPHABET - EXTENSION)


def units(text):
    """How many of the 160 units of a text message this takes. Refuses what the alphabet does not have."""
    if missing := strange(text):
        raise ValueError(f"not in the alphabet of text messages: {missing}")
    return len(text) + sum(character in EXTENSION for character in text)


def plain(text):
    """``text`` in this alphabet: accents that it lacks are left out, what it cannot say at all is a question mark."""
    return "".join(_said(character) for character in text)


def _said(character):
    if character in ALPHABET or character in EXTENSION:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isspace():
        return " "
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if part in ALPHABET)
    return bare or ("" if unicodedata.category(character) in {"Mn", "Cf"} else "?")
