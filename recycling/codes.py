"""Codes that people read, say and type: item codes, pickup codes, and the tokens of private links."""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from recycling.errors import Refused

# No 0/O, 1/I/L or U beside V: what could be mistaken for another character is not there.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

ITEM_CODE_LENGTH = 7
PICKUP_CODE_LENGTH = 6

# Longer than any code with all its spaces; what is longer still is not worth looking at.
_LONGEST_TYPED = 64


class BadCode(Refused):
    """What was typed cannot be a code of ours."""

    code = "bad_code"
    message = _("Check the code.")


class UnreadableCode(BadCode):
    """The wrong number of characters, or characters that no code has."""

    code = "code_unreadable"
    message = _(
        "The code has 7 letters and digits, for example K7Q-4M2P. "
        "The letters I, L, O and U and the digits 0 and 1 are not used."
    )


class MistypedCode(BadCode):
    """The shape is right, the check character is not: one character is wrong, or two changed places."""

    code = "code_mistyped"
    message = _("There is a typing mistake in the code. Check it character by character.")


class UnreadablePickupCode(BadCode):
    """Not six digits."""

    code = "pickup_code_unreadable"
    message = _("The pickup code has 6 digits, for example 482 915.")


def new_item_code():
    """Seven characters: six at random and the check character. Stored without the hyphen."""
    body = new_token(ITEM_CODE_LENGTH - 1)
    return body + check_character(body)


def new_token(length=10):
    """Random characters for a private link; ten of them carry 49 bits."""
    return "".join(secrets.choice(ALPHABET) for _position in range(length))


def new_pickup_code():
    """Six digits, leading zeros and all."""
    return f"{secrets.randbelow(10**PICKUP_CODE_LENGTH):0{PICKUP_CODE_LENGTH}}"


def derived_digits(what, length):
    """So many digits that follow from ``what`` and the secret key, so that no table, log or backup holds them."""
    mac = hmac.new(settings.SECRET_KEY.encode(), what.encode(), hashlib.sha256)
    return f"{int.from_bytes(mac.digest()[:8]) % 10**length:0{length}}"


def check_character(body):
    """The character after ``body`` that makes a whole code (Luhn's rule in base 30)."""
    return ALPHABET[-_luhn_sum(body, doubled_first=True) % len(ALPHABET)]


def _luhn_sum(characters, *, doubled_first):
    """Luhn's sum from the right, every other character doubled and its two base-30 digits added."""
    base = len(ALPHABET)
    total = 0
    doubled = doubled_first
    for character in reversed(characters):
        value = ALPHABET.index(character)
        total += sum(divmod(2 * value, base)) if doubled else value
        doubled = not doubled
    return total


def shown(code):
    """The code as a label shows it: ``K7Q-4M2P``."""
    return f"{code[:3]}-{code[3:]}"


def shown_pickup(code):
    """The pickup code as people read it aloud: ``482 915``."""
    return f"{code[:3]} {code[3:]}"


def normalise(text):
    """The stored form of an item code as somebody typed it, whatever the case, spaces and hyphens."""
    code = _without_separators(text).upper()
    if len(code) != ITEM_CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise UnreadableCode
    if _luhn_sum(code, doubled_first=False) % len(ALPHABET):
        raise MistypedCode
    return code


def normalise_pickup(text):
    """The six digits of a pickup code as somebody typed them, whatever the spaces and hyphens."""
    code = _without_separators(text)
    if len(code) != PICKUP_CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise UnreadablePickupCode
    return code


def digits_in(text):
    """The digits in what somebody typed, whatever stands between them and in whichever script, as 0 to 9."""
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _without_separators(text):
    """``text`` without spaces, any kind of dash and invisible marks; full-width characters made plain."""
    if len(text) > _LONGEST_TYPED:
        return ""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if not _separates(character))


def _separates(character):
    # Zs: spaces. Pd: dashes, and a pasted minus is one too. Cf: soft hyphens, invisible marks. Cc: tabs.
    return unicodedata.category(character) in {"Zs", "Pd", "Cf", "Cc"} or character == "\N{MINUS SIGN}"
