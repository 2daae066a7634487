"""Booking for somebody who rings or stands at the desk."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from recycling.accounts.domain import contacts
from recycling.codes import new_token
from recycling.policy.models import Policy
from reservations.models import Reservation

from . import booking, holding, rules, walkin
from .refusals import GivenTooMany, HasTooMany, TooManyPieces


def book(wishes, slot, contact, *, name, language, beyond_limit=False, by, at, client_key):
    """Book every wish in ``{item: pieces}`` at ``slot`` for whoever has ``contact``, or nothing at all.

    They are told in ``language``, with their link. Their limits hold, unless a lead of the site goes ``beyond_limit``; a pause
    of booking online does not. Their contact is believed and not proved. The same ``client_key`` again gives the
    reservation that it made. Refuses `nothing_chosen`, `bad_pieces`, `several_sites`, `only_lead`, `in_quarantine`,
    `slot_not_offered`, `slot_full`, `more_than_limit`, `too_many_pieces`, and what holding refuses of an item.
    """
    try:
        return _book(
            wishes,
            slot,
            contact,
            name=name,
            language=language,
            beyond_limit=beyond_limit,
            by=by,
            at=at,
            client_key=client_key,
        )
    except IntegrityError:
        # The first of two taps at the same moment has the key.
        if known := walkin.made_before("behalf", client_key, by=by):
            return known
        raise


@transaction.atomic
def _book(wishes, slot, contact, *, name, language, beyond_limit, by, at, client_key):
    if known := walkin.made_before("behalf", client_key, by=by):
        return known
    site = walkin.one_site(wishes, by=by)
    policy = Policy.current()
    beyond_limit = walkin.may_exceed(site, beyond_limit, by=by)
    reservation = Reservation.objects.create(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        client_key=f"behalf:{client_key}",
        made_by=by,
        contact_name=name,
        contact_channel=contact.channel,
        contact=contact.address,
        language=language,
        site=site,
        held_until=at + timedelta(minutes=policy.hold_minutes),
        created_at=at,
    )
    person = contacts.person_with(contact, name=name, language=language, at=at, proved=False)
    limited = not beyond_limit and not rules.is_staff(person)
    if limited:
        _check_limit(person, rules.limited(wishes, person), site, at=at)
    walkin.promise(reservation, wishes, person=person, limited=limited, policy=policy, at=at)
    holding.take_slot(reservation, slot, at=at)
    booking.make_booked(reservation, person=person, by=by, at=at)
    return reservation


def _check_limit(person, pieces, site, *, at):
    refusal = rules.why_not_more(person, pieces=pieces, at=at, tz=site.tz, online=False)
    if isinstance(refusal, TooManyPieces):
        raise HasTooMany(**refusal.details)
    if refusal:
        raise GivenTooMany(**refusal.details)
