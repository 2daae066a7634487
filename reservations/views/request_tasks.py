"""A request list as tasks: what is done, what is to do, what cannot begin yet. And who may open its pages."""

from dataclasses import dataclass
from functools import cached_property, wraps

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from inventory.models import Photo
from recycling import clock
from recycling.policy.models import Policy
from reservations.domain import approval, request_sending, requests
from reservations.models import BEING_WRITTEN, FurnitureRequest, RequestLine

DONE, TO_DO, CANNOT_YET = "done", "todo", "wait"


def request_of(user, code, *, own=False):
    """The request with this code that this person may see; with ``own`` only one of theirs."""
    seen = FurnitureRequest.objects.visible_to(user)
    if own:
        seen = seen.filter(by=user)
    return get_object_or_404(seen.select_related("by", "department", "cost_centre", "approver"), code=code)


def list_page(view):
    """A step of writing a list, for whoever writes it. Once it is sent, every step leads to the request."""

    @wraps(view)
    def wrapper(request, code):
        asked = request_of(request.user, code, own=True)
        if asked.status not in BEING_WRITTEN:
            return redirect(asked)
        return view(request, asked)

    return wrapper


def lines_of(asked):
    """The lines with all that pages show of them, in a fixed number of queries."""
    lines = RequestLine.objects.filter(request=asked).select_related("item__category__parent", "item__site")
    return list(lines.prefetch_related(Prefetch("item__photos", Photo.objects.shown())).order_by("pk"))


def address(name, *args):
    return reverse(f"reservations:{name}", args=args)


@dataclass(frozen=True)
class Task:
    """``told`` says in a few words what is written there already."""

    key: str
    name: str
    state: str
    told: str
    address: str


class Tasks:
    """The five tasks of a list, and which comes next."""

    def __init__(self, asked, *, at=None, lines=None):
        self.asked, self.at = asked, at or timezone.now()
        self.lines = lines_of(asked) if lines is None else lines
        self.missing = requests.missing(asked)

    @cached_property
    def reasons(self):
        """Why it has to be approved, in words."""
        return approval.why_needed(self.asked, Policy.current()) if self.lines else []

    @cached_property
    def approvers(self):
        """Who may approve it, the first one first; whom the requester chose stands first."""
        day = clock.city_day(self.at)
        people = approval.approvers_of(self.asked.department, day, besides=self.asked.by)
        return sorted(people, key=lambda one: one.pk != self.asked.approver_id)

    @cached_property
    def all(self):
        first = [self._things(), self._details(), self._way(), self._approver()]
        ready = all(task.state == DONE for task in first)
        return [*first, self._task("check", _("Check and send"), TO_DO if ready else CANNOT_YET, "")]

    def _task(self, key, name, state, told):
        page = "request_way" if key == "way" else f"request_{key}"
        return Task(key, name, state, told, address(page, self.asked.code))

    def _things(self):
        pieces = sum(line.pieces for line in self.lines)
        told = _("%(pieces)s pieces") % {"pieces": clock.number(pieces)} if pieces else ""
        state = DONE if self.lines and not self.missing else TO_DO
        return self._task("things", _("Things"), state, told)

    def _details(self):
        asked = self.asked
        why_not = request_sending.why_not_facts(asked, day=clock.city_day(self.at))
        told = [asked.department.name, asked.cost_centre.number if asked.cost_centre else ""]
        if asked.needed_by:
            told.append(clock.day_text(asked.needed_by))
        state = DONE if why_not is None else TO_DO
        return self._task("details", _("Unit and cost centre"), state, ", ".join(filter(None, told)))

    def _way(self):
        asked = self.asked
        state = DONE if request_sending.why_not_way(asked) is None else TO_DO if self.lines else CANNOT_YET
        told = capfirst(asked.get_fulfilment_display()) if asked.fulfilment else ""
        return self._task("way", _("Pickup or delivery"), state, told)

    def _approver(self):
        if not self.lines:
            return self._task("approver", _("Approver"), CANNOT_YET, "")
        if not self.reasons:
            return self._task("approver", _("Approver"), DONE, _("Nobody has to approve it."))
        if not self.approvers:
            return self._task("approver", _("Approver"), TO_DO, _("Nobody in your unit can approve it."))
        return self._task("approver", _("Approver"), DONE, self.approvers[0].name)

    @property
    def next(self):
        """The first task that is to do."""
        return next((task for task in self.all if task.state == TO_DO), None)

    def go_on(self):
        """To the task that comes next; to the list of them when none can begin."""
        return redirect(self.next.address if self.next else self.asked)
