"""Loads and clearances: shot in passing, room by room; grouped into lots afterwards; closed when nothing waits."""

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _

from inventory.models import Arrival, Item, ItemStatus, Load, LoadKind, Photo, Room, Shot
from recycling import publications
from recycling.audit.domain import record
from recycling.errors import Refused

from . import intake, moving, publishing
from .photos import check_number, drop_loose


class LoadClosed(Refused):
    code = "load_closed"
    message = _("This is closed. Open it again first.")


class AlreadyGrouped(Refused):
    code = "already_grouped"
    message = _("Somebody else has just made a lot of these photos. Look at what is left.")


class ShotsWait(Refused):
    code = "shots_wait"
    message = _("There are photos that no lot was made of yet. Group or remove them first.")


@transaction.atomic
def open_load(*, by, at, rooms, client_key=None, **facts):
    """A new load or clearance with its ``rooms`` by name. The same ``client_key`` again gives the one it made first."""
    load = Load(opened_at=at, opened_by=by, client_key=client_key, **facts)
    try:
        with transaction.atomic():
            load.save(force_insert=True)
    except IntegrityError:
        known = client_key and Load.objects.filter(client_key=client_key, opened_by=by).first()
        if not known:
            raise
        return known
    Room.objects.bulk_create(
        Room(load=load, position=position, name=name) for position, name in enumerate(rooms, 1)
    )
    record("load_opened", load, by=by, at=at, kind=str(load.kind))
    return load


def _locked(load):
    """The load's row, locked. Refuses `load_closed`."""
    locked = Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if locked.closed_at:
        raise LoadClosed
    return locked


@transaction.atomic
def keep_shot(room, photo):
    """The uploaded ``photo`` waits in the room for its lot. Keeping it twice keeps it once. Refuses `load_closed`."""
    _locked(room.load)
    return Shot.objects.get_or_create(photo=photo, defaults={"room": room})[0]


def waiting(room):
    """The room's photos that no lot was made of yet, in the order in which they were taken."""
    return Photo.objects.filter(shot__room=room, item=None).order_by("shot")


@transaction.atomic
def group(room, photos, *, by, at, quantity, client_key=None, **answers):
    """Make one lot of these waiting ``photos``, logged at the load's site. The same ``client_key`` again gives that lot.

    What a clearance has found still stands in its building: it is a draft until it arrives.
    Refuses `already_grouped` when one of them has a lot, `load_closed`, and what ``intake.log`` refuses.
    """
    load = _locked(room.load)
    if known := intake.made_with(client_key, by=by):
        return known
    check_number(len(photos))
    if waiting(room).filter(pk__in=[photo.pk for photo in photos]).count() != len(photos):
        raise AlreadyGrouped
    item = intake.log(
        by=by,
        at=at,
        photos=photos,
        quantity=quantity,
        site=load.site,
        publish=load.kind != LoadKind.CLEARANCE,
        client_key=client_key,
        **answers,
    )
    Arrival.objects.create(item=item, room=room, pieces=quantity)
    return item


@transaction.atomic
def throw_away(room, photos):
    """These waiting ``photos`` show nothing that a lot needs. Throwing them away twice throws them away once.

    Refuses `already_grouped` when one of them has a lot, and then throws none away; `load_closed`.
    """
    _locked(room.load)
    here = Photo.objects.filter(shot__room=room, pk__in=[photo.pk for photo in photos])
    if here.exclude(item=None).exists():
        raise AlreadyGrouped
    drop_loose(here)


def on_the_spot(load):
    """The lots of a clearance that have not arrived yet."""
    if load.kind != LoadKind.CLEARANCE:
        return Item.objects.none()
    came = Arrival.objects.filter(room__load=load).values("item")
    drafts = Item.objects.filter(pk__in=came, status=ItemStatus.DRAFT, published_at=None, merged_into=None)
    return drafts.filter(quantity__gt=0)


@transaction.atomic
def arrive(load, *, by, at, shelf=None):
    """All that a clearance has found is in the hall: published, and on ``shelf`` if one is given. Twice is once.

    A lot that lacks its photo stays a draft. Refuses what ``moving.put_on_shelf`` refuses, and then nothing has arrived.
    """
    Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if shelf:
        intake.lock_shelf(shelf)
    waits = on_the_spot(load).values_list("pk", flat=True)
    locked = Item.objects.select_for_update(of=("self",)).filter(pk__in=list(waits)).order_by("pk")
    done = []
    with publications.together(at=at):
        for item in locked:
            if item.status != ItemStatus.DRAFT or publishing.why_not_publish(item):
                continue
            if shelf:
                moving.put_on_shelf(item, shelf=shelf, by=by, at=at)
            done.append(publishing.publish(item, by=by, at=at))
    if done:
        record("load_arrived", load, by=by, at=at, lots=len(done))
    return done


@transaction.atomic
def close(load, *, by, at):
    """Everything is logged. Refuses `shots_wait` while photos wait for their lot. Closing it twice closes it once."""
    locked = Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if locked.closed_at:
        return
    if Photo.objects.filter(shot__room__load=locked, item=None).exists():
        raise ShotsWait
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    record("load_closed", locked, by=by, at=at)


@transaction.atomic
def reopen(load, *, by, at):
    """There is more after all. Opening it twice opens it once."""
    if Load.objects.filter(pk=load.pk, closed_at__isnull=False).update(closed_at=None):
        record("load_reopened", load, by=by, at=at)


def progress(load):
    """The load's rooms with ``shots`` that wait, ``lots`` and ``pieces`` that came of them."""
    waits = dict(
        Photo.objects.filter(shot__room__load=load, item=None).values_list("shot__room").annotate(Count("pk"))
    )
    rooms = list(load.rooms.annotate(lots=Count("arrivals"), pieces=Sum("arrivals__pieces", default=0)))
    for room in rooms:
        room.shots_waiting = waits.get(room.pk, 0)
    return rooms


def listed(user):
    """The person's loads, the open ones first, with how many pieces came."""
    loads = Load.objects.handled_by(user).select_related("site")
    return loads.annotate(pieces=Sum("rooms__arrivals__pieces", default=0)).order_by(
        F("closed_at").desc(nulls_first=True), "-pk"
    )
