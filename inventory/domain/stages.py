"""For whom a published item is by now: units, then residents, then associations, and at last auction or recycling.

Every stage keeps those of the ones before it, until nobody took it: then only staff see it. Durations are working days of the
category, or of the rules. A stage is a field that a job moves (docs/decisions/0021-stages-are-dates.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from inventory.models import Item, ItemStatus, LastStage, Site, Stage
from recycling import sweeping, working_days
from recycling.accounts.rules import is_association, is_staff
from recycling.audit.domain import record
from recycling.policy.models import Policy

from .refusals import NoEnd, OnlyLead, WrongStep

ORDER = [Stage.UNITS, Stage.RESIDENTS, Stage.ASSOCIATIONS, Stage.LEAVING]
# How long each lasts: a field of the category and of the rules. What nobody took waits for a person, not for a day.
LASTS = {
    Stage.UNITS: "internal_first_days",
    Stage.RESIDENTS: "residents_days",
    Stage.ASSOCIATIONS: "associations_days",
}
# What a move writes in the history. Nothing moves back to units: what residents have seen they may go on seeing.
DONE = {
    Stage.RESIDENTS: "item_for_residents",
    Stage.ASSOCIATIONS: "item_for_associations",
    Stage.LEAVING: "item_leaving",
}
FIELDS = ("stage", "stage_until", "public_from")
# As many in one run of the job as end in its time; the rest is found by the next one.
AT_ONCE = 1_000


# -- how long


def days(stage, category, rules) -> int:
    """How many working days ``stage`` lasts for this category; 0 is at once for units, and without an end for the others."""
    own = category.inherited(LASTS[stage])
    return getattr(rules, LASTS[stage]) if own is None else own


def last_stage(category) -> LastStage:
    """What becomes of what nobody took."""
    of_parent = category.parent.last_stage if category.parent else ""
    return LastStage(category.last_stage or of_parent or LastStage.RECYCLING)


def ends(stage, category, *, since, tz, rules) -> datetime | None:
    """When ``stage`` is over that began at ``since``: with a working day; None is never.

    What begins at midnight has that whole day, so it counts from the day before.
    """
    if stage not in LASTS:
        return None
    count = days(stage, category, rules)
    return _end_of(since, count, tz) if count else None


def _end_of(since, count, tz):
    return working_days.end_of(since - timedelta(microseconds=1), count, tz)


@dataclass(frozen=True)
class Step:
    """A stage of one item. ``since`` is empty where it is not known any more, ``until`` where there is no end."""

    stage: Stage
    since: datetime | None
    until: datetime | None
    is_now: bool = False


def planned(item) -> list[Step]:
    """The stage of a published item and those that follow, with their days as the rules are now. Others have none."""
    if item.status != ItemStatus.PUBLISHED:
        return []
    rules, tz, stage = Policy.shown(), item.site.tz, Stage(item.stage)
    began = {Stage.UNITS: item.published_at, Stage.RESIDENTS: item.public_from}
    steps = [Step(stage, began.get(stage), item.stage_until, is_now=True)]
    for following in ORDER[ORDER.index(stage) + 1 :]:
        since = steps[-1].until
        if since is None:
            break
        until = ends(following, item.category, since=since, tz=tz, rules=rules)
        steps.append(Step(following, since, until))
    return steps


# -- for whom


def is_limited(item, person) -> bool:
    """Whether this person may reserve only as many pieces of ``item`` as a resident, as a member of a unit does for themselves.

    In their stage associations take it whole.
    """
    return not is_staff(person) and not (is_association(person) and item.stage == Stage.ASSOCIATIONS)


def residents_may(item) -> bool:
    """Whether residents may have this kind of thing, in its condition, once it is their turn."""
    return item.category.residents_allowed and item.condition != "fix"


# -- the way


def begin(locked, *, at, public_from=None, part_of=None):
    """Set the stage and dates of an item that is being published. For ``publishing.publish``, which saves ``FIELDS``."""
    if part_of is not None:
        for name in FIELDS:
            setattr(locked, name, getattr(part_of, name))
        return
    rules, tz = Policy.current(), locked.site.tz
    if public_from is None:
        public_from = ends(Stage.UNITS, locked.category, since=at, tz=tz, rules=rules) or at
    if public_from > at:
        locked.stage, locked.stage_until = Stage.UNITS, public_from
    else:
        locked.stage = Stage.RESIDENTS
        locked.stage_until = ends(Stage.RESIDENTS, locked.category, since=at, tz=tz, rules=rules)
    locked.public_from = public_from


@transaction.atomic
def move_on(item, *, at, by=None):
    """The next stage begins: when the one before is over, with ``by`` at once.

    A late move makes up for what it has missed, step by step, each counted from the day on which it was due. Refuses
    `wrong_step` when nothing is due, `only_lead`.
    """
    locked = _lock(item)
    if by is not None:
        _only_lead(locked, by)
        if locked.stage == Stage.LEAVING:
            raise WrongStep
        _enter(locked, after(locked.stage), since=at, by=by, at=at)
    elif not _is_over(locked, at):
        raise WrongStep
    while _is_over(locked, at):
        _step(locked, at=at)
    return locked


def _step(locked, *, at):
    """One step of what is over."""
    if locked.quantity:
        _enter(locked, after(locked.stage), since=locked.stage_until, at=at)
    else:
        # All of it has been collected. What comes back of it one day is for everybody, and begins no way of its own.
        _enter(locked, Stage.RESIDENTS, since=None, at=at)


def _is_over(locked, at):
    return locked.stage_until is not None and locked.stage_until <= at


def after(stage):
    """The stage that follows; none does after the last."""
    return ORDER[ORDER.index(Stage(stage)) + 1]


@transaction.atomic
def prolong(item, days, *, by, at):
    """The stage lasts ``days`` working days longer, and everything after it is later by that. Refuses `only_lead`, `no_end`."""
    locked = _lock(item)
    _only_lead(locked, by)
    if locked.stage_until is None:
        raise NoEnd
    locked.stage_until = _end_of(max(locked.stage_until, at), days, locked.site.tz)
    if locked.stage == Stage.UNITS:
        locked.public_from = locked.stage_until
    _save(locked)
    record("item_stage_prolonged", locked, by=by, at=at, days=days)
    return locked


@transaction.atomic
def back_to(item, stage, *, by, at):
    """An earlier stage begins anew today: for residents, or for associations. Refuses `only_lead`, `wrong_step`."""
    locked = _lock(item)
    _only_lead(locked, by)
    if stage not in DONE or ORDER.index(stage) >= ORDER.index(Stage(locked.stage)):
        raise WrongStep
    _enter(locked, stage, since=at, by=by, at=at)
    return locked


def open_to_residents(locked, *, since, by, at):
    """A locked item that units alone have is the residents' from ``since`` on. For the verb that locked it."""
    if locked.stage == Stage.UNITS:
        _enter(locked, Stage.RESIDENTS, since=since, by=by, at=at)


