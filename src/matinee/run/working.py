"""The processes that work without being asked over HTTP: workers, beat and relay."""

import gc
import importlib
import importlib.util
import logging
import os
import signal
import threading
import warnings
from pathlib import Path
from typing import Any

from celery.platforms import SecurityWarning
from celery.signals import beat_init, worker_ready

from matinee.kernel import asking, settings
from matinee.kernel.events.relay import Relay
from matinee.kernel.tasks import DEFAULT_QUEUE, ENCODE_QUEUE, EVENTS_QUEUE, app, publish_event
from matinee.run import questions, readiness, services
from matinee.run.django_setup import set_up

WORKER_CONCURRENCY = 2
# A child that grew is replaced after its task.
_CHILD_KILOBYTES_MAX = 500_000
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
    set_up()
    for quiet in _ONE_LINE_A_TASK:
        logging.getLogger(quiet).setLevel(logging.WARNING)
    worker_ready.connect(_announce, weak=False)
    # Engines have a user of their own; this process does nothing for strangers.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # Its children share what is loaded by now, as long as no collection touches it.
    gc.collect()
    gc.freeze()
    app.worker_main(
        [
            *("--quiet", "worker", "--hostname", f"{name}@%h", "--queues", ",".join(queues)),
            *("--concurrency", str(concurrency), "--loglevel", settings.get().log_level),
            *("--max-memory-per-child", str(_CHILD_KILOBYTES_MAX)),
            *("--without-gossip", "--without-mingle"),
        ]
    )


def beat() -> None:
    """Send periodic tasks when they are due, until told to stop."""
    set_up("tasks")
    app.conf.beat_schedule = schedules()
    # Remembers across restarts what ran when; without it everything just runs anew.
    app.conf.beat_schedule_filename = str(_state_file())
    beat_init.connect(_announce, weak=False)
    app.start(["--quiet", "beat", "--loglevel", "WARNING", "--pidfile", ""])


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
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    relays = Relay(services.ALL, publish_event)
    relays.start()
    readiness.announce()
    stopping.wait()
    relays.stop()


def _announce(**_signal: object) -> None:
    readiness.announce()


def _state_file() -> Path:
    folder = settings.get().run_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "beat"
