"""What happens to things in the hall: moved, separated, made one, isolated, written off. The counters stay exact."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.domain import intake, lots, moving, stock, writing_off
from inventory.domain.refusals import (
    AllOfThem,
    FewerHere,
    Merged,
    NotEqual,
    OnlyLead,
    OtherSite,
    SameLot,
    ShelfBlocked,
    StillPromised,
    TooLate,
    TooManyPieces,
    WaitsForLead,
    WrongStep,
)
from inventory.models import MAX_PIECES, Item, SetAside, SiteRole, WriteOff
from recycling.audit.models import AuditEntry
from recycling.policy.models import Policy
from reservations.domain import booking
from reservations.domain.counters import drifts
from tests.factories import (
    NOW,
    counters,
    later,
    make_item,
    make_reservation,
    make_shelf,
    make_site,
    make_worker,
    open_site,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exact():
    """Whatever a test does, the counters say what their rows say."""
    yield
    assert drifts() == []


@pytest.fixture
def sari():
    return make_worker(name="Sari Sorsa")


@pytest.fixture
def lead():
    return make_worker(role=SiteRole.LEAD, name="Lasse Laukka")


def actions(item):
    rows = AuditEntry.objects.filter(target_type="item", target_id=item.pk).order_by("pk")
    return [row.action for row in rows]


def shelf_of(item):
    return Item.objects.values_list("shelf__code", flat=True).get(pk=item.pk)


# -- moving


def test_several_things_move_together_and_moving_them_again_changes_nothing(sari):
    things, shelf = [make_item(), make_item()], make_shelf("H2-01")
    moved = moving.move(things, shelf=shelf, by=sari, at=NOW)
    versions = list(Item.objects.order_by("pk").values_list("version", flat=True))
    again = moving.move(things, shelf=shelf, by=sari, at=NOW)
    assert [len(moved.done), moved.stayed, len(again.done)] == [2, [], 2]
    assert [shelf_of(one) for one in things] == ["H2-01"] * 2
    assert list(Item.objects.order_by("pk").values_list("version", flat=True)) == versions
    assert actions(things[0]).count("item_moved") == 1


def test_what_is_kept_at_another_site_moves_only_when_it_is_said_twice(sari):
    there = make_site("other", name_fi="Varasto 2", name_en="Warehouse 2")
    stray, own, shelf = make_item(site=there), make_item(), make_shelf("H2-01")
    moved = moving.move([stray, own], shelf=shelf, by=sari, at=NOW)
    [(stayed, refusal)] = moved.stayed
    assert (stayed, type(refusal), moved.done) == (stray, OtherSite, [own])
    assert moving.move([stray], shelf=shelf, by=sari, at=NOW, across=True).stayed == []
    stray.refresh_from_db()
    assert (stray.site, stray.shelf) == (shelf.site, shelf)


def test_promised_pieces_do_not_leave_the_site_where_they_are_collected(sari):
    open_site()
    chairs = make_item(quantity=2)
    make_reservation({chairs: 1})
    shelf = make_shelf("A1", site=make_site("other"))
    [(_item, refusal)] = moving.move([chairs], shelf=shelf, by=sari, at=NOW, across=True).stayed
    assert (type(refusal), shelf_of(chairs)) == (StillPromised, None)


def test_everything_moves_from_a_shelf(sari):
    full, other = make_shelf("H1"), make_shelf("H2")
    things = [make_item(shelf=full), make_item(shelf=full)]
    bystander = make_item(shelf=make_shelf("H3"))
    assert len(moving.clear(full, to=other, by=sari, at=NOW).done) == 2
    assert [shelf_of(one) for one in [*things, bystander]] == ["H2", "H2", "H3"]


def test_a_piece_of_floor_is_a_shelf_with_a_name_and_is_added_once(sari):
    one = intake.add_shelf(make_site(), " tuolikulma  1", by=sari, at=NOW)
    assert intake.add_shelf(make_site(), "Tuolikulma 1", by=sari, at=NOW) == one
    assert one.code == "TUOLIKULMA 1"


# -- quarantine of a shelf


def test_a_shelf_in_quarantine_offers_nothing_and_lets_nothing_come_or_go(sari):
    open_site()
    shelf, other = make_shelf("H1"), make_shelf("H2")
    chairs, outside = make_item(quantity=4, shelf=shelf), make_item(shelf=other)
    reservation = make_reservation({chairs: 1})
    moving.block(shelf, by=sari, at=NOW)
    moving.block(shelf, by=sari, at=NOW)
    assert counters(chairs) == (4, 4)
    assert SetAside.objects.get(ended_at=None).pieces == 3
    for thing, to in ((chairs, other), (outside, shelf)):
        [(_item, refusal)] = moving.move([thing], shelf=to, by=sari, at=NOW).stayed
        assert type(refusal) is ShelfBlocked
    with pytest.raises(ShelfBlocked):
        make_item(shelf="H1")
    with pytest.raises(ShelfBlocked):
        intake.edit(chairs, by=sari, at=NOW, version=Item.objects.get(pk=chairs.pk).version, shelf="H2")
    with pytest.raises(ShelfBlocked):
        stock.put_back(SetAside.objects.get(ended_at=None), by=sari, at=NOW)
    # What a cancelled reservation frees is set aside too.
    booking.cancel(reservation, at=NOW)
    assert counters(chairs) == (4, 4)
    shelf.refresh_from_db()
    moving.unblock(shelf, by=sari, at=later(days=3))
    moving.unblock(shelf, by=sari, at=later(days=3))
    assert counters(chairs) == (4, 0)


def test_the_end_of_a_quarantine_frees_nothing_that_was_set_aside_for_another_reason(sari):
    shelf = make_shelf("H1")
    chairs = make_item(quantity=4, shelf=shelf)
    stock.set_aside(chairs, 1, reason="repair", by=sari, at=NOW)
    moving.block(shelf, by=sari, at=NOW)
    shelf.refresh_from_db()
    moving.unblock(shelf, by=sari, at=NOW)
    assert counters(chairs) == (4, 1)


def test_a_form_sent_twice_sets_aside_once(sari):
    chairs = make_item(quantity=4)
    for _tap in range(2):
        stock.set_aside(chairs, 2, reason="quarantine", by=sari, at=NOW, client_key="k1")
    assert counters(chairs) == (4, 2)


# -- lots


def test_worn_pieces_become_a_lot_of_their_own_and_the_promised_ones_stay(sari):
    open_site()
    chairs = make_item(quantity=12, photos=2, shelf=make_shelf("H1"))
    make_reservation({chairs: 3})
    for _tap in range(2):
        worn = lots.split(chairs, 5, by=sari, at=NOW, condition="worn", client_key="k1")
    assert (counters(chairs), counters(worn)) == ((7, 3), (5, 0))
    assert worn.code != chairs.code
    assert (worn.condition, worn.shelf, worn.colour, worn.status) == (
        "worn",
        chairs.shelf,
        "black",
        "published",
    )
    assert worn.public_from == chairs.public_from
    assert [photo.files for photo in worn.photos.all()] == [photo.key for photo in chairs.photos.all()]
    assert (actions(chairs)[-1], actions(worn)[-1]) == ("item_split", "item_split_from")
    with pytest.raises(FewerHere):
        lots.split(chairs, 5, by=sari, at=NOW, condition="worn")
    assert counters(chairs) == (7, 3)


def test_a_whole_lot_is_edited_and_not_separated(sari):
    with pytest.raises(AllOfThem):
        lots.split(make_item(quantity=2), 2, by=sari, at=NOW, condition="worn")


def test_two_equal_lots_become_one_with_what_is_set_aside_of_either(sari):
    one, other = make_item(quantity=3), make_item(quantity=4)
    stock.set_aside(one, 1, reason="repair", by=sari, at=NOW)
    stock.set_aside(other, 2, reason="missing", by=sari, at=NOW)
    for _tap in range(2):
        assert lots.merge(one, into=other, by=sari, at=NOW) == other
    one.refresh_from_db()
    assert (counters(one), counters(other), one.merged_into) == ((0, 0), (7, 3), other)
    assert (actions(one)[-2:], actions(other)[-1]) == (["item_withdrawn", "item_merged"], "item_merged_from")
    with pytest.raises(Merged):
        stock.correct(one, quantity=5, by=sari, at=NOW, reason="counted")
    [(_item, refusal)] = moving.move([one], shelf=make_shelf("H9"), by=sari, at=NOW).stayed
    assert type(refusal) is Merged


def test_a_lot_that_somebody_waits_for_does_not_disappear_into_another(sari):
    open_site()
    promised, free = make_item(quantity=3), make_item(quantity=4)
    make_reservation({promised: 2})
    with pytest.raises(StillPromised) as refused:
        lots.merge(promised, into=free, by=sari, at=NOW)
    assert refused.value.details["pieces"] == 2
    # The other way round the one that is promised stays.
    assert lots.merge(free, into=promised, by=sari, at=NOW) == promised
    assert counters(promised) == (7, 2)


@pytest.mark.parametrize(
    "other", [{"condition": "worn"}, {"colour": "red"}, {"shelf": "H7"}, {"width_cm": 70}, {"price": 5}]
)
def test_lots_that_are_not_equal_stay_two_and_the_difference_is_named(sari, other):
    one, two = make_item(quantity=2, width_cm=60), make_item(quantity=2, **other)
    with pytest.raises(NotEqual) as refused:
        lots.merge(one, into=two, by=sari, at=NOW)
    assert refused.value.details["what"]
    assert lots.equal_to(one) == []


def test_a_lot_is_not_merged_into_itself(sari):
    one = make_item(quantity=2)
    with pytest.raises(SameLot):
        lots.merge(one, into=one, by=sari, at=NOW)


# -- write-off


def write_off(item, pieces, by, **other):
    details = {"reason": "broken", "destination": "wood", "at": NOW} | other
    return writing_off.write_off(item, pieces, by=by, **details)


def test_broken_pieces_leave_with_a_reason_a_destination_and_their_weight(sari):
    chairs = make_item(quantity=6, weight_kg=12)
    for _tap in range(2):
        row = write_off(chairs, 2, sari, client_key="k1")
    assert counters(chairs) == (4, 0)
    assert (row.status, row.weight_kg, row.weight_is_estimate) == ("done", 24, False)
    [total] = writing_off.totals(WriteOff.objects.all())
    assert (total["destination"], total["sum_pieces"], total["sum_kg"]) == ("wood", 2, 24)
    with pytest.raises(FewerHere):
        write_off(chairs, 5, sari)


def test_a_weight_that_nobody_typed_is_the_categorys_and_an_estimate(sari):
    row = write_off(make_item(), 1, sari)
    assert (row.weight_kg > 0, row.weight_is_estimate) == (True, True)


def test_over_the_limit_the_lead_says_yes(sari, lead):
    chairs = make_item(quantity=9)
    row = write_off(chairs, 6, sari)
    assert (row.status, counters(chairs)) == ("waiting", (9, 6))
    with pytest.raises(OnlyLead):
        writing_off.confirm(row, by=sari, at=NOW)
    with pytest.raises(WaitsForLead):
        stock.put_back(row.aside, by=sari, at=NOW)
    for _tap in range(2):
        writing_off.confirm(row, by=lead, at=NOW)
    assert counters(chairs) == (3, 0)
    with pytest.raises(WrongStep):
        writing_off.reject(row, by=lead, at=NOW)


def test_a_lead_of_another_site_confirms_nothing_here(sari):
    row = write_off(make_item(quantity=9), 6, sari)
    with pytest.raises(OnlyLead):
        writing_off.confirm(row, by=make_worker(make_site("other"), SiteRole.LEAD), at=NOW)


@pytest.mark.parametrize("who", ["lead", "sari"])
def test_the_lead_says_no_or_whoever_asked_takes_it_back(sari, lead, who):
    chairs = make_item(quantity=9)
    row = write_off(chairs, 6, sari)
    writing_off.reject(row, by={"lead": lead, "sari": sari}[who], at=NOW)
    assert (counters(chairs), WriteOff.objects.get().status) == ((9, 0), "rejected")


def test_a_lead_needs_nobody_and_a_dear_thing_needs_the_lead(sari, lead):
    assert write_off(make_item(quantity=9), 9, lead).status == "done"
    Policy.objects.update(write_off_value=100)
    assert write_off(make_item(price=101), 1, sari).status == "waiting"
    assert write_off(make_item(price=100), 1, sari).status == "done"


def test_what_was_set_aside_is_written_off_and_comes_back_as_it_was(sari):
    chairs = make_item(quantity=3)
    aside = stock.set_aside(chairs, 2, reason="missing", by=sari, at=NOW)
    row = write_off(chairs, 2, sari, reason="missing", destination="", aside=aside)
    assert counters(chairs) == (1, 0)
    for _tap in range(2):
        writing_off.undo(row, by=sari, at=later(hours=2))
    assert counters(chairs) == (3, 2)
    assert SetAside.objects.get(ended_at=None).reason == "missing"
    with pytest.raises(WrongStep):
        write_off(chairs, 2, sari, aside=aside)


def test_the_next_day_is_too_late_to_undo(sari):
    row = write_off(make_item(quantity=2), 1, sari)
    with pytest.raises(TooLate):
        writing_off.undo(row, by=sari, at=NOW + timedelta(days=1))


def test_a_lot_that_waits_for_the_lead_may_become_one_with_another(sari, lead):
    one, other = make_item(quantity=9), make_item(quantity=2)
    row = write_off(one, 6, sari)
    lots.merge(one, into=other, by=sari, at=NOW)
    row.refresh_from_db()
    writing_off.confirm(row, by=lead, at=NOW)
    assert counters(other) == (5, 0)
    writing_off.undo(WriteOff.objects.get(), by=lead, at=NOW)
    assert counters(other) == (11, 0)


def test_what_was_written_off_comes_back_to_the_last_of_two_lots_that_took_the_rest_in(sari):
    first, second, third = make_item(quantity=3), make_item(quantity=2), make_item(quantity=1)
    row = write_off(first, 1, sari)
    lots.merge(first, into=second, by=sari, at=NOW)
    lots.merge(second, into=third, by=sari, at=NOW)
    writing_off.undo(row, by=sari, at=NOW)
    assert (counters(third), counters(second), counters(first)) == ((6, 0), (0, 0), (0, 0))
    assert set(Item.objects.filter(merged_into=third)) == {first, second}


def test_a_lead_answers_about_the_lot_that_holds_the_pieces_now_whatever_their_page_had_read(sari, lead):
    one, other = make_item(quantity=9), make_item(quantity=9)
    asked, repaired = write_off(one, 6, sari), stock.set_aside(one, 1, reason="repair", by=sari, at=NOW)
    lots.merge(one, into=other, by=sari, at=NOW)
    stock.put_back(repaired, by=sari, at=NOW)
    writing_off.confirm(asked, by=lead, at=NOW)
    assert (counters(one), counters(other)) == ((0, 0), (12, 0))


def test_ten_thousand_of_the_dearest_are_written_off(sari):
    row = write_off(make_item(quantity=MAX_PIECES, price=Decimal("99999.99")), MAX_PIECES, sari)
    assert WriteOff.objects.get(pk=row.pk).value == Decimal("999999900.00")


def test_a_count_never_makes_a_lot_larger_than_one_may_be(sari):
    chairs = make_item(quantity=MAX_PIECES)
    with pytest.raises(TooManyPieces):
        stock.correct(chairs, quantity=MAX_PIECES + 1, by=sari, at=NOW, reason="counted")
    assert counters(chairs) == (MAX_PIECES, 0)
