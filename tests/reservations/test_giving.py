"""What is collected at a unit's own site: whose it is to hand over, its weekly times, and times that are agreed."""

from datetime import time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.domain import offers
from inventory.domain.offer_refusals import NoSiteOfItsOwn, NotAGiver
from inventory.models import Item, Site
from recycling import clock
from recycling.accounts.domain.contacts import Contact
from recycling.accounts.models import Department
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from reservations.domain import (
    advice,
    arranging,
    booking,
    giving,
    handover,
    holding,
    proposing,
    slots,
    timetable,
    windows,
)
from reservations.domain.giving_refusals import (
    AgreedTime,
    NoTimeProposed,
    NotProposed,
    TimeOutsideItsDays,
    TimesKeptByAnother,
    TimeTooFar,
    TimeTooSoon,
    TooManyTimes,
    WindowBackwards,
    WindowsOverlap,
    WindowTooShort,
)
from reservations.domain.refusals import NoSuchPickup, SlotNotOffered, TimeMissing, TooManyPieces, WrongState
from reservations.domain.windows import Window
from reservations.models import PickupSlot, Reservation
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_reservation,
    make_unit,
    make_worker,
    open_site,
)
from tests.giving import make_offer, make_school, until
from tests.reservations.driving import accept, make_request

pytestmark = pytest.mark.django_db

WHEN = {"at": NOW}
TUESDAY, THURSDAY = 1, 3


@pytest.fixture
def school():
    unit = make_school()
    Department.objects.update(is_trusted_giver=True)
    unit.refresh_from_db()
    return unit


@pytest.fixture
def antti(school):
    return make_member("giver", name="Antti Antaja", email="antti@kierto.example")


@pytest.fixture
def offer(antti):
    """Twelve chairs that residents may have too."""
    found = make_offer(antti, quantity=12, residents_may_come=True, place="Luokka 112", access="Ovi B")
    Item.objects.update(public_from=NOW)
    return found


def weekly(school, by, *kept):
    kept = kept or (Window(TUESDAY, time(13), time(15)), Window(THURSDAY, time(13), time(15)))
    return windows.keep(school, kept, by_arrangement=False, by=by, **WHEN)


@pytest.fixture
def reserved(school, antti, offer):
    """Two of the chairs, booked at the first of the weekly times."""
    weekly(school, antti)
    return make_reservation({offer: 2})


# -- weekly times


def starts(site, at=NOW):
    return [clock.local(slot.starts_at, site.tz) for slot in slots.offered(site, at=at)]


def test_weekly_times_become_times_that_people_choose_from(school, antti):
    site = weekly(school, antti)
    found = starts(site)
    assert {one.weekday() for one in found} == {TUESDAY, THURSDAY}
    assert [(one.hour, one.minute) for one in found[:4]] == [(13, 0), (13, 30), (14, 0), (14, 30)]


def test_a_unit_needs_hours_of_the_clock_and_not_open_hours(school, antti):
    """Four open hours of Tuesdays and Thursdays would be a week."""
    assert starts(weekly(school, antti))[0].date() == until(1)


def test_changed_times_leave_what_is_booked(school, antti, reserved):
    windows.keep(school, [Window(4, time(9), time(10))], by_arrangement=False, by=antti, **WHEN)
    reserved.refresh_from_db()
    assert booked(reserved.slot) == 1
    assert {one.weekday() for one in starts(reserved.site)} >= {4}
    assert windows.windows_of(reserved.site) == [Window(4, time(9), time(10))]


def test_of_units_that_share_a_site_the_first_keeps_its_times(school, antti):
    weekly(school, antti)
    library = make_unit("library", "Kirjasto", default_site=school.default_site)
    other = make_member("giver", code="library")
    with pytest.raises(TimesKeptByAnother) as refused:
        windows.keep(library, [Window(4, time(9), time(10))], by_arrangement=False, by=other, **WHEN)
    assert "Puiston koulu" in str(refused.value)
    assert {one.weekday for one in windows.windows_of(school.default_site)} == {TUESDAY, THURSDAY}
    # The school moves away: now the library does.
    Department.objects.filter(pk=school.pk).update(default_site=None)
    windows.keep(library, [Window(4, time(9), time(10))], by_arrangement=False, by=other, **WHEN)
    assert {one.weekday for one in windows.windows_of(library.default_site)} == {4}


@pytest.mark.parametrize(
    ("kept", "refusal"),
    [
        ([Window(1, time(15), time(13))], WindowBackwards),
        ([Window(1, time(13), time(13, 20))], WindowTooShort),
        ([Window(1, time(13), time(15)), Window(1, time(14), time(16))], WindowsOverlap),
    ],
)
def test_times_that_make_no_sense_are_refused(school, antti, kept, refusal):
    with pytest.raises(refusal):
        weekly(school, antti, *kept)


