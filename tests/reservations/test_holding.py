from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.domain.refusals import NotEnoughLeft
from inventory.models import Item
from recycling.accounts.domain.contacts import CodeOver, Contact, ContactCode, WrongCode, digits, send_code
from recycling.accounts.models import Tally
from recycling.policy.models import Policy
from reservations.domain import booking, holding
from reservations.domain.refusals import (
    BadPieces,
    HoldOver,
    MoreThanLimit,
    NoMoreExtensions,
    NothingChosen,
    OnlyByRequest,
    ResidentsMayNot,
    SlotFull,
    SlotNotOffered,
    SomeGone,
    TooManyHolds,
)
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
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


def test_holding_sets_the_pieces_aside_for_twenty_minutes():
    chairs = make_item(quantity=4)
    [held] = hold({chairs: 3})
    assert counters(chairs) == (4, 3)
    assert (held.status, held.held_until) == ("held", later(minutes=20))


def test_things_at_two_sites_become_two_reservations_of_one_bundle():
    here = make_item()
    there = make_item(site=make_site("north"))
    bundle = hold({here: 1, there: 1})
    assert [one.site.code for one in bundle] == ["warehouse", "north"]
    assert len({one.bundle for one in bundle}) == 1


def test_all_or_nothing_and_every_missing_thing_is_named():
    first, second, third = make_item(), make_item(), make_item()
    hold({first: 1})
    hold({third: 1})
    with pytest.raises(SomeGone) as refused:
        hold({first: 1, second: 1, third: 1}, device="e" * 64)
    assert set(refused.value.refusals) == {first, third}
    assert counters(second) == (1, 0)


def test_a_single_thing_is_refused_with_its_own_reason():
    chair = make_item()
    hold({chair: 1})
    with pytest.raises(NotEnoughLeft):
        hold({chair: 1}, device="e" * 64)


def test_a_double_tap_is_one_reservation():
    chairs = make_item(quantity=5)
    [first] = hold({chairs: 2}, client_key="tap")
    [second] = hold({chairs: 2}, client_key="tap")
    assert first.pk == second.pk
    assert counters(chairs) == (5, 2)


def test_somebody_elses_key_gives_nothing_of_theirs():
    chairs = make_item(quantity=5)
    [first] = hold({chairs: 2}, client_key="tap")
    with pytest.raises(Exception, match="client_key"):
        hold({chairs: 2}, client_key="tap", device="e" * 64)
    assert Reservation.objects.get().pk == first.pk


def test_the_same_key_gives_what_it_held_whatever_is_asked_for_now():
    here, there = make_item(), make_item(site=make_site("north"))
    [first] = hold({here: 1}, client_key="tap")
    assert hold({there: 1}, client_key="tap") == [first]
    assert counters(there) == (1, 0)


def test_holds_are_counted_and_not_second_taps_or_what_is_refused():
    chair = make_item()
    for _tap in range(3):
        hold({chair: 1}, client_key="tap")
    with pytest.raises(NotEnoughLeft):
        hold({chair: 1})
    assert list(Tally.objects.values_list("what", "count").order_by("what")) == [
        ("hold_from_device", 1),
        ("hold_from_network", 1),
    ]


@pytest.mark.parametrize("pieces", [0, -1, 10**9])
def test_nonsense_numbers_are_refused_and_change_nothing(pieces):
    chairs = make_item(quantity=5)
    with pytest.raises(BadPieces):
        hold({chairs: pieces})
    assert counters(chairs) == (5, 0)


def test_nothing_chosen_is_refused():
    with pytest.raises(NothingChosen):
        hold({})


@pytest.mark.parametrize("role", [None, "requester", "approver", "giver", "lead"])
def test_a_resident_is_told_the_limit_before_starting_and_so_is_any_member_of_a_unit(role):
    chairs, by = make_item(quantity=40), make_member(role) if role else None
    with pytest.raises(MoreThanLimit):
        hold({chairs: 6}, by=by)
    hold({chairs: 5}, by=by)
    assert counters(chairs) == (40, 5)


