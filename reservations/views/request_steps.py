"""The steps of a list beside its things: unit and cost centre, approver, check and send."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.domain import titles
from recycling import clock
from recycling.errors import Refused
from reservations.domain import request_sending, requests
from reservations.models import Delivery, RequestStatus
from reservations.request_forms import ApproverForm, DetailsForm

from .request_tasks import DONE, Tasks, list_page
from .requests import on_list

require_page = require_http_methods(["GET", "HEAD", "POST"])
# Which field a refusal is about.
FIELDS = {
    **dict.fromkeys(("centre_missing", "centre_closed", "centre_of_another"), "cost_centre"),
    **dict.fromkeys(("say_needed_by", "needed_by_past"), "needed_by"),
    "say_replaces": "replaces",
}


@require_page
@list_page
def details(request, asked):
    """Unit and cost centre, instead of what, by when, whom to ask."""
    at, units = timezone.now(), requests.units_of(request.user)
    facts = {name: getattr(asked, name) for name in DetailsForm.base_fields} | {
        "cost_centre": asked.cost_centre_id
    }
    form = DetailsForm(
        request.POST if request.method == "POST" else None, initial=facts, units=units, day=clock.city_day(at)
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                asked = requests.write(asked, by=request.user, at=at, **form.facts())
            except Refused as refusal:
                form.add_error(FIELDS.get(refusal.code), str(refusal))
            else:
                return Tasks(asked, at=at).go_on()
        status = 422
    context = on_list(asked, Tasks(asked, at=at)) | {"page": "request", "form": form}
    return render(request, "department/request_details.html", context, status=status)


@require_page
@list_page
def approver(request, asked):
    """Why somebody has to approve it, and who is asked."""
    tasks = Tasks(asked)
    people = tasks.approvers if tasks.reasons else []
    initial = {"approver": str(people[0].pk)} if people else {}
    form = ApproverForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            asked = requests.write(asked, by=request.user, at=tasks.at, approver=form.chosen)
            return Tasks(asked, at=tasks.at).go_on()
        status = 422
    context = on_list(asked, tasks) | {"page": "request", "form": form, "people": people}
    return render(request, "department/request_approver.html", context, status=status)


@require_page
@list_page
def check(request, asked):
    """Everything once more, each with a way to change it; POST sends it."""
    at, refusal = timezone.now(), None
    if request.method == "POST":
        try:
            sent = request_sending.send(asked, by=request.user, at=at)
        except Refused as refused:
            refusal = refused
            asked.refresh_from_db()
        else:
            messages.success(request, _said(sent))
            return redirect(sent)
    tasks = Tasks(asked, at=at)
    if refusal is None and any(task.state != DONE for task in tasks.all[:-1]):
        return tasks.go_on()
    context = on_list(asked, tasks) | {
        "page": "request",
        "refusal": refusal,
        "needed_by": clock.day_long(asked.needed_by) if asked.needed_by else "",
        "lines": [(titles.title(line.item), line.item, line.pieces) for line in tasks.lines],
        "delivery": Delivery.objects.filter(request=asked).select_related("site").first(),
    }
    return render(
        request, "department/request_check.html", context, status=refusal.status if refusal else 200
    )


def _said(sent):
    if sent.status == RequestStatus.WAITING:
        return _("The request is sent. It waits for an approval, and its items are kept meanwhile.")
    return _("The request is sent, and nobody has to approve it: the items are yours.")
