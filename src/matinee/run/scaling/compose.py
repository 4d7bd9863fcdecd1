"""Brings a Compose stack to the copies that its scaler wants, from the host that the stack runs on.

Compose alone talks to Docker's daemon: no container is given its socket, which is as good as root.
"""

import json
import logging
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence

from matinee.run.scaling import copies, loads
from matinee.run.scaling.copies import Decided
from matinee.run.spawning import CannotStartError

log = logging.getLogger(__name__)

_SCALER = "scaler"
# In the scaler's container; a file costs less to read than a command of ours to start.
_FILE = f"/var/lib/matinee/run/{copies.FILE}"
# Copies that end have this long to finish what they do, and some more.
_WITHIN_S = 180.0


class ComposeError(RuntimeError):
    """Compose did not do what it was asked for; its own words say why."""


class Stack:
    """A Compose stack; `options` are Compose's own, as `["-f", "deploy/compose.yaml"]`."""

    def __init__(self, options: Sequence[str]) -> None:
        self._command = [*_program(), *options]

    def begin(self) -> None:
        """Have a scaler in the stack."""
        self._compose("--profile", "scaling", "up", "--detach", "--no-recreate", _SCALER)

    def decided(self) -> Decided | None:
        """What the scaler decided lately; None if it has not or is away."""
        try:
            return copies.read(self._compose("exec", "-T", _SCALER, "cat", _FILE))
        except ComposeError as error:
            log.warning("%s", error)
            return None

    def running(self) -> dict[str, int]:
        """How many containers of each service of the stack run."""
        counts = dict.fromkeys(self._compose("config", "--services").split(), 0)
        for line in self._compose("ps", "--format", "json").splitlines():
            told = json.loads(line)
            if told["Service"] in counts:
                counts[told["Service"]] += told["State"] == "running"
        return counts

    def bring(self, counts: Mapping[str, int]) -> None:
        """Have so many containers of these services; the others are left alone."""
        scales = [part for name, n in counts.items() for part in ("--scale", f"{name}={n}")]
        kept = ("--detach", "--no-recreate", "--no-build", "--no-deps")
        self._compose("up", *kept, *scales, *counts)

    def _compose(self, *arguments: str) -> str:
        """What Compose says; ComposeError if it fails or is not done in time."""
        command = [*self._command, *arguments]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_WITHIN_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            msg = f"compose {arguments[0]} was not done within {_WITHIN_S:.0f} s"
            raise ComposeError(msg) from error
        if done.returncode:
            msg = f"compose {arguments[0]}: {done.stderr.strip()[-500:]}"
            raise ComposeError(msg)
        return done.stdout


def _program() -> list[str]:
    if found := shutil.which("docker-compose"):
        return [found]
    if found := shutil.which("docker"):
        return [found, "compose"]
    msg = "Compose is not on this host: install docker-compose, or Docker with its compose plugin."
    raise CannotStartError(msg)


def follow(stack: Stack, stopping: threading.Event) -> None:
    """Bring the stack to what is wanted, again and again, until told to stop.

    What cannot be seen is left as it is, and so is what has nothing to do with it.
    """
    stack.begin()
    while not stopping.wait(loads.EVERY_S):
        try:
            look(stack)
        except ComposeError as error:
            log.warning("containers stay as they are: %s", error)


def look(stack: Stack) -> dict[str, int]:
    """Bring the stack to what is wanted now; what was changed."""
    decided = stack.decided()
    if decided is None:
        return {}
    running = stack.running()
    changed = {
        name: one.wanted
        for name, one in decided.copies.items()
        if name in running and running[name] != one.wanted
    }
    if changed:
        log.info("%s", ", ".join(f"{name}: {running[name]} → {n}" for name, n in changed.items()))
        stack.bring(changed)
    return changed
