"""A broker that needs no server: Celery's messages as files in a folder on this machine's disk.

A message is published by renaming a finished file into ``messages/`` and claimed by renaming it into
``claimed/``, where it stays until it is acknowledged. Whatever a killed worker had claimed is put back when
the next one starts, so every message is delivered at least once. A file that cannot be a message is set aside
in ``bad/``, and so is a message that was there at more than ``MOST_CRASHES`` crashes.

One process may consume from a folder (it holds a lock on it for as long as it lives); any number may publish.
"""

import fcntl
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import IO
from urllib.parse import quote

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

MOST_CRASHES = 10

# What the message says may be anything that was on the disk after a power cut.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)

# The open lock files of this process, by folder. They are never closed: the lock ends with the process.
_held: dict[str, IO[str]] = {}


class FolderTakenError(RuntimeError):
    """Another process consumes from this folder."""


class Folder:
    """The queue's folder: where messages lie, under which names, and how they move."""

    def __init__(self, path):
        self.path = Path(path)
        self.messages = self.path / "messages"
        self.claimed = self.path / "claimed"
        self.bad = self.path / "bad"
        for part in (self.messages, self.claimed, self.bad):
            part.mkdir(parents=True, exist_ok=True)

    def put(self, queue, text):
        """Publish ``text``: written under a hidden name first, so that a reader never sees half of it."""
        # Wall clock, because a monotonic one starts again at boot and the names are what keeps the order.
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}-0.{_as_suffix(queue)}"
        aside = self.messages / f".{name}"
        aside.write_text(text, encoding="utf-8")
        # Not synced to the disk: a message only says "look now", and the next tick says it again.
        aside.rename(self.messages / name)

    def waiting(self, queue):
        """The names of the messages waiting in ``queue``, oldest first."""
        suffix = _as_suffix(queue)
        names = (entry.name for entry in os.scandir(self.messages))
        return sorted(name for name in names if name.partition(".")[2] == suffix)

    def claim(self, name):
        """The claimed file, or None when somebody else was quicker."""
        claimed = self.claimed / name
        try:
            (self.messages / name).rename(claimed)
        except FileNotFoundError:
            return None
        return claimed

    def put_back(self, claimed, *, crashed):
        """Let a claimed message be claimed again, or set it aside once it was there at too many crashes."""
        head, _dot, suffix = claimed.name.partition(".")
        start, _dash, crashes = head.rpartition("-")
        crashes = (int(crashes) if crashes.isdecimal() else 0) + crashed
        if crashes > MOST_CRASHES:
            self.set_aside(claimed, "there at too many crashes")
            return
        claimed.rename(self.messages / f"{start}-{crashes}.{suffix}")

    def set_aside(self, claimed, why):
        """Keep a file that is of no use where somebody can look at it."""
        log.warning("Set aside in %s: %s (%s)", self.bad, claimed.name, why)
        claimed.rename(self.bad / claimed.name)

    def take(self):
        """Become the one process that consumes here, and put back what the one before left claimed."""
        key = str(self.path.resolve())
        if key in _held:
            return
        lock = (self.path / "worker.lock").open("a")
        try:
            # A record lock is not inherited: a child that outlives a killed worker does not keep the folder.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise FolderTakenError(f"Another worker already serves the queue in {self.path}.") from None
        _held[key] = lock
        for claimed in sorted(self.claimed.iterdir()):
            self.put_back(claimed, crashed=True)


def _as_suffix(queue):
    """The end of a file name that stands for ``queue``; no name of a queue can point outside the folder."""
    return f"{quote(queue, safe='')}.msg"


class Channel(virtual.Channel):
    """Kombu's view of the folder."""

    def __init__(self, connection, **kwargs):
        super().__init__(connection, **kwargs)
        self.folder = Folder(connection.client.transport_options["folder"])
        self.claims = {}  # delivery tag -> claimed file

    def _put(self, queue, message, **_options):
        self.folder.put(queue, dumps(message))

    def _get(self, queue, timeout=None):  # noqa: ARG002  (kombu's signature)
        for name in self.folder.waiting(queue):
            claimed = self.folder.claim(name)
            if claimed is None:
                continue
            try:
                payload = loads(claimed.read_text(encoding="utf-8"))
                payload["body"].encode()
                tag = self.Message(payload, channel=self).delivery_tag
            except _UNREADABLE as error:
                self.folder.set_aside(claimed, type(error).__name__)
                continue
            self.claims[tag] = claimed
            return payload
        raise Empty

    def _size(self, queue):
        return len(self.folder.waiting(queue))

    def _purge(self, queue):
        gone = [claimed for name in self.folder.waiting(queue) if (claimed := self.folder.claim(name))]
        for claimed in gone:
            claimed.unlink()
        return len(gone)

    def _forget(self, delivery_tag):
        if claimed := self.claims.pop(delivery_tag, None):
            claimed.unlink(missing_ok=True)

    def _restore(self, message):
        # A channel that closes in good order hands its claims back unblamed.
        if claimed := self.claims.pop(message.delivery_tag, None):
            self.folder.put_back(claimed, crashed=not self.closed)

    def basic_consume(self, queue, no_ack, callback, consumer_tag, **kwargs):
        """Consume from ``queue``, as the only process to do so in this folder."""
        self.folder.take()

        def deliver(message):
            if no_ack:
                self._forget(message.delivery_tag)
            return callback(message)

        super().basic_consume(queue, no_ack, deliver, consumer_tag, **kwargs)

    def basic_get(self, queue, no_ack=False, **kwargs):  # noqa: FBT002  (kombu's signature)
        """One message, or None."""
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self._forget(message.delivery_tag)
        return message

    def basic_ack(self, delivery_tag, multiple=False):  # noqa: FBT002  (kombu's signature)
        """The message is done with: its file goes."""
        super().basic_ack(delivery_tag, multiple=multiple)
        self._forget(delivery_tag)

    def basic_reject(self, delivery_tag, requeue=False):  # noqa: FBT002  (kombu's signature)
        """The message goes back to the queue, or away."""
        super().basic_reject(delivery_tag, requeue=requeue)
        if not requeue:
            self._forget(delivery_tag)


class Transport(virtual.Transport):
    """``localqueue://``, with the folder in the transport options."""

    Channel = Channel
    driver_type = "localqueue"
    driver_name = "localqueue"
    state_of_all = virtual.BrokerState()

    def __init__(self, client, **kwargs):
        super().__init__(client, **kwargs)
        # Exchanges and bindings are the same for every connection of a process.
        self.state = self.state_of_all

    def driver_version(self):
        """There is no driver but this module."""
        return "1"


def register():
    """Let kombu know ``localqueue://``. Must come before the first connection is made."""
    TRANSPORT_ALIASES["localqueue"] = "recycling.localqueue:Transport"
