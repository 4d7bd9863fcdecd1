"""The process that others are forked from: it has loaded what they need, and then only waits.

Loading the services takes seconds of a core and most of the memory that a process has. Who is
forked here has both at once, and shares the memory with all the others until one of them writes to
it. The supervisor orders forks (`forking`) and is their parent: between it and a fork stands a
process for a moment, and when that ends, the fork falls to the supervisor (PR_SET_CHILD_SUBREAPER
in prctl(2)). So they live on when this process ends, and are watched and waited for like others.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from matinee.run import services, spawning

# What a command of Matinee's begins with, after the interpreter.
COMMAND = ("-m", "matinee.run.cli")
LOADED = b"loaded"
# Libraries that compute with matrices would begin a thread for each core as they are loaded.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_ORDER_BYTES_MAX = 64 * 1024
_PID_BYTES_MAX = 20
# Where in /proc/self/stat the command line begins and ends in memory, counted from the state (3).
_SEEN_FROM, _SEEN_TO = 48 - 3, 49 - 3
# What processes load by themselves once they work, and would have each for itself.
_ALSO = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.events.state",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "granian",
    "httpcore",
    "kombu.transport.redis",
    "matinee.kernel.postgres.base",
    "matinee.billing.simulator.app",
    "matinee.run.commands.processes",
    "matinee.run.questions",
    "matinee.run.urls",
)


@dataclass(frozen=True)
class Order:
    """What is to be forked: the command that would start it, and what its environment has more."""

    command: list[str]
    env: dict[str, str]
    death_signal: int
    nice: int

    def packed(self) -> bytes:
        """As it is sent, with the pipe into which the fork is to speak."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, told: bytes) -> Self:
        """The same again."""
        return cls(**json.loads(told))


def main() -> None:
    """Load everything and fork what is ordered; in each fork, be what was ordered."""
    link = socket.socket(fileno=int(sys.argv[1]))
    load()
    link.send(LOADED)
    order = stay(link, os.getppid())
    cli = importlib.import_module(COMMAND[-1])
    sys.argv[:] = [str(cli.__file__), *order.command[1 + len(COMMAND) :]]
    cli.main()


def load() -> None:
    """Load what the processes of one machine need; RuntimeError if a thread began with it."""
    os.environ.update(_ONE_THREAD)
    importlib.import_module("matinee.run.django_setup").set_up()
    for service in services.WITH_API:
        importlib.import_module(f"matinee.{service}.api")
    for name in _ALSO:
        importlib.import_module(name)
    # A fork has the one thread that forks, and whatever locks the others held just then.
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        msg = f"something that was loaded began {threads - 1} threads, so nothing can be forked"
        raise RuntimeError(msg)
    gc.collect()
    # A collection writes to all that it looks through, and nothing would be shared.
    gc.freeze()


def stay(link: socket.socket, supervisor: int) -> Order:
    """Fork whenever it is ordered; returns in each fork, and ends when nobody orders any more."""
    while True:
        told, numbers, _, _ = socket.recv_fds(link, _ORDER_BYTES_MAX, 1)
        if not told:
            os._exit(0)
        (says,) = numbers
        if _forked_away(lambda pid: link.send(b"%d" % pid)):
            os.close(says)
            continue
        link.close()
        order = Order.unpacked(told)
        _begin(order, says, supervisor)
        return order


def _forked_away(tell: Callable[[int], object]) -> bool:
    """Fork a child that is the supervisor's; whether this is still the parent.

    `tell` is called with its pid, or 0 if there is none, before the child goes on: nobody is there
    then of whom the supervisor does not know.
    """
    told, tells = os.pipe()
    waits, lets = os.pipe()
    between = os.fork()
    if between == 0:
        if _is_between(tells):
            os._exit(0)
        for number in (told, tells, lets):
            os.close(number)
        if not os.read(waits, 1):
            os._exit(1)
        os.close(waits)
        return False
    os.close(tells)
    os.close(waits)
    os.waitpid(between, 0)
    tell(int(os.read(told, _PID_BYTES_MAX) or 0))
    with contextlib.suppress(BrokenPipeError):  # it has ended; the supervisor sees that
        os.write(lets, b"!")
    os.close(told)
    os.close(lets)
    return True


def _is_between(tells: int) -> bool:
    """Fork once more, and tell the pid; whether this is the one in between."""
    try:
        pid = os.fork()
    except OSError:
        return True
    if pid:
        os.write(tells, b"%d" % pid)
    return pid != 0


def _begin(order: Order, says: int, supervisor: int) -> None:
    """Have what a program has that the supervisor starts: see `spawning.options`, `child.start`."""
    os.setsid()
    for number in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(says, number)
    os.close(says)
    spawning.die_with(supervisor, signal.Signals(order.death_signal))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order.nice:
        spawning.make_nice(os.getpid(), order.nice)
    os.environ.update(order.env)
    _be_seen_as(order.command)


def _be_seen_as(command: Sequence[str]) -> None:
    """Stand in lists of processes as this command, as far as there is room (proc(5), cmdline)."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begins, ends = int(fields[_SEEN_FROM]), int(fields[_SEEN_TO])
    room = ends - begins
    if room > 0:
        text = b"".join(os.fsencode(word) + b"\0" for word in command)
        ctypes.memmove(begins, text[: room - 1].ljust(room, b"\0"), room)


if __name__ == "__main__":
    main()
