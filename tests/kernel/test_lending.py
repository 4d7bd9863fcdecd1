"""Connections that are lent for a statement, and statements that are asked without a cursor."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connections

from matinee.kernel.postgres import lending
from matinee.kernel.postgres.lending import lent
from matinee.kernel.postgres.plans import rows_of_last

pytestmark = pytest.mark.django_db(databases=["viewing"])
SERVICE = "viewing"
PID = "SELECT pg_backend_pid()"


@pytest.fixture(autouse=True)
def _given_back() -> Iterator[None]:
    lending.close_idle()
    yield
    lending.close_idle()


def ask(statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
    with lent(SERVICE) as wrapper, wrapper.wrap_database_errors:
        return wrapper.planned(statement).rows(values)


def test_who_asks_is_lent_what_was_given_back_last() -> None:
    with lent(SERVICE) as first, lent(SERVICE) as second:
        assert first is not second
        assert first.planned(PID).rows(()) != second.planned(PID).rows(())
    with lent(SERVICE) as again:
        assert again is first
        with lent(SERVICE) as beside:
            assert beside is second


def test_a_plan_reads_and_writes_all_that_a_cursor_does() -> None:
    one, moment = UUID(int=1), datetime(2026, 11, 22, 7, 30, 0, 5, tzinfo=UTC)
    statement = """SELECT %(id)s::uuid, %(at)s::timestamptz, %(word)s::text, %(nothing)s::int,
                          %(yes)s::bool, %(ratio)s::float8, %(ids)s::uuid[], 7 %% %(number)s::int,
                          %(id)s::uuid"""
    values = {
        "id": one,
        "at": moment,
        "word": "'; %s $1",
        "nothing": None,
        "yes": True,
        "ratio": 0.5,
        "ids": [one, one],
        "number": 4,
    }
    expected = (one, moment, "'; %s $1", None, True, 0.5, [one, one], 3, one)
    assert ask(statement, values) == [expected]
    assert ask("SELECT %s::int - %s::int", [5, 3]) == [(2,)]
    assert ask("SELECT %s::text WHERE FALSE", ["x"]) == []


def test_a_statement_is_planned_once_by_a_connection() -> None:
    for number in range(3):
        assert ask("SELECT %s::int + 40", [number]) == [(number + 40,)]
    count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1%%+ 40'"
    assert ask(count) == [(1,)]


def test_what_a_server_refuses_is_told_and_the_connection_goes_on() -> None:
    (before,) = ask(PID)
    for statement, value in (("SELECT 1 / %s::int", 0), ("SELECT %s::text", "\0")):
        with pytest.raises(DataError):
            ask(statement, [value])
    assert ask(PID) == [before]


def test_a_connection_that_the_server_ended_is_opened_anew() -> None:
    ((before,),) = ask(PID)
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [before])
        assert cursor.fetchone() == (True,)
    assert ask(PID) != [(before,)]


def test_a_connection_that_breaks_while_it_is_asked_says_that_the_server_is_away() -> None:
    assert ask(PID)
    with lent(SERVICE) as wrapper:
        with socket.fromfd(wrapper.connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as way:
            way.shutdown(socket.SHUT_RDWR)
        with pytest.raises(OperationalError), wrapper.wrap_database_errors:
            wrapper.planned(PID).rows(())
    assert ask(PID)


def test_statements_that_go_together_are_one_transaction() -> None:
    number = "SELECT %s::int, pg_current_xact_id()::text"
    with lent(SERVICE) as wrapper, wrapper.wrap_database_errors:
        plan = wrapper.planned(number)
        # Its number is that of the transaction, which the first one began.
        (first,) = rows_of_last([(plan, [1])])
        (second,) = rows_of_last([(plan, [2]), (wrapper.planned(PID), ()), (plan, [3])])
        assert (first[0], second[0]) == (1, 3)
        assert int(second[1]) == int(first[1]) + 1


@pytest.mark.parametrize("values", [(0, 1), (1, 0)])
def test_where_one_of_them_is_refused_all_are_and_the_connection_goes_on(
    values: tuple[int, int],
) -> None:
    divided = "SELECT 1 / %s::int"
    (before,) = ask(PID)
    with lent(SERVICE) as wrapper, pytest.raises(DataError), wrapper.wrap_database_errors:
        rows_of_last([(wrapper.planned(divided), [each]) for each in values])
    with lent(SERVICE) as wrapper:
        word = wrapper.planned("SELECT %s::text")
        # What cannot be written is not sent in part.
        with pytest.raises(DataError), wrapper.wrap_database_errors:
            rows_of_last([(word, ["x"]), (word, ["\0"])])
    assert ask(PID) == [before]


def test_statements_whose_connection_breaks_say_that_the_server_is_away() -> None:
    assert ask(PID)
    with lent(SERVICE) as wrapper:
        with socket.fromfd(wrapper.connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as way:
            way.shutdown(socket.SHUT_RDWR)
        with pytest.raises(OperationalError), wrapper.wrap_database_errors:
            rows_of_last([(wrapper.planned(PID), ()), (wrapper.planned(PID), ())])
    assert ask(PID)


def test_what_a_parent_opened_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    with lent(SERVICE) as parents:
        pass
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with lent(SERVICE) as own:
        assert own is not parents
    parents.close()
