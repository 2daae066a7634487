"""Who may approve a unit's requests, and who of them is asked first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from recycling.accounts.models import Department, Membership, UnitRole, User

APPROVING = (UnitRole.APPROVER, UnitRole.LEAD)


@dataclass(frozen=True)
class Approver:
    """Somebody who may approve, and how they do so on that day."""

    person: User
    is_away: bool
    is_deputy: bool
    is_lead: bool


def ranked(department, day: date, besides=None) -> list[Approver]:
    """Everybody who may approve for the unit but ``besides``, in the order in which they are asked.

    Who is there comes before who is away. Of those: the approvers, then their deputies, then the lead, who stands in for all;
    where a unit has no approver, its lead is one. Somebody is away up to and including the day that they said.
    """
    if not department.is_active:
        return []
    rows: dict[User, list[Membership]] = defaultdict(list)
    found = Membership.objects.filter(
        department=department, role__in=APPROVING, user__is_active=True, user__email__isnull=False
    )
    if besides is not None:
        found = found.exclude(user=besides)
    for row in found.select_related("user").order_by("pk"):
        rows[row.user].append(row)
    people = [
        Approver(
            person=person,
            is_away=any(row.away_until and row.away_until >= day for row in theirs),
            is_deputy=any(row.is_deputy for row in theirs),
            is_lead=all(row.role == UnitRole.LEAD for row in theirs),
        )
        for person, theirs in rows.items()
    ]
    has_approver = any(not (one.is_deputy or one.is_lead) for one in people)

    def place(one):
        kind = 1 if one.is_deputy else 2 if one.is_lead and has_approver else 0
        return one.is_away, kind

    return sorted(people, key=place)


def asked_first(people: list[Approver], chosen) -> User:
    """The one whom the requester chose, unless they are away and somebody else is there."""
    there = next((one for one in people if one.person == chosen), None)
    if there and (not there.is_away or people[0].is_away):
        return there.person
    return people[0].person


def may_approve(person, department) -> bool:
    """Whether this person may decide requests of the unit; never their own."""
    return Department.objects.with_role(person, UnitRole.APPROVER).filter(pk=department.pk).exists()


def leads(person, department) -> bool:
    """Whether this person is the lead of the unit."""
    return Department.objects.with_role(person).filter(pk=department.pk).exists()
