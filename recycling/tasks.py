"""The worker's sign of life."""

from celery import shared_task
from django.utils import timezone

from recycling.notifications.domain.silence import TICK
from recycling.notifications.models import Tick


@shared_task(name=TICK)
def tick():
    """Write down that the worker works: its clock rang, the broker delivered, the database was written."""
    Tick.objects.update_or_create(name=TICK, defaults={"at": timezone.now()})