@pytest.mark.parametrize("role", ["requester", "approver", "giver", "lead"])
def test_what_units_alone_have_is_taken_by_a_request_only(role):
    member = make_member(role)
    first, broken, own = make_item(units_first=True), make_item(condition="fix"), make_item()
    Item.objects.filter(pk=own.pk).update(residents_may_come=False)
    for item in (first, broken, own):
        assert holding.why_not(item, by=member, at=NOW).code == "only_by_request"
        with pytest.raises(OnlyByRequest):
            hold({item: 1}, by=member)
    with pytest.raises(SomeGone) as refused:
        hold({first: 1, make_item(): 1}, by=member)
    assert [str(one.code) for one in refused.value.refusals.values()] == ["only_by_request"]
    assert {counters(one) for one in (first, broken, own)} == {(1, 0)}


def test_a_member_of_a_unit_that_is_closed_takes_no_more_either():
    member = make_member()
    member.memberships.get().department.__class__.objects.update(is_active=False)
    with pytest.raises(OnlyByRequest):
        hold({make_item(units_first=True): 1}, by=member)


def test_a_thing_that_needs_repair_is_for_units_only():
    broken = make_item(condition="fix")
    with pytest.raises(ResidentsMayNot):
        hold({broken: 1})
    assert counters(broken) == (1, 0)


def test_one_device_holds_at_most_three_at_a_time_and_ended_ones_do_not_count():
    for _number in range(3):
        hold({make_item(): 1})
    with pytest.raises(TooManyHolds):
        hold({make_item(): 1})
    hold({make_item(): 1}, at=later(minutes=21))


def test_extending_gives_the_full_time_again_at_least_ten_times():
    bundle = hold({make_item(): 1})
    for number in range(1, 11):
        holding.extend(bundle, at=later(minutes=number))
    held = Reservation.objects.get()
    assert held.held_until == later(minutes=30)
    with pytest.raises(NoMoreExtensions):
        holding.extend(bundle, at=later(minutes=11))


def test_asking_for_more_time_again_and_again_in_one_minute_uses_up_no_extension():
    bundle = hold({make_item(): 1})
    for _press in range(12):
        holding.extend(bundle, at=later(minutes=5))
    held = Reservation.objects.get()
    assert (held.held_until, held.extensions) == (later(minutes=25), 1)


def test_an_ended_hold_is_over_even_before_the_sweeper_has_come():
    open_site()
    bundle = hold({make_item(): 1})
    at = later(minutes=20)
    with pytest.raises(HoldOver):
        holding.extend(bundle, at=at)
    with pytest.raises(HoldOver):
        holding.choose_time(bundle[0], first_slot(), at=at)


def test_expiring_puts_pieces_and_place_back():
    open_site()
    chairs = make_item(quantity=4)
    [held] = hold({chairs: 3})
    slot = first_slot()
    holding.choose_time(held, slot, at=NOW)
    assert booked(slot) == 1
    booking.expire(held, at=later(minutes=20))
    assert (counters(chairs), booked(slot)) == ((4, 0), 0)


def test_choosing_another_time_moves_the_place():
    open_site()
    [held] = hold({make_item(): 1})
    first, second = first_slot(), first_slot(skip=1)
    holding.choose_time(held, first, at=NOW)
    holding.choose_time(held, second, at=NOW)
    holding.choose_time(held, second, at=NOW)
    assert (booked(first), booked(second)) == (0, 1)


def test_a_full_time_is_refused_and_the_hold_is_untouched():
    open_site(capacity=1)
    slot = first_slot()
    [mine] = hold({make_item(): 1})
    [theirs] = hold({make_item(): 1}, device="e" * 64)
    holding.choose_time(theirs, slot, at=NOW)
    with pytest.raises(SlotFull):
        holding.choose_time(mine, slot, at=NOW)
    mine.refresh_from_db()
    assert (mine.status, mine.slot, booked(slot)) == ("held", None, 1)


def test_a_time_too_soon_too_late_or_at_another_site_is_not_offered():
    site, other = open_site(), open_site(make_site("north"))
    [held] = hold({make_item(): 1})
    too_soon = PickupSlot.objects.filter(site=site).order_by("starts_at")[0]
    too_late = PickupSlot.objects.filter(site=site).order_by("-starts_at")[0]
    for slot in (too_soon, too_late, first_slot(other)):
        with pytest.raises(SlotNotOffered):
            holding.choose_time(held, slot, at=NOW)


