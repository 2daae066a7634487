"""People are forgotten when their time is over, and nobody else with them."""

from datetime import timedelta

import pytest

from recycling.accounts.domain import contacts, limits
from recycling.accounts.domain import forgetting as codes
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import ContactCode, Device, Tally, User
from recycling.audit.models import AuditEntry
from recycling.notifications.domain import failing
from recycling.notifications.models import MessageChoice, Notification, Trouble
from reservations.domain import behalf, booking, forgetting, handover, holding, walkin
from reservations.models import FurnitureRequest, Handover, Reservation, Signature
from tests.factories import (
    NOW,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_reservation,
    make_worker,
    open_site,
)
from tests.reservations.driving import make_request, to_school

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=20)


def ended(at=NOW, **fields):
    """A reservation that was made and cancelled at ``at``."""
    open_site(at=at, capacity=20)
    return booking.cancel(make_reservation({make_item(): 1}, at=at, **fields), at=at)


def known(reservation):
    """What is still known about whoever reserved."""
    row = Reservation.objects.get(pk=reservation.pk)
    person = User.objects.get(pk=row.person_id) if row.person_id else None
    return (row.contact_name, row.contact, person and (person.name, person.email, person.phone))


ALL = ("Aino Asukas", "aino@example.org", ("Aino Asukas", "aino@example.org", None))
NOTHING = ("", "", ("", None, None))


def test_a_resident_is_forgotten_ninety_days_after_the_last_reservation_ended():
    reservation = ended()
    assert forgetting.forget_contacts(NOW + 90 * DAY - timedelta(seconds=1)) == 0
    assert known(reservation) == ALL
    assert forgetting.forget_contacts(NOW + 90 * DAY) == 1
    assert known(reservation) == NOTHING
    assert Reservation.objects.get().forgotten_at == NOW + 90 * DAY
    assert forgetting.forget_contacts(NOW + 91 * DAY) == 0


def test_what_was_reserved_stays_for_the_figures():
    reservation = make_reservation({make_item(quantity=2): 2})
    line = reservation.lines.get()
    handover.hand_over(reservation, given={line.pk: 2}, why_not={}, by=make_worker(), at=NOW)
    saved = reservation.handover.lines.values("item", "given", "weight_kg", "co2e_central").get()
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert known(reservation) == NOTHING
    assert reservation.handover.lines.values("item", "given", "weight_kg", "co2e_central").get() == saved
    assert Reservation.objects.get().person_id == reservation.person_id


def test_a_later_reservation_keeps_the_earlier_ones_too():
    first = ended()
    second = ended(at=NOW + 60 * DAY)
    assert forgetting.forget_contacts(NOW + 100 * DAY) == 0
    assert forgetting.forget_contacts(NOW + 150 * DAY) == 1
    assert (known(first), known(second)) == (NOTHING, NOTHING)


def test_somebody_with_an_open_reservation_is_not_forgotten():
    ended()
    reservation = make_reservation({make_item(): 1})
    assert forgetting.forget_contacts(NOW + 400 * DAY) == 0
    assert known(reservation) == ALL


def test_somebody_who_booked_again_at_this_very_moment_stays():
    ended()
    person = User.objects.get(email="aino@example.org")
    make_reservation({make_item(): 1})
    forgetting.forget_person(person, at=NOW + 90 * DAY)
    person.refresh_from_db()
    assert person.email == "aino@example.org"


def test_bystanders_are_not_forgotten():
    gone, stays = ended(), ended(contact="bea@example.org", name="Bea Boende", at=NOW + DAY)
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert known(gone) == NOTHING
    assert known(stays)[1] == "bea@example.org"


def test_codes_devices_and_unsent_messages_of_the_forgotten_go_with_them():
    contact = Contact("email", "aino@example.org")
    contacts.send_code(contact, device="d" * 64, network="192.0.2.1", language="fi", at=NOW)
    reservation = ended()
    contacts.trust("d" * 64, contact, person=reservation.person, at=NOW)
    contacts.trust("e" * 64, Contact("email", "bea@example.org"), person=make_member(), at=NOW)
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert ContactCode.objects.count() == 0
    assert Device.objects.values_list("contact", flat=True).get() == "bea@example.org"
    rows = Notification.objects.filter(recipient=f"reservation:{reservation.pk}")
    assert {row.why_not for row in rows} == {"contact_forgotten"}


