"""A unit's request after it was sent, in words: what happened, what comes next, what became of each line."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from inventory.domain import photos, titles
from inventory.models import Photo
from recycling import clock
from recycling.codes import shown_pickup
from reservations.domain import approvers, request_sending
from reservations.models import (
    BEING_WRITTEN,
    HandoverLine,
    RequestLine,
    RequestStatus,
    Reservation,
    ReservationLine,
    ReservationStatus,
)

from .request_tasks import address, lines_of

R, S = RequestStatus, ReservationStatus


@dataclass(frozen=True)
class Step:
    """What comes next, and where it is done; "" where there is nothing to press. ``state`` says more than the status."""

    words: str
    address: str = ""
    button: str = ""
    is_over: bool = False
    state: str = ""


def reservations_of(requests):
    """A prefetch of the reservations that still say something, with their times."""
    rows = Reservation.objects.serving().select_related("site", "slot")
    return requests.prefetch_related(Prefetch("reservations", rows.order_by("pk"), to_attr="shown"))


def with_lines(requests):
    """Requests with what a list shows of them: their people, things and photos."""
    lines = RequestLine.objects.select_related("item__category__parent", "item__site").order_by("pk")
    shown = Prefetch("lines__item__photos", Photo.objects.shown())
    people = ("by", "department", "cost_centre", "approver", "decided_by")
    return requests.select_related(*people).prefetch_related(Prefetch("lines", lines), shown)


def in_short(asked):
    """The things of a request in one line of a list: the first one, and how many others."""
    lines = list(asked.lines.all())
    return {
        "pieces": sum(line.pieces for line in lines),
        "first": titles.title(lines[0].item) if lines else "",
        "of_first": lines[0].pieces if lines else 0,
        "others": max(len(lines) - 1, 0),
        "photo": photos.first_of(lines[0].item) if lines else None,
    }


def next_step(asked, *, by, decides):
    """What comes next for a request whose reservations were read by ``reservations_of``.

    ``decides``: whether this person approves for its unit.
    """
    own = asked.by_id == by.pk
    if asked.status in BEING_WRITTEN:
        return _next_of_list(asked, own)
    if asked.status == R.WAITING:
        until = last_day(asked.waiting_until)
        if decides and not own:
            words = _("It waits for your approval. Last day: %(day)s") % {"day": until}
            return Step(words, address("approve", asked.code), _("Look and decide"))
        words = _("It waits for an approval. Asked: %(who)s. Last day: %(day)s")
        return Step(words % {"day": until, "who": asked.approver.name})
    if asked.status == R.ACCEPTED:
        return _next_of_accepted(asked, own)
    return Step(
        {
            R.REJECTED: _("It was not approved."),
            R.CANCELLED: _("It was cancelled."),
            R.EXPIRED: _("Nobody decided it in time, and its items are free for others."),
        }[asked.status],
        is_over=True,
    )


def _next_of_list(asked, own):
    if not own:
        return Step(_("It is being written. Who: %(who)s.") % {"who": asked.by.name})
    if asked.status == R.RETURNED:
        return Step(_("Change it and send it again."), asked.get_absolute_url(), _("Change it"))
    return Step(_("Finish the list and send it."), asked.get_absolute_url(), _("Finish the list"))


def _next_of_accepted(asked, own):
    rows = asked.shown
    waiting = [one for one in rows if one.is_kept]
    if waiting:
        words = _("Choose a time. Last day: %(day)s")
        day = last_day(min(one.held_until for one in waiting))
        where = time_address(asked, waiting[0]) if own else ""
        return Step(words % {"day": day}, where, _("Choose a time") if where else "")
    if any(one.is_asked for one in rows):
        return Step(_("Waiting for an answer about the time"))
    coming = sorted(
        (one for one in rows if one.status in {S.BOOKED, S.READY}), key=lambda one: one.slot.starts_at
    )
    if coming:
        first = coming[0]
        when = clock.span_text(first.slot.starts_at, first.slot.ends_at, first.site.tz)
        words = _("Delivery: %(when)s") if first.fulfilment == "delivery" else _("Pickup: %(when)s")
        return Step(words % {"when": when})
    if any(one.status == S.MISSED for one in rows):
        return Step(_("Nobody came for it. Choose another time."))
    if any(one.status == S.COLLECTED for one in rows):
        return Step(_("You have received it."), is_over=True, state="received")
    return Step(_("Its items are free for others again."), is_over=True)


def time_address(asked, reservation):
    """Where the time of a reservation of a request is chosen; where times are agreed with a giver, proposed."""
    if reservation.site.by_arrangement and not reservation.is_delivery:
        return address("change", reservation.token)
    return address("request_way", asked.code)


def last_day(until):
    """A deadline at midnight belongs to the day before."""
    return clock.day_text(clock.local(until - timedelta(seconds=1), settings.TIME_ZONE))


@dataclass(frozen=True)
class Event:
    words: str
    when: str
    is_next: bool = False


class Followed:
    """One request on its own page."""

    def __init__(self, asked, *, by, at):
        self.asked, self.by, self.at = asked, by, at
        given = HandoverLine.objects.select_related("handover")
        rows = Reservation.objects.serving().filter(request=asked)
        lines = ReservationLine.objects.select_related("item__category__parent").order_by("pk")
        asked.shown = list(
            rows.select_related("site", "slot", "handover")
            .prefetch_related(Prefetch("lines", lines), Prefetch("handover__lines", given))
            .order_by("pk")
        )

    @cached_property
    def next(self):
        return next_step(
            self.asked, by=self.by, decides=approvers.may_approve(self.by, self.asked.department)
        )

    @cached_property
    def messages(self):
        """How many the thread with the warehouse has, and how many of them the unit has not read."""
        is_new = Q(from_unit=False, read_at=None)
        return self.asked.messages.aggregate(count=Count("pk"), news=Count("pk", filter=is_new))

    @property
    def is_open(self):
        """Whether it can still be given up, as far as its state tells."""
        holding = any(one.is_open for one in self.asked.shown)
        return self.asked.status in BEING_WRITTEN or (not self.asked.closed_at and holding)

    @property
    def may_cancel(self):
        return self.is_open and request_sending.may_cancel(self.asked, by=self.by)

    @property
    def events(self):
        """The time line: what has happened, the newest last, and what comes next."""
        asked, told = self.asked, []
        told.append((asked.created_at, _("Begun")))
        if asked.sent_at:
            told.append((asked.sent_at, _("Sent")))
        if asked.decided_at:
            words = {R.RETURNED: _("Returned"), R.REJECTED: _("Not approved")}.get(
                asked.status, _("Approved")
            )
            told.append(
                (asked.decided_at, f"{words}: {asked.decided_by.name}" if asked.decided_by else words)
            )
        for one in asked.shown:
            if one.booked_at:
                told.append((one.booked_at, _("Time chosen: %(site)s") % {"site": one.site.name}))
            if one.status == S.COLLECTED:
                told.append((one.closed_at, _("Received: %(site)s") % {"site": one.site.name}))
        if asked.closed_at and not (asked.status == R.REJECTED and asked.decided_at):
            told.append((asked.closed_at, asked.get_status_display()))
        told.sort(key=lambda one: one[0])
        return [Event(words, clock.moment_text(when, settings.TIME_ZONE)) for when, words in told]

    @cached_property
    def lines(self):
        """Each line with what became of it: how many were asked for, approved and received."""
        received: dict[int, int] = {}
        for one in self.asked.shown:
            handover = getattr(one, "handover", None)
            for line in handover.lines.all() if handover else ():
                received[line.item_id] = received.get(line.item_id, 0) + line.given
        return [
            {
                "item": line.item,
                "title": titles.title(line.item),
                "photo": photos.first_of(line.item),
                "asked": line.asked,
                "pieces": line.pieces,
                "received": received.get(line.item_id),
            }
            for line in lines_of(self.asked)
        ]

    @cached_property
    def reservations(self):
        """Each reservation: where, when, its code, and how it stands."""
        return [self._reservation(one) for one in self.asked.shown]

    def _reservation(self, one):
        when = clock.span_long(one.slot.starts_at, one.slot.ends_at, one.site.tz) if one.slot else ""
        own = self.asked.by_id == self.by.pk
        promised = one.person_id is not None and one.is_open
        return {
            "row": one,
            "site": one.site,
            "when": when,
            "lines": [(titles.title(line.item), line.pieces) for line in one.lines.all()],
            "until": last_day(one.held_until) if one.is_kept else "",
            "pickup_code": shown_pickup(one.pickup_code) if own and one.is_open else "",
            "time": time_address(self.asked, one) if own and one.is_kept else "",
            "page": one.get_absolute_url() if own and promised else "",
        }
