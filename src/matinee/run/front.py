"""The edge of the service as a container runs it: nginx, and what it has to be told meanwhile.

On one machine the supervisor and the commands beside it tell nginx of new keys and of a log that
was put aside. A container's nginx cannot be signalled from another one, so here its own parent
looks for both.
"""

import contextlib
import logging
import signal
import subprocess
import threading
from types import FrameType

from matinee.delivery import told_links
from matinee.kernel import logs
from matinee.kernel.settings import Settings
from matinee.run import edge, engines

log = logging.getLogger(__name__)

_LOOKS_EVERY_S = 2.0
# nginx answers what was asked before it ends; `worker_shutdown_timeout` bounds that at 10 s.
_ENDS_WITHIN_S = 20.0


def serve(settings: Settings) -> int:
    """Run nginx until told to stop; its exit code."""
    logs.set_up(settings)
    engines.prepare_folders(settings)
    edge.prepare(settings)
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, stop)
    nginx = subprocess.Popen(edge.command(settings))
    try:
        return _watched(settings, nginx, stopping)
    finally:
        _end(nginx)


def _watched(
    settings: Settings, nginx: "subprocess.Popen[bytes]", stopping: threading.Event
) -> int:
    logs_here = settings.home / "log"
    told = edge.keys(settings)
    while not stopping.wait(_LOOKS_EVERY_S):
        code = nginx.poll()
        if code is not None:
            log.error("nginx ended by itself with %s", code)
            return code or 1
        if not (logs_here / "requests.log").exists():
            nginx.send_signal(signal.SIGUSR1)
        # A worker on this disk takes it every few seconds; there may be none.
        told_links.keep_small(logs_here / "links.log")
        now = edge.keys(settings)
        if now != told:
            edge.prepare(settings)
            nginx.send_signal(signal.SIGHUP)
            told = now
    return 0


def _end(nginx: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        nginx.send_signal(signal.SIGQUIT)
    try:
        nginx.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        nginx.kill()
        nginx.wait()
