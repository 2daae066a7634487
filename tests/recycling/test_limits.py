"""Counters of limits: one statement counts, and says no from the try after the limit on."""

from datetime import timedelta

import pytest
from django.db import transaction

from recycling.accounts.domain import limits
from recycling.accounts.domain.limits import TooOften
from recycling.accounts.models import Tally
from tests.concurrency import race, unexpected
from tests.factories import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def counts():
    return dict(Tally.objects.values_list("what", "count"))


def test_the_try_after_the_limit_is_refused_and_not_counted():
    for _try in range(2):
        limits.count("door", "aino", limit=2, per=HOUR, at=NOW)
    with pytest.raises(TooOften):
        limits.count("door", "aino", limit=2, per=HOUR, at=NOW)
    assert counts() == {"door": 2}
    limits.count("door", "bea", limit=2, per=HOUR, at=NOW)
    limits.count("door", "aino", limit=2, per=HOUR, at=NOW + HOUR)


def test_each_counter_goes_up_to_its_own_limit():
    def count():
        limits.count_all({"narrow": ("aino", 1), "wide": ("aino", 3)}, per=HOUR, at=NOW)

    count()
    assert counts() == {"narrow": 1, "wide": 1}
    with pytest.raises(TooOften), transaction.atomic():
        count()
    assert counts() == {"narrow": 1, "wide": 1}  # rolled back with the try


def test_several_counters_are_one_statement_whether_they_are_there_or_not(django_assert_num_queries):
    for _try in range(2):
        with django_assert_num_queries(1):
            limits.count_all({"one": ("aino", 2), "other": ("aino", 2)}, per=HOUR, at=NOW)


def test_a_counter_does_not_say_who_was_counted():
    limits.count("door", "aino@example.org", limit=1, per=HOUR, at=NOW)
    assert "aino" not in Tally.objects.get().who


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_the_same_moment_as_many_pass_as_the_limit_says():
    results = race(lambda _n: limits.count("door", "aino", limit=7, per=HOUR, at=NOW), runners=60)
    assert unexpected(results, TooOften) == []
    assert results.count(None) == 7
    assert counts() == {"door": 7}
