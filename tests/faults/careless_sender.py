"""The sender that many services have: it writes "sent" first and sends afterwards. Only a test runs it, to see it lose.

``python -m tests.faults.careless_sender`` with the environment of a worker.
"""

import django

BATCH = 10


def main():
    """Send reminders until none are left."""
    from django.core.mail import EmailMessage  # noqa: PLC0415  (the settings must be there first)
    from django.utils import timezone  # noqa: PLC0415  (the same)

    from recycling.notifications.models import Notification  # noqa: PLC0415  (the same)
    from reservations.models import Reservation  # noqa: PLC0415  (the same)

    while rows := list(Notification.objects.due(timezone.now()).order_by("pk")[:BATCH]):
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
            status="sent", sent_at=timezone.now()
        )
        for row in rows:
            to = Reservation.objects.get(pk=row.context["reservation"]).contact
            EmailMessage("Reminder", "Tomorrow.", to=[to], headers={"Message-ID": row.message_id}).send()


if __name__ == "__main__":
    django.setup()
    main()
