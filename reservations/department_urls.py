"""The pages of the city's units."""

from django.urls import path

from .views import department, request_items, request_steps, requests, unit_impact

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
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
