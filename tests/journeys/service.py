"""A whole Matinee of its own for a journey: every process, on a free port, in a throw-away home."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx

from matinee.kernel import ids
from matinee.kernel.settings import Settings
from matinee.kernel.tokens import AccessTokens, Caller
from matinee.run import control
from matinee.run.operator import NIL_ACCOUNT
from tests.patience import PATIENCE_S

MATINEE = Path(sys.executable).with_name("matinee")
START_S = 240
STOP_S = START_S


@dataclass
class Service:
    """One running installation; `start` may be called again after `stop` or `kill_everything`."""

    home: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MATINEE_")}
        own = {"MATINEE_HOME": str(self.home), "MATINEE_ADDRESS": f"127.0.0.1:{self.port}"}
        # Looked at, but not changed: what a busy machine does to journeys is left to chance.
        bounds = dict.fromkeys(("web", "worker", "encoder"), (1, 1))
        own["MATINEE_SCALING_BOUNDS"] = json.dumps(bounds)
        return {**kept, **own, **self.settings}

    def start(self) -> None:
        self.log = (self.home / "up.log").open("ab")
        self.process = subprocess.Popen(
            [str(MATINEE), "up"],
            env=self.env,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self.wait_ready()
        except BaseException:
            # Nobody holds it yet who could stop it.
            if self.process.poll() is None:
                self.stop()
            raise

    def keep_secret(self, name: str, text: str) -> None:
        """Put a secret where it is looked for."""
        path = self.home / "secrets" / name
        path.touch(0o600)
        path.write_text(f"{text}\n")

    def wait_ready(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.process is None or self.process.poll() is None, self.tail()
            if self.is_ready():
                return
            time.sleep(0.2)
        raise AssertionError(f"not ready after {START_S} s\n{self.tail()}")

    def is_ready(self) -> bool:
        status = self.status()
        return bool(status) and all(part["state"] in {"ready", "done"} for part in status)

    def status(self) -> list[dict[str, Any]]:
        """What the control socket tells of each process; empty while there is none.

        As `matinee status` asks, without the second of a core that loading a command takes.
        """
        socket = Settings(home=self.home).run_folder / control.SOCKET_NAME
        try:
            return list(control.ask(socket, {"do": "status"})["processes"])
        except control.NotRunningError:
            return []

    def pids(self) -> dict[str, int]:
        return {p["name"]: p["pid"] for p in self.status() if p.get("pid")}

    def matinee(
        self, *arguments: str, timeout_s: float = 120, program: Path = MATINEE
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def stop(self) -> int:
        """Ctrl-C; the exit code. What does not end in time is a failure."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=STOP_S)
        finally:
            self._close()

    def kill_everything(self) -> None:
        """kill -9 of the supervisor and of every process that it started."""
        assert self.process is not None
        victims = list(self.pids().values())
        self.process.kill()
        self.process.wait(timeout=PATIENCE_S)
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._close()

    def kill_supervisor(self) -> None:
        """kill -9 of the supervisor alone; what it started ends by itself."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=PATIENCE_S)
        self._close()

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def tail(self, lines: int = 60) -> str:
        return "\n".join((self.home / "up.log").read_text(errors="replace").splitlines()[-lines:])

    def _close(self) -> None:
        self.process = None
        if self.log is not None:
            self.log.close()

    def operator_token(self) -> str:
        """What who may read the secrets of this installation signs for themselves."""
        who = Caller(NIL_ACCOUNT, ids.uuid7(), maturity_age=18, roles=frozenset({"owner"}))
        return AccessTokens(self.home / "secrets").issue(who)[0]

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_S)
