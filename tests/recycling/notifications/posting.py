"""Messages as the tests of the outbox put them in, send them and look at them."""

from datetime import timedelta

from recycling.notifications.domain import outbox, sending
from recycling.notifications.models import Notification
from tests.factories import NOW


def post(recipient="aino", kind="plain", *, channel="email", at=NOW, before=None, key="", **context):
    outbox.post(
        recipient, kind, channel=channel, language="en", key=key, send_after=at, send_before=before, **context
    )
    return Notification.objects.get(recipient=recipient, kind=kind, dedupe_key=key, channel=channel)


def send(at=NOW, **options):
    return dict(sending.send_due(at=at, **options))


def state(row):
    row.refresh_from_db()
    return row.status, row.attempts, row.why_not, row.last_error


def minutes(number):
    return NOW + timedelta(minutes=number)
