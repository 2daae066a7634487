"""The pages of the city's units."""

from django.urls import path

from .views import department, unit_impact, way

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/requests/<slug:code>/way", way.request_way, name="request_way"),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
]
