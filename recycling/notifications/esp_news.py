"""The news of a provider of e-mail, read by django-anymail: delivered, bounced, refused.

Loaded only where the settings name a provider (``ESP``).
"""

from anymail.signals import EventType, tracking
from anymail.urls import urlpatterns
from django.conf import settings
from django.utils import timezone

from .domain import sending
from .models import Channel
from .receipts import message_of

NEVER = frozenset({EventType.BOUNCED, EventType.REJECTED, EventType.FAILED})


def read(request):
    """Check and read what the provider sent, by the library's view of that provider."""
    name = f"{settings.ESP}_tracking_webhook"
    return next(one for one in urlpatterns if one.name == name).callback(request)


def _hear(event, **_more):
    if event.event_type not in {EventType.DELIVERED, *NEVER}:
        return
    message = message_of((event.metadata or {}).get("reference"), Channel.EMAIL)
    if message is None:
        return
    arrived = event.event_type == EventType.DELIVERED
    sending.hear(message.pk, arrived=arrived, why=f"esp_{event.event_type}", at=timezone.now())


tracking.connect(_hear, dispatch_uid="kierto")
