"""The outbox's clockwork: wake up and send what is due."""

from celery import shared_task
from django.utils import timezone

from .domain import sending


@shared_task(name="notifications.send_due")
def send_due():
    """Send every message whose time has come."""
    sending.send_due(at=timezone.now())
