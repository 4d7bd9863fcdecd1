"""Django's PostgreSQL backend, but that it does not ask the server before each request.

A server that ended or was ended closes its connections, and a closed one has something to read:
its end. So an idle connection with nothing to read is as good as one that was asked a moment ago,
at a microsecond instead of a round trip.
"""

import select

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module; Django looks for a class of this name."""

    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        """Ask the server only where it said something that nobody had asked for."""
        if self.connection is None or self.health_check_done:
            return
        if _is_silent(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()


def _is_silent(connection: "psycopg.Connection[object]") -> bool:
    """Whether a connection is open and there is nothing to read from it."""
    if connection.closed:
        return False
    there = select.poll()
    there.register(connection.fileno(), select.POLLIN)
    return not there.poll(0)
