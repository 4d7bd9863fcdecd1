"""Whether a connection is as good as one that was asked a moment ago."""

import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


def is_silent(connection: "psycopg.Connection[object]") -> bool:
    """Whether a connection is open and there is nothing to read from it."""
    if connection.closed:
        return False
    there = select.poll()
    there.register(connection.fileno(), select.POLLIN)
    return not there.poll(0)
