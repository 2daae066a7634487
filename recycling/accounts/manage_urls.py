"""What managers keep for the whole city."""

from django.urls import path

from .views import units

app_name = "manage"
urlpatterns = [
    path("units", units.units, name="units"),
    path("units/<str:token>", units.units_import, name="units_import"),
]
