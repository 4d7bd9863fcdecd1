"""A network as slow as asked for, around a browser: by Chromium itself, or by the kernel.

The kernel's way is a token bucket (`tc tbf`) on a pair of virtual links between two
network namespaces; both vanish with the benchmark. It needs root.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playwright.sync_api import CDPSession

from bench.figures import ROOT
from matinee.kernel import clock

# A queue of a third of a second, as home routers have.
_QUEUE_MS = 300
_BURST_BYTES = 16_000
_LATENCY_MS = 40
# What a bucket lets through during an outage: less than one packet in its time.
_OUTAGE_KBPS = 0.1
_HUB, _HOME = "10.79.0.1", "10.79.0.2"
_READY_S, _STOP_S = 10.0, 10


class Shaper(Protocol):
    """What a scenario turns."""

    def set(self, kbps: float) -> None:
        """Let so many kilobits through a second; 0 is an outage."""


@dataclass
class ByChromium:
    """Chromium's own throttle."""

    session: CDPSession

    def set(self, kbps: float) -> None:
        """Sets throughput both ways and a latency; 0 takes the browser offline."""
        self.session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": kbps <= 0,
                "latency": _LATENCY_MS,
                "downloadThroughput": kbps * 1000 / 8,
                "uploadThroughput": kbps * 1000 / 8,
            },
        )


@dataclass
class ByKernel:
    """A token bucket on the way to one namespace."""

    name: str
    port: int

    @property
    def hub(self) -> str:
        """The namespace at the near end of the link."""
        return f"{self.name}-hub"

    def set(self, kbps: float) -> None:
        """Sets the bucket's rate; what the old queue held is kept or dropped by the kernel."""
        rate = f"{max(kbps, _OUTAGE_KBPS) * 1000:.0f}bit"
        queue = ("limit", "2000") if kbps <= 0 else ("latency", f"{_QUEUE_MS}ms")
        bucket = ("tbf", "rate", rate, "burst", str(_BURST_BYTES if kbps > 0 else 1600), *queue)
        _ip("netns", "exec", self.hub, "tc", "qdisc", "replace", "dev", "hub", "root", *bucket)


def missing() -> str | None:
    """Why namespaces cannot be made here; None where they can."""
    if os.geteuid() != 0:
        return "not root"
    if not (shutil.which("ip") and shutil.which("tc")):
        return "no ip and tc (package iproute2)"
    probe = f"matinee-probe-{os.getpid()}"
    try:
        _ip("netns", "add", probe)
        _ip("netns", "exec", probe, "tc", "qdisc", "add", "dev", "lo", "root", *_PROBE)
    except subprocess.CalledProcessError as error:
        return f"the kernel refuses: {error.stderr.strip()}"
    finally:
        subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)  # noqa: S607
    return None


_PROBE = ("tbf", "rate", "1mbit", "burst", "16000", "latency", "300ms")


def _ip(*arguments: str) -> None:
    subprocess.run(
        ["ip", *arguments],  # noqa: S607 - the machine's own
        check=True,
        capture_output=True,
        text=True,
        timeout=20,
    )


@contextlib.contextmanager
def namespace(name: str, port: int) -> Iterator[ByKernel]:
    """A namespace in which 127.0.0.1:`port` is this machine's, over a link of its own."""
    link = ByKernel(name, port)
    try:
        _ip("netns", "add", name)
        _ip("netns", "add", link.hub)
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", link.hub, "link", "set", "lo", "up")
        _ip("-n", link.hub, "link", "add", "hub", "type", "veth", "peer", "home", "netns", name)
        for where, device, address in ((link.hub, "hub", _HUB), (name, "home", _HOME)):
            _ip("-n", where, "address", "add", f"{address}/30", "dev", device)
            _ip("-n", where, "link", "set", device, "up")
        with (
            tempfile.TemporaryDirectory(prefix="matinee-link-") as folder,
            _forwarders(link, folder),
        ):
            yield link
    finally:
        for one in (link.hub, name):
            subprocess.run(["ip", "netns", "del", one], capture_output=True, check=False)  # noqa: S607


@contextlib.contextmanager
def _forwarders(link: ByKernel, folder: str) -> Iterator[None]:
    gate, near, far = f"{folder}/gate", f"{_HUB}:{link.port}", f"127.0.0.1:{link.port}"
    started = []
    try:
        for where, listen, to in (
            ((), gate, far),
            (("ip", "netns", "exec", link.hub), near, gate),
            (("ip", "netns", "exec", link.name), far, near),
        ):
            command = [*where, sys.executable, "-m", "bench.forwarding", listen, to]
            started.append(subprocess.Popen(command, cwd=ROOT))
        _until_open(link)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(_STOP_S)


def _until_open(link: ByKernel) -> None:
    """Returns when a connection through all three forwarders is taken."""
    look = f"import socket; socket.create_connection(('127.0.0.1', {link.port}), 1)"
    end_s = clock.monotonic_s() + _READY_S
    while clock.monotonic_s() < end_s:
        command = ["ip", "netns", "exec", link.name, sys.executable, "-c", look]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        clock.pause(0.2)
    raise SystemExit("the way into the network namespace did not start")


def launcher(folder: Path, name: str, program: str) -> Path:
    """A script that starts `program` inside a namespace, for whoever can only name a file."""
    script = folder / f"in-{name}"
    script.write_text(f'#!/bin/sh\nexec ip netns exec {name} "{program}" "$@"\n')
    script.chmod(0o755)
    return script
