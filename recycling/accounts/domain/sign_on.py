"""Who comes through the city's single sign-on, and what that makes them here.

The sign-on says who somebody is and to which groups they belong; the rules of the admin (``GroupRule``) say which role that
is. What came from it is renewed at each sign-in and ends with the group; what was given by hand stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import Department, GroupRole, GroupRule, Membership, UnitRole, User
from recycling.accounts.models.contact import ContactChannel
from recycling.audit.domain import record
from recycling.errors import Refused
from recycling.translated import reading_language

from .contacts import Contact, person_with

PROVIDER = "city"
ORIGIN = "sign-on"


class SignOnFailed(Refused):
    code = "sign_on_failed"
    message = _(
        "The city's sign-in did not work. Nothing has changed. Try again, or sign in with a code by e-mail."
    )
    status = 401


class SignOnAway(SignOnFailed):
    code = "sign_on_away"
    message = _(
        "The city's sign-in does not answer right now. Try again soon, or sign in with a code by e-mail."
    )
    status = 503


class SignOnCancelled(SignOnFailed):
    code = "sign_on_cancelled"
    message = _("You did not finish signing in.")


class NoEmail(SignOnFailed):
    code = "sign_on_without_email"
    message = _(
        "The city's sign-in did not tell us your e-mail address, which we need. Ask the city's IT support to add it."
    )
    status = 422


class EmailNotVerified(SignOnFailed):
    code = "sign_on_email_not_verified"
    message = _("The city's sign-in has not verified your e-mail address. Verify it there and sign in again.")
    status = 422


class EmailOfAnother(SignOnFailed):
    code = "sign_on_email_of_another"
    message = _(
        "Your e-mail address belongs to another person's account here. Ask an admin of the service to look at it."
    )
    status = 409


class AccountClosed(SignOnFailed):
    code = "sign_on_account_closed"
    message = _("Your account here is closed. Ask an admin of the service.")
    status = 403


@dataclass(frozen=True)
class Told:
    """What the sign-on says about somebody."""

    subject: str
    email: str
    name: str
    language: str
    groups: frozenset[str]
    unit: str


def told_by(claims: Mapping[str, Any]) -> Told:
    """The part of the claims that we use. Refuses without an e-mail address that is proved to be theirs."""
    email = _text(claims, "email").lower()
    try:
        validate_email(email)
    except ValidationError:
        raise NoEmail from None
    # Only a yes counts; where the directory never says it, the city may trust its addresses, but never over a "no".
    verified = claims.get("email_verified", settings.SIGN_ON["trust_email"])
    if verified is not True and verified != "true":
        raise EmailNotVerified
    name = _text(claims, "name") or f"{_text(claims, 'given_name')} {_text(claims, 'family_name')}".strip()
    return Told(
        subject=_text(claims, "sub"),
        email=email,
        name=name[:100],
        language=reading_language(_text(claims, "locale")),
        groups=frozenset(_texts(claims.get(settings.SIGN_ON["groups_claim"]))),
        unit=next(iter(_texts(claims.get(settings.SIGN_ON["unit_claim"]))), ""),
    )


def _text(claims, name):
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(value) -> list[str]:
    """One text or a list of them: directories do both."""
    listed = value if isinstance(value, list) else [value]
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]


@transaction.atomic
def arrive(told: Told, *, at) -> tuple[User, SocialAccount]:
    """The person of this sign-in with roles as they are today, made when they come for the first time; or nothing at all."""
    account = _account(told)
    if account is None:
        person = person_with(
            Contact(ContactChannel.EMAIL, told.email), name=told.name, language=told.language, at=at
        )
        account = _account(told)  # again, with the person's row held: another tab may have come first
    if account is None:
        # An address that is given to the next employee does not hand over the account of the one before.
        if SocialAccount.objects.filter(provider=PROVIDER, user=person).exists():
            raise EmailOfAnother
        account = SocialAccount.objects.create(provider=PROVIDER, uid=told.subject, user=person)
        record("sign_on_connected", person, by=None, at=at, origin=ORIGIN)
    else:
        # Without the key: whoever only points to this row, an import of units that they confirm, need not wait for it.
        person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=account.user_id)
    if not person.is_active or (person.is_demo and not settings.DEMO):
        raise AccountClosed
    _keep_up(person, told, at=at)
    renew(person, groups=told.groups, unit=told.unit, at=at)
    return person, account


def _account(told):
    return SocialAccount.objects.filter(provider=PROVIDER, uid=told.subject).first()


def _keep_up(person, told, *, at):
    """Name and address as the sign-on has them now; an address that somebody else has here stays theirs."""
    changed = {}
    if told.name and told.name != person.name:
        changed["name"] = told.name
    if told.email != person.email and not User.objects.filter(email=told.email).exists():
        changed |= {"email": told.email, "email_verified_at": at}
    if changed:
        for field, value in changed.items():
            setattr(person, field, value)
        person.save(update_fields=list(changed))


def renew(person: User, *, groups: Iterable[str], unit: str, at) -> None:
    """Give what the groups give, and take what they gave earlier and give no more. For `arrive`, in its transaction."""
    rules = list(GroupRule.objects.filter(group__in=[*groups, GroupRule.EVERYBODY]).order_by("pk"))
    own = Department.objects.filter(code=unit, is_active=True).first() if unit else None
    _renew_memberships(person, rules, own, at)
    _renew_choice(person, rules, own)
    _renew_work(person, rules, at)
    _renew_manager(person, rules, at)


def _renew_memberships(person, rules, own, at):
    in_use = set(
        Department.objects.filter(
            pk__in=[rule.department_id for rule in rules if rule.department_id], is_active=True
        ).values_list("pk", flat=True)
    )
    wanted = {}
    for rule in rules:
        if rule.role not in UnitRole.values:
            continue
        department = rule.department_id or (own.pk if own else None)
        if department in in_use or (own and department == own.pk):
            wanted[department, rule.role] = True
    there = {(row.department_id, row.role): row for row in person.memberships.order_by("pk")}
    for key, row in list(there.items()):
        if row.from_sign_on and key not in wanted:
            _tell("membership_taken", person, at, department=row.department_id, role=row.role)
            row.delete()
            del there[key]
    for department, role in wanted:
        if (department, role) not in there:
            there[department, role] = Membership.objects.create(
                user=person, department_id=department, role=role, from_sign_on=True
            )
            _tell("membership_given", person, at, department=department, role=role)
    _choose_own_unit(there.values(), own)


def _renew_choice(person, rules, own):
    """Whether they are staff of a unit that the sign-on does not name: then they may ask to join one (joining)."""
    chooses = own is None and any(rule.role in UnitRole.values and not rule.department_id for rule in rules)
    if person.chooses_unit != chooses:
        person.chooses_unit = chooses
        person.save(update_fields=["chooses_unit"])


def _choose_own_unit(rows, own):
    """Somebody with units has one that is their own: the one that the sign-on names, unless there is one already."""
    rows = list(rows)
    if rows and not any(row.is_primary for row in rows):
        first = next((row for row in rows if own and row.department_id == own.pk), rows[0])
        first.is_primary = True
        first.save(update_fields=["is_primary"])


def _renew_work(person, rules, at):
    """Work at sites. The model is the app's above; it is reached by the person's own relation."""
    work: Any = person.work
    wanted: dict[int, str] = {}
    for rule in rules:
        if rule.role == GroupRole.SITE_LEAD:
            wanted[rule.site_id] = "lead"
        elif rule.role == GroupRole.SITE_WORKER:
            wanted.setdefault(rule.site_id, "worker")
    there = {row.site_id: row for row in work.order_by("pk")}
    for site, row in list(there.items()):
        if row.from_sign_on and wanted.get(site) != row.role:
            _tell("sitestaff_taken", person, at, site=site, role=row.role)
            row.delete()
            del there[site]
    for site, role in wanted.items():
        if site not in there:
            work.create(site_id=site, role=role, from_sign_on=True)
            _tell("sitestaff_given", person, at, site=site, role=role)


def _renew_manager(person, rules, at):
    wanted = any(rule.role == GroupRole.MANAGER for rule in rules)
    if wanted and not person.is_manager:
        person.is_manager = person.manager_from_sign_on = True
        _tell("manager_given", person, at)
    elif person.manager_from_sign_on and not wanted:
        person.is_manager = person.manager_from_sign_on = False
        _tell("manager_taken", person, at)
    else:
        return
    person.save(update_fields=["is_manager", "manager_from_sign_on"])


def _tell(action, person, at, **details):
    record(action, person, by=None, at=at, origin=ORIGIN, **details)
