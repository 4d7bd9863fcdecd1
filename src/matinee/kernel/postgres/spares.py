"""Connections that nobody has yet, for whoever comes first in a crowd.

Opening one takes some eight milliseconds of the processor's time, of this process and of the
server's, and several times that by the clock while others do the same: a thread that is asked for
the first time finds one here. A thread that ends leaves what it has to the next.
"""

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from psycopg.pq import TransactionStatus

from matinee.kernel.postgres.silence import is_silent

if TYPE_CHECKING:
    import psycopg

    from matinee.kernel.postgres.base import DatabaseWrapper


class Spare(NamedTuple):
    """A connection, and when it was opened."""

    opened_at: datetime
    connection: "psycopg.Connection[object]"


kept: dict[str, deque[Spare]] = {}
most: dict[str, int] = {}


def fill(wrapper: "DatabaseWrapper", many: int) -> None:
    """Have so many connections ready to a database, and never more; Django's errors if it is away.

    Where this was not called, a database has none.
    """
    of_database = kept.setdefault(wrapper.alias, deque())
    most[wrapper.alias] = many
    with wrapper.wrap_database_errors:
        while len(of_database) < many:
            of_database.append(wrapper.opened(wrapper.get_connection_params()))


def taken(alias: str) -> Spare | None:
    """A connection to a database that nobody else has; None where there is none that works."""
    of_database = kept.get(alias, ())
    while of_database:
        try:
            spare = of_database.pop()
        except IndexError:
            return None  # another thread was faster
        if is_silent(spare.connection):
            return spare
        spare.connection.close()
    return None


def leave(wrapper: "DatabaseWrapper") -> None:
    """Take over the connection of a thread that ends, or close it where it is of use to nobody.

    Otherwise it would be open until rubbish is collected.
    """
    connection, wrapper.connection = wrapper.connection, None
    if connection is None:
        return
    has_room = len(kept.get(wrapper.alias, ())) < most.get(wrapper.alias, 0)
    if has_room and _is_idle(connection):
        kept[wrapper.alias].append(Spare(wrapper.opened_at, connection))
    else:
        connection.close()


def _is_idle(connection: "psycopg.Connection[object]") -> bool:
    is_idle = connection.info.transaction_status is TransactionStatus.IDLE
    return is_idle and is_silent(connection)
