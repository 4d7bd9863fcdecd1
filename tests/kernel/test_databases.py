"""Connections that nobody has to ask after, and statements that are planned once."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.postgresql import base as django_postgres
from django.db.utils import ConnectionHandler

from matinee.kernel import databases, tasks

SERVICE = "viewing"
ONE = "SELECT %(number)s::int + 1, %(word)s::text"


@pytest.fixture
def asked_after(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that a server was asked whether it is there."""
    seen: list[str] = []
    is_usable = django_postgres.DatabaseWrapper.is_usable

    def noted(self: Any) -> bool:
        seen.append(self.alias)
        return is_usable(self)

    monkeypatch.setattr(django_postgres.DatabaseWrapper, "is_usable", noted)
    return seen


@pytest.fixture
def connection() -> Iterator[Any]:
    """One of its own, as a request's thread has, beside the test's."""
    own = connections[SERVICE].copy()
    own.ensure_connection()
    yield own
    own.close()


def ask(connection: Any) -> tuple[int]:
    """A query as the first of a request."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: tuple[int] = cursor.fetchone()
    return found


@pytest.mark.django_db(databases=[SERVICE])
def test_a_silent_connection_is_not_asked_after(connection: Any, asked_after: list[str]) -> None:
    assert ask(connection) == ask(connection) == ask(connection)
    assert not asked_after


@pytest.mark.django_db(databases=[SERVICE])
def test_a_connection_that_the_server_ended_is_noticed_before_it_is_used(
    connection: Any, asked_after: list[str]
) -> None:
    (before,) = ask(connection)
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [before])
        assert cursor.fetchone() == (True,)
    assert ask(connection) != (before,)
    assert asked_after == [SERVICE]


@pytest.mark.django_db(databases=[SERVICE])
def test_what_is_asked_often_is_planned_once_and_answers_as_ever() -> None:
    found = [
        databases.asked_often(SERVICE, ONE, {"number": number, "word": "'; %s"})
        for number in range(3)
    ]
    assert found == [(1, "'; %s"), (2, "'; %s"), (3, "'; %s")]
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%+ 1%%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(databases=[SERVICE])
def test_a_statement_without_a_row_says_so() -> None:
    with pytest.raises(LookupError):
        databases.asked_often(SERVICE, "SELECT %(number)s::int WHERE FALSE", {"number": 1})


@pytest.mark.django_db(databases=[SERVICE])
def test_what_was_just_used_stays_open_and_what_was_not_is_closed(connection: Any) -> None:
    before = ask(connection)
    databases.release_connections(60.0)
    assert ask(connection) == before
    connection.used_s -= 61.0
    databases.release_connections(60.0)
    assert connection.connection is None


@pytest.mark.django_db(databases=[SERVICE])
def test_celery_leaves_connections_open_around_a_task() -> None:
    with connections[SERVICE].cursor() as cursor:
        DjangoWorkerFixup(tasks.app).close_database()
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(databases=[SERVICE])
def test_what_is_asked_often_is_asked_of_a_new_connection_too(connection: Any) -> None:
    before, _ = connection.often("SELECT 1")
    assert connection.often("SELECT 1")[0] is before
    connection.close()
    connection.ensure_connection()
    after, statement = connection.often("SELECT 1")
    assert after.execute(statement, prepare=True).fetchone() == (1,)


def test_after_a_request_its_thread_looks_at_its_own_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    signals = (request_started, request_finished)
    receivers = [signal.receivers[:] for signal in signals]
    monkeypatch.setattr(databases, "release_connections", lambda: looked.append("own"))
    monkeypatch.setattr(ConnectionHandler, "all", lambda *_, **__: pytest.fail("all"))
    try:
        databases.look_at_own_connections()
        for signal in signals:
            signal.send(sender=None)
    finally:
        for signal, before in zip(signals, receivers, strict=True):
            signal.receivers = before
            signal.sender_receivers_cache.clear()
    assert looked == ["own"]
