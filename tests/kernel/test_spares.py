"""Connections that are there before anybody asks, and are left to the next."""

from collections.abc import Iterator
from threading import Thread
from typing import cast

import pytest
from django.db import connections

from matinee.kernel import databases
from matinee.kernel.postgres import spares
from matinee.kernel.postgres.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(databases=["viewing"], transaction=True)
SERVICE, MANY = "viewing", 2


@pytest.fixture(autouse=True)
def _none_stay() -> Iterator[None]:
    # The test's own, which takes none of them then.
    connections[SERVICE].ensure_connection()
    yield
    spares.most.pop(SERVICE, None)
    for spare in spares.kept.pop(SERVICE, ()):
        spare.connection.close()


def servers() -> list[int]:
    """Which of the server's processes stand behind the connections that are ready."""
    return [spare.connection.info.backend_pid for spare in spares.kept[SERVICE]]


def asked_in_a_thread(*, leaves_open_transaction: bool = False) -> int:
    """Who answers a thread that is asked for the first time, and ends."""
    found: list[int] = []

    def ask() -> None:
        own = connections[SERVICE]
        if leaves_open_transaction:
            own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.extend(cursor.fetchone())

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_finds_a_connection_and_leaves_it_to_the_next() -> None:
    databases.have_ready(SERVICE, MANY)
    ready = servers()
    assert len(set(ready)) == MANY
    assert [asked_in_a_thread() for _ in range(3)] == [ready[-1]] * 3
    assert servers() == ready


def test_since_when_one_stands_is_told_as_it_was() -> None:
    databases.have_ready(SERVICE, MANY)
    opened_at = spares.kept[SERVICE][-1].opened_at
    connections[SERVICE].close()
    assert databases.standing_since(SERVICE) == opened_at


def test_one_that_the_server_ended_is_nobody_s() -> None:
    databases.have_ready(SERVICE, MANY)
    ready = servers()
    with connections[SERVICE].cursor() as cursor:
        for server in ready:
            cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [server])
    assert asked_in_a_thread() not in ready
    assert len(servers()) == 1


def test_no_more_are_kept_than_was_said() -> None:
    databases.have_ready(SERVICE, MANY)
    taken = spares.taken(SERVICE)
    assert taken is not None
    databases.have_ready(SERVICE, MANY)
    before = servers()
    own = connections[SERVICE].copy()
    own.connection = taken.connection
    spares.leave(cast("DatabaseWrapper", own))
    assert servers() == before
    assert taken.connection.closed


def test_what_is_in_the_middle_of_something_is_left_to_nobody() -> None:
    databases.have_ready(SERVICE, 1)
    ready = servers()
    assert asked_in_a_thread(leaves_open_transaction=True) == ready[0]
    assert servers() == []


def test_where_nobody_asked_for_it_nothing_is_kept() -> None:
    assert asked_in_a_thread() != asked_in_a_thread()
    assert SERVICE not in spares.kept
