"""What providers say of messages afterwards, by two addresses of ours: the SMS gateway's receipts and the news of mail.

Neither has an address that names anybody. Whoever says something twice, late or in another order has said it once.
"""

import hmac
import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .domain import sending
from .models import Channel, Notification

SIGNATURE = "X-Signature"
# What a gateway calls the end of a message. Anything else is on its way.
ARRIVED = frozenset({"delivered"})
NEVER = frozenset({"failed", "undelivered", "expired", "rejected"})

_REFERENCE = re.compile(r"<kierto-(\d{1,18})-")


def message_of(reference, channel):
    """The message of this channel that a reference (its ``message_id``) is about; None for one that is not ours, or untried.

    A provider may serve another service of the city too, whose messages have the same numbers.
    """
    found = _REFERENCE.match(reference) if isinstance(reference, str) else None
    tried = Notification.objects.filter(channel=channel, attempts__gt=0)
    message = tried.filter(pk=int(found[1])).first() if found else None
    return message if message and message.message_id == reference else None


@csrf_exempt
@login_not_required
@require_POST
def sms(request):
    """A receipt: ``{"reference": ..., "status": ...}``, signed with HMAC-SHA256 over the body, in hexadecimal."""
    if not _is_signed(request):
        return HttpResponseForbidden()
    try:
        said = json.loads(request.body)
        reference, status = said["reference"], said["status"]
        is_the_end = status in ARRIVED | NEVER
    except (ValueError, TypeError, KeyError):
        return HttpResponseBadRequest()
    if is_the_end and (message := message_of(reference, Channel.SMS)):
        sending.hear(message.pk, arrived=status in ARRIVED, why=f"sms_{status}", at=timezone.now())
    # Also for what we do not know: asking again would not help.
    return HttpResponse(status=204)


def _is_signed(request):
    secret, signature = settings.SMS_RECEIPT_SECRET, request.headers.get(SIGNATURE, "")
    expected = hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    return bool(secret) and hmac.compare_digest(signature.encode(), expected.encode())


@csrf_exempt
@login_not_required
@require_POST
def mail(request):
    """The news of the provider that ``ESP`` names, in its own words; django-anymail checks and reads them."""
    if not settings.ESP:
        return HttpResponseForbidden()
    return import_string("recycling.notifications.esp_news.read")(request)
