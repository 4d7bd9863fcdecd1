"""PostgreSQL and Valkey as a machine runs them: killed at any moment, they lose nothing."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from matinee.kernel.settings import Settings
from matinee.run import engines, spawning
from tests.patience import PATIENCE_S, until


def started(settings: Settings, command: list[str], is_ready: Callable[[], bool]) -> int:
    user = spawning.engine_user(settings)
    with (settings.home / "engine.log").open("ab") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **spawning.options(user))
    _children.append(child)
    said = (settings.home / "engine.log").read_text
    until(lambda: child.poll() is not None or is_ready(), said)
    assert child.poll() is None, said()
    return child.pid


_children: list[subprocess.Popen[bytes]] = []


def kill(number: signal.Signals = signal.SIGKILL) -> None:
    while _children:
        child = _children.pop()
        os.killpg(child.pid, number)
        child.wait(PATIENCE_S)


def postgres(settings: Settings) -> int:
    engines.prepare_postgres(settings)
    command = engines.postgres_command(settings)
    return started(settings, command, lambda: engines.postgres_is_ready(settings))


def connected(settings: Settings) -> "psycopg.Connection[tuple[object, ...]]":
    url = settings.database("x").replace("/matinee_x", "/postgres", 1)
    return psycopg.connect(url, autocommit=True, connect_timeout=int(PATIENCE_S))


def test_postgres_comes_back_from_kill_9_with_its_data(settings: Settings) -> None:
    pid = postgres(settings)
    try:
        with connected(settings) as server:
            server.execute("CREATE TABLE film AS SELECT 1 AS reel")
            assert server.execute("SHOW fsync").fetchone() == ("on",)
            # Each of its files synced after a crash made an outage ten seconds longer.
            way = "syncfs" if sys.platform == "linux" else "fsync"
            assert server.execute("SHOW recovery_init_sync_method").fetchone() == (way,)
            assert server.execute("SHOW listen_addresses").fetchone() == ("",)
        kill()
        assert (settings.home / "postgres" / "postmaster.pid").exists()
        assert postgres(settings) != pid
        with connected(settings) as server:
            assert server.execute("SELECT reel FROM film").fetchone() == (1,)
        kill()
        take_over_pid(settings)
        postgres(settings)
        assert engines.postgres_is_ready(settings)
    finally:
        kill(signal.SIGINT)


def take_over_pid(settings: Settings) -> None:
    """Since the server was killed, its pid went to another living process: this one."""
    for lock in (
        settings.home / "postgres" / "postmaster.pid",
        settings.run_folder / "postgres" / ".s.PGSQL.5432.lock",
    ):
        _, *rest = lock.read_text().splitlines(keepends=True)
        lock.write_text("".join([f"{os.getppid()}\n", *rest]))


def test_postgres_asks_for_the_password(settings: Settings) -> None:
    try:
        postgres(settings)
        folder = settings.run_folder / "postgres"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(folder), user="matinee", dbname="postgres", password="guess")
    finally:
        kill(signal.SIGINT)


def test_an_interrupted_first_start_is_no_obstacle(settings: Settings) -> None:
    half = settings.home / "postgres.new" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    engines.prepare_postgres(settings, durable=False)
    assert (settings.home / "postgres" / "global" / "pg_control").exists()
    assert not half.exists()


def test_data_of_another_release_is_refused(settings: Settings) -> None:
    data = settings.home / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(spawning.CannotStartError, match="was made by PostgreSQL 13"):
        engines.prepare_postgres(settings)


def valkey(settings: Settings) -> int:
    engines.prepare_valkey(settings)
    command = engines.valkey_command(settings)
    return started(settings, command, lambda: engines.valkey_is_ready(settings))


def test_valkey_comes_back_from_kill_9_with_its_data(settings: Settings) -> None:
    valkey(settings)
    try:
        with redis.Redis.from_url(settings.redis) as store:
            store.set("task", "kept")
            # It writes out every second, and says when it has.
            assert store.execute_command("WAITAOF", 1, 0, int(PATIENCE_S * 1000))[0] == 1
        kill()
        valkey(settings)
        with redis.Redis.from_url(settings.redis) as store:
            assert store.get("task") == b"kept"
            policy = store.config_get("maxmemory-policy")
            assert policy == {"maxmemory-policy": "noeviction"}
    finally:
        kill(signal.SIGTERM)


def test_a_copied_home_is_a_backup(settings: Settings, home: Path) -> None:
    """Whoever copies it, the copy starts elsewhere."""
    postgres(settings)
    try:
        with connected(settings) as server:
            server.execute("CREATE TABLE film AS SELECT 7 AS reel")
    finally:
        kill(signal.SIGINT)
    copy = home / "copy"
    shutil.copytree(home / "postgres", copy / "postgres")
    shutil.copytree(home / "secrets", copy / "secrets")
    (copy / "postgres").chmod(0o700)
    elsewhere = Settings(home=copy)
    engines.prepare_folders(elsewhere)
    postgres(elsewhere)
    try:
        with connected(elsewhere) as server:
            assert server.execute("SELECT reel FROM film").fetchone() == (7,)
    finally:
        kill(signal.SIGINT)


def test_a_folder_that_the_engines_cannot_enter_is_named(home: Path) -> None:
    private = home / "private"
    private.mkdir(mode=0o700)
    stranger = spawning.User("somebody", 54321, 54321)
    with pytest.raises(spawning.CannotStartError, match=f"chmod o\\+x {private}"):
        spawning.check_reachable(private / "var" / "x", stranger)
    private.chmod(0o711)
    spawning.check_reachable(private / "x", stranger)
    spawning.check_reachable(private / "x", None)
