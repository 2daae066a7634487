"""Choosing a pickup time: the same list whether the time is the first one or another."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from recycling import clock
from reservations.domain import delivery, proposing, timetable
from reservations.domain.refusals import SlotNotOffered
from reservations.giving_forms import ProposalForm
from reservations.models import Fulfilment, PickupSlot

from .shown import load_of, map_of, shown_lines


@dataclass(frozen=True)
class ShownTime:
    """One button: ``value`` is posted, ``text`` stands on it, ``in_full`` is what a screen reader hears beside it."""

    value: str
    text: str
    in_full: str
    chosen: bool


@dataclass(frozen=True)
class ShownDay:
    """A heading with its buttons, or with the reason why there are none."""

    heading: str
    times: list[ShownTime]
    why_none: str


def times_page(request, reservation, *, at):
    """What the page of times shows, from the day that ``?from=`` names."""
    times = times_of(
        request,
        reservation.site,
        list(reservation.lines.all()),
        at=at,
        own=reservation.slot_id,
        fulfilment=reservation.fulfilment,
    )
    brought = delivery.of(reservation)
    return times | {
        "reservation": reservation,
        "address": delivery.address_of(brought) if brought else "",
    }


def times_of(request, site, lines, *, at, own=None, address=None, fulfilment=Fulfilment.PICKUP):
    """The times at ``site`` for what these lines hold. ``address`` makes the links to earlier and later days."""
    address = address or partial(_address, request)
    start = _day_in(request.GET.get("from", ""))
    table = timetable.of(site, lines=lines, at=at, start=start, own=own, fulfilment=fulfilment)
    return {
        "site": site,
        "map": map_of(site),
        "lines": shown_lines(lines),
        "load": load_of(lines),
        "first_time": _shown_time(table.first, site, own) if table.first else None,
        "days": [_shown_day(day, site, own) for day in table.days],
        "earlier": address(**{"from": table.earlier.isoformat()}) if table.earlier else "",
        "later": address(**{"from": table.later.isoformat()}) if table.later else "",
    }


def slot_in(request, site, fulfilment=Fulfilment.PICKUP):
    """The slot that was pressed. Refuses `slot_not_offered` when what came is no time of this site."""
    return chosen_slot(request.POST.get("slot", ""), site, fulfilment)


def chosen_slot(value, site, fulfilment=Fulfilment.PICKUP):
    """The slot of the site that a button's ``value`` means. Refuses `slot_not_offered`."""
    try:
        starts_at = timetable.start_in(value)
    except ValueError:
        raise SlotNotOffered from None
    slot = PickupSlot.objects.filter(site=site, fulfilment=fulfilment, starts_at=starts_at).first()
    if slot is None:
        raise SlotNotOffered
    return slot


def proposal_page(reservation, form=None, *, at):
    """What the page shows where times are not chosen but proposed; nothing elsewhere."""
    if not reservation.site.by_arrangement:
        return {}
    lines = list(reservation.lines.all())
    return {
        "proposal": form or ProposalForm(tz=reservation.site.tz),
        "form": form,
        "last_day": proposing.last_day_words(lines, tz=reservation.site.tz, at=at),
    }


def proposed_of(reservation):
    """The proposed times in words; nothing where a time is chosen."""
    if not reservation.site.by_arrangement:
        return []
    return [when_proposed(one, reservation.site) for one in reservation.proposed.all()]


def propose(request, reservation, *, at):
    """Propose what was typed. Gives the form with its errors, or None when it is done; refuses as the verb does."""
    form = typed_proposal(request, reservation)
    if not form.is_valid():
        return form
    proposing.propose(reservation, form.moments, at=at)
    return None


def typed_proposal(request, reservation):
    """The form as it was sent; None where no times are proposed."""
    by_arrangement = reservation.site.by_arrangement
    return ProposalForm(request.POST, tz=reservation.site.tz) if by_arrangement else None


def when_proposed(proposed, site):
    """A proposed time in words: within a month, so without the year."""
    return clock.span_text(proposed.starts_at, proposed.ends_at, site.tz)


def _day_in(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _address(request, **more):
    kept = {"site": request.GET["site"]} if "site" in request.GET else {}
    return "?" + urlencode(kept | more)


def _shown_day(day, site, own):
    why = ""
    if day.full:
        why = _("All times are taken.")
    elif not day.slots:
        why = (day.closed and day.closed.reason) or _("Closed")
    return ShownDay(
        heading=clock.day_long(day.day),
        times=[_shown_time(slot, site, own) for slot in day.slots],
        why_none=why,
    )


def _shown_time(slot, site, own):
    return ShownTime(
        value=timetable.value_of(slot),
        text=clock.time_text(clock.local(slot.starts_at, site.tz)),
        in_full=clock.span_long(slot.starts_at, slot.ends_at, site.tz),
        chosen=slot.pk == own,
    )
