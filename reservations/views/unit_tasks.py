"""What waits for somebody of a unit beside its requests: an offer, a proposed time, something sent back, a newcomer."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from inventory.domain import not_usable, titles
from inventory.models import Item, ItemStatus
from recycling import clock
from recycling.accounts.domain import joining
from recycling.accounts.rules import unit_roles
from reservations.domain import giving
from reservations.models import Reservation, WantedEntry

from .request_shown import last_day

# Of each kind the first few are named; their own page has the rest.
MOST = 3
# A hand-over is named on the days before it.
SOON = timedelta(days=2)


@dataclass(frozen=True)
class UnitTask:
    title: str
    words: str
    address: str
    button: str


def tasks_of(user, *, at) -> list[UnitTask]:
    """What this person can do now, by their roles; nothing is asked for roles that they do not have."""
    roles = unit_roles(user)
    found = []
    if "giver" in roles:
        found += [*_hand_overs(user, at), *_proposals(user, at), *_sent_back(user), *_not_usable(user)]
    if "requester" in roles:
        found += _offers(user, at)
    if "lead" in roles:
        found += _newcomers(user)
    return found


def _first_thing(reservation):
    line = reservation.lines.all()[0]
    return f"{line.pieces} × {titles.title(line.item)}"


def _hand_overs(user, at):
    for one in giving.coming(user).filter(slot__starts_at__lt=at + SOON)[:MOST]:
        when = clock.span_text(one.slot.starts_at, one.slot.ends_at, one.site.tz)
        yield UnitTask(
            _first_thing(one),
            _("Somebody comes for it: %(when)s") % {"when": when},
            reverse("reservations:give_handover", args=[one.code]),
            _("See who comes"),
        )


def _proposals(user, at):
    for one in giving.unanswered(user, at=at)[:MOST]:
        when = clock.moment_text(one.held_until, one.site.tz)
        yield UnitTask(
            _first_thing(one),
            _("Somebody proposes times to collect it. Answer before: %(when)s") % {"when": when},
            reverse("reservations:give_times", args=[one.code]),
            _("Choose a time"),
        )


def _sent_back(user):
    items = Item.objects.given_by_units_of(user).filter(
        status=ItemStatus.WITHDRAWN, published_at=None, quantity__gt=0
    )
    for item in items.select_related("category__parent").order_by("-pk")[:MOST]:
        yield UnitTask(
            f"{item.quantity} × {titles.title(item)}",
            _("The warehouse asks for a change before it takes your offer."),
            reverse("reservations:give_item", args=[item.shown_code]),
            _("See what to change"),
        )


def _not_usable(user):
    for row in not_usable.lasting(user)[:MOST]:
        yield UnitTask(
            f"{row.aside.pieces} × {titles.title(row.aside.item)}",
            _("Somebody could not use it."),
            reverse("reservations:not_usable", args=[row.aside.token]),
            _("See what is wrong"),
        )


def _offers(user, at):
    offers = Reservation.objects.offered_to(WantedEntry.objects.written_by(user), at=at)
    told = offers.select_related("wanted__category").annotate(pieces=Sum("lines__pieces"))
    for one in told[:MOST]:
        words = ngettext(
            "%(pieces)s piece that you wait for has come in. Last day to answer: %(day)s",
            "%(pieces)s pieces that you wait for have come in. Last day to answer: %(day)s",
            one.pieces,
        )
        yield UnitTask(
            one.wanted.category.name,
            words % {"pieces": one.pieces, "day": last_day(one.held_until)},
            reverse("reservations:wanted"),
            _("See the offer"),
        )


def _newcomers(user):
    for ask in joining.open_asks_for(user)[:MOST]:
        day = clock.day_text(clock.local(ask.asked_at, settings.TIME_ZONE))
        yield UnitTask(
            ask.user.name,
            _("Asks to join the unit: %(unit)s, %(day)s") % {"unit": ask.department.name, "day": day},
            reverse("account_unit_ask", args=[ask.token]),
            pgettext("button", "Answer"),
        )
