"""Joining a unit of the city: somebody asks, the unit's lead answers. Asking gives no right to anything.

A sign-on that knows somebody as staff and does not say of which unit leaves them without one. They find theirs here.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import (
    AskOutcome,
    CostCentre,
    Department,
    DepartmentKind,
    Membership,
    UnitAsk,
    UnitRole,
    User,
)
from recycling.accounts.rules import manages
from recycling.audit.domain import record
from recycling.codes import new_token
from recycling.errors import Refused
from recycling.notifications.domain import outbox

from . import limits

SHOWN = 20
# An ask that nobody answers is forgotten, and may be asked again; an answer is kept a while for whoever wonders.
OPEN_FOR = timedelta(days=30)
ANSWER_KEPT = timedelta(days=90)


class MayNotAsk(Refused):
    code = "unit_may_not_ask"
    message = _("Ask the help to add you to a unit.")
    status = 403


class AlreadyThere(Refused):
    code = "unit_already_there"
    message = _("You belong to this unit already.")


class AskedAlready(Refused):
    code = "unit_asked_already"
    message = _("You have asked to join a unit already. Wait for the answer, or withdraw it.")


class UnitClosed(Refused):
    code = "unit_closed"
    message = _("This unit is no longer in use.")


class NotTheirCostCentre(Refused):
    code = "unit_other_cost_centre"
    message = _("Choose an open cost centre of this unit.")
    status = 422


class AskOver(Refused):
    code = "unit_ask_over"
    message = _("This has been answered or withdrawn already.")


class NotYoursToAnswer(Refused):
    code = "unit_ask_not_yours"
    message = _("Only a lead of the unit answers this.")
    status = 403


class SayYesOrNo(Refused):
    code = "unit_say_yes_or_no"
    message = _("Choose yes or no.")
    status = 422


class NotYourUnit(Refused):
    code = "unit_not_yours"
    message = _("Choose one of your own units.")
    status = 422


def may_ask(person) -> bool:
    """Staff of some unit: those whom the sign-on knows as such without naming it, and those who have a unit already."""
    return person.is_active and (
        person.chooses_unit or person.memberships.filter(department__kind=DepartmentKind.UNIT).exists()
    )


def units_to_join():
    """The city's own units in use; associations are let in by the city."""
    return Department.objects.units()


def search(text: str) -> list[Department]:
    """The units whose name, code or address has all the words, those that begin with them first; at most SHOWN."""
    # In Python: a city has some thousand units, and SQLite's LIKE knows no Ä.
    words = text.casefold().split()
    if not words:
        return []
    fields = ("name_fi", "name_sv", "name_en", "code")
    place = ("name_fi", "name_sv", "street_fi", "street_sv")
    rows = units_to_join().values_list("pk", *fields, *(f"default_site__{name}" for name in place))
    found = []
    for pk, *texts in rows:
        texts = [text.casefold() for text in texts if text]  # noqa: PLW2901  (the same texts, without capitals)
        whole = " ".join(texts)
        if all(word in whole for word in words):
            begins = any(one.startswith(words[0]) for one in texts)
            found.append((not begins, texts[0], pk))
    keys = [pk for _rank, _name, pk in sorted(found)[:SHOWN]]
    rows_by_key = Department.objects.select_related("default_site").in_bulk(keys)
    return [rows_by_key[key] for key in keys]


def cost_centres_of(department, *, at):
    return department.cost_centres.open_on(timezone.localdate(at))


def deciders_of(department):
    """Whoever may answer: the unit's leads; where it has none, those who keep the city's units."""
    leads = User.objects.filter(
        is_active=True, memberships__department=department, memberships__role=UnitRole.LEAD
    )
    if leads.exists():
        return leads.order_by("pk")
    return User.objects.filter(Q(is_manager=True) | Q(is_superuser=True), is_active=True).order_by("pk")


def may_decide(person, ask) -> bool:
    """A lead of the unit, or somebody who keeps the city's units; nobody for themselves."""
    if person.pk == ask.user_id:
        return False
    lead = Department.objects.with_role(person, UnitRole.LEAD).filter(pk=ask.department_id)
    return manages(person) or lead.exists()


def open_asks_for(person):
    """The questions that this person may answer: those of the units that they lead; of all units for whoever keeps those."""
    asks = UnitAsk.objects.open().exclude(user=person).select_related("user", "department").order_by("pk")
    led = Department.objects.with_role(person, UnitRole.LEAD)
    return asks if manages(person) else asks.filter(department__in=led)


