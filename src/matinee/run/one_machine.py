"""Which processes run on one machine, in the order in which they may rely on each other."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from matinee.billing import settings as billing
from matinee.kernel.settings import Settings
from matinee.run import edge, edges_beside, engines, migrated, nursery, upstream
from matinee.run.doors import Doors
from matinee.run.process import Process
from matinee.run.spawning import engine_user

# Encodes leave the machine to viewers, and so does what nobody waits for just now.
_ENCODER_NICE, _LATER_NICE = 10, 5
# A start after a crash may first replay what was written last.
_ENGINE_START_TIMEOUT_S = 300.0
# Loading takes seconds of a core, for which those that are nice may have to wait long.
_LOADED_WITHIN_S = 180.0
_DRAIN_S = 20.0
# In a crowd that is far too large for it, a web process answers late while it turns people away:
# ended, it would turn all of them away. And who leaves the machine to others may wait for long
# until it says that it lives. One that stands still is found all the same.
_BUSY_S = 60.0
# A step of an encode may take longer than anybody waits; then it is handed back, and done again.
_ENCODER_DRAIN_S = 5.0
# A worker that gets it gives back what it has in hand, instead of finishing it.
_GIVE_BACK = signal.SIGQUIT
_SMALL = {
    "MALLOC_ARENA_MAX": "2",  # threads share their memory pools
    "PYTHONUNBUFFERED": "1",
}


def processes(settings: Settings, *, demo: bool = False, edges: int = 1) -> list[Process]:
    """All processes of this machine with so many edges; an engine that a URL names is left out."""
    own_engines = list(_engines(settings))
    needs_engines = tuple(engine.name for engine in own_engines)
    migrate = _matinee("migrate", needs=needs_engines, runs_once=True)
    steps = [] if migrated.is_current(settings) else [migrate]
    after = ("migrate",) if steps else needs_engines
    # Loading takes each process seconds of a core: whoever opens a page comes first.
    pages_first = ("web",)
    chosen = [
        *own_engines,
        *steps,
        _matinee(
            "web",
            needs=after,
            prepare=lambda number: edge.web_socket(settings, number).unlink(missing_ok=True),
            is_ready=lambda number: edge.web_is_ready(settings, number),
            is_alive=lambda number: edge.web_is_alive(settings, number),
            touches=True,
            callers=upstream.Upstream(settings),
            overlaps=True,
            is_scalable=True,
        ),
        _matinee(
            "worker",
            needs=pages_first,
            nice=_LATER_NICE,
            touches=True,
            overlaps=True,
            is_scalable=True,
            stop_timeout_s=_DRAIN_S,
            give_back_signal=_GIVE_BACK,
            death_signal=_GIVE_BACK,
        ),
        _matinee(
            "encoder",
            needs=pages_first,
            touches=True,
            is_scalable=True,
            nice=_ENCODER_NICE,
            stop_timeout_s=_ENCODER_DRAIN_S,
            give_back_signal=_GIVE_BACK,
            death_signal=_GIVE_BACK,
        ),
        *_simulator(),
        _matinee("relay", needs=pages_first, nice=_LATER_NICE, overlaps=True, touches=True),
        _matinee("beat", needs=pages_first, nice=_LATER_NICE, touches=True),
        _edge(settings),
        *edges_beside.processes(settings, edges),
    ]
    if demo:
        chosen.append(_demo())
    if settings.database_url or settings.redis_url:
        return [replace(one, may_wait=True) for one in chosen]
    return chosen


def _engines(settings: Settings) -> Iterator[Process]:
    user = engine_user(settings)
    if not settings.database_url:
        yield Process(
            "postgres",
            tuple(engines.postgres_command(settings)),
            prepare=lambda _: engines.prepare_postgres(settings),
            is_ready=lambda _: engines.postgres_is_ready(settings),
            is_alive=lambda _: engines.postgres_answers(settings),
            user=user,
            env={"LANG": "C.UTF-8"},
            is_quiet=True,
            stop_signal=signal.SIGINT,  # PostgreSQL's "fast": rolls back, writes out, ends
            death_signal=signal.SIGINT,
            stop_timeout_s=60.0,
            start_timeout_s=_ENGINE_START_TIMEOUT_S,
        )
    if not settings.redis_url:
        yield Process(
            "valkey",
            tuple(engines.valkey_command(settings)),
            prepare=lambda _: engines.prepare_valkey(settings),
            is_ready=lambda _: engines.valkey_is_ready(settings),
            is_alive=lambda _: engines.valkey_is_ready(settings),
            user=user,
            is_quiet=True,
            stop_timeout_s=30.0,
            start_timeout_s=_ENGINE_START_TIMEOUT_S,
        )


def _simulator() -> Iterator[Process]:
    """Who stands in for a payment gateway, unless there is a real one."""
    chosen = billing.get()
    if chosen.gateway == "simulator" and not chosen.simulator_url:
        yield _matinee("simulator", needs=("web",))


def _edge(settings: Settings) -> Process:
    return Process(
        "edge",
        tuple(edge.command(settings, "{n}")),
        needs=("web",),
        prepare=lambda number: edge.prepare_copy(settings, number),
        is_ready=lambda number: edge.copy_is_ready(settings, number),
        is_alive=lambda _: edge.is_ready(settings),
        doors=Doors(settings.address),
        overlaps=True,
        is_quiet=True,
        stop_signal=signal.SIGQUIT,  # nginx's "quit": answers what was asked, then ends
    )


def _demo() -> Process:
    # It renders while the others start, and waits for the service by itself.
    return _matinee("demo", "seed", runs_once=True, is_vital=False)


def _matinee(name: str, *arguments: str, **more: object) -> Process:
    """One of the commands that containers use, too."""
    command = (sys.executable, *nursery.COMMAND, name, *arguments)
    is_scalable = bool(more.get("is_scalable"))
    number = ("--number", "{n}") if is_scalable else ()
    usual = {"is_forked": True, "start_timeout_s": _LOADED_WITHIN_S, "silent_for_s": _BUSY_S}
    more = {**usual, **more}
    return Process(name, (*command, *number), env={**_SMALL, **_path()}, **more)  # type: ignore[arg-type]


def _path() -> dict[str, str]:
    # Programs of the environment are found without activating it.
    own = Path(sys.executable).parent
    return {"PATH": f"{own}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
