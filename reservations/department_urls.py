"""The pages of the city's units."""

from django.urls import path

from .views import department, unit_impact

urlpatterns = [
    path("dept", department.dept, name="dept"),
    path("dept/impact", unit_impact.unit_impact, name="unit_impact"),
]
