"""The processes of the simulated year: a gateway, one that hears its news, and workers.

They are forks of the benchmark, each with connections of its own, that may be killed at any
moment. Their clocks follow a file, so that all of them live on the same day.
"""

import contextlib
import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from werkzeug.serving import WSGIRequestHandler, make_server

from bench import ports
from bench.billing.crew import Crew
from matinee.billing.gateways import chosen
from matinee.billing.gateways.gateway import GatewayError
from matinee.billing.gateways.simulated import SimulatedGateway
from matinee.billing.simulator.app import make_app
from matinee.billing.simulator.bank import Bank
from matinee.billing.simulator.posting import Postman
from matinee.billing.simulator.store import Store
from matinee.kernel import clock, databases
from matinee.kernel.problems import Problem

_DAY_S = 86_400
_TRIES = 200
_PAUSE_S = 0.05


class Houses:
    """The processes by name, and the day that they live on."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._day_file = home / "day"
        self._pids: dict[str, int] = {}
        self._ports = {"gateway": ports.free(), "web": ports.free()}
        self.key, self.secret = chosen.simulator_secrets()
        # Made once: what it could encrypt with takes longer to load than a page to answer.
        self._people = httpx.Client()
        self._gateways: dict[int, SimulatedGateway] = {}

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Start them; end them afterwards."""
        # Whoever asks for the gateway in this process and its forks gets this one.
        chosen._made = lambda: self.gateway  # type: ignore[assignment] # noqa: SLF001 - a rehearsal
        self._day_file.write_text("0")
        from matinee.run import working  # noqa: PLC0415 - set up by then

        # As a worker does before it has children: they share what is loaded by now.
        gc.collect()
        gc.freeze()
        gc.set_threshold(working.COLLECT_AFTER)
        try:
            for name in ("gateway", "web"):
                self._start(name)
            yield
        finally:
            for pid in self._pids.values():
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    @property
    def gateway(self) -> SimulatedGateway:
        """The gateway as this process reaches it: no two share a connection that is kept."""
        pid = os.getpid()
        if pid not in self._gateways:
            self._gateways[pid] = SimulatedGateway(
                _AtPort(self._ports["gateway"]),
                key=self.key,
                webhook_secret=self.secret,
                pages="http://simulated",
            )
        return self._gateways[pid]

    def at(self, day: int) -> None:
        """Let it be `day` for all of them."""
        # Whoever looks meanwhile reads the day before, and never nothing.
        new = self._day_file.with_name("day.new")
        new.write_text(str(day))
        new.replace(self._day_file)
        self.control("PUT", "clock", {"shift_s": day * _DAY_S})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Turn something of the simulator's, which may just be starting again."""
        return _again(lambda: self.gateway.control(method, path, body))

    def kill(self, name: str) -> None:
        """Kill a process and start it again."""
        os.kill(self._pids[name], signal.SIGKILL)
        os.waitpid(self._pids[name], 0)
        self._start(name)

    def bank(self) -> Bank:
        """The gateway's own books, for a process that puts something there by itself."""
        # As with the databases of this installation, nobody waits for the disk.
        return Bank(Store(self._home / "simulator" / "payments.sqlite", durable=False))

    def use(self, page: str, card: str) -> None:
        """Use a card on a page of the gateway's, as somebody does; GatewayError if it is away."""
        url = f"http://127.0.0.1:{self._ports['gateway']}{urlsplit(page).path}"
        try:
            self._people.post(url, data={"do": "pay", "card": card})
        except httpx.TransportError as error:
            raise GatewayError("the page did not come") from error

    def work(self, *works: Callable[[int], object]) -> None:
        """Let somebody do something on this day, each in a process of its own."""
        with contextlib.closing(self.crew(*works)) as crew:
            crew.work()

    def crew(self, *works: Callable[[int], object]) -> Crew:
        """Workers, each with its own work, which is told the day that it is."""
        return Crew(self._fork, [partial(self._on_the_day, work) for work in works])

    def _on_the_day(self, work: Callable[[int], object]) -> None:
        day = int(self._day_file.read_text())
        with clock.shifted(timedelta(days=day)):
            work(day)
        # As after each task, and each request.
        databases.release_connections()

    def _start(self, name: str) -> None:
        run = {"gateway": self._keep_gateway, "web": self._hear}[name]
        self._pids[name] = self._fork(run)

    def _fork(self, run: Callable[[], None]) -> int:
        from django.db import connections  # noqa: PLC0415 - set up by then

        connections.close_all()  # no two processes speak on one
        pid = os.fork()
        if pid:
            return pid
        try:
            run()
        except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
            import traceback  # noqa: PLC0415 - on the way out

            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def _keep_gateway(self) -> None:
        bank = self.bank()
        url = f"http://127.0.0.1:{self._ports['web']}/"
        Postman(bank, url, self.secret).start()
        app = make_app(bank, self.key)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        port = self._ports["gateway"]
        make_server("127.0.0.1", port, app, True, request_handler=_Keeping).serve_forever()

    def _hear(self) -> None:
        from matinee.billing import actions  # noqa: PLC0415 - set up by then

        houses = self

        class Hearing(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    houses._on_the_day(lambda _: actions.news_hear("simulator", body, headers))
                    status = 204
                except Problem as problem:
                    status = problem.status
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
                pass

        HTTPServer(("127.0.0.1", self._ports["web"]), Hearing).serve_forever()


class _Keeping(WSGIRequestHandler):
    """Keeps connections, as the simulator's own server does."""

    protocol_version = "HTTP/1.1"


class _AtPort(httpx.HTTPTransport):
    """Reaches the gateway at its port."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)


def _again(ask: Callable[[], Any]) -> Any:
    """Ask until there is an answer, at most for ten seconds."""
    for _ in range(_TRIES):
        try:
            return ask()
        except GatewayError:
            clock.pause(_PAUSE_S)
    return ask()
