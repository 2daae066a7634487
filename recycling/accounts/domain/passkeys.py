"""Passkeys: a key that a phone, a computer or a stick keeps for somebody of the city, instead of a code by e-mail.

A passkey says who somebody is and nothing else: what they may do is read from their roles at each request.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recycling import clock
from recycling.accounts.models import User
from recycling.accounts.rules import may_sign_in
from recycling.audit.domain import record
from recycling.errors import Refused
from recycling.notifications.domain import outbox

from .sign_on import PROVIDER, AccountClosed

MOST = 10
LONGEST_NAME = 60


class PasskeyRefused(Refused):
    code = "passkey_refused"
    message = _(
        "This passkey was not accepted. It may have been removed, or belong to another service. "
        "Sign in another way, or try another passkey."
    )
    status = 422


class NoRole(PasskeyRefused):
    code = "passkey_without_role"
    message = _("You belong to no unit and no warehouse here. Ask the lead of your unit to add you.")
    status = 403


class UseTheSignOn(PasskeyRefused):
    code = "passkey_not_beside_sign_on"
    message = _("You sign in with your city account. A passkey is not used beside it.")
    status = 403


class SignInAgain(Refused):
    code = "passkey_needs_new_sign_in"
    message = _("To add a passkey, sign in again first.")
    status = 403


class TooManyPasskeys(Refused):
    code = "too_many_passkeys"
    message = _("You have %(most)s passkeys already. Remove one that you no longer use.")


@dataclass(frozen=True)
class Passkey:
    """One of somebody's passkeys. ``key`` names it in addresses."""

    key: str
    name: str
    added_at: datetime
    used_at: datetime | None
    row: Authenticator

    @property
    def added(self):
        """In the reader's words."""
        return clock.day_long(clock.local(self.added_at, settings.TIME_ZONE))

    @property
    def used(self):
        return clock.moment_long(self.used_at, settings.TIME_ZONE) if self.used_at else ""


def of(person) -> list[Passkey]:
    """This person's passkeys, the oldest first."""
    return [_passkey(row) for row in _rows(person).order_by("pk")]


def why_not(person) -> Refused | None:
    """Why this person may not have or use a passkey, or None."""
    if not person.is_active or (person.is_demo and not settings.DEMO):
        return AccountClosed()
    if not may_sign_in(person):
        return NoRole()
    # Whoever leaves the city is taken out of its directory; a key of their own would go on opening the door here.
    in_directory = SocialAccount.objects.filter(provider=PROVIDER, user=person)
    if settings.SIGN_ON and not settings.SIGN_ON["passkeys"] and in_directory.exists():
        return UseTheSignOn()
    return None


@transaction.atomic
def add(person: User, *, name: str, credential: dict, at) -> Passkey:
    """Keep a passkey that was proved for this person, and tell them. Refuses as `why_not` does, and `too_many_passkeys`."""
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if refusal := why_not(locked):
        raise refusal
    count = _rows(locked).count()
    if count >= MOST:
        raise TooManyPasskeys(most=MOST)
    row = Authenticator.objects.create(
        user=locked,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": _named(name) or str(_("Passkey %(number)s") % {"number": count + 1}),
            "credential": credential,
        },
        created_at=at,
    )
    _tell("passkey_added", locked, row, at)
    return _passkey(row)


@transaction.atomic
def rename(passkey: Passkey, *, name: str) -> None:
    """Another name; an empty one leaves it as it is."""
    row = Authenticator.objects.select_for_update(of=("self",)).get(pk=passkey.row.pk)
    row.data["name"] = _named(name) or row.data["name"]
    row.save(update_fields=["data"])


@transaction.atomic
def remove(passkey: Passkey, *, by, at) -> None:
    """From now on it opens nothing; its owner is told. Removing it twice has the effect of once."""
    person = passkey.row.user
    if Authenticator.objects.filter(pk=passkey.row.pk).delete()[0]:
        _tell("passkey_removed", person, passkey.row, at, by=by)


@transaction.atomic
def use(row: Authenticator, *, at) -> None:
    """Somebody has proved that they have this passkey and is about to be signed in. Refuses as `why_not` does."""
    if refusal := why_not(row.user):
        raise refusal
    record("passkey_used", row.user, by=row.user, at=at, passkey=_passkey(row).key)


def _rows(person):
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)


def _passkey(row):
    number = row.data["credential"]["id"]
    key = hashlib.sha256(number.encode()).hexdigest()[:16]
    return Passkey(key, row.data["name"], row.created_at, row.last_used_at, row)


def _named(name):
    return " ".join(name.split())[:LONGEST_NAME]


def _tell(action, person, row, at, by=None):
    key = _passkey(row).key
    record(action, person, by=by or person, at=at, passkey=key)
    if person.email:
        outbox.post(
            f"user:{person.pk}",
            action,
            channel="email",
            language=person.language,
            key=f"{key}:{at.isoformat()}",
            send_after=at,
            person=person,
        )
