"""What Matinee stands on: known weaknesses fail a check, and every part is listed."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tidy import house

pytestmark = pytest.mark.asvs("V15.1.2")

LOCK = house.ROOT / "requirements" / "run.txt"
TIMEOUT_S = 600


def locked() -> list[Requirement]:
    """What a run is pinned to, on every Python."""
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*)", LOCK.read_text(), re.MULTILINE)
    return [Requirement(line) for line in lines]


def versions(requirements: Iterable[Requirement]) -> set[tuple[str, str]]:
    """Each package with its one version."""
    return {
        (canonicalize_name(each.name), str(each.specifier).removeprefix("=="))
        for each in requirements
    }


class Advisories(ThreadingHTTPServer):
    """A server of the OSV API, which knows of one weakness or none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: dict[str, str] = {}
        self.weak = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/query"


class Answering(BaseHTTPRequestHandler):
    server: Advisories

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = query["package"]["name"]
        self.server.asked[name] = query["version"]
        known: list[dict[str, Any]] = []
        if name == self.server.weak:
            affected = {"package": query["package"], "versions": [query["version"]]}
            known = [{"id": "PYSEC-2026-1", "summary": "A weakness", "affected": [affected]}]
        body = json.dumps({"vulns": known} if known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def advisories() -> Iterator[Advisories]:
    with Advisories() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=house.ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_a_known_weakness_fails_the_audit(advisories: Advisories) -> None:
    advisories.weak = "pillow"
    told = run("bin/audit", OSV_URL=advisories.url)
    assert told.returncode == 1, told.stdout + told.stderr
    assert "PYSEC-2026-1" in told.stdout
    assert "bin/lock --upgrade" in told.stderr
    here = versions(each for each in locked() if each.marker is None or each.marker.evaluate())
    assert set(advisories.asked.items()) == here


def test_what_nobody_could_look_up_fails_it_too(advisories: Advisories, tmp_path: Path) -> None:
    one = tmp_path / "one.txt"
    one.write_text(f"segno==1.6.6 --hash=sha256:{'0' * 64}\n")
    assert run("bin/audit", str(one), OSV_URL=advisories.url).returncode == 0
    away = run("bin/audit", str(one), OSV_URL="http://127.0.0.1:1/v1/query")
    assert away.returncode == 1


def test_every_part_is_listed(tmp_path: Path) -> None:
    told = run("bin/sbom", str(tmp_path))
    assert told.returncode == 0, told.stderr
    listed = json.loads((tmp_path / "matinee.cdx.json").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    parts = {(canonicalize_name(one["name"]), one["version"]) for one in listed["components"]}
    assert parts == versions(locked())
    assert listed["metadata"]["component"]["name"] == "matinee"


def test_the_full_check_does_all_of_it() -> None:
    check = (house.ROOT / "bin" / "check").read_text()
    for part in ("bin/audit", "bin/sbom", "tests/security/scans.py", "EXAMPLES=200"):
        assert part in check
