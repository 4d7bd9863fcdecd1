"""Engines for one run of the tests: a pytest plugin that is loaded before Django's.

Every run of pytest gets its own temporary MATINEE_HOME with its own PostgreSQL
(that does not wait for the disk) and Valkey, so that runs at the same time never
meet. Tests just use them: mark a test `django_db(databases="__all__")` (or the
services that it touches) for databases that roll back after it, call
`matinee.kernel.stores.connect()` for Valkey, which is emptied before every test.

Works as root, where engines run as `MATINEE_ENGINE_USER` (default `nobody`), and
as an ordinary user. The engines end and the folder goes when pytest ends, also by
Ctrl-C or SIGTERM; what a `kill -9` left is removed by the next run.

No test may open a connection to another machine: only unix sockets and loopback.
Settings of the caller's environment (`MATINEE_HOME` and so on) do not count here.
"""

import atexit
import ipaddress
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[1]
for _folder in (_ROOT, _ROOT / "src"):  # the option `pythonpath` counts only later
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

_PREFIX = "matinee-test-"
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
_NAMES_OF_HERE = {"localhost", "ip6-localhost", "testserver", ""}
# Further hosts that are of this machine: network namespaces, while a test has some.
linked: set[str] = set()


class OutsideSocketError(RuntimeError):
    """A test reached for another machine."""


class Engines:
    """PostgreSQL and Valkey in a temporary home folder."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self.home.chmod(0o711)  # engines of another user pass through
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        from matinee.kernel import settings  # noqa: PLC0415 - only after the environment is set
        from matinee.run import engines  # noqa: PLC0415

        ours = settings.get()
        engines.prepare_folders(ours)
        engines.prepare_postgres(ours, durable=False)
        engines.prepare_valkey(ours)
        self._spawn("postgres", engines.postgres_command(ours, durable=False), signal.SIGINT)
        self._spawn("valkey", engines.valkey_command(ours), signal.SIGTERM)
        self._wait_for("postgres", lambda: engines.postgres_is_ready(ours))
        self._wait_for("valkey", lambda: engines.valkey_is_ready(ours))

    def stop(self) -> None:
        for child in self._children:
            child.send_signal(signal.SIGINT)  # PostgreSQL: do not wait for clients
        for child in self._children:
            try:
                child.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(STOP_TIMEOUT_S)
        self._children.clear()
        shutil.rmtree(self.home, ignore_errors=True)

    def _spawn(self, name: str, command: list[str], death_signal: signal.Signals) -> None:
        from matinee.kernel import settings  # noqa: PLC0415
        from matinee.run import spawning  # noqa: PLC0415

        user = spawning.engine_user(settings.get())
        with (self.home / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **spawning.options(user, death_signal),
            )
        self._children.append(child)

    def _wait_for(self, name: str, is_ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while not is_ready():
            if time.monotonic() > end:
                said = (self.home / f"{name}.log").read_text(errors="replace")[-2000:]
                pytest.exit(f"{name} did not start for the tests:\n{said}", returncode=3)
            time.sleep(0.02)


_engines: Engines | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django reads the settings."""
    if not early_config.known_args_namespace.help and not early_config.known_args_namespace.version:
        _begin()
    return (yield)


