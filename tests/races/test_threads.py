"""Messages about a request that are written at the same moment. The bystander is another request's thread."""

import pytest

from recycling.notifications.models import Notification
from reservations.domain import threads
from tests.concurrency import race, unexpected
from tests.factories import NOW, make_item, make_member, make_site, make_worker
from tests.reservations.driving import accept, make_request

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked():
    return accept(make_request({make_item(): 1}, by=make_member(cost_centre="31250")))


@pytest.fixture(autouse=True)
def bystander():
    other = accept(make_request({make_item(): 1}, by=make_member(code="library", cost_centre="41100")))
    threads.write(other, "Hei", from_unit=True, by=other.by, at=NOW)
    yield
    assert list(other.messages.values_list("text", "read_at")) == [("Hei", None)]


def write(asked, by, **more):
    return threads.write(asked, "Tulemme kello 9.", from_unit=False, by=by, at=NOW, **more)


def mails():
    return Notification.objects.filter(kind="request_message").count()


def test_a_form_that_is_sent_eight_times_at_once_is_one_message(asked):
    sari = make_worker(make_site())
    got = race(lambda _number: write(asked, sari, client_key="key"), runners=8)
    assert unexpected(got) == []
    assert (len(set(got)), asked.messages.count(), mails()) == (1, 1, 1)


def test_six_workers_who_answer_at_once_send_one_mail(asked):
    workers = [make_worker(make_site()) for _number in range(6)]
    got = race(lambda number: write(asked, workers[number]), runners=6)
    assert unexpected(got) == []
    assert (asked.messages.count(), mails()) == (6, 1)
