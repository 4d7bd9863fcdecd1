"""`matinee doctor`: looks at everything that a start relies on, and says how to mend it."""

import difflib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator

import psutil
import psycopg
import redis
from pydantic import ValidationError

from matinee.encoding import programs
from matinee.kernel import binaries, settings
from matinee.kernel.reliances import DISK_FULL_BYTES
from matinee.kernel.settings import Settings
from matinee.run import (
    checkout,
    control,
    edge_bucket,
    edges_found,
    engines,
    manual,
    reliances_found,
    up,
)
from matinee.run.explanations import settings_error
from matinee.run.finding import Finding
from matinee.run.keys_found import content_keys, data_keys, encryption
from matinee.run.spawning import CannotStartError, check_reachable, engine_user

PYTHON_MIN = (3, 11)
_GIGABYTE = 1024**3
DISK_WARN_BYTES = 5 * _GIGABYTE
_CONNECT_TIMEOUT_S = 3
# Read by no settings class: what starts, builds and tests Matinee uses these.
_OTHER_VARIABLES = frozenset(
    {"MATINEE_CHECKOUT", "MATINEE_CHROMIUM", "MATINEE_READY_FILE", "MATINEE_SUPERVISED_IN"}
    | {"MATINEE_" + name.upper().replace("-", "_") for name in binaries.NAMES}
)


def examine() -> Iterator[Finding]:
    """Everything, in the order in which to mend it."""
    yield _python()
    yield from _unknown_variables()
    try:
        ours = settings.get()
    except ValidationError as error:
        yield Finding("bad", "settings", settings_error(error), "see docs/settings.md")
        return
    yield from _programs(ours)
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _home,
        _disk,
        _secrets,
        content_keys,
        data_keys,
        _engines_user,
        _address,
        _exposure,
        encryption,
        _database,
        reliances_found.databases,
        edges_found.releases,
        _store,
        _media,
        _sandbox,
        _web_app,
    )
    for check in checks:
        yield from check(ours)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= PYTHON_MIN:
        return Finding("ok", "Python", found)
    return Finding("bad", "Python", found, "install Python 3.11 or newer, remove .venv, start anew")


