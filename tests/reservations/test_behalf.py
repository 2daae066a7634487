"""Booked by a worker for somebody else."""

from datetime import timedelta

import pytest

from inventory.domain.refusals import FewerLeft, OnlyLead
from inventory.models import SiteRole
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import User
from recycling.notifications.models import Notification
from reservations.domain import behalf
from reservations.domain import counters as all_counters
from reservations.domain.refusals import GivenTooMany, HasTooMany, SeveralSites, SlotFull, SlotNotOffered
from reservations.models import PickupSlot, Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_reservation,
    make_site,
    make_worker,
    open_site,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]

AINO = Contact("email", "aino@example.org")


def book(wishes, by, key="key", slot=None, contact=AINO, **more):
    return behalf.book(
        wishes, slot or first_slot(), contact, name="Aino Asukas", language="sv", by=by, at=NOW, client_key=key, **more
    )  # fmt: skip


def test_it_is_booked_and_the_person_is_told_in_their_language(sari):
    chairs = make_item(quantity=3)
    made = book({chairs: 2}, sari)
    assert (made.status, made.made_by, made.person.email, len(made.pickup_code)) == (
        "booked",
        sari,
        "aino@example.org",
        6,
    )
    assert (counters(chairs), booked(made.slot)) == ((3, 2), 1)
    told = Notification.objects.get(kind="booked")
    assert (told.recipient, told.channel, told.language) == (f"reservation:{made.pk}", "email", "sv")
    assert all_counters.drifts() == []


def test_what_a_worker_wrote_down_is_not_proved(sari):
    person = book({make_item(): 1}, sari).person
    assert (person.email_verified_at, Reservation.objects.get().contact_proved_at) == (None, None)
    make_reservation({make_item(): 1}, contact=AINO.address)
    person.refresh_from_db()
    assert (person.email_verified_at, User.objects.filter(email=AINO.address).count()) == (NOW, 1)


def test_the_same_form_twice_books_once(sari):
    chairs = make_item(quantity=3)
    assert book({chairs: 1}, sari) == book({chairs: 1}, sari)
    assert (counters(chairs), Reservation.objects.count()) == ((3, 1), 1)


def test_the_persons_limit_holds_until_a_lead_goes_beyond_it(sari):
    chairs, lead = make_item(quantity=20), make_worker(role=SiteRole.LEAD)
    with pytest.raises(GivenTooMany):
        book({chairs: 6}, sari)
    book({chairs: 4}, sari)
    with pytest.raises(HasTooMany, match=r"\b4\b"):
        book({chairs: 2}, sari, key="more")
    with pytest.raises(OnlyLead):
        book({chairs: 2}, sari, key="more", beyond_limit=True)
    book({chairs: 2}, lead, key="more", beyond_limit=True)
    assert counters(chairs) == (20, 6)


def test_who_may_not_book_online_for_a_while_is_helped_all_the_same(sari):
    person = book({make_item(): 1}, sari).person
    User.objects.filter(pk=person.pk).update(booking_paused_until=later(days=10))
    assert book({make_item(): 1}, sari, key="again").status == "booked"


def test_what_cannot_be_booked_leaves_nothing_behind(sari):
    chair, slot = make_item(), first_slot()
    elsewhere = make_item(site=open_site(make_site("north")))
    PickupSlot.objects.filter(pk=slot.pk).update(capacity=0)
    with pytest.raises(FewerLeft):
        book({chair: 2}, sari)
    with pytest.raises(SlotNotOffered):
        book({chair: 1}, sari, slot=slot)
    full = first_slot()
    PickupSlot.objects.filter(pk=full.pk).update(booked=full.capacity)
    with pytest.raises(SlotFull):
        book({chair: 1}, sari, slot=full)
    PickupSlot.objects.filter(pk=full.pk).update(booked=0)
    with pytest.raises(SeveralSites):
        book({chair: 1, elsewhere: 1}, sari)
    assert (
        counters(chair),
        Reservation.objects.count(),
        User.objects.filter(email=AINO.address).count(),
    ) == ((1, 0), 0, 0)


def test_a_time_of_another_site_or_gone_by_is_not_offered(sari):
    there = open_site(make_site("north"))
    over = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW, "capacity": 2}
    for slot in (
        first_slot(there),
        PickupSlot.objects.create(site=make_site(), **over),
    ):
        with pytest.raises(SlotNotOffered):
            book({make_item(): 1}, sari, slot=slot)
