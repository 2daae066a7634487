"""What providers say of messages, their words, and the demo's mailbox, which has an address only in the demo."""

from django.conf import settings
from django.urls import include, path

from . import receipts
from .views import mailbox, texts

# Outside the language prefix: programs ask here.
hooks = [
    path("hooks/sms", receipts.sms, name="sms_receipt"),
    path("hooks/mail", receipts.mail, name="mail_news"),
]

# Beside the other pages of what managers keep for the whole city.
managed = [
    path("manage/texts", texts.overview, name="overview"),
    path("manage/texts/<slug:kind>", texts.one, name="one"),
    path("manage/texts/<slug:kind>/<slug:part>/<slug:language>", texts.change, name="change"),
    path("manage/texts/<slug:kind>/<slug:part>/<slug:language>/preview", texts.preview, name="preview"),
]


def demo_urls():
    """The pages of the demo mailbox, or none outside the demo."""
    if not settings.DEMO:
        return []
    pages = [
        path("mailbox", mailbox.mailbox, name="mailbox"),
        path("mailbox/<int:number>", mailbox.message, name="message"),
    ]
    return [path("demo/", include((pages, "demo")))]
