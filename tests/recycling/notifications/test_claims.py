"""A row of the outbox: one sender at a time has it, and what contradicts itself is refused."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from recycling.notifications.domain import sending
from recycling.notifications.models import Notification
from tests.concurrency import race
from tests.factories import NOW

from .posting import minutes, post, send, state

pytestmark = pytest.mark.django_db


# -- claims


def test_a_claimed_row_is_nobody_elses_until_the_lease_ends(smtp_sink):
    row = post()
    claimed = sending.claim(at=NOW)
    assert (claimed.pk, claimed.status, claimed.attempts) == (row.pk, "claimed", 1)
    assert sending.claim(at=NOW + timedelta(seconds=59)) is None
    assert send(minutes(1)) == {"sent": 1}
    assert state(row)[:2] == ("sent", 2)


def test_a_sender_whose_lease_ran_out_cannot_write_over_the_next_one(smtp_sink, caplog):
    row = post()
    slow = sending.claim(at=NOW)
    assert send(minutes(1)) == {"sent": 1}
    sending._close(slow, "failed", at=minutes(2), why="refused")
    assert state(row)[0] == "sent"
    assert "the lease ran out" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_claiming_inside_a_transaction_is_refused():
    post()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sending.claim(at=NOW)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_row_once(smtp_sink):
    for number in range(60):
        post(f"p{number}")
    bystander = post("later", at=minutes(5))
    rounds = race(lambda _number: sending.send_due(at=NOW), runners=4)
    assert sum(rounds, Counter()) == {"sent": 60}
    assert len({message["Message-ID"] for message in smtp_sink.messages}) == len(smtp_sink.messages) == 60
    assert set(Notification.objects.filter(status="sent").values_list("attempts", flat=True)) == {1}
    assert state(bystander)[:2] == ("due", 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_on_the_claim_rows_would_be_sent_twice():
    """The control: looking first and writing then lets two senders have one row."""
    row = post()
    gate = threading.Barrier(4)

    def careless(_number):
        due = Notification.objects.due(NOW).filter(pk=row.pk).exists()
        gate.wait()
        return due and Notification.objects.filter(pk=row.pk).update(
            status="claimed", claim="x", claimed_until=NOW
        )

    assert sum(race(careless, runners=4)) > 1


# -- what the database refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "sent", "sent_at": None},
        {"status": "failed", "failed_at": None},
        {"status": "due", "failed_at": NOW},
        {"status": "claimed", "claim": ""},
        {"status": "lost"},
        {"channel": "owl"},
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(wrong):
    row = post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=row.pk).update(**wrong)


def test_finding_what_is_due_reads_an_index():
    query = Notification.objects.due(NOW).order_by("send_after")
    if connection.vendor == "sqlite":
        assert "notification_due" in query.explain()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "notification_due" in query.explain()
