"""Who works for the city, and where."""

from django.utils.translation import gettext as _


def is_city(person) -> bool:
    """Whether this is somebody of the city: a worker, a unit's member, a manager or an admin, and still active.

    Read from the database once for each request, so that a right that was taken away is gone at the next one.
    Residents have a row too, but no role: signed in or not, they are residents.
    """
    if not person.is_authenticated or not person.is_active:
        return False
    if not hasattr(person, "_is_city"):
        person._is_city = (
            person.is_superuser or person.is_manager or person.work.exists() or person.memberships.exists()
        )
    return person._is_city


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
    first = person.work.first() or person.memberships.first()
    return first.get_role_display() if first else ""
