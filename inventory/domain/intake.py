"""Logging a thing: photos, a category and a condition; everything else has a default."""

from django.db import IntegrityError, transaction
from django.db.models import F

from inventory.models import Item, ItemStatus, Photo, Shelf
from recycling.audit.domain import record
from recycling.codes import new_item_code

from . import publishing, search, titles
from .refusals import ShelfElsewhere, StaleEdit

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

    The same ``client_key`` again gives the item that it made the first time.
    """
    if client_key and (known := Item.objects.filter(client_key=client_key, created_by=by).first()):
        return known
    item = Item(
        quantity=quantity,
        client_key=client_key,
        import_key=import_key,
        created_at=at,
        created_by=by,
        **answers,
    )
    check_shelf(item)
    if known := _insert(item):
        return known
    attach(item, photos)
    record("item_logged", item, by=by, at=at, quantity=quantity)
    return publishing.publish(item, by=by, at=at) if publish else item


def _insert(item):
    """Insert the item, or give back the one that the first of two taps has made at this very moment."""
    for _try in range(5):
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


def attach(item, photos):
    """Give uploaded photos to the item, after those it has. A photo that already has an item stays there."""
    start = item.photos.count()
    for offset, photo in enumerate(photos):
        Photo.objects.filter(pk=photo.pk, item=None).update(item=item, position=start + offset)


@transaction.atomic
def edit(item, *, by, at, version, **answers):
    """Change what the item says about itself. Refuses `stale_edit` when somebody changed it after ``version``."""
    unknown = set(answers) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    locked = Item.objects.select_for_update(of=("self",)).select_related("category__parent").get(pk=item.pk)
    if locked.version != version:
        raise StaleEdit
    changed = [name for name, value in answers.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, answers[name])
    check_shelf(locked)
    locked.version = version + 1
    if locked.status == ItemStatus.PUBLISHED:
        locked.search_keys = search.keys_for(titles.searchable(locked))
    locked.save(update_fields=[*changed, "version", "search_keys"])
    record("item_edited", locked, by=by, at=at, fields=changed)
    return locked


@transaction.atomic
def put_on_shelf(item, *, shelf, by, at):
    """The item now stands on ``shelf``, at that shelf's site."""
    Item.objects.filter(pk=item.pk).update(shelf=shelf, site=shelf.site, version=F("version") + 1)
    record("item_moved", item, by=by, at=at, shelf=shelf.code)


def shelf_of(site, code):
    """The shelf with this code at the site; a code nobody has used there yet becomes a shelf."""
    return Shelf.objects.get_or_create(site=site, code=" ".join(code.split()).upper())[0]
