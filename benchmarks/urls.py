"""The service's addresses and, before them, the floors'. The floors are served by a handler without middleware."""

from recycling.urls import handler403, urlpatterns

from . import floor

__all__ = ["handler403", "urlpatterns"]

urlpatterns = [*floor.urlpatterns, *urlpatterns]
