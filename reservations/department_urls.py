"""The pages of the city's units."""

from django.urls import path

from .views import approvals, department, people, unit_impact, way

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/requests/<slug:code>/way", way.request_way, name="request_way"),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
    path("dept/approvals", approvals.approvals, name="approvals"),
    path("dept/people", people.people, name="people"),
    path("dept/requests/<str:code>", department.request_page, name="request"),
    path("dept/requests/<str:code>/decision", approvals.approve, name="approve"),
]
