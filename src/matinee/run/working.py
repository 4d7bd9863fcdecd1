"""The processes that work without being asked over HTTP: workers, beat and relay."""

import atexit
import gc
import importlib
import importlib.util
import logging
import multiprocessing
import os
import signal
import socket
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery.platforms import SecurityWarning
from celery.signals import worker_ready
from celery.worker.state import active_requests

from matinee.kernel import asking, logs, settings
from matinee.kernel.dropped import SAYS_EVERY_S, Taken
from matinee.kernel.events.relay import Relay
from matinee.kernel.tasks import (
    DEFAULT_QUEUE,
    ENCODE_QUEUE,
    EVENTS_QUEUE,
    PREFIX,
    app,
    publish_events,
    waiting,
)
from matinee.kernel.tracing import spans
from matinee.run import questions, readiness, services
from matinee.run.django_setup import set_up
from matinee.run.scaling import loads, scaler

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

WORKER_CONCURRENCY = 2
# A child that grew is replaced after its task.
_CHILD_KILOBYTES_MAX = 500_000
# A page of rows is ten thousands of objects that go together: they are looked through in vain every
# 700, as by default, which takes a tenth of the work on them. So many are a few tens of megabytes.
COLLECT_AFTER = 100_000
# What fails, they tell as an error or a warning.
_ONE_LINE_A_TASK = ("celery.worker.strategy", "celery.app.trace")


def work(number: int, concurrency: int = WORKER_CONCURRENCY) -> None:
    """Take events and ordinary tasks until told to stop."""
    asking.reach(questions.client)
    _celery_worker(f"worker-{number}", (EVENTS_QUEUE, DEFAULT_QUEUE), concurrency)


def encode(number: int, concurrency: int | None = None) -> None:
    """Take encodes until told to stop; as many at once as the machine has cores."""
    asking.reach(questions.client)
    _celery_worker(f"encoder-{number}", (ENCODE_QUEUE,), concurrency or os.cpu_count() or 1)


def _celery_worker(name: str, queues: tuple[str, ...], concurrency: int) -> None:
    from matinee.kernel import taking  # noqa: PLC0415 - beat and relay do not load workers

    set_up()
    taking.prepare(app, readiness.announce)
    spans.name_process(name.partition("-")[0])
    for quiet in _ONE_LINE_A_TASK:
        logging.getLogger(quiet).setLevel(logging.WARNING)
    taken = Taken(f"{name}@{socket.gethostname()}", PREFIX)
    app.conf.broker_transport_options |= taken.options()
    worker_ready.connect(lambda sender, **_: _begin(sender, taken), weak=False)
    loads.begin_working(name.partition("-")[0], concurrency)
    # Engines have a user of their own; this process does nothing for strangers.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # Its children share what is loaded by now, as long as no collection touches it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    # What libraries find uncollected at the end, they complain of.
    atexit.register(gc.unfreeze)
    app.worker_main(
        [
            *("--quiet", "worker", "--hostname", f"{name}@%h", "--queues", ",".join(queues)),
            *("--concurrency", str(concurrency), "--loglevel", settings.get().log_level),
            *("--max-memory-per-child", str(_CHILD_KILOBYTES_MAX)),
            *("--without-gossip", "--without-mingle"),
        ]
    )


def _begin(consumer: Any, taken: Taken) -> None:
    """Take tasks, with a new connection; those first that fell down with the one before."""
    taken.take_back({request.message.delivery_tag for request in active_requests})
    taken.live()
    # The consumer cancels what its loop registers, but not this.
    for entry in _lives:
        entry.cancel()
    said = ((SAYS_EVERY_S, taken.live), (readiness.SAID_EVERY_S, readiness.announce))
    _lives[:] = [consumer.timer.call_repeatedly(*each) for each in said]
    readiness.announce()


_lives: list[Any] = []


def beat() -> None:
    """Send periodic tasks when they are due, until told to stop."""
    logs.set_up(settings.get())
    app.conf.beat_schedule = _read_by_another()
    # Remembers across restarts what ran when; without it everything just runs anew.
    app.conf.beat_schedule_filename = str(_state_file())
    scaler.begin_beside()
    quietly = ("--loglevel", "WARNING", "--pidfile", "")
    app.start(["--quiet", "beat", "--scheduler", "matinee.run.beating:Scheduler", *quietly])


def _read_by_another() -> dict[str, Any]:
    """The schedules, read by a process that ends then: reading them loads every service.

    What was loaded for it would stay, and tasks are sent by their names alone.
    """
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    reader = fork.Process(target=_read_for, args=(there,))
    reader.start()
    there.close()
    try:
        read: dict[str, Any] = here.recv()
    except EOFError:
        raise RuntimeError("The schedules cannot be read; what stands above says why.") from None
    finally:
        reader.join()
    return read


def _read_for(asker: "Connection") -> None:
    set_up("tasks")
    asker.send(schedules())


def schedules() -> dict[str, Any]:
    """The periodic tasks of every service, each under `<service>.<name>`."""
    return {
        f"{service}.{name}": entry
        for service in services.ALL
        if importlib.util.find_spec(f"matinee.{service}.tasks") is not None
        for name, entry in getattr(
            importlib.import_module(f"matinee.{service}.tasks"), "SCHEDULE", {}
        ).items()
    }


def relay() -> None:
    """Hand on the facts in every service's outbox until told to stop."""
    set_up("events")
    services.load_facts()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    relays = Relay(services.ALL, publish_events, lambda: not waiting(EVENTS_QUEUE))
    relays.start()
    while relays.are_going_on():
        readiness.announce()
        if stopping.wait(readiness.SAID_EVERY_S):
            break
    relays.stop()


def _state_file() -> Path:
    folder = settings.get().run_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "beat"
