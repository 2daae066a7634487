"""What providers say of messages, and the demo's mailbox, which has an address only in the demo."""

from django.conf import settings
from django.urls import include, path

from . import receipts, views

# Outside the language prefix: programs ask here.
hooks = [
    path("hooks/sms", receipts.sms, name="sms_receipt"),
    path("hooks/mail", receipts.mail, name="mail_news"),
]


def demo_urls():
    """The pages of the demo mailbox, or none outside the demo."""
    if not settings.DEMO:
        return []
    pages = [
        path("mailbox", views.mailbox, name="mailbox"),
        path("mailbox/<int:number>", views.message, name="message"),
    ]
    return [path("demo/", include((pages, "demo")))]
