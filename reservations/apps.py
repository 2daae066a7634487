from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from recycling import offers, publications, scans, turns

# What each kind of message says: each module registers its kinds.
MESSAGES = (
    "messages",
    "messages_giving",
    "messages_links",
    "messages_queue",
    "messages_requests",
    "messages_sending",
    "messages_units",
    "messages_wanted",
)


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = _("Reservations")

    def ready(self) -> None:
        # Models must be ready before either can be imported.
        for name in MESSAGES:
            import_module(f"{self.name}.{name}")
        from .domain import (  # noqa: PLC0415  (likewise)
            holding,
            promises,
            queueing,
            request_answers,
            rules,
            scanned,
            wanted,
            wanted_offers,
            windows,
        )

        offers.register(holding.why_not, begun=holding.begun)
        offers.register_foretold(rules.foretold)
        offers.register_promises(promises.holders, promises.reservations_of)
        offers.register_times(windows.in_words)
        offers.register_units(request_answers.unit_list, request_answers.unit_offer)
        scans.register(scanned.find)
        turns.register(queueing.offer_next, queueing.merged)
        publications.register(wanted_offers.offer, waiting=wanted.waiting, offered_to=wanted.offered_to)
