"""Django's PostgreSQL backend, with a health check that costs no journey to the server while the connection lives."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_done: bool  # Django's own, set by its __init__

    def close_if_health_check_failed(self):
        """Ask the server only when there is a sign that the connection does not live: Django asks before every request."""
        if self.connection is not None and not self.health_check_done and _is_quiet(self.connection):
            self.health_check_done = True
        super().close_if_health_check_failed()


def _is_quiet(connection):
    """Whether nothing waits to be read. A server that ended the connection left word of it; one that waits says nothing.

    A server that vanished without a word is found by neither this nor a question, before the network gives up.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    return not poll.poll(0)