def _unknown_variables() -> Iterator[Finding]:
    known = manual.names() | _OTHER_VARIABLES
    for name in sorted(os.environ):
        if name.startswith("MATINEE_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            mend = f"did you mean {near[0]}?" if near else "unset it; docs/settings.md lists all"
            yield Finding("warn", "settings", f"{name} is no setting of Matinee", mend)


def _programs(ours: Settings) -> Iterator[Finding]:
    there = []
    for name in binaries.NAMES:
        try:
            binaries.find(name)
            there.append(name)
        except binaries.MissingProgramError as error:
            # Engines and media tools have containers of their own.
            if not ours.services_url:
                found, _, mend = str(error).partition("; ")
                yield Finding("bad", "programs", found, mend)
    if ours.services_url or len(there) == len(binaries.NAMES):
        yield Finding("ok", "programs", ", ".join(there))


def _home(ours: Settings) -> Iterator[Finding]:
    nearest = next(p for p in (ours.home, *ours.home.parents) if p.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        yield Finding("ok", "home folder", str(ours.home))
    else:
        mend = f"give yourself the right to write to {nearest}, or set MATINEE_HOME"
        yield Finding("bad", "home folder", f"{ours.home} cannot be written", mend)


def _disk(ours: Settings) -> Iterator[Finding]:
    nearest = next(p for p in (ours.home, *ours.home.parents) if p.exists())
    free = shutil.disk_usage(nearest).free
    found = f"{free / _GIGABYTE:.1f} GB free"
    mend = "make room, or set MATINEE_HOME to a folder on a larger disk"
    if free < DISK_FULL_BYTES:
        yield Finding("bad", "disk", found, mend)
    elif free < DISK_WARN_BYTES:
        yield Finding("warn", "disk", f"{found}; a film needs about three times its size", mend)
    else:
        yield Finding("ok", "disk", found)


def _secrets(ours: Settings) -> Iterator[Finding]:
    paths = [ours.secrets, *ours.secrets.glob("*")] if ours.secrets.exists() else []
    open_ones = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_ones:
        yield Finding("bad", "secrets", f"others can read {path}", f"chmod go= {path}")
    if not open_ones:
        yield Finding("ok", "secrets", str(ours.secrets) if paths else "made at the first start")


def _engines_user(ours: Settings) -> Iterator[Finding]:
    if ours.services_url:
        return  # theirs is said by whoever runs them
    try:
        user = engine_user(ours)
        for path in (ours.home / "x", binaries.find("postgres"), checkout.web_app() / "x"):
            if path.parent.exists():
                check_reachable(path, user)
    except (CannotStartError, binaries.MissingProgramError) as error:
        yield Finding("bad", "engines' user", str(error), "as said")
        return
    if user is not None:
        yield Finding("ok", "engines' user", user.name)


def _address(ours: Settings) -> Iterator[Finding]:
    if ours.services_url:
        return  # each container has its own, where it listens by now
    if control.answers(ours.run_folder / control.SOCKET_NAME):
        yield Finding("ok", "address", f"{ours.address}, where Matinee is running")
        return
    try:
        up.check_address_is_free(ours.address)
    except CannotStartError as error:
        who = _listener(int(ours.address.rpartition(":")[2]))
        mend = "end that program, or set MATINEE_ADDRESS to another address"
        found = str(error).partition(". ")[0]
        yield Finding("bad", "address", f"{found}{who}", mend)
    else:
        yield Finding("ok", "address", f"{ours.address} is free")


def _listener(port: int) -> str:
    try:
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.pid and tuple(link.laddr)[1:] == (port,):
                return f"; {psutil.Process(link.pid).name()} (process {link.pid}) listens there"
    except psutil.Error:
        return ""
    return ""


def _exposure(ours: Settings) -> Iterator[Finding]:
    if ours.is_loopback or ours.url.startswith("https://"):
        return
    yield Finding(
        "warn",
        "exposure",
        f"{ours.address} can be reached from other machines, without TLS: passwords cross the"
        " network in the clear",
        "put a reverse proxy with a certificate in front, and set MATINEE_PUBLIC_URL=https://…",
    )


def _database(ours: Settings) -> Iterator[Finding]:
    if not ours.database_url:
        is_up = engines.postgres_is_ready(ours)
        yield Finding(
            "ok", "database", "own PostgreSQL, " + ("running" if is_up else "not started")
        )
        return
    url = ours.database("x").replace("/matinee_x", "/postgres", 1)
    mend = "start that server, or correct MATINEE_DATABASE_URL"
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_TIMEOUT_S) as server:
            row = server.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        yield Finding("bad", "database", str(error).strip(), mend)
        return
    if row is None or not row[0]:
        found = "this user may not make databases"
        yield Finding("warn", "database", found, "ALTER ROLE … CREATEDB, or make them yourself")
    else:
        yield Finding("ok", "database", "your PostgreSQL answers")


def _store(ours: Settings) -> Iterator[Finding]:
    if not ours.redis_url:
        is_up = engines.valkey_is_ready(ours)
        yield Finding("ok", "broker", "own Valkey, " + ("running" if is_up else "not started"))
        return
    try:
        with redis.Redis.from_url(
            ours.redis_url, socket_connect_timeout=_CONNECT_TIMEOUT_S
        ) as link:
            policy = link.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.RedisError as error:
        mend = "start that server, or correct MATINEE_REDIS_URL"
        yield Finding("bad", "broker", str(error), mend)
        return
    if policy != "noeviction":
        mend = "CONFIG SET maxmemory-policy noeviction"
        yield Finding("bad", "broker", f"may throw tasks away ({policy})", mend)
    else:
        yield Finding("ok", "broker", "your Redis or Valkey answers")


def _media(ours: Settings) -> Iterator[Finding]:
    if ours.media.startswith("file:"):
        yield Finding("ok", "media store", ours.media)
        return
    try:
        origin = edge_bucket.bucket(ours).packages
        edge_bucket.access()
    except CannotStartError as error:
        mend = "set what it names, or unset MATINEE_MEDIA_URL"
        yield Finding("bad", "media store", str(error), mend)
        return
    yield Finding("ok", "media store", f"{ours.media} at {origin.address}, behind the edge here")


def _sandbox(ours: Settings) -> Iterator[Finding]:
    """How the tools are confined that read films of strangers."""
    if ours.services_url and not _has_media_tools():
        return
    try:
        why = programs.why_unwrapped(programs.tool_user())
    except (RuntimeError, ValidationError, binaries.MissingProgramError) as error:
        mend = "mend bubblewrap, or set MATINEE_ENCODING_SANDBOX=auto"
        yield Finding("bad", "sandbox", str(error), mend)
        return
    if not why:
        yield Finding("ok", "sandbox", "media tools run inside bubblewrap")
        return
    found = f"{why}; media tools run with limits and without network, but see the machine's files"
    mend = "install Debian's package bubblewrap, or let this user make namespaces"
    yield Finding("warn", "sandbox", found, mend)


def _has_media_tools() -> bool:
    try:
        return binaries.find("ffprobe").exists()
    except binaries.MissingProgramError:
        return False


def _web_app(ours: Settings) -> Iterator[Finding]:
    try:
        page = checkout.web_app() / "index.html"
    except CannotStartError as error:
        yield Finding("bad", "web app", str(error), "as said")
        return
    if page.exists():
        yield Finding("ok", "web app", str(page.parent))
    elif not ours.services_url:  # the front's container has it
        mend = "run bin/demo once, or: cd web && npm ci && npm run build"
        yield Finding("bad", "web app", f"not built: {page} is missing", mend)
