"""`matinee up`: everything of one machine under one supervisor, until told to stop."""

import asyncio
import os
import signal
import socket

from matinee.kernel.settings import Settings
from matinee.run import control, engines, leftovers, one_machine
from matinee.run.output import Output
from matinee.run.spawning import CannotStartError
from matinee.run.supervisor import Supervisor

_EVERYBODY_MAY_READ = 0o022


def up(settings: Settings, *, demo: bool) -> int:
    """Run until stopped; the exit code. CannotStartError if something stands in the way."""
    if os.geteuid() == 0:
        os.umask(_EVERYBODY_MAY_READ)  # the edge's user reads what root publishes
    engines.prepare_folders(settings)
    lock = leftovers.HomeLock(settings.run_folder)
    lock.take()
    try:
        return asyncio.run(_up(settings, demo=demo))
    finally:
        lock.release()


async def _up(settings: Settings, *, demo: bool) -> int:
    output = Output(settings.home / "logs")
    processes = one_machine.processes(settings, demo=demo)
    supervisor = Supervisor(processes, settings.home, settings.run_folder, output)
    supervisor.end_leftovers()
    check_address_is_free(settings.address)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    server = await control.serve(supervisor, settings.run_folder / control.SOCKET_NAME)
    greeting = asyncio.create_task(_greet(supervisor, settings))
    try:
        return await supervisor.run()
    finally:
        greeting.cancel()
        server.close()


async def _greet(supervisor: Supervisor, settings: Settings) -> None:
    await supervisor.ready()
    supervisor.say(f"ready: open {settings.url} in a browser; Ctrl-C stops Matinee")


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
