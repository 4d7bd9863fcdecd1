"""The engines of one machine: how PostgreSQL and Valkey are prepared, started and asked.

Both listen on unix sockets only. Started by root they run as `MATINEE_ENGINE_USER`,
who then owns their data folders and nothing else. A server of the user's own
(`MATINEE_DATABASE_URL`, `MATINEE_REDIS_URL`) takes an engine's place entirely.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from matinee.kernel import binaries, secret_files
from matinee.kernel.settings import Settings
from matinee.run.spawning import CannotStartError, User, check_reachable, engine_user

SUPERUSER = "matinee"
PREPARE_TIMEOUT_S = 120
_ANSWER_TIMEOUT_S = 1.0
_SOCKET_NAME = ".s.PGSQL.5432"
# The line of postmaster.pid that tells the server's state, and what it says (src: `pg_ctl`).
_STATE_LINE = 7
_DATA_FOLDER_LINE = 1
# SSLRequest (PostgreSQL's protocol, "Message Formats"): answered before anybody signs in.
_ASKS_FOR_TLS = struct.pack("!II", 8, 80877103)

# A web process keeps a connection for each of its 8 threads and of the 8 services, and of three of
# them up to 8 more that it lends (`kernel.postgres.lending`). There may be one process a core, and
# one more while one is replaced; workers, relay and commands need the rest.
_CONNECTIONS_OF_A_WEB_PROCESS = 88
_CONNECTIONS_OF_OTHERS = 150
_MOST_CONNECTIONS = _CONNECTIONS_OF_OTHERS + _CONNECTIONS_OF_A_WEB_PROCESS * (
    1 + (os.cpu_count() or 1)
)
# Small-machine values: about 60 MB at rest, some 25 connections busy at once.
_POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": str(_MOST_CONNECTIONS),
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "io_method": "sync",
    "jit": "off",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# After a crash all is brought to the disk before anything is mended: asked of the file system, that
# is done at once, and of each of five thousand files it took up to ten seconds of an outage.
_SYNCED = {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_VALKEY_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "databases": "1",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "auto-aof-rewrite-min-size": "16mb",
    "maxmemory": "512mb",
    "maxmemory-policy": "noeviction",
}


def prepare_folders(settings: Settings) -> None:
    """Make the home and run folders, with rights that fit whom the engines run as."""
    user = engine_user(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.run_folder.stat().st_uid not in {os.geteuid(), *([user.uid] if user else [])}:
        msg = (
            f"{settings.run_folder} belongs to somebody else; remove it, or set MATINEE_HOME"
            " to a shorter path so that sockets lie inside it."
        )
        raise CannotStartError(msg)
    if user is not None:
        check_reachable(settings.home / "x", user)
        # Sticky: engines add sockets beside those of root and cannot replace them.
        os.chown(settings.run_folder, 0, user.gid)
        settings.run_folder.chmod(0o1770)


def prepare_postgres(settings: Settings, *, durable: bool = True) -> None:
    """Make PostgreSQL's data folder if there is none; clear what a killed server left behind."""
    user = engine_user(settings)
    check_reachable(binaries.find("postgres"), user)
    data = settings.home / "postgres"
    _own_folder(settings.run_folder / "postgres", user)
    if not (data / "PG_VERSION").exists():
        _initdb(settings, data, user, durable=durable)
    _own_folder(data, user)  # a copied home folder belongs to whoever copied it
    check_version(data)
    _clear_stale_locks(data, settings.run_folder / "postgres")


def postgres_command(settings: Settings, *, durable: bool = True) -> list[str]:
    """The command that runs PostgreSQL in the foreground; not `durable` only for tests."""
    chosen = {**_POSTGRES_SETTINGS, **_SYNCED, **({} if durable else _NOT_DURABLE)}
    chosen["unix_socket_directories"] = f'"{settings.run_folder / "postgres"}"'
    pairs = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries.find("postgres")), "-D", str(settings.home / "postgres"), *pairs]


