"""Where the watch runs: beside the sender of periodic tasks on one machine, alone in containers."""

import logging
import signal
import threading

from matinee.kernel import logs, settings
from matinee.run import control, readiness
from matinee.run.scaling import hands, premieres, telling
from matinee.run.scaling.settings import get
from matinee.run.scaling.watch import Watch

log = logging.getLogger(__name__)


def begin_beside() -> None:
    """On one machine under a supervisor: watch from a thread of this process, until it ends."""
    socket = settings.get().run_folder / control.SOCKET_NAME
    if get().scaling == "off" or not socket.exists():
        return
    watch = Watch(hands.OneMachine(socket), premieres.around)
    threading.Thread(
        target=watch.go_on, args=(threading.Event(),), name="scaling", daemon=True
    ).start()


def serve(listen: str) -> None:
    """Watch and tell at HOST:PORT how many copies are wanted, until told to stop."""
    logs.set_up(settings.get())
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    watch = Watch(hands.Others(), premieres.around)
    host, _, port = listen.rpartition(":")
    server = telling.serve(host.strip("[]"), int(port), watch)
    readiness.announce()
    watch.go_on(stopping)
    server.shutdown()
    server.server_close()
