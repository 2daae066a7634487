"""Further codes of an item: labels that were printed before they had one, and the barcodes of older systems."""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from inventory.models import AliasKind, Item, ItemAlias
from recycling.audit.domain import record
from recycling.codes import BadCode, new_item_code, normalise, shown
from recycling.errors import Refused

MOST_ON_A_SHEET = 240
OLD_BARCODE = re.compile(r"[A-Z]{3}[0-9]{6,9}")


class NoFurtherCode(BadCode):
    """Neither shape: no label of ours and no barcode of an older system."""

    code = "no_further_code"
    message = _(
        "A pre-printed label reads like K7Q-4M2P, an old barcode like ABC123456. Check what you typed."
    )
    status = 422


class NeverPrinted(Refused):
    code = "never_printed"
    message = _("No sheet of pre-printed labels has the code %(code)s. Check it character by character.")
    status = 404


class OnAnotherItem(Refused):
    """``item`` is the code of the one that has it."""

    code = "on_another_item"
    message = _("The code %(code)s is on %(item)s already. If that is wrong, detach it there first.")


def old_barcode(text):
    """An old barcode as it is kept, whatever the case, the spaces and the stars that Code 39 puts around it; else None."""
    plain = re.sub(r"[\s*-]", "", text[:40]).upper()
    return plain if OLD_BARCODE.fullmatch(plain) else None


@transaction.atomic
def attach(item, typed, *, by, at):
    """``item`` is found by this code too: a blank label of ours that is now on it, or an old barcode.

    Saying it twice has the effect of saying it once. Refuses `no_further_code`, `code_mistyped`, `never_printed` and
    `on_another_item`.
    """
    if barcode := old_barcode(typed):
        _made, changed = ItemAlias.objects.get_or_create(
            code=barcode, defaults={"kind": AliasKind.BARCODE, "item": item, "added_at": at}
        )
        code = barcode
    else:
        code = _label_code(typed)
        changed = ItemAlias.objects.filter(code=code, item=None).update(item=item, added_at=at) > 0
    found = ItemAlias.objects.select_related("item").filter(code=code).first()
    holder = found.item if found else Item.objects.filter(code=code).first()
    if holder is None:
        raise NeverPrinted(code=shown(code))
    if holder.pk != item.pk:
        raise OnAnotherItem(code=str(found or holder), item=holder.shown_code)
    if changed:
        record("alias_attached", item, by=by, at=at, code=str(found))
    return found


def _label_code(typed):
    try:
        return normalise(typed)
    except BadCode as refusal:
        raise (NoFurtherCode if refusal.code == "code_unreadable" else type(refusal)) from None


@transaction.atomic
def detach(alias, *, by, at):
    """The item is not found by this code any more. A pre-printed label is blank again, a barcode is nobody's."""
    found = ItemAlias.objects.filter(pk=alias.pk, item=alias.item_id)
    gone = (
        found.update(item=None, added_at=at)
        if alias.kind == AliasKind.LABEL
        else found.filter(kind=AliasKind.BARCODE).delete()[0]
    )
    if gone:
        record("alias_detached", alias.item, by=by, at=at, code=str(alias))


@transaction.atomic
def print_blank(labels, *, sheet, by, at):
    """So many codes for labels that are on nothing yet; no item will get one of them by itself.

    ``sheet`` is the key of the form that asks: the same one again gives the labels that it made the first time.
    """
    known = list(ItemAlias.objects.filter(sheet=sheet).order_by("place"))
    if known:
        return known
    try:
        with transaction.atomic():
            made = ItemAlias.objects.bulk_create(
                ItemAlias(kind=AliasKind.LABEL, code=code, sheet=sheet, place=place, added_at=at)
                for place, code in enumerate(_unused_codes(labels), start=1)
            )
    except IntegrityError:  # the other one of two taps was quicker
        return list(ItemAlias.objects.filter(sheet=sheet).order_by("place"))
    record("labels_printed", made[0], by=by, at=at, labels=labels, sheet=sheet)
    return made


def _unused_codes(number):
    codes: set[str] = set()
    while len(codes) < number:
        codes |= {new_item_code() for _missing in range(number - len(codes))}
        for model in (Item, ItemAlias):
            codes -= set(model.objects.filter(code__in=codes).values_list("code", flat=True))
    return sorted(codes)