def test_no_trace_of_the_forgotten_is_left_in_any_table():
    reservation = ended(contact="zebra-aino@example.org", name="Zebra Asukas")
    contacts.trust("d" * 64, Contact("email", "zebra-aino@example.org"), person=reservation.person, at=NOW)
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert traces("zebra") == []


def traces(marker):
    """Every table and column in which ``marker`` stands."""
    from django.apps import apps  # noqa: PLC0415  (needs the apps to be loaded)
    from django.db import models  # noqa: PLC0415  (the same)

    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and model._default_manager.filter(**{f"{field.name}__icontains": marker}).exists()
    ]


def test_the_search_for_traces_finds_what_is_there():
    ended(contact="zebra-aino@example.org", name="Zebra Asukas")
    assert traces("zebra") == [
        "reservations.Reservation.contact_name",
        "reservations.Reservation.contact",
        "accounts.User.email",
        "accounts.User.name",
    ]


def test_who_books_again_after_being_forgotten_is_somebody_new():
    first = ended()
    forgetting.forget_contacts(NOW + 90 * DAY)
    second = make_reservation({make_item(): 1})
    assert second.person_id != first.person_id
    assert known(first) == NOTHING


def test_forgetting_is_written_down_without_saying_whom():
    reservation = ended()
    forgetting.forget_contacts(NOW + 90 * DAY)
    entry = AuditEntry.objects.get(action="person_forgotten")
    assert (entry.target_id, entry.actor, entry.details) == (reservation.person_id, None, {})


def test_a_members_request_keeps_its_contact_for_a_year_and_the_member_stays():
    member = make_member(name="Pia Pyytäjä", email="pia@kierto.example")
    reservation = ended(contact="pia@kierto.example", name="Pia Pyytäjä")
    assert reservation.person == member
    assert forgetting.forget_contacts(NOW + 364 * DAY) == 0
    assert forgetting.forget_contacts(NOW + 365 * DAY) == 1
    assert known(reservation) == ("", "", ("Pia Pyytäjä", "pia@kierto.example", None))


@pytest.mark.parametrize("role", ["worker", "manager"])
def test_somebody_of_the_city_is_never_forgotten_as_a_resident(role):
    person = make_worker(email="w@kierto.example") if role == "worker" else None
    if person is None:
        person = User.objects.create_user("w@kierto.example", name="Sari Sorsa", is_manager=True)
    reservation = ended(contact="w@kierto.example")
    forgetting.forget_contacts(NOW + 200 * DAY)
    assert known(reservation)[1:] == ("w@kierto.example", ("Sari Sorsa", "w@kierto.example", None))


def test_a_contact_that_nobody_proved_goes_after_a_week():
    bundle = hold({make_item(): 1})
    holding.choose_time(bundle[0], first_slot(), at=NOW)
    holding.set_contact(
        bundle,
        Contact("email", "stranger@example.org"),
        name="Typo",
        wants_reminder=True,
        language="fi",
        device="",
        at=NOW,
    )
    booking.expire(bundle[0], at=later(minutes=21))
    assert forgetting.forget_contacts(later(minutes=20) + 7 * DAY) == 0
    assert forgetting.forget_contacts(later(minutes=21) + 7 * DAY) == 1
    assert known(bundle[0]) == ("", "", None)


def test_what_a_person_chose_and_the_mark_of_their_address_go_with_them():
    reservation = make_reservation()
    MessageChoice.objects.create(person=reservation.person, channel="email")
    for address in (reservation.contact, "bea@example.org"):
        Trouble.objects.create(address_mark=failing.mark_of(address), since=NOW, reason="smtp_550")
    booking.cancel(reservation, at=NOW)
    forgetting.forget_person(reservation.person, at=NOW + 90 * DAY)
    assert not MessageChoice.objects.exists()
    assert [failing.in_trouble(one) for one in ("aino@example.org", "bea@example.org")] == [False, True]


