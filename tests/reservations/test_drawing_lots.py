"""Lots instead of the fastest finger: nobody comes first until the draw, and then its order counts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain import publishing
from inventory.domain.refusals import OnlyLead
from inventory.models import Item, SiteRole
from recycling import offers
from recycling.audit.models import AuditEntry
from recycling.notifications.models import Notification
from reservations.domain import booking, drawing_lots, holding, queueing, wanted, wanted_later, wanted_offers
from reservations.domain.counters import drifts
from reservations.domain.queue_refusals import DrawnLater, DrawTooSoon, QueueFull
from reservations.domain.refusals import WrongState
from reservations.models import QueueEntry
from tests.factories import NOW, counters, hold, later, make_item, make_site, make_worker, open_site
from tests.recycling.messages.writing import send
from tests.reservations.queues import joins, now, offer_of
from tests.reservations.wanting import wants
from tests.reservations.writing import list_with, make_minna

pytestmark = pytest.mark.django_db

SOON = later(days=3)


@pytest.fixture(autouse=True)
def exact():
    open_site(capacity=20)
    yield
    assert drifts() == []


@pytest.fixture
def lead():
    return make_worker(make_site(), SiteRole.LEAD)


@pytest.fixture
def sofa(lead):
    item = make_item()
    drawing_lots.mark(item, draw_at=SOON, by=lead, at=NOW)
    return item


def draw(item, at=SOON):
    return drawing_lots.hold(drawing_lots.to_come(item), at=at)


def in_order(item):
    return list(QueueEntry.objects.filter(item=item).order_by("lot"))


def test_until_the_draw_nobody_reserves_it_and_everybody_may_join(sofa):
    with pytest.raises(DrawnLater):
        hold({sofa: 1})
    for number in range(7):
        joins(sofa, f"person{number}")
    assert counters(sofa) == (1, 0)


def test_staff_may_still_take_it(sofa, lead):
    hold({sofa: 1}, by=lead)
    assert counters(sofa) == (1, 1)


def test_the_button_says_what_to_do_instead(sofa, lead):
    assert isinstance(holding.why_not(sofa, by=AnonymousUser(), at=NOW), DrawnLater)
    assert holding.why_not(sofa, by=lead, at=NOW) is None


def test_no_unit_takes_it_before_lots_have_decided(sofa, lead):
    minna = make_minna()
    with pytest.raises(DrawnLater):
        list_with({sofa: 1}, by=minna)
    entry = wants(minna, 1, kind=sofa.category.key)
    assert wanted.free_now([entry], at=NOW) == {entry.pk: []}
    assert wanted_later.offer_what_came_free(at=NOW) == 0
    assert wanted_offers.offer(wanted_offers.locked_items([sofa.pk]), at=NOW) == 0
    assert offers.unit_offer(sofa, by=minna) is None
    assert counters(sofa) == (1, 0)
    draw(sofa)
    assert offers.unit_offer(sofa, by=minna) is not None
    assert wanted.free_now([entry], at=NOW) == {entry.pk: [sofa]}
    assert wanted_offers.offer(wanted_offers.locked_items([sofa.pk]), at=NOW) == 1


def test_what_cannot_be_had_any_more_is_drawn_without_a_word(sofa, lead):
    for number in range(3):
        joins(sofa, f"person{number}")
    publishing.withdraw(sofa, by=lead, at=later(days=1), reason="broken")
    draw(sofa)
    assert not Notification.objects.filter(kind="queue_drawn").exists()


def test_a_draw_asks_as_much_for_thirty_as_for_three(lead):
    asked = []
    for number in (3, 30):
        item = make_item()
        drawing_lots.mark(item, draw_at=SOON, by=lead, at=NOW)
        for one in range(number):
            joins(item, f"person{one}of{number}")
        with CaptureQueriesContext(connection) as queries:
            draw(item)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_first_lot_has_the_first_turn_and_the_others_hear_their_place(sofa):
    for number in range(7):
        joins(sofa, f"person{number}", at=later(minutes=number))
    draw(sofa)
    order = in_order(sofa)
    assert [one.lot for one in order] == [1, 2, 3, 4, 5, 6, 7]
    assert [now(one) for one in order] == ["offered", *["waiting"] * 6]
    assert queueing.place_of(order[1]) == 2
    assert Notification.objects.filter(kind="queue_drawn").count() == 6
    assert AuditEntry.objects.get(action="draw_held").details["order"] == [one.pk for one in order]
    booking.cancel(offer_of(order[0]), at=SOON)
    assert now(order[1]) == "offered"


def test_who_joins_after_the_draw_comes_after_those_who_were_drawn(sofa):
    for number in range(3):
        joins(sofa, f"person{number}")
    draw(sofa)
    late = joins(sofa, "late", at=SOON)
    assert queueing.place_of(late) == 4
    joins(sofa, "later", at=SOON)
    with pytest.raises(QueueFull):
        joins(sofa, "last", at=SOON)


def test_every_order_comes_up(lead):
    """Three people, thirty draws: each is the first at least once, but for one case in sixty thousand."""
    first = set()
    for round_ in range(30):
        item = make_item()
        drawing_lots.mark(item, draw_at=SOON, by=lead, at=NOW)
        entries = [joins(item, f"person{number}r{round_}") for number in range(3)]
        draw(item)
        first.add(entries.index(in_order(item)[0]))
    assert first == {0, 1, 2}


def test_nobody_wanted_it_and_it_is_anybodys(sofa):
    draw(sofa)
    hold({sofa: 1}, at=SOON)
    assert counters(sofa) == (1, 1)


def test_it_is_drawn_once_and_not_before_its_time(sofa):
    mark = drawing_lots.to_come(sofa)
    with pytest.raises(WrongState):
        drawing_lots.hold(mark, at=SOON - timedelta(seconds=1))
    drawing_lots.hold(mark, at=SOON)
    with pytest.raises(WrongState):
        drawing_lots.hold(mark, at=SOON)


def test_no_draw_after_all_serves_whoever_joined_first(sofa, lead):
    first, second = joins(sofa, "aino"), joins(sofa, "bo", at=later(minutes=1))
    drawing_lots.unmark(sofa, by=lead, at=later(hours=1))
    assert (now(first), now(second)) == ("offered", "waiting")


def test_only_a_lead_marks_and_leaves_people_time(lead):
    item = make_item()
    with pytest.raises(OnlyLead):
        drawing_lots.mark(item, draw_at=SOON, by=make_worker(), at=NOW)
    with pytest.raises(DrawTooSoon):
        drawing_lots.mark(item, draw_at=later(hours=23), by=lead, at=NOW)


def test_kept_pages_of_the_thing_are_stale_when_it_is_marked(sofa):
    assert Item.objects.get(pk=sofa.pk).version > sofa.version


def test_what_is_said_before_the_draw_is_that_one_takes_part(sofa, mailoutbox):
    joins(sofa)
    send(NOW)
    assert mailoutbox[-1].subject == "You take part in the draw"
