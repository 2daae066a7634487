"""Processor time of one request, in this process and in the database's.

PostgreSQL keeps one process for each connection, and Linux counts its nanoseconds on the processor. That sees everything
a statement costs, planning and talking included, and no waiting. Where it cannot be seen (the server is another machine,
the system is no Linux) the time between sending each statement and its answer is counted instead, waiting and all.
"""

import gc
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter_ns, thread_time_ns

from django.db import connection

IN_PROCESS = "this process alone (SQLite works inside it)"
PROCESSOR = "this process and the database's own process"
WALL = "this process, and for the database the time that each statement took, waiting included"


class Meter:
    """``spent(act)`` is what one call cost, in nanoseconds that mean nothing outside this run."""

    def __init__(self):
        connection.ensure_connection()
        self.how = IN_PROCESS
        if connection.vendor == "postgresql":
            self.how = PROCESSOR if self._sees_the_server() else WALL

    def spent(self, act):
        if self.how == WALL:
            return self._with_waiting(act)
        before = self._of_server()
        start = thread_time_ns()
        act()
        own = thread_time_ns() - start
        return own + self._of_server() - before

    def _with_waiting(self, act):
        taken = [0]
        with connection.execute_wrapper(_timed(taken)):
            start = thread_time_ns()
            act()
            own = thread_time_ns() - start
        return own + taken[0]

    def _of_server(self):
        if self.how != PROCESSOR:
            return 0
        connection.ensure_connection()
        return _nanoseconds(connection.connection.info.backend_pid)

    def _sees_the_server(self):
        """Whether the process of that number is our server's: it must be called so, and work when we ask it to."""
        number = connection.connection.info.backend_pid
        try:
            named = b"postgres" in Path(f"/proc/{number}/cmdline").read_bytes()
            before = _nanoseconds(number)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM generate_series(1, 100000)")
            return named and _nanoseconds(number) > before
        except OSError:
            return False


def _nanoseconds(number):
    return int(Path(f"/proc/{number}/schedstat").read_bytes().split()[0])


def _timed(taken):
    def wrapper(execute, *statement):
        start = perf_counter_ns()
        try:
            return execute(*statement)
        finally:
            taken[0] += perf_counter_ns() - start

    return wrapper


def in_turn(meter, acts, *, rounds):
    """The lowest decile of what each of ``acts`` cost; in every round all of them have their turn."""
    for act in acts.values():
        for _warming in range(3):
            act()
    gc.collect()
    costs = {name: [] for name in acts}
    for _round in range(rounds):
        for name, act in acts.items():
            costs[name].append(meter.spent(act))
    return {name: sorted(spent)[len(spent) // 10] for name, spent in costs.items()}


@contextmanager
def statements():
    """A list that fills with the statements that Django sends meanwhile."""
    sent = []

    def wrapper(execute, statement, *more):
        sent.append(statement)
        return execute(statement, *more)

    with connection.execute_wrapper(wrapper):
        yield sent


def server_version():
    """Which database it is, for the report."""
    number = connection.pg_version // 10_000 if connection.vendor == "postgresql" else _sqlite_version()
    return f"{connection.vendor} {number}"


def _sqlite_version():
    return ".".join(map(str, connection.Database.sqlite_version_info))
