from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "recycling.accounts"
    label = "accounts"

    def ready(self) -> None:
        from . import messages  # noqa: F401, PLC0415  (registers what each kind of message says; models must be ready first)
