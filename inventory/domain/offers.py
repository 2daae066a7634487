"""What a unit gives away where it stands: offered, looked at by a lead, given more time, ended.

An offer is an item with an ``owner`` and a word about what is to happen with it (``giving``). A draft waits for a lead of the
warehouse; a withdrawn one was sent back, or has ended. Past its last day it is listed no more (``Item.objects.in_time``),
whatever its status is: the job only tidies up after it.
"""

from datetime import timedelta

from django.db import transaction

from inventory.models import Giving, Item, ItemStatus, SetAside, Site, SiteKind
from recycling import clock
from recycling.accounts.models import Department, Membership, UnitRole
from recycling.audit.domain import record
from recycling.audit.models import AuditEntry

from . import intake, moving, not_usable, offer_messages, publishing, stages, stock
from .offer_refusals import (
    EndsBeforeItBegins,
    NoLastDay,
    NoSiteOfItsOwn,
    NotAGiver,
    NotALaterDay,
    OverAlready,
    SayWhySentBack,
    StillToBeCollected,
    WrongOffer,
)

# What an item keeps of its time as an offer when it has become one of the warehouse's: whose it was.
NO_OFFER = {"giving": "", "place": "", "access": "", "available_from": None, "available_until": None}


# -- who may


def giving_units(user):
    """The units for which this person gives things away."""
    return Department.objects.with_role(user, UnitRole.GIVER).select_related("default_site")


def check_giver(unit, by):
    if not giving_units(by).filter(pk=unit.pk).exists():
        raise NotAGiver


def leads_a_warehouse(user) -> bool:
    """Whether this person looks at what units offer: a lead of any of the city's warehouses."""
    return Site.objects.led_by(user).filter(kind=SiteKind.WAREHOUSE).exists()


def site_of(unit):
    """Where the unit's things stand, or None while nobody has said where that is."""
    site = unit.default_site
    return site if site and site.is_active and site.kind == SiteKind.DEPARTMENT else None


def own_site(unit, *, by):
    """The same for somebody who gives things away there. Refuses `not_a_giver`, `no_site_of_its_own`."""
    check_giver(unit, by)
    site = site_of(unit)
    if site is None:
        raise NoSiteOfItsOwn
    return site


def is_published_at_once(unit, by) -> bool:
    """A unit that is trusted, and a lead of any unit, need nobody's look."""
    lead = Membership.objects.filter(user=by, department=unit, role=UnitRole.LEAD)
    return unit.is_trusted_giver or lead.exists()


# -- offering


@transaction.atomic
def offer(unit, *, by, at, giving=Giving.STAYS, available_from=None, available_until=None, **answers):
    """Log what ``unit`` gives away where it stands; ``answers`` are as in ``intake.log``, with where exactly and who hands over.

    What stays with a trusted unit, or is offered by its lead, is published at once; anything else waits for a lead of the
    warehouse. The same ``client_key`` again gives the offer that it made the first time. Refuses `not_a_giver`,
    `no_site_of_its_own`, `no_last_day`, `over_already`, `ends_before_it_begins`, and what ``intake.log`` and publishing refuse.
    """
    site = own_site(unit, by=by)
    _check_days(giving, available_from, available_until, at=at)
    item = intake.log(
        by=by,
        at=at,
        publish=False,
        site=site,
        shelf=None,
        owner=unit,
        giving=giving,
        available_from=available_from,
        available_until=available_until,
        **answers,
    )
    return _go_on(item, by=by, at=at)


def _check_days(giving, first, last, *, at):
    if last is None:
        if giving == Giving.STAYS:
            raise NoLastDay
        return
    if last < clock.city_day(at):
        raise OverAlready
    if first and first > last:
        raise EndsBeforeItBegins


def _go_on(item, *, by, at):
    """A draft is published where nobody has to look at it first."""
    goes = item.giving == Giving.STAYS and is_published_at_once(item.owner, by)
    return publishing.publish(item, by=by, at=at) if goes and item.status == ItemStatus.DRAFT else item


