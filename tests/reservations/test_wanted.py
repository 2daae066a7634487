"""The wanted list: written, matched at publishing, offered in the order of need, taken, declined, ended."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import publishing, stock
from inventory.models import Item
from recycling import publications, working_days
from recycling.accounts.models import Membership
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking, wanted, wanted_later
from reservations.domain.refusals import WrongState
from reservations.domain.wanted_refusals import (
    FoundAlready,
    LessThanAtLeast,
    NeededInThePast,
    OfferWaits,
)
from reservations.models import Reservation, WantedEntry, WhyDeclined
from tests.factories import NOW, category, counters, hold, later, make_item, make_site, make_unit, make_worker
from tests.reservations.wanting import BEFORE, TODAY, now, offer_of, offers, requester, send, wants

pytestmark = pytest.mark.django_db


@pytest.fixture
def risto():
    return requester()


@pytest.fixture
def kirsi():
    return requester("library", "Kirsi Kirjala")


def test_what_comes_in_is_offered_to_the_unit_that_waits_for_it(risto):
    entry = wants(risto, 10)
    chairs = make_item(quantity=12)
    assert (now(entry), counters(chairs)) == (("offered", 10), (12, 10))
    offer = offer_of(entry)
    assert (offer.status, offer.person, offer.department) == ("held", risto, entry.department)
    assert offer.held_until == working_days.end_of(NOW, 2, "Europe/Helsinki")
    message = Notification.objects.get(kind="wanted_offer")
    assert (message.recipient, message.send_before) == (f"wanted:{entry.pk}", offer.held_until)
    assert set(AuditEntry.objects.filter(target_type="wantedentry").values_list("action", flat=True)) == {
        "wanted_added",
        "wanted_offered",
    }
    call_command("check_counters")


def test_the_earliest_need_is_served_first_and_the_rest_gets_what_is_left(risto, kirsi):
    late, early = wants(risto, 10, days=20), wants(kirsi, 4, days=3)
    make_item(quantity=9)
    assert offers() == [("library", 4, "held"), ("school", 5, "held")]
    assert (now(early), now(late)) == (("offered", 4), ("offered", 10))


def test_needed_on_the_same_day_whoever_asked_first_is_first(risto, kirsi):
    wants(risto, 5), wants(kirsi, 5)
    make_item(quantity=5)
    assert offers() == [("school", 5, "held")]


def test_less_than_they_said_is_offered_to_the_next_instead(risto, kirsi):
    wants(risto, 10, days=3, at_least=8), wants(kirsi, 5, days=9)
    make_item(quantity=6)
    assert offers() == [("library", 5, "held")]


@pytest.mark.parametrize(
    ("waits_for", "item", "offered"),
    [
        ({"kind": "seating"}, {}, True),
        ({"kind": "desk"}, {}, False),
        ({"condition": "good"}, {"condition": "as_new"}, True),
        ({"condition": "good"}, {"condition": "good"}, True),
        ({"condition": "good"}, {"condition": "worn"}, False),
        ({"condition": "fix"}, {"condition": "fix"}, True),
        ({"width_cm": 60}, {"width_cm": Decimal("60.0")}, True),
        ({"width_cm": 60}, {"width_cm": Decimal("60.5")}, False),
        ({"width_cm": 60}, {}, True),  # not measured: they are told so and look themselves
        ({"height_cm": 90}, {"width_cm": Decimal(900), "height_cm": Decimal(80)}, True),
        ({"depth_cm": 50}, {"depth_cm": Decimal(70)}, False),
    ],
)
def test_what_fits_is_offered_and_nothing_else(risto, waits_for, item, offered):
    wants(risto, 1, **waits_for)
    make_item(**item)
    assert bool(offers()) == offered


def test_a_units_own_gift_is_not_offered_to_itself(risto, kirsi):
    wants(risto, 1), wants(kirsi, 1)
    make_item(owner=make_unit())
    assert offers() == [("library", 1, "held")]


@pytest.mark.parametrize("closed", ["past", "unit", "ended"])
def test_who_waits_no_longer_is_offered_nothing(risto, closed):
    entry = wants(risto, 1)
    if closed == "ended":
        wanted.end(entry, by=risto, at=NOW)
    elif closed == "unit":
        entry.department.is_active = False
        entry.department.save()
    else:
        WantedEntry.objects.update(needed_by=TODAY - timedelta(days=1))
    make_item()
    assert offers() == []


def test_a_draft_is_offered_when_it_is_published_and_what_is_past_its_day_never(risto):
    wants(risto, 1)
    draft = make_item(publish=False)
    past = make_item(publish=False, available_until=TODAY - timedelta(days=1))
    assert offers() == []
    publishing.publish(past, by=risto, at=NOW)
    assert offers() == []
    publishing.publish(draft, by=risto, at=NOW)
    assert offers() == [("school", 1, "held")]


def test_what_is_there_from_a_later_day_on_or_on_its_way_out_is_nobodys_offer_yet(risto):
    entry = wants(risto, pieces=2)
    make_item(quantity=2, available_from=TODAY + timedelta(days=3))
    assert (now(entry), offers()) == (("open", 2), [])
    leaving = make_item(quantity=2, publish=False)
    publishing.publish(leaving, by=None, at=BEFORE)
    booking.cancel(offer_of(entry), at=NOW)
    Item.objects.filter(pk=leaving.pk).update(stage="leaving")
    wanted_later.offer_what_came_free(at=NOW)
    assert (now(entry), len(offers())) == (("open", 2), 1)


def test_the_rest_of_a_lot_is_free_for_everybody(risto):
    wants(risto, 10)
    chairs = make_item(quantity=12)
    hold({chairs: 2}, by=requester("library"))
    assert counters(chairs) == (12, 12)


def test_a_load_is_shared_out_at_once_from_several_lots_of_one_site(
    risto, kirsi, django_assert_max_num_queries
):
    wants(risto, 10, days=3), wants(kirsi, 6, days=9)
    worker, drafts = make_worker(), [make_item(quantity=8, publish=False) for _each in range(2)]
    elsewhere = make_item(quantity=3, publish=False, site=make_site("other"))
    with publications.together(at=NOW):
        for draft in (*drafts, elsewhere):
            publishing.publish(draft, by=worker, at=NOW)
        assert offers() == []
    assert offers() == [("school", 10, "held"), ("library", 6, "held")]
    assert [counters(draft)[1] for draft in drafts] == [8, 8]
    assert counters(elsewhere) == (3, 0)
    call_command("check_counters")


# -- the number of questions


def many_units(count, entries):
    """``count`` units with a requester, the first ``entries`` of which wait for one chair each."""
    from recycling.accounts.models import Department, User  # noqa: PLC0415  (bulk rows of this scene alone)

    units = Department.objects.bulk_create(
        Department(code=f"u{number}", name_fi=f"Yksikkö {number}", name_sv=f"Enhet {number}")
        for number in range(count)
    )
    people = User.objects.bulk_create(
        User(email=f"u{number}@kierto.example", name=f"Pyytäjä {number}") for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(user=person, department=unit, role="requester", is_primary=True)
        for person, unit in zip(people, units, strict=True)
    )
    WantedEntry.objects.bulk_create(
        WantedEntry(
            token=f"T{number:09}",
            by=people[number],
            department=units[number],
            category=category("office_chair" if number % 2 else "seating"),
            pieces=1,
            still=1,
            condition="worn",
            needed_by=TODAY + timedelta(days=1 + number % 60),
            created_at=BEFORE,
        )
        for number in range(entries)
    )


def questions_of_publishing(quantity):
    """How many questions the publish verb asks for a lot of so many chairs."""
    draft = make_item(quantity=quantity, publish=False)
    Policy.current()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        publishing.publish(draft, by=make_worker(), at=NOW)
    return len(asked)


def test_publishing_asks_as_much_for_sixty_matches_as_for_one():
    many_units(61, 61)
    for_one, for_sixty = questions_of_publishing(1), questions_of_publishing(60)
    assert len(offers()) == 61
    assert for_one == for_sixty


def test_two_thousand_units_and_five_hundred_entries_cost_no_more_questions():
    many_units(2000, 500)
    for_one, for_most = questions_of_publishing(1), questions_of_publishing(499)
    assert (Reservation.objects.count(), WantedEntry.objects.filter(status="offered").count()) == (500, 500)
    assert Notification.objects.filter(kind="wanted_offer").count() == 500
    assert for_one == for_most
    call_command("check_counters")


def test_nobody_who_waits_costs_one_question(risto):
    wants(risto, 1, kind="desk")
    with_nobody = questions_of_publishing(1)
    WantedEntry.objects.update(category=category())
    assert questions_of_publishing(1) - with_nobody < 12


# -- no, thank you


def test_declined_it_goes_on_to_the_next_and_never_back(risto, kirsi):
    first, second = wants(risto, 6, days=3), wants(kirsi, 6, days=9)
    chairs = make_item(quantity=6)
    wanted.decline(offer_of(first), reason=WhyDeclined.LOOKS, by=risto, at=NOW)
    assert offers() == [("school", 6, "cancelled"), ("library", 6, "held")]
    assert (now(first), now(second)) == (("open", 6), ("offered", 6))
    wanted.decline(offer_of(second), reason=WhyDeclined.SIZE, by=kirsi, at=NOW)
    assert len(offers()) == 2
    assert counters(chairs) == (6, 0)
    row = AuditEntry.objects.filter(action="reservation_cancelled").earliest("pk")
    assert row.details["reason"] == "looks"


def test_declined_because_nothing_is_needed_ends_the_entry(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    wanted.decline(offer_of(entry), reason=WhyDeclined.NO_NEED, by=risto, at=NOW)
    assert now(entry) == ("ended", 6)


def test_an_offer_nobody_answered_expires_and_goes_on(risto, kirsi):
    first = wants(risto, 6, days=20)
    chairs = make_item(quantity=6)
    second = wants(kirsi, 6, days=30, at=NOW)
    offer = offer_of(first)
    booking.expire(offer, at=offer.held_until)
    assert offers() == [("school", 6, "expired"), ("library", 6, "held")]
    assert (now(first), now(second)) == (("open", 6), ("offered", 6))
    assert Notification.objects.filter(kind="let_go").count() == 0
    booking.expire(offer_of(second), at=offer_of(second).held_until)
    assert len(offers()) == 2
    assert counters(chairs) == (6, 0)


def test_an_offer_is_no_booking_that_takes_a_time(risto):
    entry = wants(risto, 6)
    make_item(quantity=6)
    assert not offer_of(entry).is_kept


# -- writing


def test_what_is_asked_for_makes_sense(risto):
    with pytest.raises(NeededInThePast):
        wants(risto, days=-1, at=NOW)
    with pytest.raises(LessThanAtLeast):
        wants(risto, 3, at_least=4)


def test_a_change_keeps_what_was_given_already(risto):
    entry = wants(risto, 10)
    make_item(quantity=6)
    with pytest.raises(OfferWaits):
        wanted.change(entry, by=risto, at=NOW, pieces=12)
    send(wanted.take(offer_of(entry), by=risto, at=NOW), risto)
    with pytest.raises(FoundAlready):
        wanted.change(entry, by=risto, at=NOW, pieces=6)
    wanted.change(entry, by=risto, at=NOW, pieces=8, note="Luokka 3")
    assert now(entry) == ("open", 2)
    wanted.end(entry, by=risto, at=NOW)
    with pytest.raises(WrongState):
        wanted.change(entry, by=risto, at=NOW, pieces=9)


def test_ending_gives_its_offer_to_the_next_and_twice_is_once(risto, kirsi):
    first = wants(risto, 6, days=3)
    wants(kirsi, 6, days=9)
    make_item(quantity=6)
    for _twice in range(2):
        wanted.end(first, by=risto, at=NOW)
    assert now(first) == ("ended", 6)
    assert offers() == [("school", 6, "cancelled"), ("library", 6, "held")]


def test_when_the_day_has_passed_the_unit_is_told_once(risto):
    entry = wants(risto, 6, days=1)
    with pytest.raises(WrongState):
        wanted.end_past(entry, at=NOW)
    wanted.end_past(entry, at=later(days=2))
    assert now(entry) == ("ended", 6)
    assert Notification.objects.filter(kind="wanted_ended").count() == 1


# -- what comes free later


def test_what_was_there_before_is_shown_and_not_held(risto):
    chairs = make_item(quantity=12)
    entry = wants(risto, 10, at=later(minutes=1))
    assert wanted_later.offer_what_came_free(at=later(minutes=2)) == 0
    assert wanted.free_now([entry], at=NOW) == {entry.pk: [chairs]}


@pytest.mark.parametrize("way", ["cancelled", "counted", "back"])
def test_what_comes_free_later_is_offered_by_the_job(risto, way):
    worker, chairs = make_worker(), make_item(quantity=4)
    held = hold({chairs: 4}, by=risto) if way == "cancelled" else None
    aside = stock.set_aside(chairs, 4, reason="repair", by=worker, at=NOW) if way == "back" else None
    if way == "counted":
        hold({chairs: 4}, by=risto)
    wants(risto, 4, at=later(minutes=1))
    if held:
        booking.cancel(held[0], at=later(minutes=2))
    elif aside:
        stock.put_back(aside, by=worker, at=later(minutes=2))
    else:
        stock.correct(chairs, quantity=8, by=worker, at=later(minutes=2), reason="counted")
    for _twice in range(2):
        wanted_later.offer_what_came_free(at=later(minutes=3))
    assert offers() == [("school", 4, "held")]
    call_command("check_counters")


def test_what_was_published_while_another_offer_stood_is_offered_afterwards(risto):
    entry = wants(risto, 10)
    make_item(quantity=6)
    more = make_item(quantity=4)
    assert len(offers()) == 1
    send(wanted.take(offer_of(entry), by=risto, at=NOW), risto)
    wanted_later.offer_what_came_free(at=later(hours=1))
    assert offers()[1:] == [("school", 4, "held")]
    assert counters(more) == (4, 4)


def test_the_job_asks_as_much_for_many_as_for_one():
    many_units(60, 60)
    chairs = Item.objects.filter(pk__in=[make_item(publish=False).pk for _each in range(3)])
    chairs.update(status="published", published_at=NOW, public_from=NOW)
    with CaptureQueriesContext(connection) as few:
        assert wanted_later.offer_what_came_free(at=NOW) == 3
    more = Item.objects.filter(pk__in=[make_item(publish=False).pk for _each in range(40)])
    more.update(status="published", published_at=NOW, public_from=NOW)
    with CaptureQueriesContext(connection) as many:
        assert wanted_later.offer_what_came_free(at=NOW) == 40
    assert len(many) == len(few)


# -- who waits


def test_the_hall_hears_how_many_units_wait_and_nobodys_name(risto, kirsi, django_assert_num_queries):
    wants(risto, 10, days=20), wants(risto, 2, kind="seating", days=9), wants(kirsi, 4, days=3)
    chair, seating, desk = category(), category("seating"), category("desk")
    with django_assert_num_queries(1):
        found = publications.waiting([chair, seating, desk], at=NOW)
    assert (found[chair.pk].units, found[chair.pk].pieces) == (2, 16)
    assert found[chair.pk].first == TODAY + timedelta(days=3)
    assert (found[seating.pk].units, found[seating.pk].pieces) == (1, 2)
    assert desk.pk not in found


def test_the_city_sees_what_its_units_wait_for(risto, kirsi, django_assert_num_queries):
    wants(risto, 10, days=20), wants(kirsi, 4, days=3), wants(kirsi, 1, kind="desk", days=30)
    with django_assert_num_queries(2):
        first, second = wanted.of_the_city(at=NOW)
    assert (first.category.key, first.waiting.units, first.waiting.pieces) == ("office_chair", 2, 14)
    assert second.category.key == "desk"
