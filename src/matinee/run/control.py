"""The control socket: one JSON object a line in, one out.

`status`, `scale`, `restart`, `stop`; and `become`, after which another release answers.
"""

import asyncio
import json
import os
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matinee.kernel import ids
from matinee.run import releases
from matinee.run.releases import Release
from matinee.run.supervisor import DidNotComeUpError, Supervisor, UnknownProcessError

SOCKET_NAME = "control.sock"
LINE_BYTES_MAX = 64 * 1024
# A scale-down or restart waits for what is in hand.
ANSWER_TIMEOUT_S = 300.0
_IDLE_TIMEOUT_S = 300.0
_SAY = "say status, scale NAME COUNT, scale NAME auto, restart NAME, become RELEASE or stop"


class NotRunningError(RuntimeError):
    """No supervisor answers at the control socket."""


class RefusedError(RuntimeError):
    """The supervisor answered that it will not."""


class Control:
    """Answers what is asked of a supervisor, and knows which processes somebody scales by hand."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._by_hand: set[str] = set()
        # Tells one supervisor from the next, also where both are of the same release.
        self._mark = str(ids.uuid7())
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line."""
        try:
            match json.loads(line):
                case {"do": "status"}:
                    return {"ok": True, **self._status()}
                case {"do": "scale", "name": str(name), "count": "auto"}:
                    self._leave_to_policy(name)
                case {"do": "scale", "name": str(name), "count": int(count), "auto": True}:
                    self._scale_meanwhile(name, count)
                case {"do": "scale", "name": str(name), "count": int(count)}:
                    await self._supervisor.scale(name, count)
                    self._by_hand.add(name)
                case {"do": "restart", "name": str(name)}:
                    await self._supervisor.restart(name)
                case {"do": "stop"}:
                    self._supervisor.stop()
                case {"do": "become", "release": dict(release)}:
                    return {"ok": True, "becomes": _runnable(release)}
                case _:
                    return {"ok": False, "error": _SAY}
        except (UnknownProcessError, DidNotComeUpError, TypeError, ValueError) as error:
            return {"ok": False, "error": str(error)}
        return {"ok": True}

    def _status(self) -> dict[str, Any]:
        return {
            "processes": self._supervisor.status(),
            "scalable": self._supervisor.scalable(),
            "by_hand": sorted(self._by_hand),
            "release": asdict(releases.here()),
            "supervisor": self._mark,
        }

    def _leave_to_policy(self, name: str) -> None:
        if name not in self._supervisor.scalable():
            msg = f"{name} is nothing that there can be several of"
            raise UnknownProcessError(msg)
        self._by_hand.discard(name)

    def _scale_meanwhile(self, name: str, count: int) -> None:
        """What the policy wants: it goes on looking while copies finish what they do."""
        if name in self._by_hand:
            msg = f"{name} is scaled by hand"
            raise UnknownProcessError(msg)
        if name in self._under_way:
            return  # it asks again
        self._supervisor.say(f"{name}: {count} of them, by what there is to do")
        task = asyncio.create_task(self._supervisor.scale(name, count), name=name)
        self._under_way[name] = task
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task.get_name()]
        if not task.cancelled() and task.exception() is not None:
            self._supervisor.say(f"copies stay as they are: {task.exception()}")


async def serve(supervisor: Supervisor, path: Path) -> asyncio.Server:
    """Answer at the socket `path`, whose folder lets only its owner in."""
    control = Control(supervisor)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await asyncio.wait_for(reader.readline(), _IDLE_TIMEOUT_S):
                answer = await control.answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if "becomes" in answer:
                    await supervisor.hand_over(Release(**answer["becomes"]))
        except (OSError, ValueError, TimeoutError):
            pass  # the other side left, or talks no sense
        finally:
            writer.close()

    return await asyncio.start_unix_server(talk, path, limit=LINE_BYTES_MAX)


def _runnable(told: dict[str, str]) -> dict[str, str]:
    """ValueError or TypeError for what could not go on here."""
    release = Release(**told)
    if not os.access(release.python, os.X_OK):
        msg = f"{release.python} is no program that can be run"
        raise ValueError(msg)
    return asdict(release)


def ask(path: Path, what: dict[str, object]) -> dict[str, Any]:
    """Ask the supervisor at the socket `path`; NotRunningError or RefusedError if it cannot."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(ANSWER_TIMEOUT_S)
            link.connect(str(path))
            link.sendall(json.dumps(what).encode() + b"\n")
            with link.makefile("rb") as file:
                answer: dict[str, Any] = json.loads(file.readline())
    except (OSError, ValueError) as error:
        msg = "Matinee is not running here. Start it with `matinee up`."
        raise NotRunningError(msg) from error
    if not answer.get("ok"):
        raise RefusedError(str(answer.get("error")))
    return answer


def answers(path: Path) -> bool:
    """Whether a supervisor listens at the socket `path`."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.connect(str(path))
    except OSError:
        return False
    return True