@transaction.atomic
def ask(person: User, department: Department, *, cost_centre: CostCentre | None = None, at) -> UnitAsk:
    """Ask to join; the unit's leads get a message. Refuses whoever may not ask, has asked or belongs there, and `too_often`."""
    if not may_ask(person):
        raise MayNotAsk
    if not units_to_join().filter(pk=department.pk).exists():
        raise UnitClosed
    if person.memberships.filter(department=department).exists():
        raise AlreadyThere
    _check_cost_centre(cost_centre, department, at)
    if person.unit_asks.open().exists():
        raise AskedAlready
    limits.count("unit_ask", str(person.pk), limit=5, per=timedelta(days=1), at=at)
    try:
        with transaction.atomic():
            made = UnitAsk.objects.create(
                token=new_token(20), user=person, department=department, cost_centre=cost_centre, asked_at=at
            )
    except IntegrityError:
        raise AskedAlready from None  # from another tab, at this moment
    record("unit_asked", person, by=person, at=at, department=department.pk)
    for decider in deciders_of(department).exclude(pk=person.pk):
        _say("unit_ask", decider, made, at)
    return made


@transaction.atomic
def withdraw(found: UnitAsk, *, at) -> None:
    """The person no longer asks. Refuses `unit_ask_over`."""
    _end(found, AskOutcome.WITHDRAWN, by=found.user, at=at)


@transaction.atomic
def decide(found: UnitAsk, *, grant: bool, by, at) -> None:
    """Yes makes the person a requester of the unit, no does not; they get a message.

    Refuses whom `may_decide` does not allow, `unit_ask_over` and `unit_closed`.
    """
    if not may_decide(by, found):
        raise NotYoursToAnswer
    locked = _end(found, AskOutcome.GRANTED if grant else AskOutcome.DENIED, by=by, at=at)
    if grant:
        # The person's row first, as at a sign-in: one of the two gives them their own unit.
        person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.user_id)
        if not locked.department.is_active or not person.is_active:
            raise UnitClosed
        _join(person, locked, at)
        record(
            "membership_given",
            person,
            by=by,
            at=at,
            department=locked.department_id,
            role=UnitRole.REQUESTER.value,
        )
    _say("unit_answer", locked.user, locked, at)


@transaction.atomic
def choose_own(person: User, department: Department, *, cost_centre: CostCentre | None, at) -> None:
    """Which of one's units is one's own, and the cost centre that one usually writes there. Refuses `unit_not_yours`."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    rows = list(person.memberships.filter(department__is_active=True).order_by("pk"))
    chosen = [row for row in rows if row.department_id == department.pk]
    if not chosen:
        raise NotYourUnit
    _check_cost_centre(cost_centre, department, at)
    person.memberships.filter(is_primary=True).update(is_primary=False)
    person.memberships.filter(department=department).update(cost_centre=cost_centre)
    Membership.objects.filter(pk=chosen[0].pk).update(is_primary=True)
    record("own_unit_chosen", person, by=person, at=at, department=department.pk)


def forget(*, at) -> int:
    """Remove what nobody answered in time, and answers of long ago."""
    unanswered = Q(outcome=AskOutcome.OPEN, asked_at__lt=at - OPEN_FOR)
    return UnitAsk.objects.filter(unanswered | Q(decided_at__lt=at - ANSWER_KEPT)).delete()[0]


def _check_cost_centre(cost_centre, department, at):
    if cost_centre and not cost_centres_of(department, at=at).filter(pk=cost_centre.pk).exists():
        raise NotTheirCostCentre


def _end(found, outcome, *, by, at):
    """Lock the row and write how it ended, once. Returns it."""
    locked = (
        UnitAsk.objects.select_for_update(of=("self",))
        .select_related("department", "user", "cost_centre")
        .filter(pk=found.pk)
        .first()
    )
    if locked is None or locked.outcome != AskOutcome.OPEN:
        raise AskOver
    locked.outcome, locked.decided_by, locked.decided_at = outcome, by, at
    locked.save(update_fields=["outcome", "decided_by", "decided_at"])
    record(f"unit_ask_{outcome}", locked.user, by=by, at=at, department=locked.department_id)
    return locked


def _join(person, found, at):
    centre = found.cost_centre
    if centre and not cost_centres_of(found.department, at=at).filter(pk=centre.pk).exists():
        centre = None  # closed since
    Membership.objects.get_or_create(
        user=person,
        department=found.department,
        role=UnitRole.REQUESTER,
        defaults={
            "cost_centre": centre,
            "is_primary": not person.memberships.filter(is_primary=True).exists(),
        },
    )


def _say(kind, person, found, at):
    outbox.post(
        f"user:{person.pk}",
        kind,
        channel="email",
        language=person.language,
        key=str(found.pk),
        send_after=at,
        person=person,
        ask=found.pk,
    )
