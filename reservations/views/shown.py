"""Reservations as pages show them: every word and number made ready, so that templates only place them."""

from dataclasses import dataclass
from decimal import Decimal

from inventory.domain import carrying, photos, titles
from inventory.models import Item, Photo
from recycling import clock


@dataclass(frozen=True)
class ShownLine:
    """One line of a reservation."""

    item: Item
    title: str
    pieces: int
    photo: Photo | None


def shown_lines(lines):
    """The lines with their titles and first photos. ``lines`` come with their items, categories and photos."""
    return [
        ShownLine(
            item=line.item,
            title=titles.title(line.item),
            pieces=line.pieces,
            photo=photos.first_of(line.item),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class Load:
    """What somebody has to carry away: about how heavy in all, and how many people it takes.

    ``carriers`` is 0 for many light pieces: each needs one person, and nobody would say that of the whole.
    """

    kilograms: str
    carriers: int


def load_of(lines):
    """The load of these lines, or None while the weight of one is unknown."""
    weights = [line.item.weight_kg or line.item.category.inherited("weight_kg") for line in lines]
    if not all(weights):
        return None
    total = sum((weight * line.pieces for weight, line in zip(weights, lines, strict=True)), Decimal(0))
    carriers = max(carrying.of(line.item).carriers or 1 for line in lines)
    return Load(kilograms(total), 0 if carriers == 1 and total > carrying.KILOGRAMS_EACH else carriers)


def kilograms(value):
    """Kilograms without false precision: a decimal below ten where there is one to tell, none from there on."""
    return clock.number(value, 0 if value >= 10 or value % 1 == 0 else 1)


def when(slot, site):
    """The time of a slot in full words."""
    return clock.span_long(slot.starts_at, slot.ends_at, site.tz)


def map_of(site):
    """A map of the place on OpenStreetMap; "" while nobody knows where it is."""
    if site.latitude is None or site.longitude is None:
        return ""
    return (
        f"https://www.openstreetmap.org/?mlat={site.latitude}&mlon={site.longitude}"
        f"#map=17/{site.latitude}/{site.longitude}"
    )


def hidden_contact(contact):
    """Enough of a contact to recognise one's own, too little for whoever looks over the shoulder."""
    name, at, domain = contact.address.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{contact.address[-4:]}"