@pytest.mark.parametrize(
    ("months", "day"),
    [(1, "2026-10-16"), (12, "2025-11-16"), (9, "2026-02-16"), (11, "2025-12-16"), (240, "2006-11-16")],
)
def test_a_month_is_a_month(months, day):
    assert forgetting._months_before(NOW, months).date().isoformat() == day


def test_the_last_of_a_month_is_the_last_of_a_shorter_one():
    assert forgetting._months_before(NOW.replace(month=3, day=31), 1).date().isoformat() == "2026-02-28"


def test_old_codes_devices_and_counters_are_thrown_away_and_newer_ones_are_not():
    contact = Contact("email", "aino@example.org")
    contacts.send_code(contact, device="d" * 64, network="192.0.2.1", language="fi", at=NOW)
    contacts.trust("d" * 64, contact, person=make_member(), at=NOW)
    limits.count("code_from_device", "d" * 64, limit=10, per=timedelta(hours=100), at=NOW)
    Trouble.objects.create(address_mark=failing.mark_of("aino@example.org"), since=NOW, reason="smtp_550")
    assert codes.forget_expired(at=NOW + DAY) == {
        "codes": 0,
        "devices": 0,
        "asks": 0,
        "imports": 0,
        "troubles": 0,
        "counters": 3,
    }
    assert codes.forget_expired(at=NOW + DAY + timedelta(minutes=11)) == {
        "codes": 1,
        "devices": 0,
        "asks": 0,
        "imports": 0,
        "troubles": 0,
        "counters": 0,
    }
    assert codes.forget_expired(at=NOW + 181 * DAY) == {
        "codes": 0,
        "devices": 1,
        "asks": 0,
        "imports": 0,
        "troubles": 1,
        "counters": 1,
    }
    assert (ContactCode.objects.count(), Device.objects.count(), Tally.objects.count()) == (0, 0, 0)


def signed(reservation):
    line = reservation.lines.get()
    given = {"given": {line.pk: line.pieces}, "why_not": {}, "signed": "screen", "strokes": "M1 1L2 2"}
    return handover.hand_over(reservation, **given, by=make_worker(), at=NOW)


def test_a_signature_goes_when_the_name_goes_and_that_it_was_given_stays():
    signed(make_reservation())
    forgetting.forget_contacts(NOW + 90 * DAY - timedelta(seconds=1))
    assert Signature.objects.count() == 1
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert (Signature.objects.count(), Handover.objects.get().signed) == (0, "screen")


def test_a_signature_goes_also_where_no_name_was_kept():
    done = signed(make_reservation())
    Reservation.objects.filter(pk=done.pk).update(contact_name="", contact="", person=None)
    forgetting.forget_contacts(NOW + 7 * DAY)
    assert Signature.objects.count() == 0


def test_what_was_given_without_a_reservation_has_nobody_to_forget():
    walkin.give({make_item(): 1}, language="fi", by=make_worker(), at=NOW, client_key="key")
    assert forgetting.forget_contacts(NOW + 4000 * DAY) == 0


def test_whoever_a_worker_booked_for_is_forgotten_like_anybody():
    made = behalf.book(
        {make_item(): 1}, first_slot(), Contact("email", "aino@example.org"), name="Aino Asukas", language="fi",
        by=make_worker(), at=NOW, client_key="key",
    )  # fmt: skip
    booking.cancel(made, at=NOW)
    forgetting.forget_contacts(NOW + 90 * DAY)
    assert known(made) == NOTHING


def test_a_units_request_forgets_whom_to_ask_once_it_holds_nothing_and_a_year_has_passed():
    request = make_request({make_item(): 1}, note="Soita ensin Liisalle.")
    to_school(request, unloading="Ovi B, kysy Liisaa")
    said = FurnitureRequest.objects.filter(pk=request.pk).values_list(
        "contact_name", "contact_phone", "note", "delivery__unloading"
    )
    before = said.get()
    forgetting.forget_contacts(NOW + 400 * DAY)
    assert (said.get(), all(before)) == (before, True)
    booking.expire(request.reservations.get(), at=NOW + 2 * DAY)
    forgetting.forget_contacts(NOW + 300 * DAY)
    assert said.get() == before
    forgetting.forget_contacts(NOW + 400 * DAY)
    assert said.get() == ("", "", "", "")
