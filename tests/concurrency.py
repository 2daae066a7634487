"""Many people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

# Each runner has a connection of its own; a PostgreSQL server as installed takes a hundred, and two test
# processes share it.
AT_ONCE = 30


def race(action, *, runners, at_once=AT_ONCE):
    """Run ``action(0)`` ... ``action(runners - 1)`` as close together as the machine can.

    What each got is given back in order: the answer, or the exception it met. Up to ``at_once`` start at the
    same moment; the rest follow as soon as somebody is done.
    """
    first_wave = min(runners, at_once)
    gate = Barrier(first_wave)

    def run(number):
        try:
            if number < first_wave:
                gate.wait(timeout=30)
            return action(number)
        except Exception as error:  # noqa: BLE001  (what a runner met is what the test asks about)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(first_wave) as pool:
        return list(pool.map(run, range(runners)))


def unexpected(results, *expected):
    """The exceptions among ``results`` that are none of the ``expected`` kinds."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, expected)]
