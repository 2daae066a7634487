"""Which of the free pieces fit which wanted entry, and who gets them: the earliest need first. Plain arithmetic, no questions."""

from collections import defaultdict

from inventory.vocabulary import CONDITIONS

_ORDER = [word.key for word in CONDITIONS]
SIZES = ("width_cm", "depth_cm", "height_cm")


def as_good_as(condition):
    """The words for a condition that are at least as good as this one."""
    return _ORDER[: _ORDER.index(condition) + 1]


def kinds_of(item):
    """The keys of the categories under which somebody may wait for ``item``: its own, and the one above."""
    return {item.category_id, item.category.parent_id} - {None}


def fits(entry, item):
    """Whether ``item`` is what the entry waits for. What nobody has measured fits, and is told so; a unit's own gift does not."""
    return (
        entry.category_id in kinds_of(item)
        and item.condition in as_good_as(entry.condition)
        and item.owner_id != entry.department_id
        and all(_small_enough(entry, item, size) for size in SIZES)
    )


def _small_enough(entry, item, size):
    most, measured = getattr(entry, size), getattr(item, size)
    return most is None or measured is None or measured <= most


def share(entries, items, *, refused=frozenset(), free_since=None):
    """``[(entry, {item: pieces})]``: whose need is first chooses first, at one site each, never less than they said.

    ``refused`` are pairs of keys that were offered before and not taken. With ``free_since`` (by the item's key) only what
    came free after an entry was written is offered to it: what was there before, its unit has seen.
    """
    by_kind = defaultdict(list)
    for item in items:
        for kind in kinds_of(item):
            by_kind[kind].append(item)
    left = {item.pk: item.available for item in items}
    shares = []
    for entry in sorted(entries, key=lambda one: (one.needed_by, one.pk)):
        lots = [
            item
            for item in by_kind[entry.category_id]
            if left[item.pk] > 0
            and (entry.pk, item.pk) not in refused
            and (free_since is None or free_since[item.pk] > entry.created_at)
            and fits(entry, item)
        ]
        if chosen := _at_one_site(entry, lots, left):
            shares.append((entry, chosen))
            for item, pieces in chosen.items():
                left[item.pk] -= pieces
    return shares


def _at_one_site(entry, lots, left):
    """``{item: pieces}`` at the site that has the most of what the entry still waits for; empty when it is too little."""
    by_site = defaultdict(list)
    for item in lots:
        by_site[item.site_id].append(item)
    if not by_site:
        return {}
    there = {site: sum(left[item.pk] for item in stand) for site, stand in by_site.items()}
    site = max(by_site, key=lambda one: (min(there[one], entry.still), -one))
    if there[site] < min(entry.at_least, entry.still):
        return {}
    chosen, missing = {}, entry.still
    for item in sorted(by_site[site], key=lambda one: (-left[one.pk], one.pk)):
        if missing <= 0:
            break
        chosen[item] = min(missing, left[item.pk])
        missing -= chosen[item]
    return chosen
