"""A PostgreSQL database per service.

A model belongs to the database that its app label names. There is no default
database: a query that names none fails instead of landing somewhere.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, LiteralString, cast
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, models, reset_queries, transaction
from psycopg import sql

from matinee.kernel import clock
from matinee.kernel.postgres import plans, spares
from matinee.kernel.postgres.base import DatabaseWrapper, own_wrappers
from matinee.kernel.postgres.lending import lent
from matinee.kernel.settings import Settings

Step = tuple[str, Mapping[str, Any]]
"""A statement and its values, as `asked_often` takes them."""

CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_MS = 30_000
# Waiting for a lock longer than this means that somebody forgot to let go.
LOCK_TIMEOUT_MS = 10_000
# Opening another one takes as long as answering several requests.
_CONNECTED_S = 600
# A network that is cut says nothing: after so long both ends take the other for gone. Nobody waits
# for an answer for ever then, and no lock is held by somebody who is not there any more.
_CUT_OFF: dict[str, Any] = {
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 9_000,
}
_CUT_OFF_THERE = (
    "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=9000"
)


class OwnDatabase:
    """Routes each model to its service's database, and migrations likewise."""

    def db_for_read(self, model: type[models.Model], **_hints: object) -> str:
        """The database that the model's app owns."""
        return model._meta.app_label

    db_for_write = db_for_read

    def allow_relation(self, one: models.Model, other: models.Model, **_hints: object) -> bool:
        """Rows may only point at rows of the same service."""
        return one._meta.app_label == other._meta.app_label

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        """A service's tables are made in its own database only."""
        return db == app_label


def of(settings: Settings, services: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Django's DATABASES, with one entry per service and an unusable default."""
    own = {service: _database(settings.database(service)) for service in services}
    return {"default": {}, **own}


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "matinee.kernel.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": _CONNECTED_S,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"DEPENDENCIES": []},  # otherwise each would wait for the unusable default
        "OPTIONS": {
            **query,
            "connect_timeout": CONNECT_TIMEOUT_S,
            **_CUT_OFF,
            # For `asked_often` alone: Django's own cursors put values into the text.
            "prepare_threshold": 5,
            "options": (
                f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
                f" {_CUT_OFF_THERE}"
            ),
        },
    }


