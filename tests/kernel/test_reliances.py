"""What a service relies upon is really asked, and never for long."""

import shutil
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connections

from matinee.kernel import databases, reliances, stores, within
from matinee.kernel.problems import Unavailable
from matinee.kernel.reliances import Reliance, Reliances, State
from matinee.run import services
from tests.patience import PATIENCE_S

Room = namedtuple("Room", "total used free")  # noqa: PYI024 - as the library's


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that answer may take as long as everything here may."""
    monkeypatch.setattr(reliances, "_WITHIN_S", PATIENCE_S)


def raising(error: Exception) -> State:
    raise error


def standing(*reliances_: Reliance) -> dict[str, State]:
    return Reliances("viewing", reliances_).look()


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("service", services.WITH_API)
def test_a_healthy_service_is_ready(service: str) -> None:
    found = reliances.of.__wrapped__(service).readiness()
    assert found.reliances == {"database": "ok", "store": "ok", "disk": found.reliances["disk"]}


def test_an_engine_that_hangs_is_away_and_is_not_asked_again_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reliances, "_WITHIN_S", 0.0)
    released, asked = threading.Event(), []

    def hanging() -> State:
        asked.append(1)
        released.wait()
        return "ok"

    one = Reliances("viewing", (Reliance("store", hanging, is_vital=False),))
    try:
        assert one._look() == {"store": "away"}
        assert one._look() == {"store": "away"}
        assert len(asked) == 1
    finally:
        released.set()


@pytest.mark.parametrize(
    "error", [psycopg.OperationalError("no"), redis.ConnectionError("no"), OSError("no")]
)
def test_one_that_refuses_is_away(error: Exception) -> None:
    assert standing(Reliance("x", lambda: raising(error), is_vital=True)) == {"x": "away"}


def test_a_fault_of_ours_is_not_taken_for_theirs() -> None:
    with pytest.raises(ZeroDivisionError):
        standing(Reliance("x", lambda: raising(ZeroDivisionError()), is_vital=True))


def test_whoever_asks_often_asks_engines_once() -> None:
    asked: list[int] = []

    def ask() -> State:
        asked.append(1)
        return "ok"

    one = Reliances("viewing", (Reliance("store", ask, is_vital=True),))
    assert [one.look() for _ in range(20)] == [{"store": "ok"}] * 20
    assert len(asked) == 1


@pytest.mark.parametrize("state", ["away", "behind", "read_only", "full"])
def test_without_what_is_vital_it_is_not_ready(state: State) -> None:
    vital = Reliance("database", lambda: state, is_vital=True)
    with pytest.raises(Unavailable, match=f"viewing: its database {reliances.SENTENCES[state]}"):
        Reliances("viewing", (vital,)).readiness()
    shared = Reliance("disk", lambda: state, is_vital=False)
    assert Reliances("viewing", (shared,)).readiness().reliances == {"disk": state}


@contextmanager
def _second(service: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with databases.second_connection(service) as link:
        yield link


@pytest.mark.django_db(databases=["viewing"])
def test_a_database_that_lacks_migrations_is_seen() -> None:
    assert reliances.database("viewing") == "ok"
    with _second("viewing") as link, link.transaction(force_rollback=True):

        @contextmanager
        def this() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
            yield link

        link.execute(
            "DELETE FROM django_migrations WHERE (app, name) IN (SELECT app, max(name)"
            " FROM django_migrations WHERE app = 'viewing' GROUP BY app)"
        )
        assert reliances.database_at("viewing", this) == "behind"
        link.execute("SET TRANSACTION READ ONLY")
        assert reliances.database_at("viewing", this) == "read_only"


@pytest.mark.django_db(databases=["viewing"])
def test_a_database_without_any_table_is_behind() -> None:
    params = connections["viewing"].get_connection_params()

    @contextmanager
    def elsewhere() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        own = {
            name: params[name] for name in ("user", "password", "host", "port") if name in params
        }
        with psycopg.connect(dbname="postgres", autocommit=True, **own) as link:
            yield link

    assert reliances.database_at("viewing", elsewhere) == "behind"


def test_a_store_that_takes_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reliances.store("viewing") == "ok"
    assert stores.connect().pttl("ready:viewing") > 0
    own = stores.connect()
    before = str(own.config_get("maxmemory")["maxmemory"])
    own.config_set("maxmemory", "1")
    try:
        assert reliances.store("viewing") == "full"
    finally:
        own.config_set("maxmemory", before)
    monkeypatch.setattr(stores, "connect", lambda: stores.open_store("unix:///nowhere.sock"))
    assert standing(Reliance("store", lambda: reliances.store("x"), is_vital=True)) == {
        "store": "away"
    }


def test_a_full_disk_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(10**12, 10**12, reliances.DISK_FULL_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    assert reliances.disk(tmp_path) == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=room.free - 1))
    assert reliances.disk(tmp_path) == "full"


def test_every_service_has_the_migrations_that_are_looked_for() -> None:
    for service in services.DATABASES:
        assert reliances._migrations(service), service


def test_an_answer_comes_once_it_is_there() -> None:
    go = threading.Event()

    def ask() -> int:
        go.wait()
        return 7

    asking: within.Within[int] = within.Within(ask)
    question = asking.begin()
    with pytest.raises(within.NoAnswerError):
        question.answer(0)
    assert asking.begin() is question
    go.set()
    assert question.answer(PATIENCE_S) == 7
    assert asking.begin() is not question