def postgres_is_ready(settings: Settings) -> bool:
    """Whether PostgreSQL takes connections, as its own pid file says."""
    try:
        lines = (settings.home / "postgres" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    said_ready = len(lines) > _STATE_LINE and lines[_STATE_LINE].strip() == "ready"
    return said_ready and _connects(settings.run_folder / "postgres" / _SOCKET_NAME)


def postgres_answers(settings: Settings) -> bool:
    """Whether PostgreSQL itself takes part in a conversation, whatever its disk does."""
    path = settings.run_folder / "postgres" / _SOCKET_NAME
    return _answer(path, _ASKS_FOR_TLS) in {b"N", b"S"}


def prepare_valkey(settings: Settings) -> None:
    """Make Valkey's data folder if there is none."""
    user = engine_user(settings)
    check_reachable(binaries.find("valkey-server"), user)
    _own_folder(settings.home / "valkey", user)
    socket_path = settings.run_folder / "valkey.sock"
    if socket_path.exists() and not _connects(socket_path):
        socket_path.unlink()


def valkey_command(settings: Settings) -> list[str]:
    """The command that runs Valkey in the foreground."""
    chosen = dict(_VALKEY_SETTINGS)
    chosen["dir"] = str(settings.home / "valkey")
    chosen["unixsocket"] = str(settings.run_folder / "valkey.sock")
    pairs = [part for name, value in chosen.items() for part in (f"--{name}", value)]
    return [str(binaries.find("valkey-server")), *pairs]


def valkey_is_ready(settings: Settings) -> bool:
    """Whether Valkey has loaded its data and answers."""
    return _answer(settings.run_folder / "valkey.sock", b"PING\r\n").startswith(b"+PONG")


def _answer(path: Path, question: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_ANSWER_TIMEOUT_S)
            link.connect(str(path))
            link.sendall(question)
            return link.recv(64)
    except OSError:
        return b""


def _connects(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_ANSWER_TIMEOUT_S)
            link.connect(str(path))
    except OSError:
        return False
    return True


def _own_folder(folder: Path, user: User | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None and folder.stat().st_uid != user.uid:
        _hand_over(folder, user)


def _hand_over(folder: Path, user: User) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


def _initdb(settings: Settings, data: Path, user: User | None, *, durable: bool) -> None:
    draft = data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    _own_folder(draft, user)
    password = secret_files.read_or_make(settings.secrets / "database_password")
    password_file = draft / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    if user is not None:
        os.chown(password_file, user.uid, user.gid)
    made = draft / "data"
    command = [
        *(str(binaries.find("initdb")), "--pgdata", str(made), "--username", SUPERUSER),
        *("--pwfile", str(password_file), "--auth", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
        *([] if durable else ["--no-sync"]),
    ]
    as_user: dict[str, Any] = (
        {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
    )
    done = subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=PREPARE_TIMEOUT_S,
        check=False,
        **as_user,
    )
    if done.returncode:
        msg = f"PostgreSQL could not make its data folder {data}:\n{done.stderr.strip()}"
        raise CannotStartError(msg)
    made.rename(data)
    shutil.rmtree(draft)


def check_version(data: Path) -> None:
    """CannotStartError if these are the files of another PostgreSQL than this release's."""
    has = (data / "PG_VERSION").read_text().strip()
    done = subprocess.run(
        [str(binaries.find("postgres")), "--version"],
        capture_output=True,
        text=True,
        timeout=_ANSWER_TIMEOUT_S * 10,
        check=True,
    )
    runs = done.stdout.split()[2].partition(".")[0]
    if has != runs:
        msg = (
            f"{data} was made by PostgreSQL {has}, and this is PostgreSQL {runs}, which cannot"
            f" read it. Run the Matinee that made it, or set MATINEE_POSTGRES to a PostgreSQL {has}"
            " and move the data over with pg_dumpall."
        )
        raise CannotStartError(msg)


def _clear_stale_locks(data: Path, sockets: Path) -> None:
    # PostgreSQL clears a dead server's lock itself, unless another process got its pid since.
    for lock in (data / "postmaster.pid", sockets / f"{_SOCKET_NAME}.lock"):
        try:
            lines = lock.read_text().splitlines()
            pid = abs(int(lines[0]))
        except (OSError, ValueError, IndexError):
            continue
        if not _is_server(pid, Path(lines[_DATA_FOLDER_LINE])):
            lock.unlink()


def _is_server(pid: int, data: Path) -> bool:
    try:
        return Path(psutil.Process(pid).cwd()) == data
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
