"""Lots of equal pieces: some separated into a lot of their own, two equal lots made one."""

from django.db import transaction
from django.db.models import Q

from inventory.models import Item, ItemAlias, ItemStatus, Photo, WriteOff, WriteOffStatus
from recycling import turns
from recycling.audit.domain import record
from recycling.codes import new_token

from . import arrivals, intake, publishing, stock
from .refusals import AllOfThem, Merged, NotEqual, SameLot, WrongStep

# What a separated piece takes over from its lot, besides what the worker says anew.
COPIED = (
    *("category", "site", "shelf", "colour", "material", "maker", "width_cm", "depth_cm", "height_cm"),
    *("weight_kg", "description", "text_language", "price", "owner", "available_from", "available_until"),
)
# What two lots must have in common to become one; a size that only one of them knows is no difference.
EQUAL = ("category", "condition", "colour", "material", "site", "shelf", "status", "price", "owner")
SIZES = ("width_cm", "depth_cm", "height_cm", "weight_kg")
# What two things must have in common for somebody to be given the one instead of the other, wherever each stands.
ALIKE = (
    "category",
    "condition",
    "colour",
    "material",
    "maker",
    "defects",
    "site",
    "status",
    "price",
    "owner",
)


@transaction.atomic
def split(item, pieces, *, by, at, condition, defects=None, photos=(), client_key=None, **other):
    """Separate free ``pieces`` into a lot with a code of its own; promised pieces stay with the original.

    Without ``photos`` of its own the new lot shows those of the old one. It is in the catalogue when the old one is, with
    the same stage and dates. Refuses `fewer_here`, `all_of_them`, `shelf_blocked`, and `wrong_step` while somebody moves it.
    The same ``client_key`` again gives the lot that it made.
    """
    now = Item.objects.select_related("site", "shelf").get(pk=item.pk)
    shelf = intake.shelf_at(now.site, other.get("shelf", now.shelf))
    intake.lock_shelf(shelf)
    locked = _lock(Q(pk=item.pk))[item.pk]
    if client_key and (known := Item.objects.filter(client_key=client_key, created_by=by).first()):
        return known
    if locked.quantity == pieces and not locked.reserved:
        raise AllOfThem
    if (locked.site_id, locked.shelf_id) != (now.site_id, now.shelf_id):
        raise WrongStep  # somebody moves it at this very moment
    stock.leave(locked, pieces)
    answers = {name: getattr(locked, name) for name in COPIED} | other | {"shelf": shelf}
    new = intake.log(
        by=by,
        at=at,
        photos=photos or copies(locked, by=by, at=at),
        quantity=pieces,
        publish=False,
        client_key=client_key,
        condition=condition,
        defects=locked.defects if defects is None else defects,
        **answers,
    )
    arrivals.carry(locked, pieces, to=new)
    if locked.status == ItemStatus.PUBLISHED:
        new = publishing.publish(new, by=by, at=at, part_of=locked)
    record("item_split", locked, by=by, at=at, pieces=pieces, code=new.shown_code)
    record("item_split_from", new, by=by, at=at, pieces=pieces, code=locked.shown_code)
    return new


def copies(item, *, by, at):
    """Rows of their own over the files of the item's photos; the pictures themselves are there once."""
    return [
        Photo.objects.create(
            key=new_token(20),
            files=photo.folder_name,
            **{name: getattr(photo, name) for name in _OF_A_PICTURE},
            uploaded_by=by,
            uploaded_at=at,
        )
        for photo in item.photos.all()
    ]


_OF_A_PICTURE = (
    *("status", "renditions", "width", "height", "colour", "sha256", "dhash", "alt", "is_drawing"),
)


@transaction.atomic
def merge(item, *, into, by, at):
    """Two equal lots of one shelf become one: all pieces of ``item`` are pieces of ``into``. Twice is once.

    Refuses `still_promised` while pieces of ``item`` are promised: its reservations name its code and its photos, and
    whoever booked them must find what they chose. Refuses `not_equal` with the differences, `merged`, `same_lot`,
    `waits_for_draw`.
    """
    if item.pk == into.pk:
        raise SameLot
    locked = _lock(Q(pk__in=[item.pk, into.pk]) | Q(merged_into=item.pk))
    gone, stays = locked[item.pk], locked[into.pk]
    if gone.merged_into_id == stays.pk:
        return stays
    for one in (gone, stays):
        if one.merged_into:
            raise Merged(code=one.merged_into.shown_code)
    if what := differences(gone, stays):
        raise NotEqual(what=", ".join(str(label) for label in what))
    pieces = gone.quantity
    stock.pour(gone, into=stays)
    arrivals.pour(gone, into=stays)
    # The labels that stick on its pieces go where the pieces go.
    ItemAlias.objects.filter(item=gone).update(item=stays)
    # Those that it had taken in itself too: from any of them it is one step to the lot that has the pieces.
    Item.objects.filter(Q(pk=gone.pk) | Q(merged_into=gone)).update(merged_into=stays)
    WriteOff.objects.filter(item=gone, status=WriteOffStatus.WAITING).update(item=stays)
    if gone.status == ItemStatus.PUBLISHED:
        publishing.withdraw(gone, by=by, at=at, reason="merged")
    record("item_merged", gone, by=by, at=at, pieces=pieces, code=stays.shown_code)
    record("item_merged_from", stays, by=by, at=at, pieces=pieces, code=gone.shown_code)
    turns.merged(gone, into=stays, at=at)
    return stays


def differences(one, other, *, names=EQUAL):
    """The names of what keeps two lots from being one; with ``ALIKE``, one from being given instead of the other."""
    unequal = [name for name in names if getattr(one, name) != getattr(other, name)]
    for name in SIZES:
        sizes = {getattr(one, name), getattr(other, name)} - {None}
        unequal += [name] if len(sizes) > 1 else []
    labels = {field.name: field.verbose_name for field in Item._meta.concrete_fields}
    return [labels[name] for name in unequal]


def equal_to(item):
    """Other lots of the same shelf that may become one with ``item``."""
    same = {name: getattr(item, name) for name in EQUAL}
    candidates = Item.objects.filter(**same, quantity__gt=0, merged_into=None).exclude(pk=item.pk)
    return [
        one
        for one in candidates.select_related("category__parent", "shelf", "site").order_by("pk")[:20]
        if not differences(item, one)
    ]


def _lock(which):
    """The rows of these items, locked in the order of their keys, and read after that: what is joined to a row by the
    query that waits for it would be what it was before."""
    keys = (
        Item.objects.select_for_update(of=("self",)).filter(which).order_by("pk").values_list("pk", flat=True)
    )
    rows = Item.objects.select_related("category__parent", "site", "shelf", "owner", "merged_into")
    return rows.in_bulk(list(keys))
