from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recycling import offers


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = _("Reservations")

    def ready(self) -> None:
        from . import messages, messages_links  # noqa: F401, PLC0415  (register what each kind of message says; models must be ready first)
        from .domain import holding, promises  # noqa: PLC0415  (models must be ready first)

        offers.register(holding.why_not, begun=holding.begun)
        offers.register_promises(promises.holders, promises.reservations_of)
