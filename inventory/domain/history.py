"""What was done to a thing: its own steps and those of the reservations that had pieces of it. It names workers alone."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from inventory.models import Destination, Item, SetAsideReason, SiteStaff, WriteOffReason
from recycling import clock, offers
from recycling.audit.models import AuditEntry
from recycling.audit.words import words_of

PAGE = 25


@dataclass(frozen=True)
class Moment:
    """``code`` is the reservation's that it belongs to, if any."""

    words: str
    more: str
    when: str
    who: str
    code: str = ""


def of(item, *, tz, page=1, size=PAGE) -> tuple[list[Moment], bool]:
    """The moments of one page, the latest first, and whether there are earlier ones. Three queries."""
    promises = offers.reservations_of(item)
    rows = (
        AuditEntry.objects.filter(
            Q(target_type="item", target_id=item.pk)
            | Q(target_type="reservation", target_id__in=list(promises))
        )
        .select_related("actor")
        .annotate(by_worker=Exists(SiteStaff.objects.filter(user=OuterRef("actor"))))
        .order_by("-at", "-pk")
    )
    start = (page - 1) * size
    read = list(rows[start : start + size + 1])
    return [_moment(row, promises, tz) for row in read[:size]], len(read) > size


def _moment(row, promises, tz):
    promise = promises.get(row.target_id) if row.target_type == "reservation" else None
    if promise is None:
        who = row.actor.first_name if row.actor else _("the service itself")
        return Moment(words_of(row), ", ".join(_more(row)), clock.moment_text(row.at, tz), who)
    # A resident acts on their own reservation too: only workers are named.
    who = row.actor.first_name if row.actor and row.by_worker else ""
    pieces = _("pieces: %(number)s") % {"number": promise.pieces}
    return Moment(
        words=words_of(row),
        more=pieces,
        when=clock.moment_text(row.at, tz),
        who=who,
        code=promise.code,
    )


_REASONS = dict(SetAsideReason.choices) | dict(WriteOffReason.choices)


def _more(row):
    """What the details say besides the sentence: from where, why, where to, which fields."""
    details = row.details
    if details.get("from_shelf"):
        yield _("from %(shelf)s") % {"shelf": details["from_shelf"]}
    if details.get("reason") in _REASONS:
        yield str(_REASONS[details["reason"]])
    if details.get("destination") in Destination.values:
        yield str(Destination(details["destination"]).label)
    if details.get("reservation"):
        yield details["reservation"]
    fields = details.get("fields", [])
    if isinstance(fields, list):
        known = {field.name: field for field in Item._meta.concrete_fields}
        yield from (str(known[name].verbose_name) for name in fields if name in known)


def as_promised(items):
    """{item's key: the reservations that hold its pieces now, the next to be collected first}."""
    found: dict[int, list] = {}
    for promise in offers.holders(items):
        found.setdefault(promise.item, []).append(promise)
    return found
