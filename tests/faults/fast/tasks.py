"""The control: how it is usually done. The job itself is the message, told to the broker and sent by whoever takes it."""

from celery import shared_task
from django.core.mail import EmailMessage


@shared_task(name="control.remind", acks_late=False)
def remind(number):
    """Send one reminder."""
    headers = {"Message-ID": f"<control-{number}@testserver>"}
    EmailMessage("Reminder", "Tomorrow.", to=[f"control{number:04}@example.org"], headers=headers).send()
