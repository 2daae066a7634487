"""The broker that needs no server: nothing is lost, nothing comes twice, and rubbish stops nobody."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest
from kombu import Connection

from recycling.localqueue import MOST_CRASHES, Folder, FolderTakenError
from tests.services import BASE_DIR, wait_until

QUEUE = "celery"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "queue"


@contextmanager
def connected(path):
    """A connection to the queue in ``path``, as Celery makes them."""
    with Connection("localqueue://", transport_options={"folder": str(path), "polling_interval": 0}) as it:
        yield it


def publish(path, *bodies, queue=QUEUE):
    with connected(path) as connection:
        producer = connection.Producer()
        for body in bodies:
            producer.publish(body, routing_key=queue, serializer="json")


@contextmanager
def consuming(path, *, queue=QUEUE):
    """A consumer; ``take()`` gives the next message, or None when none is there."""
    with connected(path) as connection:
        messages = []
        consumer = connection.Consumer(queues=[connection.SimpleQueue(queue).queue], accept=["json"])
        consumer.register_callback(lambda _body, message: messages.append(message))

        def take():
            if not messages:
                try:
                    connection.drain_events(timeout=0.05)
                except TimeoutError:
                    return None
            return messages.pop(0)

        with consumer:
            yield take


def everything(path):
    """The bodies of all that is waiting, acknowledged one by one."""
    with consuming(path) as take:
        bodies = []
        while message := take():
            bodies.append(message.payload)
            message.ack()
        return bodies


def files(folder):
    return sorted(file.name for file in folder.iterdir())


def test_messages_come_in_the_order_in_which_they_were_published(path):
    publish(path, 1, 2, 3)
    assert everything(path) == [1, 2, 3]


def test_an_acknowledged_message_leaves_no_file(path):
    publish(path, "hello")
    everything(path)
    folder = Folder(path)
    assert (files(folder.messages), files(folder.claimed), files(folder.bad)) == ([], [], [])


def test_a_message_is_kept_until_it_is_acknowledged(path):
    publish(path, "hello")
    with consuming(path) as take:
        message = take()
        assert len(files(Folder(path).claimed)) == 1
        message.ack()
        assert files(Folder(path).claimed) == []


def test_what_was_not_acknowledged_comes_again_after_an_orderly_end(path):
    publish(path, 1, 2)
    with consuming(path) as take:
        take().ack()
        take()
    assert everything(path) == [2]


def test_a_rejected_message_comes_again_when_asked_for_and_only_then(path):
    publish(path, "away", "again")
    with consuming(path) as take:
        take().reject()
        take().requeue()
    assert everything(path) == ["again"]


def test_queues_do_not_mix(path):
    publish(path, "for celery")
    publish(path, "for mail", queue="mail.celery")
    assert everything(path) == ["for celery"]


def test_the_name_of_a_queue_cannot_lead_out_of_the_folder(path, tmp_path):
    publish(path, "hello", queue="../../escaped")
    assert files(tmp_path) == ["queue"]
    assert len(files(Folder(path).messages)) == 1


def test_purging_empties_one_queue_and_counts(path):
    publish(path, 1, 2)
    publish(path, 3, queue="other")
    with connected(path) as connection:
        channel = connection.default_channel
        assert channel.queue_purge(QUEUE) == 2
        assert (channel._size(QUEUE), channel._size("other")) == (0, 1)


NO_MESSAGES = [
    *(b"", b"{", b"\xff\xfe", b"[]", b"7", b"{}", b'{"body": "x"}', b'{"body": "x", "properties": {}}'),
    *(b'{"body": 7, "properties": {"delivery_tag": "x"}}', b'{"properties": {"delivery_tag": "x"}}'),
]


@pytest.mark.parametrize("rubbish", NO_MESSAGES)
def test_a_file_that_is_no_message_is_set_aside_and_the_next_one_delivered(path, rubbish):
    broken = f"00000000000000000001-x-0.{QUEUE}.msg"
    (Folder(path).messages / broken).write_bytes(rubbish)
    publish(path, "whole")
    assert everything(path) == ["whole"]
    assert files(Folder(path).bad) == [broken]


def test_a_message_that_is_still_being_written_is_not_seen(path):
    (Folder(path).messages / f".00000000000000000001-x-0.{QUEUE}.msg").write_bytes(b"{")
    assert everything(path) == []
    assert files(Folder(path).bad) == []


# Several processes ----------------------------------------------------------------------------------------


def publish_some(path, first, how_many):
    """In a process of its own. Writing so large a message takes long enough to be seen half-way."""
    publish(path, *([number, "x" * 4_000_000] for number in range(first, first + how_many)))


def test_publishers_and_a_greedy_reader_lose_nothing_and_double_nothing(path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool, consuming(path) as take:
        published = [pool.submit(publish_some, path, first, 30) for first in (0, 30)]
        seen = []
        while len(seen) < 60 and not any(one.done() and one.exception() for one in published):
            if message := take():
                seen.append(message.payload[0])
                message.ack()
        for one in published:
            one.result()
        assert take() is None
    assert sorted(seen) == list(range(60))
    assert files(Folder(path).bad) == []


def claim_all(path, start_at):
    """In a process of its own: everything that could be claimed, with the others trying the same."""
    folder = Folder(path)
    time.sleep(max(0.0, start_at - time.time()))  # a process takes its time to start: all begin together
    return [name for name in folder.waiting(QUEUE) if folder.claim(name)]


def test_each_message_is_claimed_by_exactly_one_of_several_processes(path):
    publish(path, *range(300))
    names = Folder(path).waiting(QUEUE)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        start_at = time.time() + 3
        claims = [pool.submit(claim_all, path, start_at) for _one in range(3)]
        claimed = Counter(name for claim in claims for name in claim.result())
    assert claimed == Counter(names)


# Takes messages, acknowledges the first ``acknowledged`` of them, and then waits to be killed.
TAKER = """
import sys, time
from pathlib import Path
from tests.recycling.test_localqueue import consuming
with consuming(Path(sys.argv[1])) as take:
    for number in range(int(sys.argv[2])):
        take().ack()
    held = [take() for number in range(int(sys.argv[3]))]
    print("holding", flush=True)
    time.sleep(60)