def _begin() -> None:
    global _engines  # noqa: PLW0603 - one set of engines a run
    _remove_leftovers()
    _forget_settings_of_the_caller()
    _engines = Engines()
    os.environ["MATINEE_HOME"] = str(_engines.home)
    # It takes a process for every picture; tests that are about it turn it on.
    os.environ["MATINEE_CATALOG_LOOK_FOR_FACES"] = "false"
    atexit.register(_end)
    signal.signal(signal.SIGTERM, _interrupt)
    socket.getaddrinfo = _look_up_here
    sys.addaudithook(_only_here)
    try:
        _engines.start()
    except Exception as error:
        _end()
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let "all" databases mean those that there are, and give each test the keys as well."""
    from matinee.run import services  # noqa: PLC0415

    for item in items:
        marker = item.get_closest_marker("django_db")
        named = () if marker is None else marker.kwargs.get("databases", ())
        if marker is not None and named:
            # Whatever a service keeps of a person needs the keys that it is sealed with.
            wanted = services.DATABASES if named == "__all__" else {"keys", *named}
            chosen = {**marker.kwargs, "databases": sorted(wanted)}
            item.add_marker(pytest.mark.django_db(*marker.args, **chosen), append=False)


def pytest_unconfigure() -> None:
    """After the last test, also when interrupted."""
    _end()


def _end() -> None:
    global _engines  # noqa: PLW0603 - one set of engines a run
    if _engines is not None:
        _engines.stop()
        _engines = None


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _remove_leftovers() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = re.match(rf"{_PREFIX}(\d+)-", folder.name)
        if found and folder.stat().st_uid == os.geteuid() and not _is_alive(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _forget_settings_of_the_caller() -> None:
    from matinee.kernel.settings import Settings  # noqa: PLC0415

    for name in Settings.model_fields:
        if name != "engine_user":
            os.environ.pop(f"MATINEE_{name.upper()}", None)


class _ReadingNumbers(threading.local):
    """Whether this thread looks up an address that may only be a number, which asks nobody."""

    is_on = False


_reading_numbers = _ReadingNumbers()
_look_up = socket.getaddrinfo


def _look_up_here(*where: Any, **options: Any) -> Any:
    flags = options.get("flags", where[5] if len(where) > 5 else 0)
    _reading_numbers.is_on = bool(flags & socket.AI_NUMERICHOST)
    try:
        return _look_up(*where, **options)
    finally:
        _reading_numbers.is_on = False


def _only_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo" and not _reading_numbers.is_on:
        host = arguments[0] or ""
    else:
        return
    if not _is_here(host.decode() if isinstance(host, bytes) else str(host)):
        msg = f"a test may not reach for {host}: only unix sockets and loopback"
        raise OutsideSocketError(msg)


def _is_here(host: str) -> bool:
    if host.lower() in _NAMES_OF_HERE or host in linked:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    """Counters and slots of one test do not reach the next."""
    from matinee.kernel import stores  # noqa: PLC0415

    stores.connect().flushdb()


@pytest.fixture(scope="session", autouse=True)
def _migrate_each_on_its_own() -> None:
    """Each service's migrations run in its own database alone, as `matinee migrate` has it."""
    from django.core import management  # noqa: PLC0415

    call_command = management.call_command

    def call(name: str, *arguments: str, **options: Any) -> object:
        if name == "migrate" and options.pop("run_syncdb", False):
            arguments = (options["database"],)
        return call_command(name, *arguments, **options)

    setattr(management, call_command.__name__, call)


@pytest.fixture(scope="session", autouse=True)
def _hashes_cost_little(django_test_environment: None) -> None:
    """Many tests make accounts; those about hashes themselves ask for `hashes_cost_all`."""
    from matinee.identity.passwords import Argon2id  # noqa: PLC0415

    assert django_test_environment is None
    _full_price.update(passes=Argon2id.passes, kib=Argon2id.kib)
    Argon2id.passes, Argon2id.kib = 1, 8


_full_price: dict[str, int] = {}


@pytest.fixture
def hashes_cost_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and codes are hashed as they are for people."""
    from matinee.identity.passwords import Argon2id  # noqa: PLC0415

    for name, value in _full_price.items():
        monkeypatch.setattr(Argon2id, name, value)


@pytest.fixture(scope="session", autouse=True)
def _flush_what_is_for_good() -> None:
    """Between tests tables are emptied, also those that refuse it to everybody."""
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    flush = DatabaseOperations.execute_sql_flush

    def flush_all(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    setattr(DatabaseOperations, flush.__name__, flush_all)


@pytest.fixture(scope="session", autouse=True)
def _databases_go_with_their_engine() -> None:
    """Dropping one by one what is removed a moment later takes seconds."""
    dropping = "django.db.backends.base.creation.BaseDatabaseCreation._destroy_test_db"
    pytest.MonkeyPatch().setattr(dropping, lambda *_: None)
