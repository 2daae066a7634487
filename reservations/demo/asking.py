"""The requests of the demo's units: written, sent, decided, fetched or brought, each at its own moment of the ``Year``."""

from datetime import time, timedelta

from django.conf import settings

from inventory.models import Item, SiteKind
from recycling import clock
from recycling.errors import Refused
from reservations.domain import (
    approval,
    approval_calls,
    delivery,
    handover,
    proposing,
    request_sending,
    requests,
    slots,
    threads,
)
from reservations.domain.approval import Verdict
from reservations.models import Fulfilment, Lift, NotGiven, Replaces, ReservationStatus

PHONE = "+358457000001"
DECISIONS = {
    "rejected": (Verdict.REJECT, "Pukukaapit uusitaan vasta ensi vuonna."),
    "returned": (Verdict.RETURN, "Riittäisikö 18? Aulassa on jo neljä."),
}
# What the school and the warehouse write about a delivery: how many minutes ago, from whom. The last one waits for an answer.
TALK = [
    (90, "requester", "Tuodaanko kalusteet suoraan toiseen kerrokseen? Hissiä ei ole."),
    (60, "worker", "Tuodaan. Meitä tulee kaksi, ja kannamme ne luokkiin asti."),
    (20, "requester", "Kiitos! Voitteko soittaa pihalta, niin tulen avaamaan keittiön oven?"),
]
# Fewer than were asked for, where the approver lowers a request.
LOWERED_BY = 6


class Asking:
    """Those who ask, with their units; ``warehouse`` logs what is not there."""

    def __init__(self, year, warehouse, *, people, units):
        self.year, self.warehouse, self.people, self.units = year, warehouse, people, units

    def ask(self, by, kind, pieces, becomes, *, at, item=None):
        """A request from its first thing to being sent; what becomes of it follows."""
        self.year.plan(at)
        request = self._write(by, item or self._lot(kind, pieces, by=by, at=at), pieces, at=at)
        delivery.choose(request, Fulfilment.PICKUP, by=by, at=at)
        if becomes not in {"to_choose", "proposed"}:
            self._choose_time(request, by=by, at=at)
        request_sending.send(request, by=by, at=at)
        self.year.later(at + timedelta(hours=5), self.go_on, request, becomes)

    def ask_for_van(self, by, kind, pieces, where, *, at):
        """Brought to the unit's own place on the first half day after today; where there is no lift, that is talked about."""
        self.year.plan(at)
        sites = self.warehouse.sites[:1]  # the van's
        request = self._write(by, self._lot(kind, pieces, by=by, at=at, sites=sites), pieces, at=at)
        place = {"site": self.units[by].default_site, "contact_name": by.name, "contact_phone": PHONE}
        delivery.choose(request, Fulfilment.DELIVERY, by=by, at=at, **place, **where)
        tomorrow = clock.city_day(self.year.now) + timedelta(days=1)
        begins = clock.resolve(tomorrow, time(0), settings.TIME_ZONE)
        for one in request.reservations.holding().select_related("site", "request"):
            windows = slots.offered_deliveries(one.site, at=at).filter(starts_at__gte=begins)
            delivery.choose_time(one, windows.first(), by=by, at=at)
        request_sending.send(request, by=by, at=at)
        if where["lift"] == Lift.NO:
            self.year.later(self.year.now - timedelta(minutes=TALK[-1][0]), self.talk, request)

    def talk(self, request, *, at):
        """Whoever answers has read what was written before."""
        seen = 0
        for minutes, who, text in TALK:
            when, from_unit = self.year.now - timedelta(minutes=minutes), who == "requester"
            by = self.people[who]
            seen = threads.write(request, text, from_unit=from_unit, by=by, at=min(when, at), seen=seen).pk

    def put_on_list(self, by, kind, pieces, *, at):
        """Something on a list that is not sent yet."""
        request = requests.list_for(self.units[by], by=by, at=at)
        requests.set_pieces(request, self._lot(kind, pieces, by=by, at=at), pieces, by=by, at=at)

    def _write(self, by, item, pieces, *, at):
        request = requests.list_for(self.units[by], by=by, at=at)
        requests.set_pieces(request, item, pieces, by=by, at=at)
        return requests.write(
            request,
            by=by,
            at=at,
            replaces=Replaces.PURCHASE,
            needed_by=(at + timedelta(days=24)).date(),
            contact_phone=PHONE,
        )

    def _lot(self, kind, pieces, *, by, at, sites=None):
        """The largest lot of the warehouses, or one that has just come in where none has so many free pieces."""
        sites = sites or self.warehouse.sites
        free = Item.objects.visible_to(by, at=at).on_offer().filter(site__in=sites)
        lots = free.filter(category__key=kind).exclude(condition="fix").order_by("-quantity", "pk")
        found = next((lot for lot in lots if lot.available >= pieces), None)
        return found or self.warehouse.log(at=at, kind=kind, pieces=pieces + pieces // 2, site=sites[0])

    def _choose_time(self, request, *, by, at):
        """The first time two days ahead that is long enough."""
        for one in request.reservations.holding().select_related("site", "request"):
            times = slots.offered(one.site, at=at).free().filter(starts_at__gte=at + timedelta(days=2))
            for slot in times[:40]:
                try:
                    delivery.choose_time(one, slot, by=by, at=at)
                except Refused:
                    continue
                break

    # -- what becomes of it

    def go_on(self, request, becomes, *, at):
        """The answer, and the day of the pickup."""
        request.refresh_from_db()
        if becomes == "cancelled":
            request_sending.cancel(request, by=request.by, at=at)
        elif becomes == "expired":
            self.year.later(request.waiting_until, self.expire, request)
        elif becomes == "proposed":
            self.propose(request, at=at)
        elif becomes != "waiting":
            self.decide(request, becomes, at=at)

    def decide(self, request, becomes, *, at):
        """Where somebody has to: approved, unless it is said otherwise."""
        if request.waiting_until:
            verdict, reason = DECISIONS.get(becomes, (Verdict.APPROVE, ""))
            lines = request.lines.all() if becomes == "lowered" else ()
            fewer = {line.pk: line.pieces - LOWERED_BY for line in lines}
            helmi = self.people["approver"]
            approval.decide(request, verdict, by=helmi, at=at, pieces=fewer, reason=reason)
        for one in request.reservations.filter(status=ReservationStatus.BOOKED).select_related("slot"):
            self.year.later(one.slot.starts_at + timedelta(minutes=5), self.fetch, one, becomes)

    def expire(self, request, *, at):
        approval_calls.expire(request, at=at)

    def propose(self, request, *, at):
        """Three times on the coming afternoons, where times are agreed with the giver."""
        noon = at.replace(hour=11, minute=0, second=0, microsecond=0)
        times = [noon + timedelta(days=days, hours=days % 3) for days in (5, 6, 7)]
        for one in request.reservations.holding().select_related("site"):
            proposing.propose(one, times, at=at)

    def fetch(self, reservation, becomes, *, at):
        """Handed over where it stands: by the worker, or by the school's own giver."""
        given = {line.pk: line.pieces for line in reservation.lines.all()}
        why_not = {}
        if becomes == "all_but_one":
            line = min(given)
            given[line] -= 1
            why_not[line] = NotGiven.BROKEN
        own = reservation.site.kind == SiteKind.DEPARTMENT
        by = self.people["giver" if own else "worker"]
        handover.hand_over(reservation, given=given, why_not=why_not, by=by, at=at)
