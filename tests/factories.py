"""Scenes for tests, as plain functions. Each makes the least that is needed; whatever a test means, it says."""

import itertools
from datetime import UTC, datetime, time, timedelta

from inventory.domain import intake
from inventory.models import Category, Item, Photo, Shelf, Site, SiteRole, SiteStaff
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import CostCentre, Department, DepartmentKind, Membership, User
from reservations.domain import booking, holding, slots
from reservations.models import OpeningHours, PickupSlot

# A Monday morning in Finland, 9.00 (winter time), in a week without a public holiday.
NOW = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)

_numbers = itertools.count(1)


def make_site(code="warehouse", **fields):
    """The site with this code, made when it is not there yet."""
    defaults = {
        "name_fi": "Varasto 1",
        "name_sv": "Lager 1",
        "name_en": "Warehouse 1",
        "street_fi": "Varastokatu 6",
        "street_sv": "Lagergatan 6",
        "street_en": "Varastokatu 6",
    } | fields
    return Site.objects.get_or_create(code=code, defaults=defaults)[0]


def make_shelf(code="H1-01-A", site=None):
    return Shelf.objects.get_or_create(site=site or make_site(), code=code)[0]


def category(key="office_chair"):
    return Category.objects.select_related("parent").get(key=key)


def make_user(name="Sari Sorsa", email=None, **fields):
    return User.objects.create_user(email or f"person{next(_numbers)}@kierto.example", name=name, **fields)


def make_worker(site=None, role=SiteRole.WORKER, **fields):
    worker = make_user(**fields)
    SiteStaff.objects.create(site=site or make_site(), user=worker, role=role)
    return worker


def make_admin(**fields):
    return User.objects.create_superuser(f"admin{next(_numbers)}@kierto.example", name="Outi Admin", **fields)


def make_association(code="club", name_fi="Kalusteapu ry", **fields):
    return make_unit(code, name_fi, kind=DepartmentKind.ASSOCIATION, **fields)


def make_unit(code="school", name_fi="Puiston koulu", cost_centre="", **fields):
    """A unit, with an open cost centre of this number where one is given."""
    names = {"name_fi": name_fi, "name_sv": "Parkskolan", "name_en": "Puisto School"}
    unit, _made = Department.objects.get_or_create(code=code, defaults=names | fields)
    if cost_centre:
        CostCentre.objects.get_or_create(number=cost_centre, defaults={"department": unit})
    return unit


def make_member(role="requester", code="school", name_fi="Puiston koulu", cost_centre="", **fields):
    member = make_user(**fields)
    Membership.objects.create(
        user=member, department=make_unit(code, name_fi, cost_centre), role=role, is_primary=True
    )
    return member


def make_association_member(code="club", **fields):
    member = make_user(**fields)
    Membership.objects.create(user=member, department=make_association(code), role="requester")
    return member


def make_photo(item=None, **fields):
    """A photo's row without its files: enough for everything that does not look at the picture."""
    number = next(_numbers)
    defaults = {
        "key": f"testphoto{number}",
        "width": 1600,
        "height": 1200,
        "colour": "#8a8d91",
        "sha256": f"{number:064x}",
        "dhash": f"{number:016x}",
        "uploaded_at": NOW,
        "position": item.photos.count() if item else 0,
    } | fields
    return Photo.objects.create(item=item, **defaults)


def make_item(quantity=1, at=NOW, publish=True, photos=1, units_first=False, **fields):
    """An office chair, published with one photo unless said otherwise: for residents at once, or ``units_first``."""
    if isinstance(fields.get("category"), str):
        fields["category"] = category(fields["category"])
    answers = {"category": category(), "site": make_site(), "condition": "good", "colour": "black"} | fields
    worker = User.objects.filter(work__isnull=False).first() or make_worker(site=answers["site"])
    return intake.log(
        by=worker,
        at=at,
        photos=[make_photo() for _number in range(photos)],
        quantity=quantity,
        publish=publish,
        public_from=None if units_first else at,
        **answers,
    )


def open_site(site=None, at=NOW, capacity=2, opens=time(9), closes=time(15), slot_minutes=30):
    """Open on every weekday, with its pickup times planned."""
    site = site or make_site()
    for weekday in range(5):
        OpeningHours.objects.get_or_create(
            site=site,
            weekday=weekday,
            opens=opens,
            defaults={"closes": closes, "slot_minutes": slot_minutes, "capacity": capacity},
        )
    slots.plan(site, at=at)
    return site


def first_slot(site=None, at=NOW, skip=0):
    """The first free pickup time that is offered at ``at``, or a later one."""
    return slots.offered(site or make_site(), at=at).free()[skip]


def hold(wishes, device="d" * 64, at=NOW, by=None, client_key=None, language="fi", network="192.0.2.1"):
    """``{item: pieces}`` held by a resident's browser."""
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415  (needs the apps to be loaded)

    return holding.hold(
        wishes,
        device=device,
        network=network,
        language=language,
        client_key=client_key or f"k{next(_numbers)}",
        by=by or AnonymousUser(),
        at=at,
    )


def make_reservation(
    wishes=None, at=NOW, slot=None, contact="aino@example.org", name="Aino Asukas", **holding_fields
):
    """Booked by a resident whose contact was proved, at the first time offered. The site must be open."""
    bundle = hold(wishes or {make_item(at=at): 1}, at=at, device=f"{next(_numbers):064x}", **holding_fields)
    for reservation in bundle:
        holding.choose_time(reservation, slot or first_slot(reservation.site, at=at), at=at)
    holding.set_contact(
        bundle,
        Contact("sms" if contact.startswith("+") else "email", contact),
        name=name,
        wants_reminder=True,
        language=holding_fields.get("language", "fi"),
        device="",
        at=at,
    )
    type(bundle[0]).objects.filter(bundle=bundle[0].bundle).update(contact_proved_at=at)
    return booking.confirm(bundle, at=at)[0]


def counters(item):
    """The item's two numbers as they are now."""
    return Item.objects.values_list("quantity", "reserved").get(pk=item.pk)


def booked(slot):
    return PickupSlot.objects.values_list("booked", flat=True).get(pk=slot.pk)


def later(at=NOW, **step):
    return at + timedelta(**step)