@transaction.atomic
def again(item, *, until, by, at):
    """What was sent back or has ended is offered once more, until another day: looked at as the first time.

    Refuses `wrong_step` unless it is withdrawn, `wrong_offer` when nothing of it is left, `over_already`.
    """
    locked = publishing.reopen(item, by=by, at=at)
    if not locked.giving or not locked.quantity:
        raise WrongOffer
    first = (
        locked.available_from
        if locked.available_from and locked.available_from > clock.city_day(at)
        else None
    )
    _check_days(Giving.STAYS, first, until, at=at)
    _write(locked, giving=Giving.STAYS, available_from=first, available_until=until)
    return _go_on(locked, by=by, at=at)


# -- what a lead of the warehouse decides


def waiting():
    """The offers that a lead has to look at, the oldest first: what stays, what may be fetched, what was agreed to be."""
    drafts = Item.objects.own_site_offers().filter(status=ItemStatus.DRAFT, quantity__gt=0)
    return drafts.order_by("created_at", "pk")


@transaction.atomic
def accept(item, *, by, at):
    """It stays where it is and is in the catalogue from its first day on; whoever gives it is told.

    Refuses `wrong_offer` unless it waits, `no_last_day`, `over_already`.
    """
    locked = _waiting(item)
    _check_days(Giving.STAYS, locked.available_from, locked.available_until, at=at)
    _write(locked, giving=Giving.STAYS)
    published = publishing.publish(locked, by=by, at=at)
    offer_messages.accepted(published, at=at)
    return published


@transaction.atomic
def send_back(item, *, reason, by, at):
    """Not like this: whoever gives it is told why, and may mend it and offer it again.

    Refuses `wrong_offer`, `say_why_sent_back`.
    """
    _waiting(item)
    if not reason.strip():
        raise SayWhySentBack
    locked = publishing.withdraw(item, by=by, at=at, reason=reason.strip())
    offer_messages.sent_back(locked, at=at)
    return locked


@transaction.atomic
def fetch(item, *, by, at):
    """The warehouse will fetch it; whoever gives it is told. It stays on the list until it has arrived. Refuses `wrong_offer`."""
    locked = _waiting(item)
    _write(locked, giving=Giving.TRANSPORT)
    record("offer_fetched", locked, by=by, at=at)
    offer_messages.to_be_fetched(locked, at=at)
    return locked


def agreed_to_be_fetched(items):
    """The keys of those of ``items`` that a lead has said will be fetched."""
    asked = AuditEntry.objects.filter(
        target_type="item", action="offer_fetched", target_id__in=[item.pk for item in items]
    )
    return set(asked.values_list("target_id", flat=True))


@transaction.atomic
def arrived(item, *, shelf, by, at, pieces_not_usable=0, found=None):
    """It was fetched and stands on ``shelf`` now: an item of the warehouse like any other, and who gave it is still known.

    Pieces that turn out not to be usable are set aside with what was ``found`` (`not_usable.Found`), and the unit is told;
    when all of them are, nothing comes into the catalogue. Refuses `wrong_offer` unless it waits, `fewer_here`, and what
    ``moving.put_on_shelf`` refuses.
    """
    moving.put_on_shelf(item, shelf=shelf, by=by, at=at)
    locked = _waiting(item)
    _write(locked, **NO_OFFER, residents_may_come=True)
    if pieces_not_usable:
        not_usable.set_aside(locked, pieces_not_usable, found, by=by, at=at)
    if pieces_not_usable == locked.quantity:
        return locked
    return publishing.publish(locked, by=by, at=at)


def _locked(item):
    return (
        Item.objects.select_for_update(of=("self",))
        .select_related("site", "owner", "category")
        .get(pk=item.pk)
    )


def _waiting(item):
    """The offer, locked, if it is a draft. Refuses `wrong_offer`."""
    locked = _locked(item)
    if locked.status != ItemStatus.DRAFT or not locked.giving:
        raise WrongOffer
    return locked


def _published(item):
    locked = _locked(item)
    if locked.status != ItemStatus.PUBLISHED or locked.giving != Giving.STAYS:
        raise WrongOffer
    return locked


def _write(locked, **fields):
    """Fields of an already locked offer, with a new version."""
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])


# -- while it is listed