"""


@contextmanager
def taker(path, *, acknowledges, holds):
    """A process that consumes; killed at the end, as by ``kill -9``."""
    command = [sys.executable, "-c", TAKER, str(path), str(acknowledges), str(holds)]
    with subprocess.Popen(
        command, cwd=BASE_DIR, env=os.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "holding\n"
        yield process
        process.send_signal(signal.SIGKILL)


def test_what_a_killed_worker_held_is_delivered_to_the_next_and_nothing_else(path):
    publish(path, *range(6))
    with taker(path, acknowledges=2, holds=3):
        pass
    assert everything(path) == [2, 3, 4, 5]


def test_only_one_process_consumes_from_a_folder(path):
    publish(path, "hello")
    with taker(path, acknowledges=0, holds=1):
        with (
            pytest.raises(FolderTakenError, match="Another worker already serves the queue"),
            consuming(path),
        ):
            pytest.fail("two consumers in one folder")
        # ... while anybody may publish
        publish(path, "another")
        assert len(files(Folder(path).claimed)) == 1
    assert everything(path) == ["hello", "another"]


def test_a_message_that_is_there_at_every_crash_is_set_aside_in_the_end(path):
    publish(path, "poison")
    folder = Folder(path)
    for _crash in range(MOST_CRASHES):
        (name,) = folder.waiting(QUEUE)
        folder.put_back(folder.claim(name), crashed=True)
    (name,) = folder.waiting(QUEUE)
    folder.put_back(folder.claim(name), crashed=True)
    assert (folder.waiting(QUEUE), len(files(folder.bad))) == ([], 1)


def test_a_worker_that_ends_in_good_order_blames_no_message(path):
    publish(path, "innocent")
    for _time in range(MOST_CRASHES + 1):
        with consuming(path) as take:
            wait_until(take, seconds=5, why="the message is there")
    assert everything(path) == ["innocent"]