def asked_often(
    service: str, statement: LiteralString, values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The one row of a statement that the server plans once for each connection.

    For the few that every visit waits for: planning one takes longer than answering it. Values
    are bound by the server, so that each needs a type of its own in the statement (`%(id)s::uuid`).
    In this thread's transaction, or else by a connection that is lent for it. LookupError where the
    statement finds no row.
    """
    if connections[service].in_atomic_block:
        wrapper = _ready(service)
        with wrapper.wrap_database_errors:
            cursor, statement_bytes = wrapper.often(statement)
            row = cursor.execute(statement_bytes, values, prepare=True).fetchone()
    else:
        with lent(service) as wrapper, wrapper.wrap_database_errors:
            row = next(iter(wrapper.planned(statement).rows(values)), None)
    if row is None:
        raise LookupError("the statement found no row")
    return row


def rows_of(
    service: str, statement: str, values: Mapping[str, Any], *, binary: bool = False
) -> list[tuple[Any, ...]]:
    """All rows that a statement gives, which may also write; planned once for each connection.

    `binary`: told as PostgreSQL keeps them, which is written and read faster where there are many
    moments; JSON comes parsed then.
    """
    with _bound_there(service) as cursor:
        return cursor.execute(statement.encode(), values, prepare=True, binary=binary).fetchall()


def rows_of_last(service: str, *steps: Step) -> list[tuple[Any, ...]]:
    """The rows of the last of some statements, all in one transaction and one round trip.

    Each sees what others committed until its turn: so a lock is waited for, and what was written
    under it is seen.
    """
    if not connections[service].in_atomic_block:
        with lent(service) as wrapper, wrapper.wrap_database_errors:
            return plans.rows_of_last([(wrapper.planned(each), values) for each, values in steps])
    wrapper = _ready(service)
    with wrapper.wrap_database_errors:
        cursors = [psycopg.Cursor(wrapper.connection) for _ in steps]
        with wrapper.connection.pipeline():
            for cursor, (statement, values) in zip(cursors, steps, strict=True):
                cursor.execute(statement.encode(), values, prepare=True)
        return cursors[-1].fetchall()


def run(service: str, statement: str, values: Sequence[Any], *, is_frequent: bool) -> None:
    """Run a statement as `asked_often` does, for its effect; planned anew unless `is_frequent`."""
    if not is_frequent:
        with _bound_there(service) as cursor:
            cursor.execute(statement.encode(), values, prepare=False)
        return
    wrapper = _ready(service)
    with wrapper.wrap_database_errors:
        often, statement_bytes = wrapper.often(statement)
        often.execute(statement_bytes, values, prepare=True)


def run_alone(service: str, statement: str, values: Sequence[Any]) -> None:
    """Run a frequent statement that is a transaction by itself, or part of this thread's."""
    if connections[service].in_atomic_block:
        run(service, statement, values, is_frequent=True)
        return
    with lent(service) as wrapper, wrapper.wrap_database_errors:
        wrapper.planned(statement).rows(values)


def standing_since(service: str) -> datetime:
    """Since when this thread's connection to a service's database stands.

    Its server did not fall since: it would have taken the connection with it.
    """
    return _ready(service).opened_at


@contextmanager
def _bound_there(service: str) -> Iterator["psycopg.Cursor[tuple[Any, ...]]"]:
    """A cursor of the service's connection whose values are bound by the server."""
    wrapper = _ready(service)
    with wrapper.wrap_database_errors, psycopg.Cursor(wrapper.connection) as cursor:
        yield cursor


def _ready(service: str) -> DatabaseWrapper:
    wrapper = cast("DatabaseWrapper", connections[service])
    wrapper.used_s = clock.monotonic_s()
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    return wrapper


@lru_cache(maxsize=256)
def table_of(service: str, model: str) -> str:
    """What statements call the table of a service's model."""
    return connections[service].ops.quote_name(apps.get_model(service, model)._meta.db_table)


def transaction_of(service: str) -> AbstractContextManager[None]:
    """One transaction in the service's database; usable as a decorator's body or `with`."""
    return transaction.atomic(using=service)


def have_ready(service: str, many: int) -> None:
    """Open so many connections to a service's database for threads to come.

    Django's errors where the database is away.
    """
    spares.fill(cast("DatabaseWrapper", connections[service]), many)


def release_connections(unused_for_s: float = math.inf) -> None:
    """Give back connections that are broken, too old or unused for so long.

    Call it after every unit of work. One whose transaction is open belongs to a larger unit of
    work that goes on.
    """
    since_s = clock.monotonic_s() - unused_for_s
    for connection in own_wrappers():
        if connection.in_atomic_block:
            continue
        connection.close_if_unusable_or_obsolete()
        if connection.used_s < since_s:
            connection.close()


def look_at_own_connections() -> None:
    """After each request, have its thread look at the connections that it opened, and only then.

    Django asks for each database that there is, three times a request, and finds few of them open.
    """
    request_started.disconnect(reset_queries)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    request_finished.connect(_release_after_a_request)


def _release_after_a_request(**_told: object) -> None:
    release_connections()


def second_connection(service: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection to the service's database beside Django's, committing each statement."""
    params = connections[service].get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "connect_timeout")
    own = {name: params[name] for name in names if name in params}
    return psycopg.connect(autocommit=True, options=_CUT_OFF_THERE, **_CUT_OFF, **own)


def takes_no_password(error: Exception) -> bool:
    """Whether a server asked for a password and let nobody in with ours: waiting is of no use."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    link = cause.pgconn if isinstance(cause, psycopg.OperationalError) else None
    # Whoever was let in is told a number.
    return link is not None and link.used_password and not link.backend_pid


def make_databases(settings: Settings, services: Iterable[str]) -> None:
    """Create the databases that do not exist yet, through the server's `postgres` database."""
    any_url = settings.database("x")
    server_url = any_url.replace("/matinee_x", "/postgres", 1)
    with psycopg.connect(server_url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S) as server:
        for service in services:
            name = f"matinee_{service}"
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if found.fetchone() is None:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
