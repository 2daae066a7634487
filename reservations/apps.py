from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recycling import offers, publications, scans


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = _("Reservations")

    def ready(self) -> None:
        # Models must be ready before either can be imported.
        from . import messages, messages_links, messages_units, messages_wanted  # noqa: F401, PLC0415  (register what each kind of message says)
        from .domain import holding, promises, scanned, wanted, wanted_offers  # noqa: PLC0415  (likewise)

        offers.register(holding.why_not, begun=holding.begun)
        offers.register_promises(promises.holders, promises.reservations_of)
        scans.register(scanned.find)
        publications.register(wanted_offers.offer, waiting=wanted.waiting, offered_to=wanted.offered_to)
