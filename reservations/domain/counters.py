"""The two pairs of counters, recomputed from what they count."""

from dataclasses import dataclass

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from inventory.models import Item, SetAside
from reservations.models import HOLDS_PIECES, PickupSlot, ReservationLine


@dataclass(frozen=True)
class Drift:
    """A counter that does not say what its rows say."""

    what: str
    which: str
    counter: int
    counted: int


def drifts() -> list[Drift]:
    """Every item whose ``reserved`` is not what its lines and what is set aside add up to, and every slot likewise."""
    return [*_items(), *_slots()]


def _items():
    lines = ReservationLine.objects.filter(reservation__status__in=HOLDS_PIECES)
    promised = dict(lines.order_by().values_list("item").annotate(sum=Sum("pieces")))
    aside = dict(SetAside.objects.filter(ended_at=None).values_list("item").annotate(sum=Sum("pieces")))
    wrong = Item.objects.filter(Q(reserved__gt=0) | Q(pk__in=[*promised, *aside])).order_by("pk")
    for item in wrong.iterator():
        counted = promised.get(item.pk, 0) + aside.get(item.pk, 0)
        if item.reserved != counted:
            yield Drift("item", item.code, item.reserved, counted)


def _slots():
    """A place is taken for as long as the reservation says so, also after its time has passed."""
    for slot in PickupSlot.objects.annotate(taken=Coalesce(Sum("reservations__places"), 0)).exclude(
        booked=F("taken")
    ):
        yield Drift("slot", f"{slot.site_id} {slot.starts_at:%Y-%m-%d %H:%M}", slot.booked, slot.taken)
