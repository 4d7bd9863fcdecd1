"""`matinee up`: everything of one machine under one supervisor, until told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterable

from matinee.kernel.settings import Settings
from matinee.run import control, engines, handover, leftovers, one_machine, shipped
from matinee.run.output import Output
from matinee.run.process import Process
from matinee.run.spawning import CannotStartError
from matinee.run.supervisor import Supervisor

_EVERYBODY_MAY_READ = 0o022


def up(settings: Settings, *, demo: bool, edges: int = 1) -> int:
    """Run until stopped; the exit code. CannotStartError if something stands in the way."""
    shipped.refuse_exposed(settings)
    return alone(settings, lambda: _up(settings, demo=demo, edges=edges))


def alone(settings: Settings, running: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run something that only one process of this home folder may do; its exit code."""
    if os.geteuid() == 0:
        os.umask(_EVERYBODY_MAY_READ)  # the edge's user reads what root publishes
    engines.prepare_folders(settings)
    lock = leftovers.HomeLock(settings.run_folder)
    lock.take()
    try:
        return asyncio.run(running())
    finally:
        lock.release()


async def _up(settings: Settings, *, demo: bool, edges: int) -> int:
    processes = one_machine.processes(settings, demo=demo, edges=edges)
    greeting = f"ready: open {settings.url} in a browser; Ctrl-C stops Matinee"
    return await supervise(settings, processes, settings.address, greeting)


async def supervise(
    settings: Settings, processes: Iterable[Process], address: str, greeting: str
) -> int:
    """Run these until stopped; the exit code. `address` is what they are to listen on."""
    output = Output(settings.home / "logs", objects=settings.log_format == "json")
    supervisor = Supervisor(processes, settings.home, settings.run_folder, output)
    handed = handover.received()
    if handed is None:
        supervisor.end_leftovers()
        check_address_is_free(address)
    else:
        supervisor.take_over(handed)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    handover.listen()
    server = await control.serve(supervisor, settings.run_folder / control.SOCKET_NAME)
    task = asyncio.create_task(_greet(supervisor, greeting))
    try:
        return await supervisor.run()
    finally:
        task.cancel()
        server.close()


async def _greet(supervisor: Supervisor, greeting: str) -> None:
    await supervisor.ready()
    supervisor.say(greeting)


def check_address_is_free(address: str) -> None:
    """CannotStartError if another program listens there, or the address is not this machine's."""
    host, _, port = address.rpartition(":")
    try:
        family, _, _, _, target = socket.getaddrinfo(host.strip("[]"), int(port))[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(target)
    except OSError as error:
        msg = (
            f"Matinee cannot listen on {address}: {error.strerror or error}. End the program that"
            " listens there (`matinee doctor` names it), or choose another address, for example"
            " MATINEE_ADDRESS=127.0.0.1:8481."
        )
        raise CannotStartError(msg) from error
