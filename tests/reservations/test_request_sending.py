"""A list is sent whole or not at all, and given up whole; an earlier one is copied with what is still there."""

import pytest
import time_machine
from django.core import mail
from django.utils import translation

from inventory.models import Item
from recycling.accounts.models import CostCentre, Membership
from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import (
    approval,
    booking,
    holding,
    request_copying,
    request_sending,
    request_states,
    requests,
)
from reservations.domain.refusals import TooLate, WrongState
from reservations.domain.unit_refusals import (
    CentreClosed,
    CentreMissing,
    CentreOfAnother,
    NeededByPast,
    NothingOnList,
    NotRequester,
    NotYourList,
    PartCollected,
    PiecesGone,
    SayNeededBy,
    SayReplaces,
    SayWay,
    UnitClosed,
)
from reservations.models import Delivery, FurnitureRequest, RequestStatus, Reservation, ReservationStatus
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    hold,
    later,
    make_item,
    make_member,
    make_site,
    make_unit,
    make_worker,
    open_site,
)

from .writing import CENTRE, MINNA, asked, facts, held, list_with, make_minna, ready_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def minna():
    """Reads English while she writes."""
    with translation.override("en"):
        yield make_minna()


@pytest.fixture
def helmi():
    return make_member("approver", name="Helmi Hyväksyjä")


@pytest.fixture
def chairs():
    return make_item(quantity=40)


def statuses(request):
    return [one.status for one in request.reservations.order_by("pk")]


def send(request, by, at=NOW):
    return request_sending.send(request, by=by, at=at)


# -- sent


def test_a_small_list_needs_nobody_and_waits_for_its_time(minna, chairs):
    request = send(ready_list({chairs: 20}, by=minna), minna)
    (reservation,) = request.reservations.all()
    assert (request.status, request.sent_at) == (RequestStatus.ACCEPTED, NOW)
    assert (reservation.status, reservation.person) == (ReservationStatus.HELD, minna)
    assert reservation.held_until > later(days=5)
    assert counters(chairs) == (40, 20)


def test_where_the_time_is_chosen_it_is_booked_at_once(minna, chairs):
    open_site()
    request = ready_list({chairs: 2}, by=minna)
    slot = first_slot()
    holding.choose_time(request.reservations.get(), slot, at=NOW)
    send(request, minna)
    reservation = request.reservations.get()
    assert (reservation.status, reservation.slot, booked(slot)) == (ReservationStatus.BOOKED, slot, 1)
    assert reservation.cost_centre.number == CENTRE
    assert Notification.objects.filter(kind="booked").exists()


def test_a_large_list_waits_for_its_approver_and_keeps_its_pieces(minna, helmi, chairs):
    request = send(ready_list({chairs: 24}, by=minna), minna)
    assert (request.status, request.approver) == (RequestStatus.WAITING, helmi)
    assert statuses(request) == [ReservationStatus.AWAITING_APPROVAL]
    assert request.reservations.get().held_until == request.waiting_until > later(days=5)


def test_sent_twice_is_sent_once(minna, helmi, chairs):
    request = send(ready_list({chairs: 24}, by=minna), minna)
    assert send(request, minna, at=later(minutes=1)).sent_at == NOW
    assert Notification.objects.filter(kind="request_sent").count() == 1


def test_the_requester_is_told_what_comes_next(minna, helmi, chairs):
    send(ready_list({chairs: 2}, by=minna), minna)
    send(ready_list({chairs: 24}, by=minna, at=later(minutes=1)), minna, at=later(minutes=1))
    sending.send_due(at=later(minutes=2))
    small, large = [message for message in mail.outbox if message.to == [MINNA]]
    assert "Choose a time" in small.body
    assert "Helmi Hyväksyjä" in large.body
    assert "24 pieces" in large.body


def test_what_became_of_it_meanwhile_is_not_announced_any_more(minna, chairs):
    request = send(ready_list({chairs: 2}, by=minna), minna)
    request_sending.cancel(request, by=minna, at=NOW)
    sending.send_due(at=NOW)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"cost_centre": None}, CentreMissing),
        ({"replaces": ""}, SayReplaces),
        ({"needed_by": None}, SayNeededBy),
        ({"fulfilment": ""}, SayWay),
        ({"fulfilment": "delivery"}, SayWay),
    ],
)
def test_what_is_not_said_is_asked_for_and_nothing_is_sent(minna, chairs, said, refusal):
    request = ready_list({chairs: 2}, by=minna, **said)
    with pytest.raises(refusal):
        send(request, minna)
    request.refresh_from_db()
    assert (request.status, request.sent_at, statuses(request)) == (RequestStatus.WRITING, None, ["held"])


