"""Collecting when nobody is there: the four digits of a paper at a unit's own site stand for the giver's hand-over."""

import hmac
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from inventory.domain import offers
from inventory.models import Site, SiteKind
from recycling import clock
from recycling.accounts.domain import limits
from recycling.audit.domain import record
from recycling.codes import derived_digits, digits_in
from reservations.models import OPEN_AT_DESK, Signed

from . import taking, windows
from .giving_refusals import NotYet, SomebodyHandsOver, TimesKeptByAnother, WrongSiteCode
from .refusals import WrongState

DIGITS = 4
# Four digits stay in one's head from the paper to the phone. Who guesses them has the link of an open reservation whose time has
# begun, and wins nothing but to say from afar that they have been there: five tries in an hour leave one chance in two thousand.
# A phone may collect for two reservations; every try counts before the digits are looked at, so that a hundred at once are five.
TRIES, TRIES_OF_DEVICE, TRIES_PER = 5, 10, timedelta(hours=1)


def digits(site):
    """The digits of the paper that is valid at this site: derived, so that no table, log or backup holds them."""
    return derived_digits(f"site-code:{site.pk}:{site.paper}", DIGITS)


# -- what the unit says


@transaction.atomic
def set_unattended(unit, is_unattended, *, by, at):
    """Whether whoever comes to the unit's own site finds nobody there. Twice is once.

    Refuses `not_a_giver`, `no_site_of_its_own`, `times_kept_by_another`.
    """
    site = _kept_site(unit, by=by)
    if (
        Site.objects.filter(pk=site.pk)
        .exclude(is_unattended=is_unattended)
        .update(is_unattended=is_unattended)
    ):
        record("site_unattended", site, by=by, at=at, is_unattended=is_unattended)


@transaction.atomic
def renew(unit, *, paper, by, at):
    """Other digits from now on: the ``paper`` with this number is void. An old page renews nothing.

    Refuses `not_a_giver`, `no_site_of_its_own`, `times_kept_by_another`.
    """
    site = _kept_site(unit, by=by)
    if Site.objects.filter(pk=site.pk, paper=paper).update(paper=F("paper") + 1):
        record("site_code_renewed", site, by=by, at=at)


def _kept_site(unit, *, by):
    """The unit's own site, unless it is shared and another unit says when things are collected there."""
    site = offers.own_site(unit, by=by)
    if other := windows.kept_by_another(site, unit):
        raise TimesKeptByAnother(unit=other.name)
    return site


# -- whoever comes


def nobody_there(reservation) -> bool:
    """Whether it is collected at a unit's own site where nobody hands over."""
    site = reservation.site
    return site.is_unattended and site.kind == SiteKind.DEPARTMENT and not reservation.is_delivery


def why_not_collect(reservation, *, at):
    """The refusal that the digits would meet whatever they are, or None."""
    if not nobody_there(reservation):
        return SomebodyHandsOver()
    if reservation.status not in OPEN_AT_DESK or (reservation.held_until and reservation.held_until <= at):
        return WrongState()
    if reservation.slot.starts_at > at:
        return NotYet(when=clock.moment_text(reservation.slot.starts_at, reservation.site.tz))
    return None


def collect(reservation, typed, *, given, why_not, said, device, at):
    """``taking.take`` by whoever is at the place and types the digits of its paper; nobody hands over.

    ``device`` is the browser, or the network of one that is not known. Refuses `somebody_hands_over`, `not_yet`,
    `wrong_state`, `too_often`, `wrong_site_code`, and what ``taking.take`` refuses.
    """
    if refusal := why_not_collect(reservation, at=at):
        raise refusal
    counters = {
        "site_code": (f"reservation:{reservation.pk}", TRIES),
        "site_code_device": (device, TRIES_OF_DEVICE),
    }
    limits.count_all(counters, per=TRIES_PER, at=at)
    if not hmac.compare_digest(digits(reservation.site), digits_in(typed)):
        raise WrongSiteCode
    return taking.take(
        reservation, given=given, why_not=why_not, said=said, by=None, at=at, signed=Signed.SITE
    )
