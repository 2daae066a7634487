"""The pages of the city's units."""

from django.urls import path

from .views import department

urlpatterns = [
    path("dept", department.dept, name="dept"),
]
