"""Whether messages go out: for whoever works here, before people notice."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Site
from recycling import clock
from recycling.accounts.rules import is_staff
from recycling.notifications.domain import silence
from recycling.notifications.models import OPEN, Channel, Notification, NotificationStatus
from reservations.domain import ledger
from reservations.models import Reservation

DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)
SHOWN = 50
RECIPIENT = "reservation:"


def alarm_words(*, at):
    """What is wrong with the messages, a sentence each; nothing while they go out. Three queries then."""
    found = silence.alarm(at=at)
    if found is None:
        return []
    sentences = [
        (found.ticked_at, _("The clock of the service has not rung since %(when)s.")),
        (found.oldest, _("A message has been waiting since %(when)s.")),
    ]
    told = [words % {"when": _moment(moment)} for moment, words in sentences if moment]
    no_channel = {
        Channel.EMAIL: _("No e-mail leaves, though some are due."),
        Channel.SMS: _("No text message leaves, though some are due."),
    }
    return told + [no_channel[channel] for channel in found.channels]


def _moment(at):
    return clock.moment_text(at, settings.TIME_ZONE)


@require_safe
def sending(request):
    """Each channel in figures, and what failed in two weeks: about reservations of the sites where the person works."""
    if not is_staff(request.user):
        raise PermissionDenied
    at = timezone.now()
    works = Site.objects.worked_at_by(request.user).exists()
    context = {
        "page": "sending",
        "base": "warehouse/base.html" if works else "department/base.html",
        "alarm": alarm_words(at=at),
        "channels": _figures(at),
        "failed": list(_failed(request.user, at)),
    }
    return render(request, "reservations/sending.html", context)


def _figures(at):
    """For each channel: when something last left, and how much did, waits, and has failed."""
    counted = {
        row["channel"]: row
        for row in Notification.objects.filter(
            Q(status__in=OPEN) | Q(sent_at__gt=at - DAY) | Q(failed_at__gt=at - DAY)
        )
        .values("channel")
        .annotate(
            waiting=Count("pk", filter=Q(status__in=OPEN)),
            sent=Count("pk", filter=Q(sent_at__gt=at - DAY)),
            failed=Count("pk", filter=Q(failed_at__gt=at - DAY)),
            last=Max("sent_at"),
        )
        .order_by("channel")
    }
    nothing = {"waiting": 0, "sent": 0, "failed": 0, "last": None}
    for channel in Channel:
        row = counted.get(channel, nothing)
        yield row | {"words": channel.label, "last": _moment(row["last"]) if row["last"] else ""}


def _failed(person, at):
    """What failed lately, the newest first; a reservation by its code where it is handed over by ``person``, without any name."""
    failed = Notification.objects.filter(status=NotificationStatus.FAILED, failed_at__gt=at - FORTNIGHT)
    rows = list(failed.order_by("-failed_at", "-pk")[:SHOWN])
    keys = [row.recipient.removeprefix(RECIPIENT) for row in rows if row.recipient.startswith(RECIPIENT)]
    codes = dict(Reservation.objects.handed_over_by(person).filter(pk__in=keys).values_list("pk", "code"))
    for row in rows:
        key = row.recipient.removeprefix(RECIPIENT)
        yield {
            "kind": ledger.KINDS.get(row.kind, row.kind),
            "channel": row.get_channel_display(),
            "when": _moment(row.failed_at),
            "reason": ledger.reason_words(row.why_not),
            "code": codes.get(int(key), "") if key.isdigit() else "",
        }
