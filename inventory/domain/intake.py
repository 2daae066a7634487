"""Logging a thing: photos, a category and a condition; everything else has a default."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from inventory.models import IntakeTime, Item, ItemAlias, ItemStatus, Photo, Shelf, Site
from recycling.audit.domain import record
from recycling.audit.models import AuditEntry
from recycling.codes import new_item_code

from . import publishing, search, stock, titles
from .photos import check_number, touch
from .refusals import NotJustLogged, ShelfBlocked, ShelfElsewhere, StaleEdit, TooLateToUndo

UNDO_FOR = timedelta(hours=12)
# What may be done to a thing that was just logged without a piece of it coming or going.
STILL_JUST_LOGGED = {
    *("item_logged", "item_published", "item_edited", "item_moved", "item_relisted"),
    *("item_for_residents", "item_for_associations", "item_leaving", "item_stage_prolonged"),
    *("photos_added", "photos_reordered", "photo_removed", "alias_attached", "alias_detached"),
}
# What a worker may write on an item. The counters, the status and the codes are not among them.
EDITABLE = (
    "category",
    "site",
    "shelf",
    "condition",
    "colour",
    "material",
    "maker",
    "width_cm",
    "depth_cm",
    "height_cm",
    "weight_kg",
    "description",
    "defects",
    "text_language",
    "price",
    # Of what a unit gives away where it stands.
    "given_by",
    "place",
    "access",
    "available_from",
    "available_until",
    "residents_may_come",
)


@transaction.atomic
def log(
    *,
    by,
    at,
    photos=(),
    quantity=1,
    publish=True,
    public_from=None,
    client_key=None,
    import_key=None,
    took=None,
    **answers,
):
    """Log ``quantity`` equal pieces with their ``photos`` (uploaded before, in order) and publish them.

    ``shelf`` is one of the site's, or the code that somebody typed. The same ``client_key`` again gives the item that it
    made the first time. ``public_from`` is as in ``publishing.publish``. ``took`` is how long it took (fields of
    ``IntakeTime``), where the phone has measured it.
    """
    if known := made_with(client_key, by=by):
        return known
    answers["shelf"] = lock_shelf(shelf_at(answers["site"], answers.get("shelf")))
    item = Item(
        quantity=quantity,
        client_key=client_key,
        import_key=import_key,
        created_at=at,
        created_by=by,
        **answers,
    )
    check_shelf(item)
    item.search_keys = search.keys_for(titles.searchable(item))
    if known := _insert(item):
        return known
    _attach(item, photos)
    if took:
        IntakeTime.objects.create(item=item, **took)
    record("item_logged", item, by=by, at=at, quantity=quantity)
    return publishing.publish(item, by=by, at=at, public_from=public_from) if publish else item


def made_with(client_key, *, by):
    """The item that the form with this key has made before; None when it has made nothing yet."""
    return Item.objects.filter(client_key=client_key, created_by=by).first() if client_key else None


def _insert(item):
    """Insert the item, or give back the one that the first of two taps has made at this very moment."""
    for _try in range(5):
        if ItemAlias.objects.filter(code=item.code).exists():  # printed on a label that waits for its item
            item.code = new_item_code()
        try:
            with transaction.atomic():
                item.save(force_insert=True)
            return None
        except IntegrityError:
            if item.client_key and (known := Item.objects.filter(client_key=item.client_key).first()):
                if known.created_by == item.created_by:
                    return known
                raise
            if not Item.objects.filter(code=item.code).exists():
                raise  # not a code that happened to be taken: not ours to hide
            item.code = new_item_code()
    raise RuntimeError("no free item code in five tries")


@transaction.atomic
def undo(item, *, by, at):
    """What was just logged by mistake was never here: out of the catalogue, and no pieces. Doing it twice does it once.

    Refuses `too_late_to_undo` to anybody but who logged it, and after the day; `not_just_logged` when pieces have come or
    gone since, and `still_promised` when somebody was quicker.
    """
    locked = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    refusal = why_not_undo(locked, by=by, at=at)
    if not locked.quantity and not isinstance(refusal, TooLateToUndo):
        return
    if refusal:
        raise refusal
    if locked.status == ItemStatus.PUBLISHED:
        publishing.withdraw(locked, by=by, at=at, reason="undone")
    stock.correct(locked, quantity=0, by=by, at=at, reason="undone")


def why_not_undo(item, *, by, at):
    """The refusal that undoing would meet for what has happened to the item since it was logged, or None."""
    if item.created_by_id != by.pk or at - item.created_at > UNDO_FOR:
        return TooLateToUndo()
    done = AuditEntry.objects.filter(target_type="item", target_id=item.pk).values_list("action", "details")
    logged = dict(done).get("item_logged", {})
    if {action for action, _details in done} - STILL_JUST_LOGGED or logged.get("quantity") != item.quantity:
        return NotJustLogged()
    return None


def lock_shelves(which):
    """Whoever blocks a shelf waits for those who put something on it, and they for whoever blocks it."""
    return Shelf.objects.select_for_update(of=("self",), no_key=True).filter(which).order_by("pk")


def lock_shelf(shelf):
    """The shelf as it is now, locked until something stands on it; before the item is locked, as in every verb."""
    return shelf and lock_shelves(Q(pk=shelf.pk)).get()


def check_shelf(item, *, left=None):
    """The shelf is one of the site's, and neither it nor the one that is ``left`` is in quarantine.

    ``item.shelf`` was locked before; the one that is left need not be: while the item is locked, nobody blocks it there.
    """
    if item.shelf and item.shelf.site_id != item.site_id:
        raise ShelfElsewhere
    if item.shelf != left and ((left and left.blocked_at) or (item.shelf and item.shelf.blocked_at)):
        raise ShelfBlocked


def _attach(item, photos):
    """Give uploaded photos to the item, after those it has. A photo that already has an item stays there."""
    position = item.photos.count()
    for photo in photos:
        position += Photo.objects.filter(pk=photo.pk, item=None).update(item=item, position=position)
    Item.objects.filter(pk=item.pk).update(photo_count=position)
    return position


@transaction.atomic
def add_photos(item, photos, *, by, at):
    """More photos for an item that is there already. Refuses `too_many_photos` and then adds none of them."""
    locked = Item.objects.select_for_update(of=("self",)).get(
        pk=item.pk
    )  # two at once would want one position
    check_number(_attach(locked, photos))
    touch(locked)
    record("photos_added", locked, by=by, at=at, photos=len(photos))


@transaction.atomic
def edit(item, *, by, at, version, **answers):
    """Change what the item says about itself; ``shelf`` as in ``log``.

    Refuses `stale_edit` when somebody changed it after ``version``, and `still_promised` to move to another site what
    somebody comes to this one for.
    """
    unknown = set(answers) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    if "shelf" in answers:
        site = answers.get("site") or Site.objects.get(items=item.pk)
        answers["shelf"] = lock_shelf(shelf_at(site, answers["shelf"]))
    locked = Item.objects.select_for_update(of=("self",)).select_related("category__parent").get(pk=item.pk)
    if locked.version != version:
        raise StaleEdit
    if answers.get("site", locked.site) != locked.site and locked.reserved:
        raise stock.why_not_less(locked)
    changed = [name for name, value in answers.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    left = locked.shelf
    for name in changed:
        setattr(locked, name, answers[name])
    check_shelf(locked, left=left)
    locked.version = version + 1
    locked.search_keys = search.keys_for(titles.searchable(locked))
    locked.save(update_fields=[*changed, "version", "search_keys"])
    record("item_edited", locked, by=by, at=at, fields=changed)
    return locked


def shelf_code(typed):
    """A shelf's code as it is kept, whatever the case and the spaces."""
    return " ".join(typed.split()).upper()


def shelf_at(site, shelf):
    """The shelf itself. A code that nobody has used at the site yet becomes a shelf there; an empty one is none."""
    if not isinstance(shelf, str):
        return shelf
    code = shelf_code(shelf)
    return Shelf.objects.get_or_create(site=site, code=code)[0] if code else None
