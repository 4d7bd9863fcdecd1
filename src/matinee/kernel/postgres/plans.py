"""Statements that a connection's server has planned, asked without a cursor.

A cursor looks anew, each time that it is given the same statement, at what it has to do, and takes
twice as long as what is left here: to write the values, to wait, and to read the rows.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from select import POLLIN, POLLOUT, poll
from typing import Any, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

Row = tuple[Any, ...]
Values = Mapping[str, Any] | Sequence[Any]

_GOOD = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}
_MARK = re.compile(r"%\((?P<name>\w+)\)s|%s|%%")


class Plan:
    """A statement in one connection, planned there once; for one thread at a time.

    Values go as texts, so each needs a type of its own in the statement (`%(id)s::uuid`): an id
    that is none there comes without its dashes (`%(id)s::text`), else with them (`::uuid::text`). A
    plan keeps its last answer, so it is for small ones. What is asked outside of a transaction is
    one.
    """

    def __init__(self, connection: "psycopg.Connection[Any]", statement: str, name: str) -> None:
        """Have the server read a statement; `name` is no other's in the connection."""
        text, self._names, count = _numbered(statement)
        self.link, self._name = connection.pgconn, name.encode()
        self._formats = [PyFormat.TEXT] * count
        self._adapting = Transformer(connection)
        _good(self.link, self.link.prepare(self._name, text))

    def rows(self, values: Values) -> list[Row]:
        """All rows for these values: by name, or in their order where marks have no names."""
        found = self.link.exec_prepared(self._name, self.written(values))
        return self.read(_good(self.link, found))

    def written(self, values: Values) -> Sequence[Buffer]:
        """Values as the server is told them."""
        if isinstance(values, Mapping):
            values = [values[name] for name in self._names]
        # The library's own word leaves NULL out, which its other kinds of links are given.
        return cast("Sequence[Buffer]", self._adapting.dump_sequence(values, self._formats))

    def send(self, told: Sequence[Buffer]) -> None:
        """Ask with others; see `rows_of_last`."""
        self.link.send_query_prepared(self._name, told)

    def read(self, found: PGresult) -> list[Row]:
        """The rows of an answer."""
        self._adapting.set_pgresult(found)
        return self._adapting.load_rows(0, found.ntuples, tuple)


def rows_of_last(steps: Sequence[tuple[Plan, Values]]) -> list[Row]:
    """The rows of the last of some plans of one connection, asked in one message.

    All of it is one transaction (libpq, "Pipeline Mode"). Where one is refused, so are all.
    """
    plan, link = steps[-1][0], steps[-1][0].link
    # Before anything is sent: what cannot be written would leave half a message.
    told = [(each, each.written(values)) for each, values in steps]
    link.enter_pipeline_mode()
    for each, values in told:
        each.send(values)
    link.pipeline_sync()
    found = [_answer(link) for _ in told]
    # That all was answered.
    _await(link)
    link.get_result()
    link.exit_pipeline_mode()
    *_, last = [_good(link, each) for each in found]
    return plan.read(last)


def _answer(link: PGconn) -> PGresult:
    _await(link)
    found = link.get_result()
    if found is None or link.status != ConnStatus.OK:
        raise psycopg.OperationalError(link.get_error_message())
    # Each ends with nothing.
    _await(link)
    link.get_result()
    return found


def _await(link: PGconn) -> None:
    """Wait for what the server says next, without the interpreter's lock.

    The library holds that while it waits for an answer that is not there yet, and whoever has what
    the server waits for could not let go of it.
    """
    unsent = link.flush()
    while unsent or link.is_busy():
        ready = poll()
        ready.register(link.socket, POLLIN | (POLLOUT if unsent else 0))
        ready.poll()
        link.consume_input()
        unsent = link.flush()


def _good(link: PGconn, result: PGresult) -> PGresult:
    if result.status in _GOOD:
        return result
    if link.status != ConnStatus.OK:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)


@lru_cache(maxsize=64)
def _numbered(statement: str) -> tuple[bytes, list[str], int]:
    """A statement as the server reads it, the names of its values in order, and their number."""
    names: list[str] = []

    def mark(found: "re.Match[str]") -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"] or f" {len(names)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    text = _MARK.sub(mark, statement)
    return text.encode(), names, len(names)
