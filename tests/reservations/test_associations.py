"""What an association may take: as residents do, and whole once its own stage has come."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inventory.domain import stages
from inventory.domain.refusals import NotOnOffer
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import Department
from recycling.accounts.rules import Who, is_association, is_city, kind_of, may_sign_in, role_of
from recycling.notifications.domain import sending
from recycling.policy.models import Policy
from reservations.desk_forms import unit_choices
from reservations.domain import behalf, booking, holding
from reservations.domain.refusals import GivenTooMany, MoreThanLimit, ResidentsMayNot, TooManyPieces
from tests.factories import (
    counters,
    first_slot,
    hold,
    later,
    make_association,
    make_association_member,
    make_item,
    make_member,
    make_reservation,
    make_unit,
    make_user,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assi():
    return make_association_member(name="Assi Apu", email="assi@yhdistys.example")


@pytest.fixture
def chairs(assi):
    """Forty that nobody took in the first ten days; the associations' turn has come."""
    open_site(capacity=20)
    Policy.objects.update(residents_days=1, associations_days=0)
    item = make_item(quantity=40)
    stages.move_due(at=later(days=3))
    item.refresh_from_db()
    return item


def book(wishes, by, at=None):
    """Held and booked with one's own address, which is proved by having signed in."""
    at = at or later(days=3)
    bundle = hold(wishes, by=by, at=at)
    for one in bundle:
        holding.choose_time(one, first_slot(one.site, at=at), at=at)
    mine = Contact("email", by.email)
    holding.set_contact(
        bundle, mine, name=by.name, wants_reminder=False, language="fi", device="", by=by, at=at
    )
    return booking.confirm(bundle, by=by, at=at)


# -- who that is


def test_an_association_is_no_unit_of_the_city(assi):
    assert (kind_of(assi), is_city(assi), is_association(assi)) == (Who.ASSOCIATION, False, True)
    with translation.override("en"):
        assert (may_sign_in(assi), role_of(assi)) == (True, "association")
    assert not Department.objects.with_role(assi, "requester").exists()


def test_whoever_belongs_to_a_unit_too_counts_as_the_city(assi):
    assi.memberships.create(department=make_unit(), role="requester")
    assert (kind_of(assi), is_association(assi)) == (Who.UNIT, False)


def test_a_worker_who_is_in_an_association_is_staff():
    worker = make_worker()
    worker.memberships.create(department=make_association(), role="requester")
    assert kind_of(worker) == Who.STAFF


def test_whose_association_is_not_active_any_more_is_a_resident(assi):
    Department.objects.update(is_active=False)
    assert (kind_of(assi), may_sign_in(assi)) == (Who.RESIDENT, False)


def test_the_kind_of_everybody_else():
    kinds = [kind_of(person) for person in (make_user(), make_member(), make_user(is_manager=True))]
    assert kinds == [Who.RESIDENT, Who.UNIT, Who.STAFF]
    gone = make_member()
    gone.is_active = False
    assert kind_of(gone) == Who.RESIDENT


def test_its_member_signs_in_by_a_code_and_lands_in_the_catalogue(assi):
    browser = Client()
    browser.post(reverse("account_login"), {"email": assi.email})
    sending.send_due(at=later(days=9999))
    assert [message.to for message in mail.outbox] in ([], [[assi.email]])
    browser.force_login(assi, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("home"))["Location"] == reverse("inventory:front")
    assert browser.get(reverse("account_no_unit"))["Location"] == reverse("home")
    assert browser.get(reverse("reservations:dept")).status_code == 403


def test_the_desk_offers_units_alone_where_it_asks_for_a_unit(assi):
    school = make_unit()
    assert [words for _key, words in unit_choices()] == ["—", school.name]


# -- what it may take


def test_in_its_stage_it_takes_as_many_as_it_needs_and_a_resident_as_ever(assi, chairs):
    with pytest.raises(MoreThanLimit):
        hold({chairs: 6}, at=later(days=3))
    make_reservation({chairs: 5}, at=later(days=3))
    book({chairs: 20}, assi)
    assert counters(chairs) == (40, 25)


def test_before_its_stage_it_has_a_residents_limit(assi):
    open_site()
    with pytest.raises(MoreThanLimit):
        hold({make_item(quantity=40): 6}, by=assi)


def test_in_the_units_days_it_sees_and_takes_nothing(assi):
    open_site()
    with pytest.raises(NotOnOffer):
        hold({make_item(units_first=True): 1}, by=assi)


def test_what_residents_may_not_have_it_may_not_have_either(assi, chairs):
    with pytest.raises(ResidentsMayNot):
        hold({make_item(condition="fix"): 1}, by=assi, at=later(days=3))


def test_what_it_took_whole_is_not_held_against_it(assi, chairs):
    book({chairs: 20}, assi)
    Policy.objects.update(residents_days=0)
    desks, more = make_item(quantity=9, category="desk"), make_item(quantity=9, category="desk")
    book({desks: 5}, assi)
    with pytest.raises(TooManyPieces) as refused:
        book({more: 1}, assi)
    assert refused.value.details["have"] == 5


def test_in_one_booking_only_what_has_a_limit_counts(assi, chairs):
    Policy.objects.update(residents_days=0)
    desks = make_item(quantity=9, category="desk")
    book({chairs: 20, desks: 5}, assi)
    with pytest.raises(MoreThanLimit):
        hold({chairs: 1, desks: 6}, by=assi, at=later(days=3))


def test_without_signing_in_nobody_has_more_than_the_limit(assi, chairs):
    with pytest.raises(MoreThanLimit):
        hold({chairs: 6}, at=later(days=3))


def on_behalf(wishes, worker, address, key):
    at = later(days=3)
    details = {"name": "Assi Apu", "language": "fi", "by": worker, "at": at, "client_key": key}
    return behalf.book(wishes, first_slot(at=at), Contact("email", address), **details)


def test_a_worker_books_for_it_within_the_same_limits(assi, chairs):
    worker = make_worker()
    on_behalf({chairs: 20}, worker, assi.email, "first")
    Policy.objects.update(residents_days=0)
    with pytest.raises(GivenTooMany):
        on_behalf({make_item(quantity=9): 6, chairs: 1}, worker, assi.email, "second")
    with pytest.raises(GivenTooMany):
        on_behalf({chairs: 6}, worker, "aino@example.org", "third")


# -- what is leaving


def test_what_is_leaving_is_taken_by_nobody_and_what_was_promised_stays_promised(assi, chairs):
    lead = make_worker(role="lead")
    reservation = make_reservation({chairs: 5}, at=later(days=3))
    stages.move_on(chairs, by=lead, at=later(days=3))
    for person in (None, assi, make_member()):
        with pytest.raises(NotOnOffer):
            hold({chairs: 1}, by=person, at=later(days=3))
    reservation.refresh_from_db()
    assert (reservation.status, counters(chairs)) == ("booked", (40, 5))
    booking.cancel(reservation, at=later(days=3))
    assert counters(chairs) == (40, 0)


def test_a_hold_that_was_begun_in_time_is_booked_though_it_is_leaving_by_now(chairs):
    at = later(days=3)
    bundle = hold({chairs: 5}, at=at)
    holding.choose_time(bundle[0], first_slot(at=at), at=at)
    stages.move_on(chairs, by=make_worker(role="lead"), at=at)
    contact = Contact("email", "aino@example.org")
    holding.set_contact(bundle, contact, name="A", wants_reminder=False, language="fi", device="", at=at)
    type(bundle[0]).objects.update(contact_proved_at=at)
    assert booking.confirm(bundle, at=at)[0].status == "booked"
