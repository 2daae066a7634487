"""Logging a thing: photos, a category and a condition; everything else has a default."""

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from inventory.models import Item, ItemAlias, Photo, Shelf
from recycling.audit.domain import record
from recycling.codes import new_item_code

from . import publishing, search, titles
from .photos import check_number, touch
from .refusals import ShelfElsewhere, StaleEdit, StillPromised

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
)


@transaction.atomic
def log(*, by, at, photos=(), quantity=1, publish=True, client_key=None, import_key=None, **answers):
    """Log ``quantity`` equal pieces with their ``photos`` (uploaded before, in order) and publish them.

    ``shelf`` is one of the site's, or the code that somebody typed. The same ``client_key`` again gives the item that it
    made the first time.
    """
    if client_key and (known := Item.objects.filter(client_key=client_key, created_by=by).first()):
        return known
    answers["shelf"] = _shelf(answers["site"], answers.get("shelf"))
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
    record("item_logged", item, by=by, at=at, quantity=quantity)
    return publishing.publish(item, by=by, at=at) if publish else item


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


def check_shelf(item):
    if item.shelf and item.shelf.site_id != item.site_id:
        raise ShelfElsewhere


def _attach(item, photos):
    """Give uploaded photos to the item, after those it has. A photo that already has an item stays there."""
    position = item.photos.count()
    for photo in photos:
        position += Photo.objects.filter(pk=photo.pk, item=None).update(item=item, position=position)
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
    locked = Item.objects.select_for_update(of=("self",)).select_related("category__parent").get(pk=item.pk)
    if locked.version != version:
        raise StaleEdit
    site = answers.get("site", locked.site)
    if site != locked.site and locked.reserved:
        raise StillPromised(pieces=locked.reserved)
    if "shelf" in answers:
        answers["shelf"] = _shelf(site, answers["shelf"])
    changed = [name for name, value in answers.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, answers[name])
    check_shelf(locked)
    locked.version = version + 1
    locked.search_keys = search.keys_for(titles.searchable(locked))
    locked.save(update_fields=[*changed, "version", "search_keys"])
    record("item_edited", locked, by=by, at=at, fields=changed)
    return locked


@transaction.atomic
def put_on_shelf(item, *, shelf, by, at):
    """The item now stands on ``shelf``, at that shelf's site. Refuses `still_promised` to leave a site with promised pieces."""
    moved = Item.objects.filter(Q(site=shelf.site) | Q(reserved=0), pk=item.pk).update(
        shelf=shelf, site=shelf.site, version=F("version") + 1
    )
    if not moved:
        raise StillPromised(pieces=Item.objects.get(pk=item.pk).reserved)
    record("item_moved", item, by=by, at=at, shelf=shelf.code)


def shelf_code(typed):
    """A shelf's code as it is kept, whatever the case and the spaces."""
    return " ".join(typed.split()).upper()


def _shelf(site, shelf):
    """The shelf itself. A code that nobody has used at the site yet becomes a shelf there; an empty one is none."""
    if not isinstance(shelf, str):
        return shelf
    code = shelf_code(shelf)
    return Shelf.objects.get_or_create(site=site, code=code)[0] if code else None
