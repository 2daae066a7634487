"""Lots that make one set: twelve chairs alike may stand in three places.

Alike is what looks the same in one room. The condition may differ: it is shown beside each lot, and people decide.
"""

from inventory.models import Item

LOOKS = ("category", "maker", "colour", "material")
SIZES = ("width_cm", "depth_cm", "height_cm")
MOST = 50


def lots(item, *, by, at) -> list[Item]:
    """``item`` and the other lots alike that have pieces left for ``by``, wherever they stand; ``item`` first, then the largest.

    A size that only one of two knows is no difference. Of a thing whose maker, colour and material nobody knows, nothing is
    known to be alike.
    """
    free = Item.objects.visible_to(by, at=at).on_offer()
    which = free.filter(pk=item.pk)
    if item.maker or item.colour or item.material:
        which = free.filter(**{name: getattr(item, name) for name in LOOKS})
    found = which.select_related("category__parent", "site").order_by("-pk")[:MOST]
    same = [one for one in found if one.pk == item.pk or _fits(item, one)]
    return sorted(same, key=lambda one: (one.pk != item.pk, -one.available, one.pk))


def others(item, *, by, at) -> list[Item]:
    """The lots alike, without ``item`` itself."""
    return [one for one in lots(item, by=by, at=at) if one.pk != item.pk]


def _fits(one, other):
    sizes = ({getattr(one, name), getattr(other, name)} - {None} for name in SIZES)
    return all(len(both) < 2 for both in sizes)
