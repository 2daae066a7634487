from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        from . import messages, messages_alerts  # noqa: F401, PLC0415  (registers what each kind of message says; models must be ready before)
        from .search_index import mend_after_migrate  # noqa: PLC0415  (an app's own modules load once all apps are known)

        post_migrate.connect(mend_after_migrate, sender=self)
