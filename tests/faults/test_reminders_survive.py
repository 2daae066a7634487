"""Reminders survive the death of whoever sends them: every one arrives, and a second copy can be told from a first."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import time, timedelta
from time import sleep

import pytest
from django.db import connection
from django.utils import timezone

from recycling.notifications.models import Notification
from recycling.policy.models import Policy
from tests import services
from tests.factories import make_item, make_reservation, open_site

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

REMINDERS, OF_THE_CONTROL = 200, 100
SENDERS = 2  # threads of one worker
# Slow enough that a worker dies in the middle of a conversation, most often between the server's taking and our writing.
ANSWERS_AFTER = 0.04


class SlowSink(services.SmtpSink):
    """A mail server that has the message before it says so."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (given name)
        """Keep it, then think, then answer."""
        reply = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(ANSWERS_AFTER)
        return reply

    @property
    def people(self):
        """How many people something has arrived for."""
        return len({address for message in list(self.messages) for address in message.envelope_recipients})


@pytest.fixture
def sink():
    sink = SlowSink()
    sink.start()
    yield sink
    sink.stop()


def make_due(number_of_reminders):
    """So many people whose reminder is due now, for a pickup some days ahead."""
    # Whenever this runs, it is no hour at which a reminder would wait for the morning.
    Policy.objects.update(holds_per_network=10_000, lead_hours=0, quiet_from=0, quiet_until=0)
    now = timezone.now()
    site = open_site(at=now, capacity=number_of_reminders, opens=time(8), closes=time(18))
    chairs = make_item(quantity=number_of_reminders, at=now)
    slot = site.slots.filter(starts_at__gt=now + timedelta(hours=30), capacity__gt=0).earliest("starts_at")
    for number in range(number_of_reminders):
        make_reservation({chairs: 1}, at=now, slot=slot, contact=f"p{number:03}@example.org")
    Notification.objects.exclude(kind="reminder").delete()
    # The day before, at ten, has come.
    Notification.objects.update(send_after=now)
    assert Notification.objects.due(now).count() == number_of_reminders


def wait_for(sink, people):
    """Until this many have got their reminder."""
    services.wait_until(lambda: sink.people >= people, seconds=30, why=f"{people} reminders are out")


def leases_run_out():
    """A minute passes: whoever held these rows is dead. How many they were."""
    return Notification.objects.filter(status="claimed").update(claimed_until=timezone.now())


def test_every_reminder_arrives_though_workers_are_killed_while_sending(sink, start_worker):
    make_due(REMINDERS)
    held = 0
    for killed_at in (40, 90, 140):
        worker = start_worker(EMAIL_URL=sink.url)
        wait_for(sink, people=killed_at)
        worker.kill()
        sleep(0.3)  # a statement that the database had already been given comes to its end
        held += leases_run_out()
    start_worker(EMAIL_URL=sink.url)
    services.wait_until(
        lambda: Notification.objects.filter(status="sent").count() == REMINDERS,
        seconds=30,
        why="all are recorded",
    )

    arrived = defaultdict(list)
    for message in sink.messages:
        arrived[message["To"]].append(message["Message-ID"])
    copies = Counter(message_id for ids in arrived.values() for message_id in ids)
    ledger = {row.message_id: row.attempts for row in Notification.objects.all()}
    # None is lost, and each person's copies are recognisably the same message.
    assert sorted(arrived) == [f"p{number:03}@example.org" for number in range(REMINDERS)]
    assert [ids for ids in arrived.values() if len(set(ids)) != 1] == []
    # None came more often than the ledger says it was tried; only what the killed held was tried again.
    assert [message_id for message_id, number in copies.items() if number > ledger[message_id]] == []
    assert sum(attempts - 1 for attempts in ledger.values()) == held
    assert 1 <= held <= 3 * SENDERS


@pytest.mark.race
@pytest.mark.redis
def test_two_clocks_and_four_workers_at_once_send_each_reminder_once(sink, start_worker, redis_url):
    make_due(REMINDERS)
    Notification.objects.update(send_after=timezone.now() + timedelta(hours=1))
    workers = [
        start_worker(CELERY_BROKER_URL=redis_url, EMAIL_URL=sink.url, beat=number < 2, wait=False)
        for number in range(4)
    ]
    for worker in workers:
        services.wait_until(lambda worker=worker: worker.ready, seconds=150, why="the worker is ready")
    Notification.objects.update(send_after=timezone.now())
    services.wait_until(
        lambda: Notification.objects.filter(status="sent").count() == REMINDERS,
        seconds=60,
        why="all are sent",
    )
    assert len(sink.messages) == sink.people == REMINDERS
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}
    # ... and more than one of them had a hand in it.
    assert sum("(reminder): sent" in worker.log for worker in workers) > 1


def test_a_sender_that_writes_sent_first_loses_some(sink, tmp_path):
    """The control: under the same kills, so they are not too kind."""
    make_due(OF_THE_CONTROL)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "DATABASE_URL": services.database_url(connection.settings_dict),
        "EMAIL_URL": sink.url,
        "KIERTO_DATA": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.faults.careless_sender"]
    for killed_at in (25, 50, 75):
        with subprocess.Popen(command, env=environment, cwd=services.BASE_DIR) as process:
            try:
                wait_for(sink, people=killed_at)
            finally:
                process.send_signal(signal.SIGKILL)
    subprocess.run(command, env=environment, cwd=services.BASE_DIR, check=True, timeout=60)
    assert Notification.objects.filter(status="sent").count() == OF_THE_CONTROL
    assert sink.people < OF_THE_CONTROL
