"""A unit's list while it is written: its pieces are held, and only they; nothing written is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from inventory.domain.refusals import NotOnOffer
from inventory.models import Item
from recycling.accounts.domain import joining, unit_roles
from recycling.accounts.models import CostCentre, Membership
from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from reservations.domain import booking, holding, request_sending, requests, slots
from reservations.domain.refusals import BadPieces, WrongState
from reservations.domain.unit_refusals import (
    CentreClosed,
    CentreOfAnother,
    NeededByPast,
    NotRequester,
    NotYourList,
    OnlyRemain,
)
from reservations.models import Reservation, ReservationStatus
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
    make_user,
    make_worker,
    open_site,
)

from .writing import CENTRE, asked, facts, held, list_with, make_minna, ready_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def minna():
    return make_minna()


@pytest.fixture
def chairs():
    return make_item(quantity=40)


def open_ones(request):
    return list(request.reservations.holding().order_by("pk"))


# -- whose list


def test_a_person_writes_one_list_and_finds_it_again(minna):
    first = requests.current(minna, make_unit(), NOW)
    assert requests.current(minna, make_unit(), later(days=3)) == first
    assert (first.code[0], first.department.code, first.by) == ("Q", "school", minna)


def test_looking_for_a_list_makes_none(minna):
    assert requests.current(minna, make=False) is None


def test_a_new_list_knows_the_units_only_cost_centre_and_whom_to_ask(minna):
    request = requests.current(minna, make_unit(), NOW)
    assert (request.cost_centre.number, request.contact_name) == (CENTRE, "Minna Mäkinen")


def test_of_several_cost_centres_it_takes_the_one_of_the_last_request_while_that_is_open(minna):
    other = CostCentre.objects.create(department=make_unit(), number="31251")
    assert requests.current(minna, make_unit(), NOW).cost_centre is None
    request = ready_list({make_item(): 1}, by=minna, cost_centre=other, contact_phone="0401")
    request_sending.cancel(request, by=minna, at=NOW)
    again = requests.current(minna, make_unit(), NOW)
    assert (again.cost_centre, again.contact_phone) == (other, "0401")


def test_a_new_list_starts_with_the_cost_centre_that_the_person_usually_writes(minna):
    usual, other = (CostCentre.objects.create(department=make_unit(), number=number) for number in ("1", "2"))
    joining.choose_own(minna, make_unit(), cost_centre=usual, at=NOW)
    request = ready_list({make_item(): 1}, by=minna, cost_centre=other)
    request_sending.cancel(request, by=minna, at=NOW)
    again = requests.current(minna, make_unit(), NOW)
    assert again.cost_centre == usual
    again.delete()
    CostCentre.objects.filter(pk=usual.pk).update(open_until=NOW.date() - timedelta(days=1))
    assert requests.current(minna, make_unit(), NOW).cost_centre == other


def test_a_further_role_keeps_the_usual_cost_centre(minna):
    usual = CostCentre.objects.create(department=make_unit(), number="1")
    joining.choose_own(minna, make_unit(), cost_centre=usual, at=NOW)
    leena, requester = make_member("lead"), minna.memberships.get()
    unit_roles.give(make_unit(), minna.email, "lead", by=leena, at=NOW)
    unit_roles.take(requester, by=leena, at=NOW)
    assert requests.current(minna, make_unit(), NOW).cost_centre == usual


def test_the_units_for_which_somebody_asks_begin_with_their_own(minna):
    library = make_unit("library", "Aleksin kirjasto")
    Membership.objects.create(user=minna, department=library, role="requester")
    Membership.objects.create(user=minna, department=make_unit("pool", "Uimahalli"), role="giver")
    assert [unit.code for unit in requests.units_of(minna)] == ["school", "library"]


# -- pieces


def test_what_is_put_on_the_list_is_held_for_a_day_for_the_unit(minna, chairs):
    request = list_with({chairs: 24}, by=minna)
    (reservation,) = request.reservations.all()
    assert counters(chairs) == (40, 24)
    assert (asked(request), held(request)) == ({chairs.pk: 24}, {chairs.pk: 24})
    assert reservation.held_until == later(hours=24)
    assert (reservation.department.code, reservation.cost_centre.number) == ("school", CENTRE)
    assert (reservation.made_by, reservation.contact) == (minna, minna.email)


def test_while_it_is_written_it_is_nobodys_promise_and_ends_without_a_word(minna, chairs):
    request = list_with({chairs: 24}, by=minna)
    (reservation,) = request.reservations.all()
    assert reservation.person is None
    booking.expire(reservation, at=later(hours=24))
    assert counters(chairs) == (40, 0)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("pieces", [1, 23, 24, 25, 40])
def test_only_the_difference_is_held_or_released(minna, chairs, pieces):
    request = list_with({chairs: 24}, by=minna)
    requests.set_pieces(request, chairs, pieces, by=minna, at=NOW)
    assert counters(chairs) == (40, pieces)
    assert (asked(request), held(request)) == ({chairs.pk: pieces}, {chairs.pk: pieces})


def test_nothing_takes_it_off_the_list_and_ends_a_reservation_that_held_nothing_else(minna, chairs):
    desks = make_item(quantity=2, category="desk")
    request = list_with({chairs: 24, desks: 2}, by=minna)
    requests.set_pieces(request, chairs, 0, by=minna, at=NOW)
    assert (counters(chairs), held(request)) == ((40, 0), {desks.pk: 2})
    requests.set_pieces(request, desks, 0, by=minna, at=NOW)
    assert (counters(desks), open_ones(request), asked(request)) == ((2, 0), [], {})
    assert request.reservations.get().status == ReservationStatus.CANCELLED


def test_each_site_has_a_reservation_of_its_own_and_they_belong_together(minna, chairs):
    there = make_site("other", name_fi="Varasto 2")
    desks, more = make_item(quantity=5, site=there), make_item(quantity=5)
    request = list_with({chairs: 2, desks: 3, more: 1}, by=minna)
    by_site = {one.site.code: one for one in open_ones(request)}
    assert {code: one.lines.count() for code, one in by_site.items()} == {"warehouse": 2, "other": 1}
    assert len({one.bundle for one in by_site.values()}) == 1


def test_every_edit_holds_all_of_the_list_anew(minna, chairs):
    there = make_item(quantity=5, site=make_site("other"))
    request = list_with({chairs: 2, there: 3}, by=minna)
    requests.set_pieces(request, chairs, 3, by=minna, at=later(hours=20))
    assert [one.held_until for one in open_ones(request)] == [later(hours=44)] * 2
    requests.write(request, by=minna, at=later(hours=30), note="For the hall")
    assert [one.held_until for one in open_ones(request)] == [later(hours=54)] * 2


def test_an_edit_never_shortens_a_longer_hold(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    Reservation.objects.update(held_until=later(days=5))
    requests.set_pieces(request, chairs, 3, by=minna, at=NOW)
    assert open_ones(request)[0].held_until == later(days=5)


def test_how_long_it_is_held_is_a_rule_of_the_city(minna, chairs):
    Policy.objects.update(request_hold_hours=48)
    assert open_ones(list_with({chairs: 2}, by=minna))[0].held_until == later(hours=48)


def test_when_fewer_remain_it_says_how_many_and_changes_nothing(minna, chairs):
    hold({chairs: 22}, by=make_worker())
    request = list_with({chairs: 10}, by=minna)
    with pytest.raises(OnlyRemain) as refused:
        requests.set_pieces(request, chairs, 24, by=minna, at=NOW)
    assert refused.value.details["left"] == 18
    with translation.override("en"):
        assert str(refused.value).startswith("18 pieces remain.")
    assert (asked(request), held(request), counters(chairs)) == ({chairs.pk: 10}, {chairs.pk: 10}, (40, 32))


def test_what_somebody_elses_hold_has_let_go_is_not_in_the_way(minna, chairs):
    hold({chairs: 40}, by=make_worker())
    request = requests.current(minna, make_unit(), later(hours=1))
    requests.set_pieces(request, chairs, 24, by=minna, at=later(hours=1))
    assert held(request) == {chairs.pk: 24}


def test_ones_own_hold_that_has_just_ended_is_kept_when_more_is_wanted(minna, chairs):
    desks = make_item(quantity=2, category="desk")
    request = list_with({chairs: 24, desks: 2}, by=minna)
    with pytest.raises(OnlyRemain):
        requests.set_pieces(request, chairs, 41, by=minna, at=later(hours=25))
    assert held(request) == {chairs.pk: 24, desks.pk: 2}


@pytest.mark.parametrize("pieces", [-1, 10_001])
def test_a_number_that_makes_no_sense_is_refused(minna, chairs, pieces):
    request = list_with({chairs: 1}, by=minna)
    with pytest.raises(BadPieces):
        requests.set_pieces(request, chairs, pieces, by=minna, at=NOW)


def test_what_is_not_in_the_catalogue_cannot_be_put_on_a_list(minna):
    draft = make_item(publish=False)
    request = requests.current(minna, make_unit(), NOW)
    with pytest.raises(NotOnOffer):
        requests.set_pieces(request, draft, 1, by=minna, at=NOW)
    assert asked(request) == {}


def test_nobody_changes_the_list_of_somebody_else(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    colleague = make_member(code="school")
    for change in (
        lambda: requests.set_pieces(request, chairs, 1, by=colleague, at=NOW),
        lambda: requests.write(request, by=colleague, at=NOW, note="x"),
        lambda: requests.hold_again(request, by=colleague, at=NOW),
    ):
        with pytest.raises(NotYourList):
            change()


def test_who_asks_for_the_unit_no_more_changes_nothing(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    Membership.objects.update(role="giver")
    with pytest.raises(NotRequester):
        requests.set_pieces(request, chairs, 1, by=minna, at=NOW)


def test_what_is_sent_cannot_be_changed(minna, chairs):
    request = ready_list({chairs: 2}, by=minna)
    request_sending.send(request, by=minna, at=NOW)
    with pytest.raises(WrongState):
        requests.set_pieces(request, chairs, 1, by=minna, at=NOW)


# -- a time that was chosen


def with_time(request, slot):
    (reservation,) = request.reservations.holding()
    holding.choose_time(reservation, slot, at=NOW)


def test_a_time_that_is_chosen_grows_with_the_load(minna):
    desks = make_item(quantity=40, category="desk")
    open_site(capacity=9)
    request = list_with({desks: 1}, by=minna)
    slot = first_slot()
    with_time(request, slot)
    requests.set_pieces(request, desks, 20, by=minna, at=NOW)
    (reservation,) = request.reservations.holding()
    assert reservation.places == slots.places_for(reservation.lines.all(), slot) == booked(slot) > 1


def test_a_time_without_room_for_the_load_is_chosen_anew(minna):
    desks = make_item(quantity=40, category="desk")
    open_site(capacity=2)
    slot = first_slot()
    slots.book(slot, 1)
    request = list_with({desks: 1}, by=minna)
    with_time(request, slot)
    requests.set_pieces(request, desks, 40, by=minna, at=NOW)
    (reservation,) = request.reservations.holding()
    assert (reservation.slot, reservation.places, booked(slot)) == (None, 0, 1)


# -- the hold has ended


def lapse(request, at):
    for one in open_ones(request):
        booking.expire(one, at=at)


def test_when_the_hold_has_ended_the_list_is_still_there_and_is_held_again(minna, chairs):
    desks = make_item(quantity=2, category="desk")
    request = list_with({chairs: 24, desks: 2}, by=minna)
    lapse(request, later(hours=24))
    assert asked(request) == {chairs.pk: 24, desks.pk: 2} == requests.missing(request)
    assert requests.hold_again(request, by=minna, at=later(hours=25)) == {}
    assert held(request) == {chairs.pk: 24, desks.pk: 2}
    assert open_ones(request)[0].held_until == later(hours=49)


def test_of_what_others_took_meanwhile_the_rest_is_held_and_the_list_says_what_is_missing(minna, chairs):
    gone, draft = make_item(), make_item()
    request = list_with({chairs: 24, gone: 1, draft: 1}, by=minna)
    lapse(request, later(hours=24))
    hold({chairs: 22, gone: 1}, by=make_worker(), at=later(hours=24))
    Item.objects.filter(pk=draft.pk).update(status="withdrawn")
    missing = requests.hold_again(request, by=minna, at=later(hours=24))
    assert missing == {chairs.pk: 6, gone.pk: 1, draft.pk: 1} == requests.missing(request)
    assert (asked(request)[chairs.pk], held(request)) == (24, {chairs.pk: 18})


def test_holding_again_what_is_all_held_changes_nothing_but_the_time(minna, chairs):
    request = list_with({chairs: 24}, by=minna)
    assert requests.hold_again(request, by=minna, at=later(hours=1)) == {}
    assert (counters(chairs), held(request)) == ((40, 24), {chairs.pk: 24})


# -- facts


def test_what_is_written_stands_on_its_reservations_too(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    other = CostCentre.objects.create(department=make_unit(), number="31251")
    requests.write(request, by=minna, at=NOW, **facts(cost_centre=other, contact_name="Ville Vahtimestari"))
    (reservation,) = open_ones(request)
    assert (reservation.cost_centre, reservation.contact_name) == (other, "Ville Vahtimestari")


def test_another_unit_of_ones_own_forgets_the_cost_centre_of_the_one_before(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    library = make_unit("library", "Kirjasto", cost_centre="777")
    with pytest.raises(NotRequester):
        requests.write(request, by=minna, at=NOW, department=library)
    Membership.objects.create(user=minna, department=library, role="requester")
    request = requests.write(request, by=minna, at=NOW, department=library)
    assert (request.cost_centre, open_ones(request)[0].department) == (None, library)


def test_a_list_of_a_unit_that_was_closed_moves_to_another_of_ones_units(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    school, library = make_unit(), make_unit("library", "Kirjasto", cost_centre="777")
    Membership.objects.create(user=minna, department=library, role="requester")
    school.is_active = False
    school.save()
    with pytest.raises(NotRequester):
        requests.write(request, by=minna, at=NOW, note="x")
    assert requests.write(request, by=minna, at=NOW, department=library).department == library


def test_a_cost_centre_of_another_unit_is_refused(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    make_unit("library", "Kirjasto", cost_centre="777")
    with pytest.raises(CentreOfAnother):
        requests.write(request, by=minna, at=NOW, cost_centre=CostCentre.objects.get(number="777"))


@pytest.mark.parametrize(
    ("dates", "closed"), [({"open_until": -1}, True), ({"open_from": 1}, True), ({"open_until": 0}, False)]
)
def test_a_cost_centre_that_is_not_open_is_refused(minna, chairs, dates, closed):
    request = list_with({chairs: 2}, by=minna)
    day = {name: NOW.date() + timedelta(days=days) for name, days in dates.items()}
    CostCentre.objects.update(**day)
    centre = CostCentre.objects.get(number=CENTRE)
    if closed:
        with pytest.raises(CentreClosed, match=CENTRE):
            requests.write(request, by=minna, at=NOW, cost_centre=centre)
        assert requests.write(request, by=minna, at=NOW, note="still possible").note
    else:
        assert requests.write(request, by=minna, at=NOW, cost_centre=centre).cost_centre == centre


def test_a_day_that_is_over_is_refused(minna, chairs):
    request = list_with({chairs: 2}, by=minna)
    assert requests.write(request, by=minna, at=NOW, needed_by=NOW.date()).needed_by
    with pytest.raises(NeededByPast):
        requests.write(request, by=minna, at=NOW, needed_by=NOW.date() - timedelta(days=1))


def test_a_fact_that_does_not_exist_is_a_mistake_of_the_program(minna, chairs):
    with pytest.raises(TypeError):
        requests.write(list_with({chairs: 1}, by=minna), by=minna, at=NOW, status="accepted")


# -- who sees it


def test_a_units_requests_are_seen_by_who_asks_and_approves_there_and_by_nobody_else(minna, chairs):
    request = list_with({chairs: 1}, by=minna)
    sees = type(request).objects.visible_to
    for role in ("requester", "approver", "lead"):
        assert list(sees(make_member(role))) == [request]
    for person in (make_member("giver"), make_member("lead", code="library"), make_user()):
        assert not sees(person).exists()


def test_of_a_closed_unit_they_stay_readable(minna, chairs):
    request = list_with({chairs: 1}, by=minna)
    request.department.is_active = False
    request.department.save()
    assert list(type(request).objects.visible_to(minna)) == [request]
