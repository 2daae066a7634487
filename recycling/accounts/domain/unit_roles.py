"""The roles of a unit, as its lead gives and takes them by hand, and who of its people is away.

A lead gives roles in their own unit and to people whom the city knows already: those who have some role here, or who have come
through its sign-on. Of any other address, a resident's or nobody's, the answer is the same, and each try is counted. What the
sign-on gave it also takes; whether such a person is a deputy, or away, it does not say, so that is kept here.
"""

from datetime import timedelta

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import Department, Membership, UnitRole, User
from recycling.accounts.rules import is_city
from recycling.audit.domain import record
from recycling.errors import Refused

from . import limits
from .sign_on import PROVIDER

# Roles that decide about requests: only they have deputies.
APPROVING = (UnitRole.APPROVER, UnitRole.LEAD)
TRIES_AN_HOUR = 60


class NotLead(Refused):
    code = "not_lead_of_unit"
    message = _("Only the lead of the unit gives and takes its roles.")
    status = 403


class NotKnown(Refused):
    code = "not_known_here"
    message = _(
        "Nobody who works for the city is known here by that address. Check it. If it is right, ask them to sign in once with "
        "their city account, or ask an admin of the service to add them."
    )
    status = 422


class FromSignOn(Refused):
    code = "role_from_sign_on"
    message = _("The city's sign-on gave this role, and only it can take it away. Ask the city's IT support.")


class LastLead(Refused):
    code = "last_lead"
    message = _("A unit keeps one lead. Make somebody else a lead first.")


class NoDeputyOf(Refused):
    code = "no_deputy_of"
    message = _("Only an approver or a lead can be a deputy.")
    status = 422


def known_by(email: str) -> User | None:
    """The person of the city with this address, or None for everybody else."""
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or (person.is_demo and not settings.DEMO):
        return None
    came = SocialAccount.objects.filter(provider=PROVIDER, user=person).exists()
    return person if came or is_city(person) else None


def give(department, email: str, role: str, *, is_deputy=False, by, at) -> Membership:
    """Give a role in the unit to somebody of the city. Giving it twice gives it once.

    Refuses `not_lead_of_unit`, `no_deputy_of`, `not_known_here`, `too_often`.
    """
    _only_lead(department, by)
    # Outside the transaction, so that a try that is refused stays counted.
    limits.count("unit_role", str(by.pk), limit=TRIES_AN_HOUR, per=timedelta(hours=1), at=at)
    role = UnitRole(role)
    if is_deputy and role not in APPROVING:
        raise NoDeputyOf
    if (person := known_by(email)) is None:
        raise NotKnown
    return _give(department, person, role, is_deputy=is_deputy, by=by, at=at)


@transaction.atomic
def _give(department, person, role, *, is_deputy, by, at):
    # The person's row, as when the sign-on renews the same roles: one of the two comes first.
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    theirs = Membership.objects.filter(user=person)
    # What they said of themselves in this unit holds for each of their roles there.
    said = theirs.filter(department=department).values("away_until", "cost_centre_id").first()
    row, is_new = Membership.objects.get_or_create(
        user=person,
        department=department,
        role=role,
        defaults={
            "is_deputy": is_deputy,
            "is_primary": not theirs.filter(is_primary=True).exists(),
            **(said or {}),
        },
    )
    if is_new:
        record("membership_given", person, by=by, at=at, department=department.pk, role=str(role))
    elif is_deputy and not row.is_deputy:
        _write_deputy(row, is_deputy, by=by, at=at)
    return row


@transaction.atomic
def take(membership, *, by, at) -> None:
    """Take a role that was given by hand. What is gone already is gone.

    Refuses `not_lead_of_unit`, `role_from_sign_on`, `last_lead`.
    """
    # The unit's row: two leads who take the role from each other at once come one by one.
    department = Department.objects.select_for_update(of=("self",)).get(pk=membership.department_id)
    _only_lead(department, by)
    person = User.objects.select_for_update(of=("self",)).get(pk=membership.user_id)
    row = Membership.objects.filter(pk=membership.pk).first()
    if row is None:
        return
    if row.from_sign_on:
        raise FromSignOn
    others = Membership.objects.filter(department=department, role=UnitRole.LEAD, user__is_active=True)
    if row.role == UnitRole.LEAD and not others.exclude(pk=row.pk).exists():
        raise LastLead
    row.delete()
    record("membership_taken", person, by=by, at=at, department=department.pk, role=row.role)
    if row.is_primary:
        _choose_another(person, department)


def _choose_another(person, department):
    """Somebody with units has one that is their own: the same one, while they have another role there."""
    rest = list(Membership.objects.filter(user=person).order_by("pk"))
    rest.sort(key=lambda row: row.department_id != department.pk)
    if rest:
        rest[0].is_primary = True
        rest[0].save(update_fields=["is_primary"])


@transaction.atomic
def set_deputy(membership, *, is_deputy: bool, by, at) -> None:
    """Whether this approver stands in for the others only while they are away. Refuses `not_lead_of_unit`, `no_deputy_of`."""
    _only_lead(membership.department, by)
    row = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if row.role not in APPROVING:
        raise NoDeputyOf
    if row.is_deputy != is_deputy:
        _write_deputy(row, is_deputy, by=by, at=at)


def _write_deputy(row, is_deputy, *, by, at):
    row.is_deputy = is_deputy
    row.save(update_fields=["is_deputy"])
    record(*("membership_deputy", row.user), by=by, at=at, department=row.department_id, is_deputy=is_deputy)


@transaction.atomic
def set_away(person, until, *, by, at, department=None) -> None:
    """Until when somebody is away, that day included; None: they are here. One says it of oneself, in all one's units, and a
    lead of others in the ``department`` that they lead. Refuses `not_lead_of_unit`."""
    rows = Membership.objects.filter(user=person)
    if person != by:
        _only_lead(department, by)
        rows = rows.filter(department=department)
    list(rows.select_for_update(of=("self",)).order_by("pk"))
    if rows.update(away_until=until):
        # Not until when: why somebody is away is theirs, and the log is kept for years.
        record("membership_away", person, by=by, at=at, is_away=until is not None)


def _only_lead(department, by):
    if department is None or not Department.objects.with_role(by).filter(pk=department.pk).exists():
        raise NotLead
