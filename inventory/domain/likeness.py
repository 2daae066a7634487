"""Is it this one? What was just logged at the same place, of the same kind, and looks the same."""

from datetime import timedelta

from django.db.models import Prefetch

from inventory.models import Item, Photo

# Two things of a kind on one shelf a while apart are two things.
MINUTES = timedelta(minutes=10)
# So many of the 64 bits of two pictures' hashes may differ; two photos of one thing from one spot differ in fewer.
BITS = 6
# Nobody logs more of one kind in ten minutes; the newest are looked at first.
MOST = 50


def alike(one: str, other: str) -> bool:
    """Whether two hashes of pictures (``Photo.dhash``) are of what looks the same."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= BITS


def logged_before(photos, *, category, site, shelf, at):
    """The newest item that these ``photos`` may be of again, or None: logged at this place within minutes, one photo alike.

    ``shelf`` is the code that was typed; without one, things without a shelf are the same place.
    """
    hashes = [photo.dhash for photo in photos]
    lately = Item.objects.filter(
        site=site, created_at__gt=at - MINUTES, category=category, quantity__gt=0, shelf__code=shelf or None
    )
    rows = lately.select_related("category__parent", "site", "shelf").prefetch_related(
        Prefetch("photos", Photo.objects.order_by("position"))
    )
    for item in rows.order_by("-created_at", "-pk")[:MOST]:
        if any(alike(mine, photo.dhash) for photo in item.photos.all() for mine in hashes):
            return item
    return None
