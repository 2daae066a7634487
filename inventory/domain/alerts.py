"""Search alerts: asked for, confirmed by a link, lengthened, removed; and how long each lasts.

What they find and who is told when is ``inventory.domain.alert_news``.
"""

import calendar
from datetime import date, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.models import SearchAlert
from recycling import clock
from recycling.accounts.domain import contacts, limits
from recycling.accounts.models.contact import ContactChannel
from recycling.accounts.rules import is_city
from recycling.errors import Refused
from recycling.notifications.domain import outbox

LASTS_MONTHS = 6
NOTICE_DAYS = 14
NOTICE_HOUR = 10
# A link that nobody opened; and how long an alert that has ended can still be lengthened.
CONFIRM_WITHIN = timedelta(days=2)
KEPT_AFTER_END = timedelta(days=14)
MOST_OF_A_CONTACT = 20
# Each text message costs the city money.
MOST_OF_A_PHONE = 3
# Links to somebody who opens none.
MOST_UNCONFIRMED = 5
PER_CONTACT, PER_NETWORK = 5, 30

CONFIRM, HITS, ENDING = "alert_confirm", "alert_hits", "alert_ending"


class TooManyAlerts(Refused):
    code = "too_many_alerts"
    message = _("There are %(limit)s search alerts with this contact. Delete one first.")


class AlertOver(Refused):
    code = "alert_over"
    message = _("This link is no longer valid. Create the search alert again.")
    status = 410


@transaction.atomic
def ask(contact, asked, *, frequency, by, language, network, at) -> SearchAlert:
    """A search alert of ``contact`` that waits for its link to be opened; whoever signs in with that e-mail needs no link.

    Refuses `too_often`, `too_many_alerts`.
    """
    hour = timedelta(hours=1)
    limits.count("alerts_from_network", network, limit=PER_NETWORK, per=hour, at=at)
    # What somebody asks for another contact is nobody's until its link is opened, and shows what everybody may see.
    is_theirs = contacts.is_own(contact, by)
    if not is_theirs:
        _check_links(contact, at=at)
    alert = SearchAlert.objects.create(
        channel=contact.channel,
        contact=contact.address,
        person=by if is_theirs else None,
        for_units=is_theirs and is_city(by),
        language=language,
        asked=asked.kept(),
        frequency=frequency,
        created_at=at,
        ends_at=at + CONFIRM_WITHIN,
    )
    if is_theirs:
        return confirm(alert, at=at)
    _post(alert, CONFIRM, key="", at=at, before=alert.ends_at)
    return alert


def _check_links(contact, *, at):
    """Nobody fills a mailbox with links that its owner does not open. Refuses `too_often`."""
    limits.count("alerts_to_contact", contact.address, limit=PER_CONTACT, per=timedelta(hours=1), at=at)
    if SearchAlert.objects.unconfirmed(at).filter(contact=contact.address).count() >= MOST_UNCONFIRMED:
        raise limits.TooOften


@transaction.atomic
def confirm(alert, *, at) -> SearchAlert:
    """The link was opened: it looks from now on. Confirming twice is confirming once. Refuses `alert_over`, `too_many_alerts`.

    An older alert of the same contact for the same search gives way.
    """
    locked = _lock(alert)
    if locked.confirmed_at:
        return locked
    if locked.ends_at <= at:
        raise AlertOver
    others = SearchAlert.objects.live(at).filter(contact=locked.contact)
    for same in others.filter(asked=locked.asked):
        remove(same)
    limit = MOST_OF_A_PHONE if locked.channel == ContactChannel.SMS else MOST_OF_A_CONTACT
    if others.count() >= limit:
        raise TooManyAlerts(limit=limit)
    locked.confirmed_at = at
    _lengthen(locked, at=at)
    return locked


@transaction.atomic
def extend(alert, *, at) -> SearchAlert:
    """Six more months from today, also shortly after its end. Refuses `alert_over` for what was never confirmed."""
    locked = _lock(alert)
    if not locked.confirmed_at:
        raise AlertOver
    _lengthen(locked, at=at)
    return locked


def change(alert, *, frequency) -> None:
    """How often it writes from now on."""
    SearchAlert.objects.filter(pk=alert.pk).update(frequency=frequency)


@transaction.atomic
def remove(alert) -> None:
    """It is gone, with its contact, and says nothing any more. Removing twice is removing once."""
    rows = SearchAlert.objects.filter(pk=alert.pk)
    # The row first: whoever is writing down hits of it comes before this, and they go with it, or finds no alert.
    rows.select_for_update(of=("self",)).first()
    outbox.unsay(_recipient(alert.pk), why="alert_removed")
    rows.delete()


def forget(*, at) -> int:
    """What ended a while ago goes, and what nobody confirmed; how many alerts."""
    over = SearchAlert.objects.filter(ends_at__lte=at)
    unconfirmed = over.filter(confirmed_at=None)
    ended = over.confirmed().filter(ends_at__lte=at - KEPT_AFTER_END)
    return sum(rows.delete()[1].get("inventory.SearchAlert", 0) for rows in (unconfirmed, ended))


def last_day(alert) -> date:
    """The last day on which it looks."""
    return clock.last_day(settings.TIME_ZONE, alert.ends_at)


def message(alert_pk, kind, *, channel, language, person_id, key, at, before=None):
    """A message of an alert that nobody has posted yet."""
    return outbox.message(
        _recipient(alert_pk),
        kind,
        channel=channel,
        language=language,
        key=key,
        send_after=at,
        send_before=before,
        person_id=person_id,
        alert=alert_pk,
    )


def _recipient(alert_pk):
    return f"alert:{alert_pk}"


def _post(alert, kind, *, key, at, before):
    one = message(
        alert.pk,
        kind,
        channel=alert.channel,
        language=alert.language,
        person_id=alert.person_id,
        key=key,
        at=at,
        before=before,
    )
    outbox.post_many([one])


def _lock(alert):
    """Its row as it is now. Refuses `alert_over` when it was removed meanwhile."""
    locked = SearchAlert.objects.select_for_update(of=("self",)).filter(pk=alert.pk).first()
    if locked is None:
        raise AlertOver
    return locked


def _lengthen(locked, *, at):
    """It ends with the same day half a year later, and says so two weeks before."""
    tz = settings.TIME_ZONE
    last = _months_after(clock.city_day(at), LASTS_MONTHS)
    ends_at = clock.resolve(last + timedelta(days=1), time(0), tz)
    if ends_at == locked.ends_at:
        return  # lengthened today already, and its notice is planned
    locked.ends_at = ends_at
    locked.save(update_fields=["confirmed_at", "ends_at"])
    outbox.unsay(_recipient(locked.pk), kinds=[ENDING], why="alert_extended")
    notice = clock.resolve(last - timedelta(days=NOTICE_DAYS), time(NOTICE_HOUR), tz)
    _post(locked, ENDING, key=str(last), at=notice, before=locked.ends_at)


def _months_after(day, months):
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
