"""A question put together once: the same answers as one put together anew, at every moment and beside every item."""

from datetime import timedelta

import pytest
from django.db.models import Q

from inventory.domain import catalogue
from inventory.domain.prepared import KEPT, Prepared
from inventory.models import Category, Item
from tests.factories import NOW, make_item

from .browsing import make_many

pytestmark = pytest.mark.django_db


def public(at):
    return Item.objects.published().filter(public_from__lte=at, quantity__gt=0)


@pytest.fixture(autouse=True)
def _nothing_prepared():
    catalogue._prepared.kept.clear()


@pytest.mark.parametrize("side", [{}, {"after": 30}, {"before": 30}, {"after": 59}, {"before": 3}])
def test_a_prepared_page_is_the_page_that_is_put_together_anew(side):
    items = make_many(60, width_cm="80.5", price="12.50")
    where = {name: items[place].code for name, place in side.items()}
    for _asked_again in range(2):
        prepared = catalogue.page(public, at=NOW, shape="public", **where)
        anew = catalogue.page(public, at=NOW, **where)
        assert prepared.rows == anew.rows
        assert (prepared.total, prepared.more, prepared.before) == (anew.total, anew.more, anew.before)
    assert len(catalogue._prepared.kept) == 2  # with the number for the heading, and without


def test_a_prepared_page_is_asked_with_the_moment_and_the_item_of_each_visitor():
    items = make_many(30)
    later = make_item(at=NOW + timedelta(hours=1))
    codes = [item.code for item in items]

    def shown(at, **where):
        return [row.code for row in catalogue.page(public, at=at, shape="public", **where).rows]

    assert shown(NOW) == codes[:24]
    assert shown(NOW + timedelta(hours=2)) == [later.code, *codes[:23]]
    assert shown(NOW, after=codes[9]) == codes[10:]
    assert shown(NOW, after=codes[19]) == codes[20:]


def test_other_shapes_are_other_questions():
    chair, sofa = make_item(), make_item(category="sofa")

    def of(key):
        pages = catalogue.page(lambda at: public(at).filter(category__key=key), at=NOW, shape=("of", key))
        return [row.code for row in pages.rows]

    assert (of("office_chair"), of("sofa"), of("office_chair")) == ([chair.code], [sofa.code], [chair.code])


def test_what_can_have_no_answer_is_not_asked(django_assert_num_queries):
    make_item()
    with django_assert_num_queries(0):
        assert (
            Prepared().rows("none", lambda *_now: Item.objects.filter(pk__in=[]).values_list("pk"), at=NOW)
            == []
        )


def test_no_more_questions_are_kept_than_fit():
    prepared = Prepared()
    for number in range(KEPT + 10):
        prepared.rows(
            number, lambda *_now, n=number: Category.objects.filter(Q(pk=-n)).values_list("pk"), at=NOW
        )
    assert len(prepared.kept) <= KEPT
