"""Jobs over photos, stages and errands: each wakes up, finds what is due by a query and calls a verb."""

from celery import shared_task
from django.utils import timezone

from .domain import errands, photos, stages


@shared_task(name="inventory.make_renditions")
def make_renditions() -> None:
    photos.make_due_renditions(at=timezone.now())


@shared_task(name="inventory.move_stages")
def move_stages() -> None:
    stages.move_due(at=timezone.now())


@shared_task(name="inventory.sweep_photos")
def sweep_photos() -> None:
    photos.sweep(at=timezone.now())


@shared_task(name="inventory.forget_errands")
def forget_errands() -> None:
    errands.forget(at=timezone.now())
