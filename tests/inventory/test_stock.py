import pytest
from django.db import IntegrityError, transaction

from inventory.domain import publishing, stock
from inventory.domain.refusals import FewerHere, FewerLeft, NotEnoughLeft, NotOnOffer, StillPromised
from inventory.models import Item, SetAsideReason
from recycling.audit.models import AuditEntry
from tests.factories import NOW, counters, make_item, make_worker

pytestmark = pytest.mark.django_db


def take(item, pieces):
    stock.hold(item, pieces, visible=Item.objects.published())


def test_holding_promises_pieces_and_leaves_them_here():
    chairs = make_item(quantity=40)
    take(chairs, 24)
    assert counters(chairs) == (40, 24)


def test_the_last_piece_is_refused_to_the_second():
    chair = make_item(quantity=1)
    take(chair, 1)
    with pytest.raises(NotEnoughLeft) as refused:
        take(chair, 1)
    assert refused.value.code == "not_enough_left"
    assert counters(chair) == (1, 1)


def test_asking_for_more_than_is_left_says_how_many_are_left():
    chairs = make_item(quantity=40)
    take(chairs, 24)
    with pytest.raises(FewerLeft) as refused:
        take(chairs, 17)
    assert refused.value.details["left"] == 16
    assert counters(chairs) == (40, 24)


def test_what_one_cannot_see_one_cannot_take():
    draft = make_item(publish=False)
    with pytest.raises(NotOnOffer):
        take(draft, 1)
    assert counters(draft) == (1, 0)


def test_handing_over_takes_the_pieces_out_of_the_house():
    chairs = make_item(quantity=5)
    take(chairs, 3)
    stock.hand_over(chairs, 2)
    assert counters(chairs) == (3, 1)


def test_releasing_more_than_is_promised_is_never_papered_over():
    chairs = make_item(quantity=5)
    take(chairs, 1)
    with pytest.raises(RuntimeError):
        stock.release(chairs, 2, at=NOW)
    assert counters(chairs) == (5, 1)


def test_counting_cannot_go_below_what_is_promised():
    chairs = make_item(quantity=5)
    worker = make_worker()
    take(chairs, 3)
    with pytest.raises(StillPromised) as refused:
        stock.correct(chairs, quantity=2, by=worker, at=NOW, reason="counted")
    assert refused.value.details["pieces"] == 3
    aside = stock.set_aside(chairs, 1, reason=SetAsideReason.REPAIR, by=worker, at=NOW)
    with pytest.raises(StillPromised) as refused:
        stock.correct(chairs, quantity=2, by=worker, at=NOW, reason="counted")
    assert refused.value.details["pieces"] == 3
    stock.put_back(aside, by=worker, at=NOW)
    stock.correct(chairs, quantity=3, by=worker, at=NOW, reason="counted")
    assert counters(chairs) == (3, 3)


def test_setting_aside_takes_free_pieces_only_and_putting_back_twice_does_it_once():
    chairs = make_item(quantity=3)
    worker = make_worker()
    take(chairs, 2)
    with pytest.raises(FewerHere):
        stock.set_aside(chairs, 2, reason=SetAsideReason.REPAIR, by=worker, at=NOW)
    aside = stock.set_aside(chairs, 1, reason=SetAsideReason.REPAIR, by=worker, at=NOW)
    assert counters(chairs) == (3, 3)
    stock.put_back(aside, by=worker, at=NOW)
    stock.put_back(aside, by=worker, at=NOW)
    assert counters(chairs) == (3, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reserved": 2},
        {"quantity": 0, "reserved": 1},
        {"status": "lost"},
        {"condition": "mint"},
        {"width_cm": 0},
        {"price": -1},
        {"public_from": None},
    ],
)
def test_the_database_itself_refuses_what_must_never_be(wrong):
    item = make_item(quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**wrong)


def test_withdrawing_is_refused_while_pieces_are_promised():
    chairs = make_item(quantity=5)
    take(chairs, 1)
    with pytest.raises(StillPromised):
        publishing.withdraw(chairs, by=make_worker(), at=NOW)
    stock.release(chairs, 1, at=NOW)
    publishing.withdraw(chairs, by=make_worker(), at=NOW)
    chairs.refresh_from_db()
    assert chairs.status == "withdrawn"


def test_each_step_of_an_item_leaves_one_audit_row():
    chairs = make_item()
    worker = make_worker()
    publishing.withdraw(chairs, by=worker, at=NOW)
    publishing.reopen(chairs, by=worker, at=NOW)
    rows = AuditEntry.objects.filter(target_type="item", target_id=chairs.pk).order_by("pk")
    assert [row.action for row in rows] == [
        "item_logged",
        "item_published",
        "item_withdrawn",
        "item_reopened",
    ]
