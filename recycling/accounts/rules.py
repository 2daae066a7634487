"""Who works for the city, and where."""

from enum import StrEnum

from django.utils.translation import gettext as _


class Who(StrEnum):
    """What kind of person looks, which decides what they see and take. Units and associations are named as their kinds."""

    STAFF = "staff"
    UNIT = "unit"
    ASSOCIATION = "association"
    RESIDENT = "resident"


def kind_of(person) -> Who:
    """Staff are workers, managers and admins; whoever belongs to a unit and to an association counts as the unit's.

    Read from the database once for each request, so that a right that was taken away is gone at the next one.
    Residents have a row too, but no role: signed in or not, they are residents.
    """
    if not person.is_authenticated or not person.is_active:
        return Who.RESIDENT
    if not hasattr(person, "_kind"):
        person._kind = _kind(person)
    return person._kind


def _kind(person) -> Who:
    if person.is_superuser or person.is_manager or person.work.exists():
        return Who.STAFF
    belongs = set(person.memberships.values_list("department__kind", "department__is_active"))
    if any(kind == Who.UNIT for kind, _active in belongs):
        return Who.UNIT
    # Whose association is no longer active takes what every resident may.
    return Who.ASSOCIATION if (Who.ASSOCIATION, True) in belongs else Who.RESIDENT


def is_staff(person) -> bool:
    """Whether this is a worker, a manager or an admin. (The field ``User.is_staff`` is Django's: the admin's door.)"""
    return kind_of(person) == Who.STAFF


def is_city(person) -> bool:
    """Whether this is somebody of the city: a worker, a unit's member, a manager or an admin, and still active.

    A member of an association is not.
    """
    return kind_of(person) in {Who.STAFF, Who.UNIT}


def is_association(person) -> bool:
    """Whether this person is signed in for an association, and has no role in the city."""
    return kind_of(person) == Who.ASSOCIATION


def may_sign_in(person) -> bool:
    """Whether there is something here to sign in to: a role in the city, or an association."""
    return kind_of(person) != Who.RESIDENT


def manages(person) -> bool:
    """Whether this person keeps what the whole city shares: its units, its figures. An admin does too."""
    return person.is_authenticated and person.is_active and (person.is_manager or person.is_superuser)


def unit_roles(person) -> frozenset[str]:
    """The roles that somebody has in the units in use; whoever leads one has all of them there.

    Read once for each request, like ``is_city``.
    """
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    if not hasattr(person, "_unit_roles"):
        roles = set(person.memberships.filter(department__is_active=True).values_list("role", flat=True))
        person._unit_roles = frozenset(
            roles | ({"requester", "approver", "giver"} if "lead" in roles else set())
        )
    return person._unit_roles


def role_of(person) -> str:
    """What this person of the city does, in one word for a list; the first that fits."""
    if person.is_superuser:
        return _("admin")
    if person.is_manager:
        return _("manager")
    if is_association(person):
        return _("association")
    first = person.work.first() or person.memberships.first()
    return first.get_role_display() if first else ""
