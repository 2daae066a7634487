"""The demo's mailbox in the browser: what the service would have sent, for whoever tries it out."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recycling import clock
from recycling.notifications.models import DemoMessage

# Enough for a visit; older ones keep their addresses.
NEWEST = 100


@login_not_required
@never_cache
@require_safe
def mailbox(request):
    """The newest messages, newest first."""
    return render(
        request, "demo/mailbox.html", {"rows": [shown(row) for row in DemoMessage.objects.all()[:NEWEST]]}
    )


@login_not_required
@never_cache
@require_safe
def message(request, number):
    """One message as it was sent."""
    return render(request, "demo/message.html", {"row": shown(get_object_or_404(DemoMessage, pk=number))})


def shown(row):
    """A message with its time in words and its text in paragraphs of lines of (words, address) pieces."""
    paragraphs = [paragraph.splitlines() for paragraph in row.text.split("\n\n")]
    return {
        "message": row,
        "when": clock.moment_text(row.at, settings.TIME_ZONE),
        "paragraphs": [[pieces(line) for line in lines] for lines in paragraphs],
        "beginning": next((line for lines in paragraphs[1:] for line in lines), ""),
    }


def pieces(line):
    """The line cut at its links to this service. A link leads to the same path here, wherever the demo is looked at from."""
    address = re.escape(settings.SITE_URL.partition("://")[2])
    found = re.split(rf"((?:https?://)?{address}/[\w/.-]*[\w/](?:\?[\w=&%+.-]*\w)?)", line)
    return [
        (text, text.partition(settings.SITE_URL.partition("://")[2])[2] if number % 2 else "")
        for number, text in enumerate(found)
        if text
    ]
