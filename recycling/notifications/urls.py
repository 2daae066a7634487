"""The demo's mailbox, which has an address only in the demo."""

from django.conf import settings
from django.urls import include, path

from . import views


def demo_urls():
    """The pages of the demo mailbox, or none outside the demo."""
    if not settings.DEMO:
        return []
    pages = [
        path("mailbox", views.mailbox, name="mailbox"),
        path("mailbox/<int:number>", views.message, name="message"),
    ]
    return [path("demo/", include((pages, "demo")))]
