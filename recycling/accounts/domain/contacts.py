"""Proving that a contact is somebody's: a one-time code sent there and typed back."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from recycling.accounts.models import ContactCode, Device, User
from recycling.accounts.models.contact import ContactChannel
from recycling.codes import derived_digits, digits_in
from recycling.errors import Refused
from recycling.notifications.domain import failing, outbox
from recycling.policy.models import Policy

from . import limits

RESEND_AFTER = timedelta(seconds=30)


class BadContact(Refused):
    code = "bad_contact"
    message = _("Write an e-mail address, for example anna@example.com.")
    status = 422


class BadContactOrPhone(BadContact):
    message = _("Write a phone number, for example 040 123 4567, or an e-mail address.")


class NoTextsThere(BadContact):
    code = "no_texts_there"
    message = _("We cannot send text messages to this number. Write another number or an e-mail address.")


class WrongCode(Refused):
    code = "wrong_code"
    message = _("That is not the code we sent. Check it and try again.")
    status = 422


class CodeOver(Refused):
    code = "code_over"
    message = _("This code is no longer valid. Ask for a new one.")
    status = 422


class ContactTaken(Refused):
    code = "contact_taken"
    message = _(
        "You have booked with this contact before. Use it when you book next; it cannot be added here."
    )


class WaitAMoment(Refused):
    code = "wait_a_moment"
    message = _("We sent a code a moment ago. You can ask for a new one in half a minute.")
    status = 429


@dataclass(frozen=True)
class Contact:
    channel: str
    address: str


# A landline is somebody's too, and what goes there costs what it does anywhere.
_ORDINARY = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)


def sms_offered() -> bool:
    return bool(settings.SMS_CHANNEL)


def recognise(text: str) -> Contact:
    """The contact in what somebody typed: an e-mail address, or a phone number where SMS is offered.

    Refuses `bad_contact`, and `no_texts_there` for numbers abroad (``SMS_COUNTRIES``) and those that cost more.
    """
    text = text.strip()
    if "@" in text:
        try:
            validate_email(text)
        except ValidationError:
            raise _bad_contact() from None
        return Contact(ContactChannel.EMAIL, text.lower())
    if not sms_offered():
        raise _bad_contact()
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        raise _bad_contact() from None
    if not phonenumbers.is_valid_number(number):
        raise _bad_contact()
    country, kind = phonenumbers.region_code_for_number(number), phonenumbers.number_type(number)
    if country not in settings.SMS_COUNTRIES or kind not in _ORDINARY:
        raise NoTextsThere
    return Contact(
        ContactChannel.SMS, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    )


def _bad_contact():
    return BadContactOrPhone() if sms_offered() else BadContact()


def digits(code: ContactCode) -> str:
    """The six digits of this code: derived, so that no table, log or backup holds them."""
    return derived_digits(f"contact-code:{code.nonce}", 6)


@transaction.atomic
def send_code(contact: Contact, *, device: str, network: str, language: str, at) -> ContactCode:
    """Send a new code to ``contact``; the one before it ends. Refuses `wait_a_moment` and `too_often`."""
    earlier = ContactCode.objects.filter(
        device=device, contact=contact.address, used_at=None, replaced_at=None
    )
    if earlier.filter(created_at__gt=at - RESEND_AFTER).exists():
        raise WaitAMoment
    hour = timedelta(hours=1)
    limits.count("code_to_contact", contact.address, limit=5, per=hour, at=at)
    limits.count("code_from_device", device, limit=10, per=hour, at=at)
    limits.count("code_from_network", network, limit=100, per=hour, at=at)
    earlier.update(replaced_at=at)
    policy = Policy.current()
    code = ContactCode.objects.create(
        channel=contact.channel,
        contact=contact.address,
        device=device,
        nonce=secrets.token_hex(16),
        language=language,
        created_at=at,
        expires_at=at + timedelta(minutes=policy.code_minutes),
        tries_allowed=policy.code_tries,
    )
    outbox.post(
        f"code:{code.pk}",
        "contact_code",
        channel=contact.channel,
        language=language,
        key=str(code.pk),
        send_after=at,
        send_before=code.expires_at,
    )
    return code


def awaited(device: str, channel: str, *, at) -> Contact | None:
    """The contact of this channel to which a code was sent from this device and not typed yet."""
    codes = ContactCode.objects.filter(
        device=device, channel=channel, used_at=None, replaced_at=None, expires_at__gt=at
    )
    code = codes.order_by("-pk").first() if device else None
    return Contact(code.channel, code.contact) if code else None


def check_code(contact: Contact, typed: str, *, device: str, at) -> None:
    """``typed`` is the code sent to ``contact`` from this device. Refuses `wrong_code` and `code_over`; each try counts."""
    with transaction.atomic():
        code = (
            ContactCode.objects.filter(
                device=device, contact=contact.address, used_at=None, replaced_at=None, expires_at__gt=at
            )
            .order_by("-pk")
            .first()
        )
        # The try is counted by the guarded UPDATE before it is looked at, and kept even when the code is wrong.
        counted = code is not None and ContactCode.objects.filter(
            pk=code.pk, tries__lt=F("tries_allowed"), used_at=None, replaced_at=None
        ).update(tries=F("tries") + 1)
        if code is None or not counted:
            raise CodeOver
        right = hmac.compare_digest(digits(code), digits_in(typed))
        used = right and ContactCode.objects.filter(pk=code.pk, used_at=None).update(used_at=at)
        if used:
            failing.arrives(contact.address)
    # Outside the transaction, so that the try stays counted.
    if not used:
        raise CodeOver if code.tries + 1 >= code.tries_allowed else WrongCode


def person_with(contact: Contact, *, name: str, language: str, at, proved=True) -> User:
    """The person whose contact this is, locked; a new row when nobody has it yet.

    It counts as verified when it was ``proved``, and not when a worker wrote down what somebody said.
    """
    field = _field(contact)
    found = User.objects.select_for_update(no_key=True).filter(**{field: contact.address})
    if (person := found.first()) is None:
        try:
            with transaction.atomic():
                User.objects.create_user(
                    **{field: contact.address, f"{field}_verified_at": at if proved else None},
                    name=name,
                    language=language,
                )
        except IntegrityError:
            pass  # somebody proved the same contact at this very moment: one row, theirs
        person = found.get()
    if proved and getattr(person, f"{field}_verified_at") is None:
        User.objects.filter(pk=person.pk).update(**{f"{field}_verified_at": at})
    return person


@transaction.atomic
def add(person: User, contact: Contact, *, at) -> None:
    """A second way to reach ``person``, which they have proved. Refuses `contact_taken`."""
    field = "email" if contact.channel == ContactChannel.EMAIL else "phone"
    try:
        with transaction.atomic():
            added = User.objects.filter(pk=person.pk, **{f"{field}__isnull": True}).update(
                **{field: contact.address, f"{field}_verified_at": at}
            )
    except IntegrityError:
        added = 0  # somebody else's, or their own of an earlier booking
    if not added:
        raise ContactTaken


def known_person(contact: Contact) -> User | None:
    """The person whose contact this is, as far as there is one yet. Nothing is locked or made."""
    return User.objects.filter(**{_field(contact): contact.address}).first()


def _field(contact):
    return "email" if contact.channel == ContactChannel.EMAIL else "phone"


def latest_on(device: str, *, at) -> Device | None:
    """The contact that was proved on this device last, with its person, while it is remembered; or None."""
    known = Device.objects.filter(key=device, trusted_until__gt=at)
    return known.select_related("person").order_by("-trusted_until").first()


def is_trusted(device: str, contact: Contact, *, at) -> bool:
    """Whether this contact was proved on this device recently enough not to be asked again."""
    return (
        bool(device)
        and Device.objects.filter(key=device, contact=contact.address, trusted_until__gt=at).exists()
    )


def is_own(contact: Contact, by) -> bool:
    """Whether whoever is signed in has proved this contact by that."""
    return by.is_authenticated and contact == Contact(ContactChannel.EMAIL, by.email)


def is_remembered(device: str, contact: Contact) -> bool:
    """Whether the contact was proved on this device once: who sits there now has perhaps never typed it."""
    return Device.objects.filter(key=device, contact=contact.address).exists()


def trust(device: str, contact: Contact, *, person: User, at) -> None:
    """Remember on this device that the contact was proved."""
    Device.objects.update_or_create(
        key=device,
        contact=contact.address,
        defaults={
            "person": person,
            "channel": contact.channel,
            "trusted_until": at + timedelta(days=Policy.current().device_days),
        },
    )
