"""What stands on a label: of an item, of a shelf, of nothing yet."""

import re
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recycling.codes import shown
from recycling.errors import Refused

from . import titles
from .label_sheets import Label

MOST_LABELS = 480  # twenty sheets


class TooManyLabels(Refused):
    code = "too_many_labels"
    message = gettext_lazy("That would be %(labels)s labels. Print at most %(most)s at a time.")
    status = 422


class NothingToPrint(Refused):
    code = "nothing_to_print"
    message = gettext_lazy("Choose at least one label to print.")
    status = 422


def of_item(item):
    return Label(f"{settings.SITE_URL}/i/{item.code}", _parts(item.code), titles.title(item))


def of_blank(alias):
    """A label that will be on something: its code, and a line to write on."""
    return Label(f"{settings.SITE_URL}/i/{alias.code}", _parts(alias.code))


def of_shelf(shelf):
    return Label(shelf_link(shelf), _shelf_lines(shelf.code), _("Shelf, %(site)s") % {"site": shelf.site})


def shelf_link(shelf):
    return f"{settings.SITE_URL}/s/{shelf.site.code}/{quote(shelf.code, safe='')}"


def _parts(code):
    """``K7Q-`` above ``4M2P``: twice as large as both beside each other."""
    start, _hyphen, end = shown(code).partition("-")
    return f"{start}-", end


def _shelf_lines(code):
    """A long name is broken where it has a gap, as near to its middle as there is one."""
    gaps = [gap.end() for gap in re.finditer(r"[ -]", code)]
    if len(code) <= 8 or not gaps:
        return (code,)
    middle = min(gaps, key=lambda gap: abs(gap - len(code) / 2))
    return code[:middle].rstrip(), code[middle:]


def of_items(items, *, each=False):
    """A label for every item; for every piece of it if ``each``. Refuses `nothing_to_print` and `too_many_labels`."""
    copies = [item.quantity if each else 1 for item in items]
    _check_number(sum(copies))
    return [label for item, number in zip(items, copies, strict=True) for label in [of_item(item)] * number]


def of_shelves(shelves):
    """A label for every shelf. Refuses as ``of_items``."""
    _check_number(len(shelves))
    return [of_shelf(shelf) for shelf in shelves]


def _check_number(number):
    if not number:
        raise NothingToPrint
    if number > MOST_LABELS:
        raise TooManyLabels(labels=number, most=MOST_LABELS)
