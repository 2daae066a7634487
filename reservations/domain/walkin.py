"""Things that are given without a reservation: to a resident, or to a unit."""

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from inventory.domain import stock
from inventory.domain.refusals import OnlyLead
from inventory.models import Site
from recycling.codes import new_token
from recycling.policy.models import Policy
from reservations.models import Reservation, ReservationLine, ReservationStatus

from . import handover, holding, states
from .refusals import GivenTooMany, SeveralSites, StandsInQuarantine


def give(wishes, *, department=None, cost_centre=None, beyond_limit=False, language, by, at, client_key):
    """Hand over every wish in ``{item: pieces}`` at once, or nothing at all. A resident stays without a name.

    ``beyond_limit``: more than a resident may take, which only a lead may decide. Gives the reservation, which is over. The
    same ``client_key`` again gives the one that it made. Refuses `nothing_chosen`, `bad_pieces`, `several_sites`,
    `more_than_limit`, `only_lead`, `in_quarantine`, and what holding refuses of an item.
    """
    try:
        return _give(
            wishes,
            department=department,
            cost_centre=cost_centre,
            beyond_limit=beyond_limit,
            language=language,
            by=by,
            at=at,
            client_key=client_key,
        )
    except IntegrityError:
        # The first of two taps at the same moment has the key.
        if known := made_before("walkin", client_key, by=by):
            return known
        raise


@transaction.atomic
def _give(wishes, *, department, cost_centre, beyond_limit, language, by, at, client_key):
    if known := made_before("walkin", client_key, by=by):
        return known
    site = one_site(wishes, by=by)
    policy = Policy.current()
    limited = not department and not may_exceed(site, beyond_limit, by=by)
    if limited and sum(wishes.values()) > policy.pieces_per_person:
        raise GivenTooMany(limit=policy.pieces_per_person, days=policy.pieces_days)
    reservation = Reservation.objects.create(
        code=f"R{new_token(8)}",
        bundle=new_token(16),
        client_key=f"walkin:{client_key}",
        made_by=by,
        department=department,
        cost_centre=cost_centre,
        language=language,
        site=site,
        held_until=at,
        created_at=at,
    )
    lines = promise(
        reservation,
        wishes,
        person=by if department else AnonymousUser(),
        limited=limited,
        policy=policy,
        at=at,
    )
    states.move(reservation, ReservationStatus.COLLECTED, by=by, at=at, walk_in=True)
    counts = {line.pk: line.pieces for line in lines}
    handover.write_down(reservation, lines, counts, {}, by=by, at=at)
    for line in lines:
        stock.hand_over(line.item, line.pieces)
    return reservation


# -- what a booking on somebody's behalf asks too


def made_before(kind, client_key, *, by):
    """What the same form has made already, when it is sent once more."""
    return Reservation.objects.filter(client_key=f"{kind}:{client_key}", made_by=by).first()


def one_site(wishes, *, by):
    """The site where all of it stands, one of the worker's. Refuses `nothing_chosen`, `bad_pieces`, `several_sites`."""
    holding.check_wishes(wishes)
    sites = {item.site_id for item in wishes}
    site = Site.objects.open().worked_at_by(by).filter(pk__in=sites).first()
    if len(sites) > 1 or site is None:
        raise SeveralSites
    return site


def may_exceed(site, wanted, *, by):
    """Whether this worker lets somebody have more than the limit; only a lead of the site does. Refuses `only_lead`."""
    if wanted and not Site.objects.led_by(by).filter(pk=site.pk).exists():
        raise OnlyLead
    return wanted


def promise(reservation, wishes, *, person, limited, policy, at):
    """Promise the wishes to a reservation that has just been made, as to this kind of person. Gives its lines."""
    for item in wishes:
        if stock.is_blocked(item):
            raise StandsInQuarantine(code=item.shown_code)
    holding.take(wishes, policy=policy, by=person, at=at, limited=limited)
    ReservationLine.objects.bulk_create(
        ReservationLine(reservation=reservation, item=item, pieces=pieces)
        for item, pieces in holding.in_order(wishes)
    )
    return states.lines_of(reservation)
