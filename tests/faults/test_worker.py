"""A real worker, on the broker without a server and on Redis: it works, it dies, the next one carries on."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from recycling.celery import app
from recycling.health import TICK, TICK_STALE_AFTER, look
from recycling.notifications.models import Tick
from tests.services import wait_until

pytestmark = pytest.mark.fault


@pytest.fixture(params=["localqueue", pytest.param("redis", marks=pytest.mark.redis)])
def broker(request):
    """The URL of a broker, each in turn."""
    return "localqueue://" if request.param == "localqueue" else request.getfixturevalue("redis_url")


def ticked_at():
    return Tick.objects.filter(name=TICK).values_list("at", flat=True).first()


def ticks_after(moment):
    """Wait for the worker's next sign of life."""

    def ticked():
        at = ticked_at()
        return at is not None and at > moment

    wait_until(ticked, seconds=30, why="the worker ticks")


def test_a_worker_with_its_clock_inside_does_what_is_due(start_worker, broker):
    began = timezone.now()
    worker = start_worker(CELERY_BROKER_URL=broker)
    ticks_after(began)
    # ... and not only once
    ticks_after(timezone.now())
    assert look(at=timezone.now())["worker"]["ok"]
    assert worker.stop() == 0


def test_a_killed_worker_is_missed_and_the_next_one_carries_on(start_worker, broker):
    worker = start_worker(CELERY_BROKER_URL=broker)
    ticks_after(timezone.now() - timedelta(days=1))
    worker.kill()
    last = ticked_at()

    a_minute_later = last + TICK_STALE_AFTER + timedelta(seconds=1)
    assert look(at=a_minute_later)["worker"] == {"ok": False, "seconds_since_tick": 61}
    time.sleep(1)  # a tick that was on its way has come by now
    assert ticked_at() == last, "nothing ticks any more"

    worker.start()
    ticks_after(last)
    assert look(at=timezone.now())["worker"]["ok"]
    assert worker.stop() == 0


def test_what_was_asked_for_while_no_worker_ran_is_done_when_one_does(start_worker, tmp_path):
    options = {"folder": str(tmp_path / "data" / "queue")}
    with app.connection_for_write("localqueue://", transport_options=options) as connection:
        app.send_task(TICK, connection=connection)
    assert ticked_at() is None
    worker = start_worker(beat=False)
    ticks_after(timezone.now() - timedelta(days=1))
    assert worker.stop() == 0


def test_a_worker_lives_through_a_file_that_is_no_message(start_worker, tmp_path):
    messages = tmp_path / "data" / "queue" / "messages"
    messages.mkdir(parents=True)
    (messages / "00000000000000000001-x-0.celery.msg").touch()
    began = timezone.now()
    worker = start_worker()
    ticks_after(began)
    assert [file.name for file in (messages.parent / "bad").iterdir()] == [
        "00000000000000000001-x-0.celery.msg"
    ]
    assert worker.stop() == 0


def test_a_second_worker_in_the_same_folder_ends_with_a_sentence(start_worker):
    first = start_worker()
    second = start_worker(wait=False)
    assert second.process.wait(timeout=40) != 0
    wait_until(lambda: "Another worker already serves the queue" in second.log, seconds=5, why="it says why")
    assert first.process.poll() is None
    ticks_after(timezone.now())


@pytest.mark.redis
def test_production_runs_worker_and_clock_apart_and_two_clocks_do_no_harm(start_worker, redis_url):
    workers = [start_worker(CELERY_BROKER_URL=redis_url, pool="prefork") for _one in range(2)]
    ticks_after(timezone.now())
    workers[0].kill()
    ticks_after(timezone.now())
    assert workers[1].stop() == 0
