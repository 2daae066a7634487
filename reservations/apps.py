from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = _("Reservations")

    def ready(self) -> None:
        from . import messages  # noqa: F401, PLC0415  (registers what each kind of message says; models must be ready first)
