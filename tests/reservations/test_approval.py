"""A request of a unit is approved by somebody else: when it is needed, who is asked, and what each answer does."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from inventory.domain import impact
from inventory.models import ImpactFactor
from recycling.accounts.models import Department, Membership
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import approval, booking, request_states
from reservations.domain.approval_refusals import (
    AlreadyDecided,
    ApprovalOver,
    CannotApprove,
    NoApprover,
    NotApprover,
    NothingApproved,
    NotWaiting,
    OnlyLowered,
    OnlyUnitLead,
    OwnRequest,
    SayReason,
    SentAgain,
)
from reservations.domain.refusals import WrongState
from reservations.models import Delivery, FurnitureRequest
from tests.factories import (
    NOW,
    booked,
    counters,
    first_slot,
    later,
    make_item,
    make_member,
    make_site,
    make_unit,
    open_site,
)
from tests.reservations.asking import give_role, make_approver, make_waiting, send, statuses, write_request

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _open():
    open_site(capacity=10)
    with translation.override("en"):
        yield


@pytest.fixture
def risto():
    return make_member("requester", name="Risto Rinne", language="en")


@pytest.fixture
def helmi(risto):
    return make_approver()


@pytest.fixture
def chairs():
    return make_item(quantity=40)


def why(request, **rules):
    Policy.objects.update(**rules)
    return approval.why_needed(request, Policy.current(), at=NOW)


def line_of(request, item):
    return request.lines.get(item=item)


# -- whether


def test_up_to_the_number_of_the_rules_nobody_has_to_approve(risto, chairs):
    assert why(write_request({chairs: 20}, by=risto)) == []


def test_one_piece_more_needs_an_approval_and_says_so(risto, chairs):
    request = write_request({chairs: 20, make_item(): 1}, by=risto)
    assert why(request) == ["21 pieces: more than 20 need an approval."]


def test_a_unit_has_a_number_of_its_own_above_or_below(risto, chairs):
    request = write_request({chairs: 25}, by=risto)
    request.department.approval_pieces = 30
    assert why(request) == []
    request.department.approval_pieces = 0
    assert why(request) == ["25 pieces: more than 0 need an approval."]


def test_a_unit_may_want_each_of_its_requests_approved(risto, chairs):
    request = write_request({chairs: 1}, by=risto)
    request.department.always_approve = True
    assert why(request) == ["Each request of this unit needs an approval."]


def test_without_prices_the_value_does_not_count(risto, chairs):
    assert why(write_request({chairs: 20}, by=risto), approval_value=0) == []


def test_with_prices_the_middle_of_them_counts(risto, chairs):
    ImpactFactor.objects.filter(key="office_chair").update(price_low=150, price_high=250)
    request = write_request({chairs: 10}, by=risto)
    assert why(request, approval_value=2000) == []
    assert why(request, approval_value=1999) == [
        "About 2,000 € as new: more than 1,999 € needs an approval.",
    ]


def test_prices_are_those_of_the_day(risto, chairs):
    ImpactFactor.objects.filter(key="office_chair").update(price_low=1, price_high=1)
    newer = impact.of(chairs, 1, at=NOW).factor
    newer.pk, newer.valid_from, newer.price_low, newer.price_high = None, date(2027, 1, 1), 500, 500
    newer.save()
    request = write_request({chairs: 10}, by=risto)
    assert why(request) == []
    assert len(approval.why_needed(request, Policy.current(), at=later(days=60))) == 1


def test_a_delivery_that_costs_needs_an_approval(risto, chairs):
    request = write_request({chairs: 1}, by=risto, fulfilment="delivery")
    assert why(request) == []
    assert why(request, delivery_price=35) == ["The delivery costs 35 €."]
    Delivery.objects.create(request=request, site=make_site(), price="12.50")
    request.status = "waiting"
    assert why(request) == ["The delivery costs 12.50 €."]
    request.fulfilment = "pickup"
    assert why(request) == []


# -- who


def test_the_approver_who_is_there_comes_before_the_deputy_and_the_lead(risto):
    lead = make_approver("lead")
    deputy = make_approver(is_deputy=True)
    helmi = make_approver()
    assert approval.approvers_of(make_unit(), TODAY, risto) == [helmi, deputy, lead]


def test_while_the_approver_is_away_the_deputy_is_asked(risto):
    helmi = make_approver(away_until=TODAY)
    deputy = make_approver(is_deputy=True)
    assert approval.approvers_of(make_unit(), TODAY, risto) == [deputy, helmi]
    assert approval.approvers_of(make_unit(), TODAY + timedelta(days=1), risto) == [helmi, deputy]


def test_the_lead_of_a_unit_without_an_approver_is_one_before_any_deputy(risto):
    deputy, lead = make_approver(is_deputy=True), make_approver("lead")
    assert approval.approvers_of(make_unit(), TODAY, risto) == [lead, deputy]


def test_who_left_who_asks_and_who_is_elsewhere_is_not_asked(risto):
    gone = make_approver()
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    make_approver(unit=make_unit("library", "Kirjasto"))
    make_approver("giver")
    give_role(risto, "approver")
    assert approval.approvers_of(make_unit(), TODAY, risto) == []


def test_nobody_approves_for_a_unit_that_is_closed(helmi, risto):
    unit = make_unit()
    unit.is_active = False
    assert approval.approvers_of(unit, TODAY, risto) == []


def test_a_request_of_which_nobody_can_approve_is_refused_and_stays_as_it_was(risto, chairs):
    request = write_request({chairs: 24}, by=risto)
    with pytest.raises(NoApprover):
        send(request)
    assert statuses(request) == ("writing", ["held"])


def test_sent_it_waits_with_all_its_pieces_until_the_end_of_the_fifth_working_day(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    assert statuses(request) == ("waiting", ["awaiting_approval"])
    # Monday 16 November, so up to the end of Monday 23, by the clock of the city.
    until = request.waiting_until
    assert until.isoformat() == "2026-11-23T22:00:00+00:00"
    assert (request.approver, request.reminded, request.reservations.get().held_until) == (helmi, 0, until)
    assert counters(chairs) == (40, 24)
    said = Notification.objects.get()
    assert (said.kind, said.person, said.language, said.send_before) == (
        *("approval_request", helmi, "en"),
        until,
    )


def test_the_chosen_approver_is_asked_unless_they_are_away_or_may_not(risto, helmi, chairs):
    other = make_approver()
    chosen = write_request({chairs: 1}, by=risto, approver=other)
    assert send(chosen).approver == other
    Membership.objects.filter(user=other).update(away_until=TODAY)
    Membership.objects.filter(user=risto).update(is_primary=False)
    away = make_waiting({chairs: 1}, by=make_member(), approver=other)
    assert away.approver == helmi
    Membership.objects.filter(user=other).delete()
    assert make_waiting({chairs: 1}, by=make_member(), approver=other).approver == helmi


def test_who_is_away_is_asked_all_the_same_where_nobody_else_is(risto, chairs):
    first, chosen = make_approver(away_until=TODAY), make_approver(away_until=TODAY)
    assert make_waiting({chairs: 1}, by=risto, approver=chosen).approver == chosen
    assert make_waiting({chairs: 1}, by=make_member()).approver == first


# -- approving


def test_approved_with_a_time_it_is_booked(risto, helmi, chairs):
    slot = first_slot(skip=40)
    request = make_waiting({chairs: 24}, by=risto, slot=slot)
    approval.decide(request, "approve", by=helmi, at=later(hours=1))
    assert statuses(request) == ("accepted", ["booked"])
    assert (request.decided_by, request.decided_at, request.waiting_until) == (helmi, later(hours=1), None)
    assert counters(chairs) == (40, 24)
    assert "decision_approved" in kinds()
    call_command("check_counters")


def test_approved_without_a_time_it_is_kept_until_one_is_chosen(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    approval.decide(request, "approve", by=helmi, at=NOW)
    assert statuses(request) == ("accepted", ["held"])
    assert request.reservations.get().person == risto


def test_lowered_the_rest_is_free_at_once_and_the_list_remembers_what_was_asked(risto, helmi, chairs):
    desks = make_item(quantity=6, category="desk")
    request = make_waiting({chairs: 24, desks: 4}, by=risto)
    line, other = line_of(request, chairs), line_of(request, desks)
    approval.decide(request, "approve", by=helmi, at=NOW, pieces={line.pk: 10, other.pk: 4})
    line.refresh_from_db()
    other.refresh_from_db()
    assert [(line.pieces, line.asked), (other.pieces, other.asked)] == [(10, 24), (4, None)]
    assert (counters(chairs), counters(desks)) == ((40, 10), (6, 4))
    assert dict(request.reservations.get().lines.values_list("item", "pieces")) == {
        chairs.pk: 10,
        desks.pk: 4,
    }
    assert "decision_lowered" in kinds()
    call_command("check_counters")


def test_lowered_it_takes_fewer_places_of_its_time(risto, helmi, chairs):
    type(chairs.category).objects.filter(pk=chairs.category.pk).update(loading_minutes=5)
    slot = first_slot(skip=40)
    request = make_waiting({chairs: 24}, by=risto, slot=slot)  # 120 minutes, 30 in a slot
    assert booked(slot) == 4
    approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(request, chairs).pk: 7})
    assert (booked(slot), request.reservations.get().places) == (2, 2)
    call_command("check_counters")


def test_a_line_lowered_to_nothing_leaves_the_pickup_and_its_site_alone(risto, helmi, chairs):
    there = open_site(make_site("other", name_fi="Varasto 2"))
    desks = make_item(quantity=2, category="desk", site=there)
    slot = first_slot(there, skip=40)
    request = make_waiting({chairs: 24, desks: 2}, by=risto, slot=slot)
    approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(request, desks).pk: 0})
    assert statuses(request) == ("accepted", ["held", "rejected"])
    assert (counters(chairs), counters(desks), booked(slot)) == ((40, 24), (2, 0), 0)
    assert (line_of(request, desks).pieces, line_of(request, desks).asked) == (0, 2)
    call_command("check_counters")


@pytest.mark.parametrize("count", [-1, 25])
def test_an_approver_lowers_and_never_raises(risto, helmi, chairs, count):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(OnlyLowered) as refused:
        approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(request, chairs).pk: count})
    assert "0 to 24" in str(refused.value)
    assert (statuses(request)[0], counters(chairs)) == ("waiting", (40, 24))


def test_a_line_of_another_request_is_none_of_this_one(risto, helmi, chairs):
    request = make_waiting({chairs: 2}, by=risto)
    other = make_waiting({chairs: 2}, by=make_member())
    with pytest.raises(OnlyLowered):
        approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(other, chairs).pk: 1})


def test_everything_lowered_to_nothing_is_no_approval(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(NothingApproved):
        approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(request, chairs).pk: 0})
    assert (statuses(request)[0], counters(chairs)) == ("waiting", (40, 24))


# -- the two ways to say no


def test_returned_it_is_written_on_with_its_pieces_for_another_day(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    approval.decide(request, "return", by=helmi, at=later(hours=30), reason=" Wrong cost centre. ")
    assert statuses(request) == ("returned", ["held"])
    assert request.decision_reason == "Wrong cost centre."
    assert request.reservations.get().held_until == later(hours=54)
    assert counters(chairs) == (40, 24)
    assert "decision_returned" in kinds()


def test_sent_again_it_waits_anew_and_nothing_is_left_of_the_first_answer(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    approval.decide(request, "return", by=helmi, at=NOW, reason="Wrong cost centre.")
    again = send(request, at=later(days=1))
    assert (again.status, again.decided_by, again.decided_at, again.decision_reason) == (
        *("waiting", None),
        *(None, ""),
    )
    assert kinds().count("approval_request") == 2
    approval.decide(request, "approve", by=helmi, at=later(days=1))
    assert statuses(request)[0] == "accepted"


def test_rejected_its_pieces_and_its_place_are_free_at_once(risto, helmi, chairs):
    slot = first_slot(skip=40)
    request = make_waiting({chairs: 24}, by=risto, slot=slot)
    approval.decide(request, "reject", by=helmi, at=NOW, reason="Not this year.")
    assert statuses(request) == ("rejected", ["rejected"])
    assert (counters(chairs), booked(slot)) == ((40, 0), 0)
    assert "decision_rejected" in kinds()
    call_command("check_counters")


@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_a_no_needs_its_reason(risto, helmi, chairs, verdict):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(SayReason):
        approval.decide(request, verdict, by=helmi, at=NOW, reason="  ")
    assert statuses(request)[0] == "waiting"


# -- who may decide


def test_nobody_decides_their_own_not_even_a_lead(chairs, helmi):
    lead = make_approver("lead")
    give_role(lead, "requester")
    request = make_waiting({chairs: 24}, by=lead)
    with pytest.raises(OwnRequest):
        approval.decide(request, "approve", by=lead, at=NOW)


@pytest.mark.parametrize("role", ["requester", "giver"])
def test_other_roles_of_the_unit_do_not_decide(risto, helmi, chairs, role):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(NotApprover):
        approval.decide(request, "approve", by=make_member(role), at=NOW)


def test_approvers_of_other_units_and_former_ones_do_not_decide(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(NotApprover):
        approval.decide(request, "approve", by=make_approver(unit=make_unit("library", "Kirjasto")), at=NOW)
    Membership.objects.filter(user=helmi).delete()
    with pytest.raises(NotApprover):
        approval.decide(request, "approve", by=helmi, at=NOW)


@pytest.mark.parametrize("fields", [{"role": "lead"}, {"is_deputy": True}, {}])
def test_a_deputy_the_lead_and_another_approver_decide_as_well(risto, helmi, chairs, fields):
    request, other = make_waiting({chairs: 24}, by=risto), make_approver(**fields)
    assert request.approver == helmi
    assert approval.decide(request, "approve", by=other, at=NOW).decided_by == other


def test_the_second_of_two_taps_changes_nothing(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    pieces = {line_of(request, chairs).pk: 10}
    for _tap in range(2):
        approval.decide(request, "approve", by=helmi, at=NOW, pieces=pieces)
    assert (counters(chairs), kinds().count("decision_lowered")) == ((40, 10), 1)
    with pytest.raises(AlreadyDecided):
        approval.decide(request, "approve", by=helmi, at=NOW, pieces={line_of(request, chairs).pk: 5})


@pytest.mark.parametrize("verdict", ["approve", "return", "reject"])
def test_who_comes_second_is_told_who_decided_and_what(risto, helmi, chairs, verdict):
    request = make_waiting({chairs: 24}, by=risto)
    approval.decide(request, "approve", by=helmi, at=NOW)
    with pytest.raises(AlreadyDecided) as refused:
        approval.decide(request, verdict, by=make_approver(), at=NOW, reason="No.")
    assert str(refused.value) == "This request is decided already. What: Approved. Who: Helmi Hyväksyjä."


def test_what_was_cancelled_meanwhile_is_not_decided(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    with transaction.atomic():
        request_states.end(request_states.lock(request), "cancelled", by=risto, at=NOW)
    with pytest.raises(NotWaiting) as refused:
        approval.decide(request, "approve", by=helmi, at=NOW)
    assert "Cancelled" in str(refused.value)


def test_after_its_time_it_is_not_decided_whether_or_not_the_job_was_there(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    with pytest.raises(ApprovalOver):
        approval.decide(request, "approve", by=helmi, at=request.waiting_until)
    with transaction.atomic():
        request_states.end(request_states.lock(request), "expired", by=None, at=request.waiting_until)
    with pytest.raises(ApprovalOver):
        approval.decide(request, "approve", by=helmi, at=NOW)


def test_a_list_that_was_sent_again_is_looked_at_again(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    seen = request.sent_at
    approval.decide(request, "return", by=make_approver(), at=NOW, reason="Fewer.")
    send(request, at=later(hours=1))
    with pytest.raises(SentAgain):
        approval.decide(request, "approve", by=helmi, at=later(hours=2), seen=seen)
    assert approval.decide(request, "approve", by=helmi, at=later(hours=2), seen=later(hours=1))


def test_an_approver_of_a_closed_unit_decides_nothing(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    Department.objects.update(is_active=False)
    with pytest.raises(NotApprover):
        approval.decide(request, "approve", by=helmi, at=NOW)


# -- somebody else


def test_the_lead_asks_somebody_else_and_the_deadline_stays(risto, helmi, chairs):
    request, other, lead = make_waiting({chairs: 24}, by=risto), make_approver(), make_approver("lead")
    until = request.waiting_until
    request = approval.reassign(request, other, by=lead, at=later(days=1))
    assert (request.approver, request.waiting_until) == (other, until)
    rows = list(Notification.objects.order_by("pk").values_list("person", "status", "why_not"))
    assert rows == [(helmi.pk, "skipped", "reassigned"), (other.pk, "due", "")]
    # The same again asks nobody again.
    approval.reassign(request, other, by=lead, at=later(days=2))
    assert Notification.objects.count() == 2


def test_only_the_lead_of_the_unit_asks_somebody_else(risto, helmi, chairs):
    request, other = make_waiting({chairs: 24}, by=risto), make_approver()
    for person in (helmi, risto, make_approver("lead", unit=make_unit("library", "Kirjasto"))):
        with pytest.raises(OnlyUnitLead):
            approval.reassign(request, other, by=person, at=NOW)


def test_only_who_can_approve_is_asked_instead(helmi, chairs):
    lead = make_approver("lead")
    request = make_waiting({chairs: 24}, by=lead)
    stranger = make_approver(unit=make_unit("library", "Kirjasto"))
    for person in (lead, stranger, make_member("giver")):
        with pytest.raises(CannotApprove):
            approval.reassign(request, person, by=lead, at=NOW)


def test_what_is_decided_or_over_is_asked_of_nobody(risto, helmi, chairs):
    lead, request = make_approver("lead"), make_waiting({chairs: 24}, by=risto)
    with pytest.raises(ApprovalOver):
        approval.reassign(request, lead, by=lead, at=request.waiting_until)
    approval.decide(request, "approve", by=helmi, at=NOW)
    with pytest.raises(AlreadyDecided):
        approval.reassign(request, lead, by=lead, at=NOW)


# -- never half of it


def test_a_reservation_never_expires_without_its_waiting_request(risto, helmi, chairs):
    request = make_waiting({chairs: 24}, by=risto)
    one = request.reservations.get()
    with pytest.raises(WrongState):
        booking.expire(one, at=later(days=90))
    assert type(one).objects.overdue(later(days=90)).count() == 0
    assert list(FurnitureRequest.objects.overdue(request.waiting_until)) == [request]


def kinds():
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))
