"""How a unit's request gets there: fetched or brought, where to, and when. While it is written, and once it is approved."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recycling import clock
from recycling.accounts.models import Department
from recycling.errors import Refused
from recycling.policy.models import Policy
from reservations.domain import approval, delivery, timetable
from reservations.models import (
    BEING_WRITTEN,
    OPEN_AT_DESK,
    Delivery,
    Fulfilment,
    FurnitureRequest,
    RequestStatus,
)
from reservations.way_forms import PlaceForm, TimesForm, name_of

from .department import units_or_no
from .request_tasks import Tasks
from .shown import load_of, shown_lines
from .visitor import with_lines

# So many half-days are seen at once; the rest folds out.
HALVES_AT_ONCE = 8


@require_http_methods(["GET", "HEAD", "POST"])
def request_way(request, code):
    """The two ways; under the chosen one its questions. POST writes them, with the times that were chosen."""
    units_or_no(request.user, "requester")
    asked = _asked(request, code)
    page = _Page(request, asked, at=timezone.now())
    if request.method != "POST":
        return page.answer()
    if not page.is_valid():
        return page.answer(status=422)
    try:
        page.write()
    except Refused as refusal:
        return _Page(request, _asked(request, code), at=page.at).answer(refusal, status=refusal.status)
    asked = _asked(request, code)
    if asked.status in BEING_WRITTEN and asked.by == request.user:
        return Tasks(asked, at=page.at).go_on()
    messages.success(request, _("Saved."))
    return redirect(asked)


def _asked(request, code):
    """The request, for those who ask for its unit; anybody else's is not there, nor is what a colleague is writing."""
    mine = Department.objects.with_role(request.user, "requester")
    rows = FurnitureRequest.objects.visible_to(request.user).filter(department__in=mine)
    rows = rows.exclude(~Q(by=request.user), status__in=BEING_WRITTEN)
    return get_object_or_404(rows.select_related("by", "department__default_site"), code=code)


class _Page:
    """The page as it is at a moment, and what was sent with it."""

    def __init__(self, request, asked, *, at):
        self.request, self.asked, self.at = request, asked, at
        self.why_not = delivery.why_not_choose(asked, at=at)
        self.way = self._way()
        data = request.POST if request.method == "POST" else None
        self.rows = list(with_lines(asked.reservations.holding()).order_by("pk"))
        for one in self.rows:
            one.request = asked
        brought = self.way == Fulfilment.DELIVERY and (self.why_not is None or "way" in request.POST)
        self.place = PlaceForm(data, request=asked, by=request.user) if brought else None
        self.times = TimesForm(data, tables=self._tables(), later=asked.status != RequestStatus.ACCEPTED)

    def _way(self):
        """What is asked for now, as long as it may change; else what was chosen."""
        wanted = self.request.POST.get("way") or self.request.GET.get("way")
        may_change = self.why_not is None or self.request.method == "POST"
        return wanted if wanted in Fulfilment.values and may_change else self.asked.fulfilment

    def _tables(self):
        """``{reservation: {day: free slots}}`` of those whose time may be chosen now."""
        return {
            one: timetable.free_by_day(
                one.site,
                lines=list(one.lines.all()),
                at=self.at,
                own=one.slot_id if one.fulfilment == self.way else None,
                fulfilment=self.way,
            )
            for one in self.rows
            if self.way and self._why_no_time(one) is None
        }

    def _why_no_time(self, one):
        if self.why_not is None and self.way != self.asked.fulfilment:
            return None  # chosen with the way
        return delivery.why_not_time(one, at=self.at)

    def is_valid(self):
        if self.request.POST.get("way", self.way) not in Fulfilment.values:
            return False
        return all(form.is_valid() for form in (self.place, self.times) if form is not None)

    def write(self):
        """The way first, then the times, each by its own verb."""
        if "way" in self.request.POST:
            where = self.place.answers() if self.place else {}
            delivery.choose(self.asked, self.way, by=self.request.user, at=self.at, **where)
        for one, slot in self.times.chosen():
            if slot is None and (one.slot_id is None or self.asked.status == RequestStatus.ACCEPTED):
                continue
            delivery.choose_time(one, slot, by=self.request.user, at=self.at)

    def answer(self, refusal=None, *, status=200):
        policy = Policy.shown()
        is_brought = self.asked.fulfilment == Fulfilment.DELIVERY
        price = approval.delivery_price(self.asked, policy) if is_brought else policy.delivery_price
        forms = [form for form in (self.place, self.times) if form is not None]
        row = Delivery.objects.filter(request=self.asked).select_related("site").first()
        context = {
            "page": "request",
            "asked": self.asked,
            "way": self.way,
            "ways": [(value, value == self.way) for value in Fulfilment.values],
            "why_not": self.why_not,
            "price": clock.number(price) if price else "",
            "notice_days": policy.delivery_notice_days,
            "place_form": self.place,
            "form": next((form for form in forms if form.errors), forms[0]),
            "delivery": row,
            "address": delivery.address_of(row) if row else "",
            "sections": [self._section(one) for one in self.rows],
            "can_save": self.way and (self.why_not is None or self.times.tables),
            "back": self.asked.get_absolute_url(),
            "refusal": refusal,
        }
        return render(self.request, "department/way.html", context, status=status)

    def _section(self, one):
        lines = list(one.lines.all())
        days = self.times.tables.get(one)
        field = self.times[name_of(one)] if days else None
        why = None if days is not None or not self.way else self._why_no_time(one)
        chosen = field.value() if field else ""
        values = [timetable.value_of(slot) for free in (days or {}).values() for slot in free]
        return {
            "reservation": one,
            "site": one.site,
            "lines": shown_lines(lines),
            "pieces": sum(line.pieces for line in lines),
            "load": load_of(lines),
            "field": field if values else None,
            "is_full": bool(days) and not values,
            "is_none": days is not None and not days,
            "why": why,
            "when": clock.span_long(one.slot.starts_at, one.slot.ends_at, one.site.tz) if one.slot else "",
            "is_booked": one.status in OPEN_AT_DESK,
            "later_is_open": chosen in values[HALVES_AT_ONCE:],
            "at_once": f":{HALVES_AT_ONCE + 1}",
            "then": f"{HALVES_AT_ONCE + 1}:",
        }