def test_a_heavy_load_takes_more_places():
    open_site(capacity=3)
    chairs = make_item(quantity=40)
    [held] = hold({chairs: 30}, by=make_worker())
    slot = first_slot()
    holding.choose_time(held, slot, at=NOW)
    minutes = 30 * chairs.category.inherited("loading_minutes")
    assert booked(slot) == min(3, -(-minutes // 30))


def prepared(at=NOW):
    open_site()
    bundle = hold({make_item(): 1})
    holding.choose_time(bundle[0], first_slot(), at=at)
    contact = Contact("email", "aino@example.org")
    set_contact(bundle, contact, at=at)
    code = send_code(contact, device="d" * 64, network="192.0.2.1", language="fi", at=at)
    return list(Reservation.objects.filter(bundle=bundle[0].bundle)), contact, code


def set_contact(bundle, contact, at=NOW, device="d" * 64):
    holding.set_contact(
        bundle, contact, name="Aino Asukas", wants_reminder=True, language="fi", device=device, at=at
    )


def test_the_right_code_proves_the_contact():
    bundle, _contact, code = prepared()
    holding.prove_contact(bundle, digits(code), device="d" * 64, at=later(minutes=1))
    assert Reservation.objects.get().contact_proved_at == later(minutes=1)


def test_five_wrong_codes_end_the_code_and_the_right_one_no_longer_helps():
    bundle, _contact, code = prepared()
    wrong = "000000" if digits(code) != "000000" else "111111"
    for _try in range(4):
        with pytest.raises(WrongCode):
            holding.prove_contact(bundle, wrong, device="d" * 64, at=NOW)
    with pytest.raises(CodeOver):
        holding.prove_contact(bundle, wrong, device="d" * 64, at=NOW)
    with pytest.raises(CodeOver):
        holding.prove_contact(bundle, digits(code), device="d" * 64, at=NOW)
    assert Reservation.objects.get().contact_proved_at is None
    assert ContactCode.objects.get().tries == 5


def test_a_code_works_once_and_only_on_the_device_that_asked_for_it():
    bundle, _contact, code = prepared()
    with pytest.raises(CodeOver):
        holding.prove_contact(bundle, digits(code), device="e" * 64, at=NOW)
    holding.prove_contact(bundle, digits(code), device="d" * 64, at=NOW)
    with pytest.raises(CodeOver):
        holding.prove_contact(bundle, digits(code), device="d" * 64, at=NOW)


def test_a_code_ends_after_ten_minutes():
    bundle, _contact, code = prepared()
    holding.extend(bundle, at=later(minutes=9))
    bundle = list(Reservation.objects.all())
    with pytest.raises(CodeOver):
        holding.prove_contact(bundle, digits(code), device="d" * 64, at=later(minutes=10))


def test_changing_the_contact_after_proving_it_asks_for_proof_again():
    bundle, _contact, code = prepared()
    holding.prove_contact(bundle, digits(code), device="d" * 64, at=NOW)
    set_contact(bundle, Contact("email", "somebody@example.org"))
    assert Reservation.objects.get().contact_proved_at is None


def test_the_limits_are_the_policys():
    Policy.objects.update(hold_minutes=5, pieces_per_person=1, holds_per_device=1)
    chairs = make_item(quantity=4)
    [held] = hold({chairs: 1})
    assert held.held_until == NOW + timedelta(minutes=5)
    with pytest.raises(MoreThanLimit):
        hold({chairs: 2}, device="e" * 64)
    with pytest.raises(TooManyHolds):
        hold({chairs: 1})


# -- the number of statements

# Both counters, what the device has already, the pieces, the reservation, its lines, its audit row.
IN_TRANSACTION = 6


def sent(wishes, **how):
    """How many statements holding sends; it has all of them in its one transaction."""
    Policy.shown()
    with CaptureQueriesContext(connection) as captured:
        hold(wishes, **how)
    frame = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT")
    return sum(not query["sql"].startswith(frame) for query in captured.captured_queries)


def test_a_hold_sends_six_statements_for_a_new_browser_and_for_a_known_one():
    assert sent({make_item(): 1}) == IN_TRANSACTION
    assert sent({make_item(quantity=5): 3}) == IN_TRANSACTION


def test_each_further_item_adds_a_statement_and_each_further_site_another():
    assert sent({make_item(): 1, make_item(): 1, make_item(): 1}) == IN_TRANSACTION + 2
    assert sent({make_item(): 1, make_item(site=make_site("north")): 1}) == IN_TRANSACTION + 2
