"""The pages of the city's units."""

from django.urls import path

from . import converters  # noqa: F401  (registers what the addresses below are written with)
from .views import (
    approvals,
    department,
    needs,
    people,
    request_items,
    request_steps,
    requests,
    unit_impact,
    wanted,
    way,
)

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/requests/<slug:code>/way", way.request_way, name="request_way"),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
    path("dept/approvals", approvals.approvals, name="approvals"),
    path("dept/people", people.people, name="people"),
    path("dept/requests/<str:code>/decision", approvals.approve, name="approve"),
    path("dept/wanted", wanted.wanted, name="wanted"),
    path("dept/wanted/new", wanted.wanted_new, name="wanted_new"),
    path("dept/wanted/all", wanted.wanted_all, name="wanted_all"),
    path("dept/wanted/<token:token>", wanted.wanted_edit, name="wanted_edit"),
    path("dept/wanted/<token:token>/end", wanted.wanted_end, name="wanted_end"),
    path("dept/wanted/offers/<token:token>/take", wanted.offer_take, name="offer_take"),
    path("dept/wanted/offers/<token:token>/decline", wanted.offer_decline, name="offer_decline"),
    path("dept/needs", needs.needs, name="needs"),
    path("dept/needs/<token:token>", needs.need_list, name="need_list"),
    path("manage/needs", needs.bought_anyway, name="bought_anyway"),
    path("dept/request", requests.request_list, name="request_list"),
    path("dept/requests/<str:code>", requests.request_page, name="request"),
    path("dept/requests/<str:code>/things", requests.things, name="request_things"),
    path("dept/requests/<str:code>/details", request_steps.details, name="request_details"),
    path("dept/requests/<str:code>/approver", request_steps.approver, name="request_approver"),
    path("dept/requests/<str:code>/check", request_steps.check, name="request_check"),
    path("dept/requests/<str:code>/hold", requests.hold_again, name="request_hold"),
    path("dept/requests/<str:code>/copy", requests.copy, name="request_copy"),
    path("dept/requests/<str:code>/cancel", requests.cancel, name="request_cancel"),
    path("dept/items/<str:code>/add", request_items.add, name="request_add"),
    path("dept/items/<str:code>/alike", request_items.take_set, name="request_set"),
]
