"""Django's PostgreSQL backend, but that it asks less and reads moments faster.

It does not ask the server before each request.

A server that ended or was ended closes its connections, and a closed one has something to read:
its end. So an idle connection with nothing to read is as good as one that was asked a moment ago,
at a microsecond instead of a round trip.

A page of rows has a moment in every third column, and reading each by a pattern takes as long as
making the rows of it.
"""

import os
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader, IsolationLevel
from psycopg.abc import Buffer

from matinee.kernel import clock
from matinee.kernel.postgres import spares
from matinee.kernel.postgres.plans import Plan
from matinee.kernel.postgres.silence import is_silent

_of_thread = threading.local()


class _Made(list["DatabaseWrapper"]):
    """What a thread has made; it goes with the thread."""

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()

    def __del__(self) -> None:
        """Leave the connections to others; in a fork they are another process's."""
        if os.getpid() == self._process:
            for wrapper in self:
                spares.leave(wrapper)


def own_wrappers() -> "list[DatabaseWrapper]":
    """Those that this thread has made, of which Django makes one a thread and database.

    After each request they are looked at, and Django's list asks for each database that there is.
    """
    made: list[DatabaseWrapper] | None = getattr(_of_thread, "made", None)
    if made is None:
        made = _of_thread.made = _Made()
    return made


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module; Django looks for a class of this name."""

    health_check_done: bool
    opened_at: datetime
    """When the connection was opened that there is; unset while there has been none."""
    used_s: float = 0.0
    """When it was wanted last, by the clock that never goes back."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """See Django."""
        super().__init__(*arguments, **named)
        own_wrappers().append(self)
        self._often: dict[str, tuple[psycopg.Cursor[tuple[Any, ...]], bytes]] = {}
        self._plans: dict[str, Plan] = {}

    def get_new_connection(self, conn_params: dict[str, Any]) -> "psycopg.Connection[Any]":
        """See Django."""
        self._plans.clear()
        # As Django notes it of a new one.
        self.isolation_level = IsolationLevel.READ_COMMITTED
        self.opened_at, connection = spares.taken(self.alias) or self.opened(conn_params)
        return connection

    def opened(self, conn_params: dict[str, Any]) -> spares.Spare:
        """A new connection, which is nobody's yet."""
        # Before it is, as what comes after this moment is to be seen by it.
        opened_at = clock.now()
        connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        if self.timezone is UTC:
            connection.adapters.register_loader("timestamptz", Moments)
        return spares.Spare(opened_at, connection)

    def often(self, statement: str) -> "tuple[psycopg.Cursor[tuple[Any, ...]], bytes]":
        """The cursor that asks nothing but this statement, and the statement to give to it.

        A cursor that is given the very object that it was given before knows already how to write
        the values and how to read the row. It keeps its last answer, so this is for small ones.
        """
        kept = self._often.get(statement)
        if kept is None or kept[0].connection is not self.connection:
            kept = psycopg.Cursor(self.connection), statement.encode()
            self._often[statement] = kept
        return kept

    def planned(self, statement: str) -> Plan:
        """A statement as this connection's server planned it; outside of transactions."""
        plan = self._plans.get(statement)
        if plan is None:
            name = f"planned_{len(self._plans)}"
            plan = self._plans[statement] = Plan(self.connection, statement, name)
        return plan

    def cursor(self) -> Any:
        """See Django."""
        self.used_s = clock.monotonic_s()
        return super().cursor()

    def close_if_health_check_failed(self) -> None:
        """Ask the server only where it said something that nobody had asked for."""
        if self.connection is None or self.health_check_done:
            return
        if is_silent(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()


class Moments(BaseTzLoader):  # type: ignore[misc] # Django tells no types of it
    """Reads moments of a session in UTC, as PostgreSQL writes them (ISO 8601 but for the T)."""

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        """See psycopg, which is left what Python cannot tell: a moment before Christ."""
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            told: datetime = super().load(data)
            return told