def test_a_delivery_with_an_address_is_sent(minna, chairs):
    request = ready_list({chairs: 2}, by=minna, fulfilment="delivery")
    Delivery.objects.create(request=request, street="Koulukuja 1")
    assert send(request, minna).reservations.get().fulfilment == "delivery"


def test_an_empty_list_is_not_sent(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    requests.set_pieces(request, chairs, 0, by=minna, at=NOW)
    with pytest.raises(NothingOnList):
        send(request, minna)


def test_a_cost_centre_that_has_been_closed_meanwhile_is_refused(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    CostCentre.objects.update(open_until=NOW.date())
    send_on = later(days=1)
    with pytest.raises(CentreClosed):
        send(request, minna, at=send_on)
    assert held(request) == {chairs.pk: 2}


def test_a_cost_centre_that_has_gone_to_another_unit_is_refused(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    CostCentre.objects.update(department=make_unit("library", "Kirjasto"))
    with pytest.raises(CentreOfAnother):
        send(request, minna)


def test_a_day_that_has_passed_while_it_was_written_is_refused(minna, chairs):
    request = ready_list({chairs: 2}, by=minna, needed_by=NOW.date())
    with pytest.raises(NeededByPast):
        send(request, minna, at=later(days=1))


def test_a_unit_that_was_closed_sends_nothing(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request.department.is_active = False
    request.department.save()
    with pytest.raises(UnitClosed):
        send(request, minna)


def test_who_is_a_member_no_more_sends_nothing(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    Membership.objects.all().delete()
    with pytest.raises(NotRequester):
        send(request, minna)


def test_nobody_sends_the_list_of_somebody_else(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    with pytest.raises(NotYourList):
        send(request, make_member())


def test_what_is_over_is_not_sent(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request_sending.cancel(request, by=minna, at=NOW)
    with pytest.raises(WrongState):
        send(request, minna)


# -- after the hold has ended


def lapse(request, at):
    for one in request.reservations.holding():
        booking.expire(one, at=at)


def test_a_lapsed_list_is_held_again_as_it_is_sent(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    lapse(request, later(days=1))
    assert send(request, minna, at=later(days=1)).status == RequestStatus.ACCEPTED
    assert (held(request), counters(chairs)) == ({chairs.pk: 2}, (40, 2))


def test_when_others_took_the_last_pieces_nothing_is_sent_and_the_list_says_how_many_remain(
    minna, helmi, chairs
):
    other = make_item(quantity=2)
    request = ready_list({chairs: 24, other: 1}, by=minna)
    lapse(request, later(days=1))
    hold({chairs: 22}, by=make_worker(), at=later(days=1))
    with pytest.raises(PiecesGone):
        send(request, minna, at=later(days=1))
    request.refresh_from_db()
    assert (request.status, held(request), asked(request)[chairs.pk]) == (RequestStatus.WRITING, {}, 24)
    assert requests.hold_again(request, by=minna, at=later(days=1)) == {chairs.pk: 6}


# -- returned, and sent again


def test_a_returned_list_is_changed_and_sent_again(minna, helmi, chairs):
    request = send(ready_list({chairs: 24}, by=minna), minna)
    locked = request_states.lock(request)
    locked.decided_by, locked.decided_at, locked.decision_reason = helmi, NOW, "Too many"
    request_states.move(locked, RequestStatus.RETURNED, by=helmi, at=NOW)
    Reservation.objects.update(status="held")
    requests.set_pieces(locked, chairs, 20, by=minna, at=NOW)
    again = send(locked, minna, at=later(hours=1))
    assert (again.status, again.decided_by, again.approver) == (RequestStatus.ACCEPTED, None, None)


def test_while_one_is_returned_another_list_may_be_written(minna, helmi, chairs):
    request = send(ready_list({chairs: 24}, by=minna), minna)
    request_states.move(request_states.lock(request), RequestStatus.RETURNED, by=helmi, at=NOW)
    assert requests.current(minna, make_unit(), NOW) != request


# -- given up


@pytest.mark.parametrize("pieces", [2, 24])
def test_a_request_is_given_up_whole(minna, helmi, chairs, pieces):
    request = send(ready_list({chairs: pieces}, by=minna), minna)
    request_sending.cancel(request, by=minna, at=NOW)
    again = request_sending.cancel(request, by=minna, at=later(minutes=1))
    assert (again.status, again.closed_at, counters(chairs)) == (RequestStatus.CANCELLED, NOW, (40, 0))


def test_the_calendar_is_told_of_a_booked_one_that_is_given_up(minna, chairs):
    open_site()
    request = ready_list({chairs: 2}, by=minna)
    slot = first_slot()
    holding.choose_time(request.reservations.get(), slot, at=NOW)
    send(request, minna)
    request_sending.cancel(request, by=minna, at=NOW)
    assert booked(slot) == 0
    assert Notification.objects.filter(kind="cancelled").exists()


def test_the_units_lead_may_give_it_up_and_a_colleague_may_not(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    with pytest.raises(NotYourList):
        request_sending.cancel(request, by=make_member(), at=NOW)
    assert request_sending.cancel(request, by=make_member("lead"), at=NOW).status == RequestStatus.CANCELLED


def test_once_its_time_has_begun_it_is_too_late(minna, chairs):
    open_site()
    request = ready_list({chairs: 2}, by=minna)
    slot = first_slot()
    holding.choose_time(request.reservations.get(), slot, at=NOW)
    send(request, minna)
    with pytest.raises(TooLate):
        request_sending.cancel(request, by=minna, at=slot.starts_at)


def test_what_has_been_collected_in_part_is_cancelled_part_by_part(minna, chairs):
    request = send(ready_list({chairs: 2}, by=minna), minna)
    Reservation.objects.update(status="collected", closed_at=NOW, held_until=None)
    with pytest.raises(PartCollected):
        request_sending.cancel(request, by=minna, at=NOW)


def test_what_is_over_in_another_way_is_not_cancelled(minna, helmi, chairs):
    request = send(ready_list({chairs: 24}, by=minna), minna)
    request_states.end(request_states.lock(request), RequestStatus.EXPIRED, by=None, at=NOW)
    with pytest.raises(WrongState):
        request_sending.cancel(request, by=minna, at=NOW)


# -- nobody chose a time


def test_what_was_accepted_and_got_no_time_goes_back_and_the_requester_is_told_why(minna, chairs):
    request = send(ready_list({chairs: 2}, by=minna), minna)
    (reservation,) = request.reservations.all()
    at = reservation.held_until
    booking.expire(reservation, at=at)
    Notification.objects.filter(kind="request_sent").delete()
    sending.send_due(at=later(at, days=1, hours=12))
    (message,) = mail.outbox
    assert "no time was chosen" in message.body
    assert counters(chairs) == (40, 0)


# -- an earlier one once more


def sent_earlier(minna, wishes, **said):
    request = send(ready_list(wishes, by=minna, **said), minna)
    request_states.end(request_states.lock(request), RequestStatus.CANCELLED, by=minna, at=NOW)
    return request


def test_a_copy_has_the_lines_and_all_that_was_said_but_the_day(minna, chairs):
    desks = make_item(quantity=5, category="desk")
    earlier = sent_earlier(minna, {chairs: 3, desks: 2}, note="Room 12", contact_phone="0401")
    copied = request_copying.copy(earlier, by=minna, at=NOW)
    assert asked(copied) == held(copied) == {chairs.pk: 3, desks.pk: 2}
    assert (copied.replaces, copied.note, copied.contact_phone) == ("purchase", "Room 12", "0401")
    assert (copied.needed_by, copied.copied_from, copied.cost_centre.number) == (None, earlier, CENTRE)
    assert copied.fulfilment == "pickup"


def price_asked(request):
    return approval.delivery_price(FurnitureRequest.objects.get(pk=request.pk), Policy.current())


def to_be_brought(minna, chairs):
    request = ready_list({chairs: 3}, by=minna, fulfilment="delivery")
    Delivery.objects.create(request=request, street="Koulukuja 1", floor="2")
    return request


def test_what_a_delivery_costs_is_fixed_when_it_is_sent(minna, helmi, chairs):
    request = to_be_brought(minna, chairs)
    Policy.objects.update(delivery_price=30)
    assert price_asked(request) == 30
    Policy.objects.update(delivery_price=50)
    send(request, minna)
    for later_price in (0, 80):
        Policy.objects.update(delivery_price=later_price)
        assert price_asked(request) == 50
    approval.decide(request, "return", reason="Later", by=helmi, at=NOW)
    assert price_asked(request) == 80
    send(request, minna, at=later(minutes=1))
    Policy.objects.update(delivery_price=5)
    assert (price_asked(request), Delivery.objects.get().price) == (80, 80)


def test_what_was_sent_free_of_charge_stays_so(minna, helmi, chairs):
    request = to_be_brought(minna, chairs)
    send(request, minna)
    Policy.objects.update(delivery_price=50)
    assert (
        FurnitureRequest.objects.get(pk=request.pk).status,
        price_asked(request),
    ) == (RequestStatus.ACCEPTED, 0)


def test_a_copied_delivery_goes_to_the_same_place_at_the_price_of_its_own_day(minna, helmi, chairs):
    earlier = to_be_brought(minna, chairs)
    Policy.objects.update(delivery_price=50)
    send(earlier, minna)
    Policy.objects.update(delivery_price=20)
    copied = request_copying.copy(earlier, by=minna, at=NOW)
    assert (copied.delivery.street, copied.delivery.floor) == ("Koulukuja 1", "2")
    assert (price_asked(copied), price_asked(earlier)) == (20, 50)
    assert copied.reservations.get().fulfilment == "delivery"


def test_of_what_is_not_all_there_any_more_the_rest_is_held_and_told(minna, helmi, chairs):
    gone, withdrawn = make_item(), make_item()
    earlier = sent_earlier(minna, {chairs: 30, gone: 1, withdrawn: 1})
    hold({chairs: 22, gone: 1}, by=make_worker())
    Item.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    copied = request_copying.copy(earlier, by=minna, at=NOW)
    assert held(copied) == {chairs.pk: 18}
    assert requests.missing(copied) == {chairs.pk: 12, gone.pk: 1, withdrawn.pk: 1}


def test_what_the_list_has_already_stays_as_it_is(minna, chairs):
    desks = make_item(quantity=5, category="desk")
    earlier = sent_earlier(minna, {chairs: 3, desks: 2}, note="Room 12")
    mine = list_with({chairs: 7}, by=minna)
    copied = request_copying.copy(earlier, by=minna, at=NOW)
    assert copied == mine
    assert asked(copied) == held(copied) == {chairs.pk: 7, desks.pk: 2}
    assert copied.note == ""


def test_what_an_approver_had_lowered_is_asked_for_as_it_was(minna, chairs):
    earlier = sent_earlier(minna, {chairs: 3})
    earlier.lines.update(pieces=1, asked=3)
    assert asked(request_copying.copy(earlier, by=minna, at=NOW)) == {chairs.pk: 3}


def test_a_copy_forgets_a_cost_centre_that_was_closed(minna, chairs):
    earlier = sent_earlier(minna, {chairs: 3})
    CostCentre.objects.update(open_until=NOW.date())
    assert request_copying.copy(earlier, by=minna, at=later(days=1)).cost_centre is None


def test_a_colleague_copies_it_to_a_list_of_their_own_and_another_unit_does_not(minna, chairs):
    earlier = sent_earlier(minna, {chairs: 3})
    colleague = make_member()
    assert request_copying.copy(earlier, by=colleague, at=NOW).by == colleague
    with pytest.raises(NotRequester):
        request_copying.copy(earlier, by=make_member(code="library"), at=NOW)
    assert FurnitureRequest.objects.count() == 2


def test_a_copy_spans_sites_like_its_earlier_one(minna, chairs):
    there = make_item(quantity=5, site=make_site("other"))
    copied = request_copying.copy(sent_earlier(minna, {chairs: 3, there: 2}), by=minna, at=NOW)
    assert copied.reservations.holding().count() == 2


def test_all_that_has_to_be_said_is_told_in_the_order_of_the_page(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    day = NOW.date()
    requests.write(request, by=minna, at=NOW, cost_centre=None)
    request.refresh_from_db()
    assert request_sending.why_not_facts(request, day=day).code == "centre_missing"
    request = requests.write(request, by=minna, at=NOW, **facts())
    assert request_sending.why_not_facts(request, day=day) is None
    assert request_sending.why_not_way(request) is None
