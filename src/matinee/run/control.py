"""The control socket: one JSON object a line in, one out. `status`, `scale`, `restart`, `stop`."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

from matinee.run.supervisor import Supervisor, UnknownProcessError

SOCKET_NAME = "control.sock"
LINE_BYTES_MAX = 64 * 1024
# A scale-down or restart waits for what is in hand.
ANSWER_TIMEOUT_S = 120.0
_IDLE_TIMEOUT_S = 300.0


class NotRunningError(RuntimeError):
    """No supervisor answers at the control socket."""


class RefusedError(RuntimeError):
    """The supervisor answered that it will not."""


async def serve(supervisor: Supervisor, path: Path) -> asyncio.Server:
    """Answer at the socket `path`, whose folder lets only its owner in."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await asyncio.wait_for(reader.readline(), _IDLE_TIMEOUT_S):
                writer.write(json.dumps(await _answer(supervisor, line)).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError, TimeoutError):
            pass  # the other side left, or talks no sense
        finally:
            writer.close()

    return await asyncio.start_unix_server(talk, path, limit=LINE_BYTES_MAX)


async def _answer(supervisor: Supervisor, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        match asked:
            case {"do": "status"}:
                return {"ok": True, "processes": supervisor.status()}
            case {"do": "scale", "name": str(name), "count": int(count)}:
                await supervisor.scale(name, count)
            case {"do": "restart", "name": str(name)}:
                await supervisor.restart(name)
            case {"do": "stop"}:
                supervisor.stop()
            case _:
                return {"ok": False, "error": "say status, scale NAME COUNT, restart NAME or stop"}
    except (UnknownProcessError, json.JSONDecodeError) as error:
        return {"ok": False, "error": str(error)}
    return {"ok": True}


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