@transaction.atomic
def edit(item, *, by, at, version, **answers):
    """Change what the offer says, as ``intake.edit`` does. Refuses `over_already` and `ends_before_it_begins` for its days."""
    if "available_until" in answers or "available_from" in answers:
        first, last = (
            answers.get(name, getattr(item, name)) for name in ("available_from", "available_until")
        )
        _check_days(item.giving, first, last, at=at)
    return intake.edit(item, by=by, at=at, version=version, **answers)


@transaction.atomic
def extend(item, *, until, by, at):
    """More time: listed until a later day. Refuses `wrong_offer`, `not_a_later_day`, `over_already`."""
    locked = _published(item)
    if locked.available_until and until <= locked.available_until:
        raise NotALaterDay(until=clock.day_text(locked.available_until))
    _check_days(locked.giving, locked.available_from, until, at=at)
    _write(locked, available_until=until)
    record("offer_extended", locked, by=by, at=at, until=until.isoformat())
    return locked


@transaction.atomic
def open_to_residents(item, *, by, at):
    """Residents may have it too, from now on. Saying it twice does it once. Refuses `wrong_offer`."""
    locked = _published(item)
    public_from = min(locked.public_from, max(at, publishing.begins_at(locked, at=at)))
    if locked.residents_may_come and public_from == locked.public_from:
        return locked
    _write(locked, residents_may_come=True, public_from=public_from)
    stages.open_to_residents(locked, since=public_from, by=by, at=at)
    record("offer_opened", locked, by=by, at=at)
    return locked


@transaction.atomic
def ask_transport(item, *, by, at):
    """It cannot stay after all: out of the catalogue, and on the list of what the warehouse is asked to fetch.

    Refuses `wrong_offer`, and `still_to_be_collected` while pieces are promised.
    """
    _published(item)
    _withdraw(item, by=by, at=at, reason="transport")
    locked = publishing.reopen(item, by=by, at=at)
    _write(locked, giving=Giving.TRANSPORT)
    return locked


@transaction.atomic
def gone(item, *, by, at):
    """Nothing of it is left but what is promised. What was set aside is not here either. Refuses `wrong_offer`."""
    locked = _locked(item)
    if not locked.giving:
        raise WrongOffer
    for aside in SetAside.objects.lasting().filter(item=locked).order_by("pk"):
        stock.put_back(aside, by=by, at=at)
    promised = Item.objects.values_list("reserved", flat=True).get(pk=locked.pk)
    stock.correct(locked, quantity=promised, by=by, at=at, reason="gone")
    return _end(locked, by=by, at=at, reason="gone")


@transaction.atomic
def end(item, *, by, at):
    """The unit offers it no more; nobody else can have any of it.

    What is promised stays promised and is still handed over; what has no time yet may get one within a week. Ending
    what has ended changes nothing. Refuses `wrong_offer`.
    """
    locked = _locked(item)
    if not locked.giving:
        raise WrongOffer
    return _end(locked, by=by, at=at, reason="ended")


def _end(locked, *, by, at, reason):
    """Its last day was yesterday; and it is out of the catalogue if nobody still comes for a piece of it."""
    locked.refresh_from_db()
    if locked.status == ItemStatus.WITHDRAWN:
        return locked
    last = clock.city_day(at) - timedelta(days=1)
    last, first = min(locked.available_until or last, last), locked.available_from
    _write(locked, available_until=last, available_from=min(first, last) if first else None)
    if locked.reserved:
        record("offer_ended", locked, by=by, at=at)
        return locked
    return publishing.withdraw(locked, by=by, at=at, reason=reason)


def _withdraw(item, *, by, at, reason):
    promised = Item.objects.values_list("reserved", flat=True).get(pk=item.pk)
    if promised:
        raise StillToBeCollected(pieces=promised)
    return publishing.withdraw(item, by=by, at=at, reason=reason)


@transaction.atomic
def end_over(item, *, at):
    """Its last day has passed: out of the catalogue, unless somebody still comes for a piece of it.

    Refuses `wrong_offer` when it was given more time meanwhile, `still_to_be_collected` while pieces are promised.
    """
    _locked(item)
    if not Item.objects.over(at).filter(pk=item.pk).exists():
        raise WrongOffer
    return _withdraw(item, by=None, at=at, reason="ended")
