"""Which messages an offer's life asks for: rows in the outbox, to whoever gives it away."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from inventory.models import Giving, Item
from recycling import clock
from recycling.accounts.models import UnitRole, User
from recycling.notifications.domain import outbox, quiet
from recycling.notifications.models import Channel, Notification

# Days before the last one on which the giver is asked what is to become of what is left.
BEFORE_THE_END = (7, 2)
ENDING = "offer_ending"
GIVERS = (UnitRole.GIVER, UnitRole.LEAD)


def giver_of(item) -> User | None:
    """Whom to tell and ask about an offer: who hands it over, who offered it, or anybody who gives things away for the unit."""
    people = User.objects.filter(
        is_active=True,
        email__isnull=False,
        memberships__department=item.owner_id,
        memberships__role__in=GIVERS,
    )
    wanted = (item.given_by_id, item.created_by_id)
    return min(
        people.distinct(),
        key=lambda one: (one.pk != wanted[0], one.pk != wanted[1], one.pk),
        default=None,
    )


def tell(item, kind, *, key, at, before=None, **ids):
    """Write to whoever gives ``item`` away, if there is still anybody."""
    if person := giver_of(item):
        outbox.post(
            f"user:{person.pk}",
            kind,
            channel=Channel.EMAIL,
            language=person.language,
            key=key,
            send_after=at,
            send_before=before,
            person=person,
            item=item.pk,
            **ids,
        )


def accepted(item, *, at):
    tell(item, "offer_accepted", key=f"{item.pk}:{item.version}", at=at)


def to_be_fetched(item, *, at):
    tell(item, "offer_to_be_fetched", key=f"{item.pk}:{item.version}", at=at)


def sent_back(item, *, at):
    tell(item, "offer_sent_back", key=f"{item.pk}:{item.version}", at=at)


def not_usable(row, *, at):
    """Somebody could not use what the unit gave."""
    tell(row.aside.item, "not_usable", key=f"{row.aside_id}", at=at, aside=row.aside_id)


def remind(*, at) -> int:
    """Ask about what ends soon, once seven days and once two days before its last day; how many were asked.

    Found by query and not planned when the offer begins: a day that was moved needs no tidying up, and a job that was away for
    a day asks a day late.
    """
    today = clock.city_day(at)
    soon = Q(available_until__gte=today, available_until__lte=today + timedelta(days=max(BEFORE_THE_END)))
    ending = Item.objects.published().own_site_offers().filter(soon, giving=Giving.STAYS, quantity__gt=0)
    keys = {_key(item, today): item for item in ending.order_by("pk")}
    asked = Notification.objects.filter(kind=ENDING, dedupe_key__in=keys).values_list("dedupe_key", flat=True)
    new = keys.keys() - set(asked)
    for key in sorted(new):
        tell(keys[key], ENDING, key=key, at=in_the_day(at))
    return len(new)


def _key(item, today):
    """Which of the two questions about this last day is due."""
    left = (item.available_until - today).days
    return f"{item.pk}:{item.available_until}:{min(days for days in BEFORE_THE_END if left <= days)}"


def in_the_day(at):
    """``at``, or the end of the quiet hours: nobody asked for this at night."""
    return quiet.after(at, tz=settings.TIME_ZONE)
