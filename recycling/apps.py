from django.apps import AppConfig


class RecyclingConfig(AppConfig):
    name = "recycling"
    label = "recycling"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  (registers our own; models must be ready first)
