"""A throw-away installation that encodes films, step by step, in this very process.

Its engines, stores and settings are the ordinary ones; only the worker is the
benchmark itself, so that it sees the parts before they are packaged and encrypted.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from bench.start import READY_S, home_folder, running
from bench.viewing import until_well
from matinee.kernel import clock, ids
from matinee.kernel.settings import Settings, get

_START_S, _STOP_S = 60.0, 20.0


@contextlib.contextmanager
def installation(
    settings: Mapping[str, str],
    *,
    durable: bool = False,
    postgres: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Path]:
    """An empty home with engines that run and databases that are there; `settings` are its own.

    A `durable` one waits for the disk, as those in service do; `postgres` is what its server is
    told beside that.
    """
    home = Path(tempfile.mkdtemp(prefix="matinee-bench-"))
    home.chmod(0o711)
    _read(home, settings)
    try:
        with _engines(get(), home, postgres, durable=durable):
            from matinee.run import migrations  # noqa: PLC0415 - reads the settings made above
            from matinee.run.django_setup import set_up  # noqa: PLC0415

            set_up()
            migrations.migrate()
            yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def started(**settings: str) -> Iterator[tuple[str, int]]:
    """A whole installation (`matinee up`) in a home of its own: its address, its supervisor's pid.

    This process reads its settings and its databases.
    """
    with home_folder() as home, running(home, **settings) as (url, _, process):
        until_well(f"{url}/api/playback/readyz", "the service", READY_S)
        _read(home, {})
        from matinee.run.django_setup import set_up  # noqa: PLC0415 - reads the settings made above

        set_up()
        yield url, process.pid


def _read(home: Path, settings: Mapping[str, str]) -> None:
    """Have this process read an installation's settings, and none but those."""
    for name in [name for name in os.environ if name.startswith("MATINEE_")]:
        if not name.startswith("MATINEE_BENCH_"):
            del os.environ[name]
    os.environ |= {"MATINEE_HOME": str(home), **settings}
    get.cache_clear()


@contextlib.contextmanager
def _engines(
    ours: Settings, home: Path, postgres: Mapping[str, str], *, durable: bool
) -> Iterator[None]:
    from matinee.run import engines, spawning  # noqa: PLC0415 - reads the settings made above

    engines.prepare_folders(ours)
    engines.prepare_postgres(ours, durable=durable)
    engines.prepare_valkey(ours)
    user = spawning.engine_user(ours)
    server = engines.postgres_command(ours, durable=durable)
    server += [part for name, value in postgres.items() for part in ("-c", f"{name}={value}")]
    started: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
    try:
        for name, command, how in (
            ("postgres", server, signal.SIGINT),
            ("valkey", engines.valkey_command(ours), signal.SIGTERM),
        ):
            with (home / f"{name}.log").open("wb") as log:
                options = spawning.options(user, how)
                child = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **options)
            started.append((child, how))
        _wait_for(lambda: engines.postgres_is_ready(ours) and engines.valkey_is_ready(ours))
        yield
    finally:
        for child, how in reversed(started):
            child.send_signal(how)
        for child, _ in started:
            child.wait(_STOP_S)


def _wait_for(holds: Callable[[], bool]) -> None:
    end_s = clock.monotonic_s() + _START_S
    while not holds():
        if clock.monotonic_s() > end_s:
            raise SystemExit("the engines of the benchmark did not start")
        clock.pause(0.05)


def upload(path: Path) -> UUID:
    """Put a film into the media store and let encoding hear of it; the encode's id."""
    from matinee.contracts.events import UploadCompleted  # noqa: PLC0415
    from matinee.encoding import events as _  # noqa: F401, PLC0415 - registers the handlers
    from matinee.encoding import room  # noqa: PLC0415
    from matinee.encoding.models import Encode  # noqa: PLC0415
    from matinee.kernel import asking  # noqa: PLC0415
    from matinee.kernel.events.hearing import hear  # noqa: PLC0415
    from matinee.run import questions  # noqa: PLC0415

    asking.reach(questions.client)
    upload_id, title_id = ids.uuid7(), ids.uuid7()
    key = f"sources/{upload_id}/source"
    room.store().put_file(path, key)
    event = UploadCompleted(
        upload_id=upload_id, title_id=title_id, source_key=key, file_name=path.name
    )
    hear("encoding", event.type, event.model_dump(mode="json"))
    return Encode.objects.get(upload_id=upload_id).pk


def work_until(encode_id: UUID, last: str) -> None:
    """Do step after step of an encode, as an encoder would, until `last` is the only one to do."""
    from matinee.encoding import queries  # noqa: PLC0415 - reads the settings made above
    from matinee.encoding.steps.work import work_once  # noqa: PLC0415

    while (ready := queries.ready_steps(encode_id, 2)) and ready != [last]:
        work_once()