def test_only_givers_keep_the_times_of_their_own_site(school):
    for stranger in (make_member("requester"), make_member("lead", code="library", name_fi="Kirjasto")):
        with pytest.raises(NotAGiver):
            weekly(school, stranger)


def test_a_unit_without_a_site_has_no_times(school, antti):
    Department.objects.update(default_site=None)
    school.refresh_from_db()
    with pytest.raises(NoSiteOfItsOwn):
        weekly(school, antti)


def test_no_time_after_its_last_day_is_offered_or_taken(school, antti, offer):
    site = weekly(school, antti)
    Item.objects.update(available_until=until(2))
    (held,) = hold({offer: 1})
    table = timetable.of(site, lines=list(held.lines.select_related("item")), at=NOW)
    assert {day.day for day in table.days if day.slots} == {until(1)}
    beyond = slots.offered(site, at=NOW).last()
    with pytest.raises(SlotNotOffered):
        holding.choose_time(held, beyond, at=NOW)


# -- whose it is to hand over


def test_givers_and_leads_of_the_unit_hand_over_and_nobody_else(antti, reserved):
    lead, requester = make_member("lead"), make_member("requester")
    other = make_member("lead", code="library", name_fi="Kirjasto")
    worker = make_worker()
    people = (antti, lead, requester, other, worker, AnonymousUser())
    assert [Reservation.objects.given_by_unit_of(one).count() for one in people] == [1, 1, 0, 0, 0, 0]


def test_a_giver_sees_nothing_of_a_warehouse(school, antti):
    site = open_site()
    make_reservation({make_item(owner=school, site=site): 1})
    assert not Reservation.objects.given_by_unit_of(antti).exists()


def test_the_code_leads_to_what_is_ones_own(antti, reserved):
    mine = Reservation.objects.given_by_unit_of(antti)
    assert handover.find(reserved.pickup_code, by=antti, among=mine, **WHEN) == reserved
    other = make_member("giver", code="library", name_fi="Kirjasto")
    with pytest.raises(NoSuchPickup):
        handover.find(
            reserved.pickup_code, by=other, among=Reservation.objects.given_by_unit_of(other), **WHEN
        )
    with pytest.raises(NoSuchPickup):
        handover.find(reserved.pickup_code, by=antti, **WHEN)


def test_it_is_handed_over_like_anything_else(antti, offer, reserved):
    (line,) = reserved.lines.all()
    handover.hand_over(reserved, given={line.pk: 1}, why_not={line.pk: "broken"}, by=antti, **WHEN)
    assert counters(offer) == (11, 1)
    assert Reservation.objects.get().status == "collected"


def test_who_has_reserved_it_knows_where_and_whom_to_ask(antti, reserved, mailoutbox):
    assert giving.at_the_giver(reserved) == [
        giving.AtTheGiver("Luokka 112", "Ovi B", "Antti Antaja", "antti@kierto.example")
    ]
    sending.send_due(at=NOW)
    assert "Luokka 112" in mailoutbox[0].body


def test_a_warehouse_has_no_giver():
    open_site()
    assert giving.at_the_giver(make_reservation()) == []


def test_what_is_reserved_is_still_handed_over_after_the_last_day(antti, offer, reserved):
    offers.end(offer, by=antti, **WHEN)
    (line,) = reserved.lines.all()
    handover.hand_over(reserved, given={line.pk: 2}, why_not={}, by=antti, **WHEN)
    assert counters(offer) == (10, 0)


def kept(offer, at=NOW):
    """Two of the chairs, accepted for a unit that has not chosen its time yet."""
    request = accept(make_request({offer: 2}, by=make_member(code="library"), at=at), at=at)
    return request.reservations.get()


@pytest.mark.parametrize("verb", [offers.end, offers.gone])
def test_what_is_promised_when_an_offer_ends_is_collected_within_a_week(school, antti, offer, verb):
    weekly(school, antti)
    promised = kept(offer)
    verb(offer, by=antti, **WHEN)
    days = timetable.free_by_day(promised.site, lines=promised.lines.all(), at=NOW)
    assert [day for day, free in days.items() if free] == [until(1), until(3)]
    booking.reschedule(promised, first_slot(promised.site), **WHEN)
    promised.refresh_from_db()
    assert promised.status == "booked"
    later_on = slots.offered(promised.site, at=NOW).filter(starts_at__gt=later(days=7)).first()
    with pytest.raises(SlotNotOffered):
        booking.reschedule(promised, later_on, by=antti, **WHEN)


