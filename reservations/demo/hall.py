"""What goes on in the demo's first warehouse beside the pickups: loads, a repair, a write-off that waits, something returned."""

from datetime import timedelta

from inventory.domain import aliases, loads, stock, writing_off
from inventory.models import Item, LoadKind, SetAsideReason
from reservations.domain import returning
from reservations.models import HandoverLine

# (room, (kind, colour, pieces) of the lots that were made in it)
SCHOOL = [
    ("Luokka 101", [("school_desk", "birch", 24), ("school_chair", "blue", 26)]),
    ("Luokka 102", [("school_chair", "grey", 25)]),
    ("Opettajainhuone", []),
]
OFFICE = [("Kerros 3", [("office_chair", "black", 8), ("pedestal", "white", 8)])]


def keep_busy(warehouse, site, *, worker, now):
    """A clearance that is half done and a load that is closed; then what happens to single pieces."""
    _clearance(warehouse, site, worker=worker, at=now - timedelta(hours=3))
    _load(warehouse, site, worker=worker, at=now - timedelta(days=2))
    _single_pieces(site, worker=worker, now=now)


def _clearance(warehouse, site, *, worker, at):
    facts = {"kind": LoadKind.CLEARANCE, "name": "Puistokoulun länsisiipi", "source": "Puistokoulu"}
    load = loads.open_load(
        by=worker,
        at=at,
        site=site,
        rooms=[name for name, _lots in SCHOOL],
        empty_by=(at + timedelta(days=9)).date(),
        **facts,
    )
    _make_lots(warehouse, load, SCHOOL, worker=worker, at=at)
    staff_room = load.rooms.get(name="Opettajainhuone")
    for kind, colour in (("sofa", "blue"), ("coffee_table", "oak"), ("bookshelf", "birch")):
        _shoot(warehouse, staff_room, kind, colour, views=2, worker=worker)


def _load(warehouse, site, *, worker, at):
    facts = {"kind": LoadKind.LOAD, "name": "Virastotalon muutto", "source": "Virastotalo"}
    load = loads.open_load(by=worker, at=at, site=site, rooms=[name for name, _lots in OFFICE], **facts)
    _make_lots(warehouse, load, OFFICE, worker=worker, at=at)
    loads.close(load, by=worker, at=at + timedelta(hours=1))


def _make_lots(warehouse, load, plan, *, worker, at):
    for room, (_name, lots) in zip(load.rooms.all(), plan, strict=True):
        for kind, colour, pieces in lots:
            loads.group(
                *(room, _shoot(warehouse, room, kind, colour, views=1, worker=worker)),
                by=worker,
                at=at + timedelta(minutes=30),
                quantity=pieces,
                category=warehouse.categories[kind],
                condition="good",
                colour=colour,
            )


def _shoot(warehouse, room, kind, colour, *, views, worker):
    taken = [warehouse.studio.photo(warehouse.categories[kind], colour, view) for view in range(views)]
    for photo in taken:
        photo.uploaded_by = worker
        photo.save(update_fields=["uploaded_by"])
        loads.keep_shot(room, photo)
    return taken


def _single_pieces(site, *, worker, now):
    """Three items of which nothing is promised: one in repair, one to be written off, one that has an old barcode."""
    free = Item.objects.published().filter(site=site, reserved=0, quantity__gte=1)
    if len(first := list(free.order_by("pk")[:3])) < 3:
        return  # a demo of a few items only
    broken, old, known = first
    stock.set_aside(broken, 1, reason=SetAsideReason.REPAIR, by=worker, at=now - timedelta(days=1))
    lot = free.filter(quantity__gt=5).exclude(pk__in=[broken.pk, old.pk, known.pk]).order_by("pk").first()
    writing_off.write_off(old, 1, reason="broken", destination="wood", by=worker, at=now - timedelta(hours=5))
    if lot:  # over the limit: the lead is asked
        writing_off.write_off(
            lot, 6, reason="outdated", destination="energy", by=worker, at=now - timedelta(hours=2)
        )
    aliases.attach(known, "KAL004217", by=worker, at=now - timedelta(days=1))
    given = HandoverLine.objects.filter(item__site=site, given__gt=0).order_by("-handover__at").first()
    if given:
        returning.take_back(given, 1, condition="worn", shelf="", by=worker, at=now - timedelta(hours=1))
