"""What a unit's givers work from: what was reserved of what they give away, and whom to turn to there."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from inventory.domain import offer_messages
from inventory.models import Item, SiteKind
from reservations.models import OPEN_AT_DESK, Reservation, ReservationLine, ReservationStatus


@dataclass(frozen=True)
class AtTheGiver:
    """For whoever has reserved it, and nobody else: where exactly it stands, how one gets there, whom to turn to."""

    place: str
    access: str
    name: str
    email: str


def at_the_giver(reservation) -> list[AtTheGiver]:
    """Each different place of the things of a reservation at a unit's own site; nothing at a warehouse."""
    if reservation.site.kind != SiteKind.DEPARTMENT:
        return []
    items = Item.objects.filter(lines__reservation=reservation).exclude(giving="").order_by("pk")
    found: dict[AtTheGiver, AtTheGiver] = {}
    for item in items:
        person = offer_messages.giver_of(item)
        one = AtTheGiver(
            item.place, item.access, person.name if person else "", (person.email or "") if person else ""
        )
        found.setdefault(one, one)
    return list(found)


def with_lines(reservations):
    """Reservations with all that the giver's list shows of them, in a fixed number of questions."""
    lines = ReservationLine.objects.select_related("item__category__parent").order_by("pk")
    return reservations.select_related("site", "slot", "department").prefetch_related(
        Prefetch("lines", lines)
    )


def coming(user):
    """The hand-overs ahead, and those whose person did not come, the next one first."""
    theirs = Reservation.objects.given_by_unit_of(user)
    return with_lines(theirs.filter(status__in=OPEN_AT_DESK)).order_by("slot__starts_at", "pk")


def unanswered(user, *, at):
    """Those whose person has proposed times and waits for an answer, the one that ends first before the others."""
    theirs = Reservation.objects.given_by_unit_of(user).asked().filter(held_until__gt=at)
    return with_lines(theirs).prefetch_related("proposed").order_by("held_until", "pk")


def promised_of(item):
    """The reservations that hold pieces of this offer, and those that took some."""
    statuses = [*OPEN_AT_DESK, ReservationStatus.COLLECTED, ReservationStatus.AWAITING_APPROVAL]
    asked = Q(status=ReservationStatus.HELD, person__isnull=False)
    rows = Reservation.objects.filter(Q(status__in=statuses) | asked, lines__item=item)
    return with_lines(rows).order_by("-created_at", "-pk")