def test_before_its_last_day_nothing_is_collected_after_it(school, antti, offer):
    weekly(school, antti)
    Item.objects.update(available_until=until(2))
    (held,) = hold({offer: 1})
    days = timetable.free_by_day(held.site, lines=held.lines.all(), at=NOW)
    assert list(days) == [until(1)]


def test_what_was_promised_and_not_fetched_by_the_last_day_has_a_week_too(school, antti, offer):
    weekly(school, antti)
    promised = kept(offer, at=later(days=27))
    slots.plan(promised.site, at=later(days=29))
    days = timetable.free_by_day(promised.site, lines=promised.lines.all(), at=later(days=29))
    assert list(days) == [until(29), until(31), until(36)]


# -- times that are agreed


@pytest.fixture
def arranged(school, antti, offer):
    """The school's site, where times are agreed."""
    return windows.keep(school, [], by_arrangement=True, by=antti, **WHEN)


def moment(days, hour=13):
    return clock.resolve(until(days), time(hour), "Europe/Helsinki")


def asked_for(offer, *times, contact="aino@example.org", device="a" * 64, at=NOW):
    """Two chairs with these proposals, confirmed by a resident."""
    bundle = hold({offer: 2}, device=device, at=at)
    for one in bundle:
        proposing.propose(one, times or [moment(2), moment(3)], at=at)
    holding.set_contact(
        bundle,
        Contact("email", contact),
        name="Aino Asukas",
        wants_reminder=True,
        language="fi",
        device="",
        at=at,
    )
    Reservation.objects.filter(bundle=bundle[0].bundle).update(contact_proved_at=at)
    return booking.confirm(bundle, at=at)[0]


def sent(mailoutbox, at=NOW):
    before = len(mailoutbox)
    sending.send_due(at=at)
    return sorted(mail.to[0] for mail in mailoutbox[before:])


def test_no_times_are_offered_where_they_are_agreed(arranged):
    assert (list(slots.offered(arranged, at=NOW)), slots.plan(arranged, at=NOW)) == ([], 0)


def test_proposals_wait_for_the_givers_answer_and_both_have_it_in_writing(arranged, offer, mailoutbox):
    reservation = asked_for(offer)
    assert (reservation.status, reservation.is_asked, reservation.is_kept) == ("held", True, False)
    assert (reservation.held_until, counters(offer)) == (moment(3), (12, 2))
    assert sent(mailoutbox) == ["aino@example.org", "antti@kierto.example"]


def test_without_a_proposal_nothing_is_confirmed(arranged, offer):
    with pytest.raises(TimeMissing):
        booking.confirm(hold({offer: 1}), at=NOW)


def test_confirming_twice_asks_once(arranged, offer):
    reservation = asked_for(offer)
    assert booking.confirm([reservation], at=NOW) == [reservation]
    assert Notification.objects.filter(kind="times_proposed").count() == 1


@pytest.mark.parametrize(
    ("times", "refusal"),
    [
        ([], NoTimeProposed),
        ([moment(day) for day in (1, 2, 3, 4)], TooManyTimes),
        ([later(hours=1)], TimeTooSoon),
        ([later(hours=-1)], TimeTooSoon),
        ([moment(31)], TimeTooFar),
        ([moment(29)], TimeOutsideItsDays),
    ],
)
def test_proposals_have_to_be_possible(arranged, offer, times, refusal):
    (held,) = hold({offer: 1})
    with pytest.raises(refusal):
        proposing.propose(held, times, at=NOW)


def test_a_time_is_proposed_for_what_was_promised_before_the_offer_ended(arranged, antti, offer):
    promised = kept(offer)
    offers.end(offer, by=antti, **WHEN)
    with pytest.raises(TimeOutsideItsDays) as refused:
        proposing.propose(promised, [moment(8)], at=NOW)
    assert "23" in str(refused.value)
    assert proposing.propose(promised, [moment(2)], at=NOW).is_asked


def test_nothing_is_proposed_where_times_are_chosen(school, antti, offer):
    weekly(school, antti)
    (held,) = hold({offer: 1})
    with pytest.raises(WrongState):
        proposing.propose(held, [moment(2)], at=NOW)


