"""What a code is: read by a camera, sent by a hand scanner or typed. One answer for every page."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, ItemAlias, Shelf, Site
from recycling import scans
from recycling.codes import ALPHABET, BadCode, MistypedCode, normalise, shown
from recycling.errors import Refused

from .aliases import old_barcode
from .intake import shelf_code

LONGEST = 300


class NothingScanned(BadCode):
    code = "nothing_scanned"
    message = _("Scan or type a code first.")
    status = 422


class TornLabel(MistypedCode):
    """The shape of an item's code, but its check character is another one."""

    code = "label_torn"
    message = _(
        "One character of %(code)s is wrong. The label may be torn or dirty: compare it character by character and type it."
    )
    status = 422


class ForeignCode(Refused):
    """Somebody else's QR code, or a word that is no code at all. It is not repeated: it may say anything."""

    code = "foreign_code"
    message = _("This code is not one of ours. Look for the label with our code, for example K7Q-4M2P.")
    status = 422


class NoSuchItem(Refused):
    code = "no_such_item"
    message = _("Nothing has the code %(code)s. Check it, or log the thing as new.")
    status = 404


class NoSuchShelf(Refused):
    code = "no_such_shelf"
    message = _("There is no shelf %(code)s at your sites.")
    status = 404


class ItemElsewhere(Refused):
    code = "item_elsewhere"
    message = _("%(code)s belongs to %(site)s, and you do not work there.")
    status = 403


@dataclass(frozen=True)
class Found:
    """``kind`` is item, shelf, reservation, or loose: a blank label or an old barcode that is on nothing yet."""

    kind: str
    thing: Any


def resolve(text, *, by, at):
    """What ``text`` is for this worker: ``Found``, or a refusal that says what is wrong with it."""
    text = " ".join(str(text)[: LONGEST + 1].replace("\0", "").split())
    if not text:
        raise NothingScanned
    if len(text) > LONGEST:
        raise ForeignCode
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return _link(text, by=by, at=at)
    return _typed(text, by=by, at=at)


def _link(text, *, by, at):
    """A link of ours, in whichever language; everybody else's is foreign."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ForeignCode from None
    ours = urlsplit(settings.SITE_URL).netloc
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != ours:
        raise ForeignCode
    path = [unquote(part).replace("\0", "") for part in parts.path.strip("/").split("/")]
    match path[1:] if path[0] in dict(settings.LANGUAGES) else path:
        case ["i", code] | ["items", code] | ["wh", "items", code, *_]:
            return item_or_label(code, by=by)
        case ["s", site, *parts]:
            return _shelf(Shelf.objects.filter(site__code=site), "/".join(parts), by=by)
        case ["r", token, *_]:
            return Found("reservation", scans.reservation(by=by, at=at, token=token.upper()))
        case ["wh", "handover", code, *_]:
            return Found("reservation", scans.reservation(by=by, at=at, code=code))
    raise ForeignCode


def _typed(text, *, by, at):
    # First of all: a hall may name its shelves as it likes, also like a barcode or like the six digits of a pickup.
    try:
        return _shelf(Shelf.objects.all(), text, by=by)
    except NoSuchShelf as refusal:
        no_shelf = refusal
    plain = re.sub(r"[\s-]", "", text)
    if re.fullmatch("[0-9]{6}", plain):
        return Found("reservation", scans.reservation(by=by, at=at, pickup=plain))
    if barcode := old_barcode(text):
        return item_or_label(barcode, by=by)
    if re.fullmatch("R[A-Za-z0-9]{8}", plain, re.IGNORECASE):
        return Found("reservation", scans.reservation(by=by, at=at, code=plain.upper()))
    if "-" in text and not _like_an_item(plain):
        raise no_shelf
    return item_or_label(text, by=by)


def _like_an_item(plain):
    return len(plain) == 7 and plain.isalnum()


def _shelf(shelves, typed, *, by):
    code = shelf_code(typed)
    mine = shelves.filter(code=code, site__in=Site.objects.worked_at_by(by))
    found = mine.select_related("site").order_by("site_id").first()
    if found is None:
        raise NoSuchShelf(code=code)
    return Found("shelf", found)


def item_or_label(typed, *, by):
    """The worker's item with this code or alias; or a label or barcode that is on nothing yet."""
    code = _code_or_why_not(typed)
    item = item_with(code)
    if item is None:
        alias = ItemAlias.objects.filter(code=code).first()
        if alias or old_barcode(typed):
            return Found("loose", alias or code)
        raise NoSuchItem(code=shown(code))
    if not Item.objects.handled_by(by).filter(pk=item.pk).exists():
        raise ItemElsewhere(code=item.shown_code, site=item.site)
    return Found("item", item)


def _code_or_why_not(typed):
    try:
        return code_of(typed)
    except MistypedCode:
        raise TornLabel(code=shown(re.sub(r"[^A-Za-z0-9]", "", bare(typed)).upper())) from None
    except BadCode:
        plain = re.sub(r"[\s-]", "", bare(typed)).upper()
        if _like_an_item(plain) and not set(plain) <= set(ALPHABET):
            raise
        raise ForeignCode from None


def item_with(code):
    """The item that has this code, or that has it as an alias; None when nothing has. ``code`` is as it is kept.

    The label of a lot that was merged into another one still sticks on its pieces: it leads to the lot that they are in.
    """
    items = Item.objects.select_related("category__parent", "site", "shelf")
    item = items.filter(code=code).first() or items.filter(aliases__code=code).first()
    while item and item.merged_into_id:
        item = items.get(pk=item.merged_into_id)
    return item


def bare(text):
    """The code in the link of a label, at whatever address the service was when it was printed; else the text itself."""
    link = re.search(r"/(?:i|items)/([^/?#]+)", text[:LONGEST])
    return link[1] if link else text


def code_of(typed):
    """What was scanned or typed as a code of an item, in the form in which codes are kept: its own, a label's or a barcode's."""
    text = bare(typed)
    return old_barcode(text) or normalise(text)
