"""Jobs over photos, stages, search alerts, errands and offers: each wakes up, finds what is due by a query and calls a verb."""

from celery import shared_task
from django.utils import timezone

from inventory.models import Item
from recycling import sweeping

from .domain import alert_news, alerts, errands, offer_messages, offers, photos, stages


@shared_task(name="inventory.make_renditions")
def make_renditions() -> None:
    photos.make_due_renditions(at=timezone.now())


@shared_task(name="inventory.move_stages")
def move_stages() -> None:
    stages.move_due(at=timezone.now())


@shared_task(name="inventory.match_alerts")
def match_alerts() -> None:
    alert_news.match_new(at=timezone.now())


@shared_task(name="inventory.tell_alerts")
def tell_alerts() -> None:
    alert_news.tell(at=timezone.now())


@shared_task(name="inventory.forget_alerts")
def forget_alerts() -> None:
    at = timezone.now()
    alerts.forget(at=at)
    alert_news.forget(at=at)


@shared_task(name="inventory.sweep_photos")
def sweep_photos() -> None:
    photos.sweep(at=timezone.now())


@shared_task(name="inventory.forget_errands")
def forget_errands() -> None:
    errands.forget(at=timezone.now())


@shared_task(name="inventory.end_offers")
def end_offers() -> None:
    """What units gave away until now is out of the catalogue, and whoever gives what ends soon is asked about the rest."""
    at = timezone.now()
    # What somebody still comes for stays until it was handed over; it is listed no more.
    rows = Item.objects.over(at).filter(reserved=0).order_by("available_until", "pk")
    sweeping.each(rows, lambda row: offers.end_over(row, at=at), job="inventory.end_offers")
    offer_messages.remind(at=at)