def test_the_giver_takes_one_and_it_is_booked_at_that_time(arranged, antti, offer, mailoutbox):
    reservation = asked_for(offer)
    sent(mailoutbox)
    chosen = reservation.proposed.get(starts_at=moment(3))
    done = arranging.agree(reservation, chosen, by=antti, **WHEN)
    assert (done.status, done.slot.starts_at, done.held_until) == ("booked", moment(3), None)
    done.slot.refresh_from_db()
    assert (done.slot.capacity, done.slot.booked, done.places) == (1, 1, 1)
    assert arranging.agree(reservation, chosen, by=antti, **WHEN) == done
    assert sent(mailoutbox) == ["aino@example.org"]
    slots.plan(arranged, at=NOW)
    assert booked(done.slot) == 1


def test_two_at_one_time_share_its_slot(arranged, antti, offer):
    first, second = (
        asked_for(offer, moment(2), contact=f"{who}@example.org", device=who * 64) for who in "ab"
    )
    for one in (first, second):
        arranging.agree(one, one.proposed.get(), by=antti, **WHEN)
    slot = PickupSlot.objects.get()
    assert (slot.capacity, slot.booked) == (2, 2)


def test_an_agreed_time_that_is_cancelled_is_nobody_elses(arranged, antti, offer):
    reservation = asked_for(offer)
    done = arranging.agree(reservation, reservation.proposed.first(), by=antti, **WHEN)
    assert isinstance(advice.why_not_moved(done, at=NOW), AgreedTime)
    booking.cancel(done, at=NOW)
    assert (list(slots.offered(arranged, at=NOW)), counters(offer)) == ([], (12, 0))


def test_a_time_that_was_not_proposed_or_has_passed_is_not_taken(arranged, antti, offer):
    first = asked_for(offer, moment(2), moment(3))
    other = asked_for(offer, moment(4), contact="bo@example.org", device="b" * 64)
    with pytest.raises(NotProposed):
        arranging.agree(first, other.proposed.get(), by=antti, **WHEN)
    with pytest.raises(NotProposed):
        arranging.agree(first, first.proposed.get(starts_at=moment(2)), by=antti, at=moment(2, 14))


def test_none_suits_and_it_is_kept_until_other_times_are_proposed(arranged, antti, offer, mailoutbox):
    reservation = asked_for(offer)
    sent(mailoutbox)
    kept = arranging.decline(reservation, suits="mornings", by=antti, **WHEN)
    assert (kept.is_kept, kept.is_asked, kept.proposed.count(), counters(offer)) == (True, False, 0, (12, 2))
    assert sent(mailoutbox) == ["aino@example.org"]
    proposing.propose(kept, [moment(2, 9)], at=later(hours=1))
    kept.refresh_from_db()
    assert kept.is_asked
    assert sent(mailoutbox, later(hours=1)) == ["aino@example.org", "antti@kierto.example"]


@pytest.mark.parametrize(
    "verb",
    [
        lambda one, proposed, antti: arranging.agree(one, proposed, by=antti, **WHEN),
        lambda one, _proposed, antti: arranging.decline(one, suits="other", by=antti, **WHEN),
    ],
)
def test_what_waits_for_no_answer_gets_none(arranged, antti, offer, verb):
    reservation = asked_for(offer)
    proposed = reservation.proposed.first()
    booking.cancel(reservation, at=NOW)
    with pytest.raises(WrongState):
        verb(reservation, proposed, antti)


def test_without_an_answer_it_lapses_at_the_last_time_and_both_are_told(arranged, offer, mailoutbox):
    reservation = asked_for(offer)
    sent(mailoutbox)
    with pytest.raises(WrongState):
        booking.expire(reservation, at=moment(3) - timedelta(minutes=1))
    booking.expire(reservation, at=moment(3))
    assert counters(offer) == (12, 0)
    assert sent(mailoutbox, moment(3)) == ["aino@example.org", "antti@kierto.example"]


def test_what_waits_for_an_answer_counts_against_a_residents_limit(arranged, antti, offer):
    asked_for(offer, device="a" * 64)
    asked_for(offer, device="b" * 64)
    with pytest.raises(TooManyPieces):
        asked_for(offer, device="c" * 64)


def test_it_is_the_givers_list_that_shows_who_waits(arranged, antti, offer):
    reservation = asked_for(offer)
    assert list(giving.unanswered(antti, at=NOW)) == [reservation]
    assert list(giving.unanswered(make_member("requester"), at=NOW)) == []
    arranging.agree(reservation, reservation.proposed.first(), by=antti, **WHEN)
    assert (list(giving.unanswered(antti, at=NOW)), list(giving.coming(antti))) == ([], [reservation])


def test_everybody_may_know_when_things_are_collected(school, antti):
    weekly(school, antti)
    assert windows.in_words() == {school.default_site_id: ["ti 13.00-15.00", "to 13.00-15.00"]}
    assert Site.objects.count() == 1