def move_due(*, at) -> int:
    """Everything whose stage is over moves on; how many items did. For the job."""
    due = Item.objects.stage_over(at).order_by("stage_until", "pk")[:AT_ONCE]
    return sweeping.each(due, lambda item: move_on(item, at=at), job="inventory.move_stages")


def _lock(item):
    """The published row, locked. Refuses `wrong_step` for one that has left the catalogue."""
    locked = (
        Item.objects.select_for_update(of=("self",))
        .select_related("category__parent", "site")
        .get(pk=item.pk)
    )
    if locked.status != ItemStatus.PUBLISHED:
        raise WrongStep
    return locked


def _only_lead(locked, person):
    if not Site.objects.led_by(person).filter(pk=locked.site_id).exists():
        raise OnlyLead


def _enter(locked, stage, *, since, at, by=None):
    """``stage`` begins, counted from ``since``; without it there is no end."""
    if since and stage == Stage.RESIDENTS and (locked.public_from is None or locked.public_from > since):
        locked.public_from = since
    tz = locked.site.tz
    locked.stage = stage
    locked.stage_until = since and ends(stage, locked.category, since=since, tz=tz, rules=Policy.current())
    _save(locked)
    record(DONE[stage], locked, by=by, at=at)


def _save(locked):
    locked.version += 1
    locked.save(update_fields=["version", *FIELDS])
