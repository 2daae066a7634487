"""What a unit waits for: written down, changed, ended; an offer taken or declined."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q, Sum

from inventory.models import Category
from recycling import clock
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.notifications.domain import outbox
from recycling.notifications.models import Channel
from recycling.publications import Waiting
from reservations.models import Reservation, ReservationStatus, WantedEntry, WantedStatus, WhyDeclined

from . import (
    booking,
    reminders,
    request_states,
    requests,
    states,
    wanted_matching,
    wanted_offers,
    wanted_states,
)
from .refusals import WrongState
from .wanted_refusals import (
    FoundAlready,
    LessThanAtLeast,
    NeededInThePast,
    OfferOver,
    OfferWaits,
    StandsOnList,
)

S, W = ReservationStatus, WantedStatus
ENDED = "wanted_ended"
CHANGEABLE = (
    *("category", "pieces", "at_least", "width_cm", "depth_cm", "height_cm", "condition", "needed_by"),
    "note",
)


def _check(pieces, at_least, needed_by, *, at):
    if needed_by < clock.city_day(at):
        raise NeededInThePast
    if at_least > pieces:
        raise LessThanAtLeast


@transaction.atomic
def add(*, by, department, at, pieces, needed_by, at_least=1, language="fi", **fields):
    """``department`` waits for ``pieces`` of a kind from now on. Nothing is held yet: what is there now, the page shows.

    Refuses `needed_in_the_past`, `less_than_at_least`.
    """
    _check(pieces, at_least, needed_by, at=at)
    entry = WantedEntry.objects.create(
        token=new_token(10),
        by=by,
        department=department,
        pieces=pieces,
        still=pieces,
        at_least=at_least,
        needed_by=needed_by,
        language=language,
        created_at=at,
        **fields,
    )
    record("wanted_added", entry, by=by, at=at, pieces=pieces)
    return entry


@transaction.atomic
def change(entry, *, by, at, **fields):
    """Change what a unit waits for; what it has been given already counts.

    Refuses `offer_waits`, `stands_on_list`, `wrong_state` when it is over, `wanted_found_already`, `needed_in_the_past`,
    `less_than_at_least`.
    """
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    locked = wanted_states.lock(entry.pk)
    if locked.status == W.OFFERED:
        raise OfferWaits
    if locked.status == W.TAKEN:
        raise StandsOnList
    if locked.status != W.OPEN:
        raise WrongState
    had = locked.pieces - locked.still
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    _check(locked.pieces, locked.at_least, locked.needed_by, at=at)
    if locked.pieces <= had:
        raise FoundAlready(had=had)
    if changed:
        locked.still = locked.pieces - had
        locked.save()
        record("wanted_changed", locked, by=by, at=at, fields=changed)
    return locked


@transaction.atomic
def end(entry, *, by, at):
    """The unit waits no longer; what was offered to it goes on to the next. Ending it twice ends it once."""
    for offer in _open_offers(entry):
        _decline(states.lock(offer), reason=WhyDeclined.NO_NEED, by=by, at=at)
    locked = wanted_states.lock(entry.pk)
    if locked.status == W.OFFERED:
        raise OfferWaits  # made at this very moment: look again
    return locked if locked.closed_at else wanted_states.move(locked, W.ENDED, by=by, at=at)


def _open_offers(entry):
    return entry.offers.filter(status=S.HELD).order_by("pk")


# -- an offer


def _answered_in_time(offer, *, at):
    """Lock an offer that waits for its answer. Refuses `offer_over`."""
    locked = states.lock(offer)
    if locked.wanted_id is None or locked.status != S.HELD or locked.held_until <= at:
        raise OfferOver
    return locked


@transaction.atomic
def take(offer, *, by, at):
    """The offered pieces move into the request list that ``by`` writes for the unit; nobody can take them between.

    They are held no shorter than they were. The entry has found them once the list is sent (``wanted_taken``). Gives the
    request. Refuses `offer_over`, `other_units_list`, and what ``requests.take_over`` refuses.
    """
    request = request_states.being_written(requests.list_for(offer.department, by=by, at=at))
    # Theirs and the offer in the order of their keys, before any item: as every verb does.
    states.lock_in_order(offer, *request.reservations.holding())
    locked = _answered_in_time(offer, at=at)
    outbox.unsay(f"wanted:{locked.wanted_id}", why="taken")
    until = locked.held_until
    states.move(locked, S.CANCELLED, by=by, at=at, request=request.code)
    requests.take_over(request, states.lines_of(locked), until=until, by=by, at=at)
    entry = wanted_states.lock(locked.wanted_id)
    entry.request = request
    wanted_states.move(entry, W.TAKEN, by=by, at=at, code=locked.code, request=request.code)
    return request


@transaction.atomic
def decline(offer, *, reason, by, at):
    """No, thank you: the next unit is offered them at once. The entry waits on, and ends when nothing is needed any more.

    Refuses `offer_over`.
    """
    locked = _answered_in_time(offer, at=at)
    _decline(locked, reason=reason, by=by, at=at)
    if reason == WhyDeclined.NO_NEED:
        wanted_states.move(wanted_states.lock(locked.wanted_id), W.ENDED, by=by, at=at)
    return locked


def _decline(locked, *, reason, by, at):
    if locked.status != S.HELD:
        return
    locked.cancel_reason = wanted_offers.DECLINED
    states.move(locked, S.CANCELLED, by=by, at=at, reason=str(reason))
    booking.let_go(locked, at=at)


# -- what time brings


@transaction.atomic
def end_past(entry, *, at):
    """Its day has passed and nothing came: the unit is told. Refuses `wrong_state` while that is not so."""
    locked = wanted_states.lock(entry.pk)
    if locked.status != W.OPEN or locked.needed_by >= clock.city_day(at):
        raise WrongState
    wanted_states.move(locked, W.ENDED, by=None, at=at, reason="past")
    outbox.post(
        f"wanted:{locked.pk}",
        ENDED,
        channel=Channel.EMAIL,
        language=locked.language,
        key="",
        send_after=reminders.after_quiet_hours(at, tz=settings.TIME_ZONE),
        person=locked.by,
        entry=locked.pk,
    )
    return locked


# -- looking


def free_now(entries, *, at):
    """{entry's key: the lots that are there now and fit, the largest first}. Anybody may take them. One query."""
    kinds = {entry.category_id for entry in entries}
    items = wanted_offers.free_items(at).filter(Q(category__in=kinds) | Q(category__parent__in=kinds))
    lots = (
        sorted(items.select_related("category__parent"), key=lambda item: (-item.available, item.pk))
        if kinds
        else []
    )
    return {entry.pk: [item for item in lots if wanted_matching.fits(entry, item)] for entry in entries}


def offered_to(item):
    """How many units are being offered pieces of ``item`` because they waited for such."""
    offers = Reservation.objects.filter(lines__item=item, wanted__isnull=False, status=S.HELD)
    return offers.values("department").distinct().count()


def waiting(categories, *, at) -> dict[int, Waiting]:
    """How many units wait for things of each of these categories, also under the name of the one above. One query."""
    kinds = {category.pk: {category.pk, category.parent_id} - {None} for category in categories}
    rows = WantedEntry.objects.waiting(clock.city_day(at)).filter(category__in=set().union(*kinds.values()))
    grouped = rows.order_by().values_list("category", "department").annotate(Sum("still"), Min("needed_by"))
    found = list(grouped)
    answers = {}
    for pk, names in kinds.items():
        mine = [row for row in found if row[0] in names]
        if mine:
            units = {unit for _kind, unit, _pieces, _first in mine}
            answers[pk] = Waiting(len(units), sum(row[2] for row in mine), min(row[3] for row in mine))
    return answers


@dataclass(frozen=True)
class Wish:
    """A kind of thing for which the city's units wait: for everybody who works for the city, without a name."""

    category: Category
    waiting: Waiting
    last: object


def of_the_city(*, at):
    """What all units wait for, by category. Two queries."""
    rows = WantedEntry.objects.waiting(clock.city_day(at)).order_by()
    found: dict[int, list] = {}
    for kind, *row in rows.values_list("category", "department").annotate(
        Sum("still"), Min("needed_by"), Max("needed_by")
    ):
        found.setdefault(kind, []).append(row)
    categories = Category.objects.filter(pk__in=found).select_related("parent")
    wishes = [
        Wish(
            category,
            Waiting(
                len(found[category.pk]),
                sum(row[1] for row in found[category.pk]),
                min(row[2] for row in found[category.pk]),
            ),
            max(row[3] for row in found[category.pk]),
        )
        for category in categories
    ]
    return sorted(wishes, key=lambda wish: (wish.waiting.first, wish.category.pk))
