"""An edge on a host of its own cannot reach its service: what it holds it goes on serving."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.faults.conftest import SETTINGS, in_service, lived_in
from tests.faults.recording import Row
from tests.faults.test_network import GROUP, HERE, THERE, hosts, inside, ip
from tests.faults.trial import Fault, Trial
from tests.journeys.service import MATINEE, Service
from tests.journeys.viewer import Viewer, eventually
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.engines
__all__ = ["hosts"]

NAME = "far"
SERVICE_PORT, EDGE_PORT = 8080, 8081
EDGE_URL = f"http://{THERE}:{EDGE_PORT}"
# As many pieces as a film of this length has of each rendition at most: all of one were fetched.
_WHOLE = 40
_INVITED = re.compile(r"--token (\S+)")


@dataclass
class Reachable(Service):
    """A service at the address of its host's link."""

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}"


@dataclass
class Edge:
    """The edge host: what its agent said."""

    log: Path

    def said(self, words: str) -> int:
        """How often it said this."""
        return self.log.read_text().count(words)


@pytest.fixture(scope="module")
def service(at_home: Path, hosts: tuple[str, str]) -> Iterator[Service]:
    settings = {**SETTINGS, "MATINEE_ADDRESS": f"{HERE}:{SERVICE_PORT}"}
    made = Reachable(at_home, SERVICE_PORT, settings)
    with inside(hosts[0]), in_service(made):
        yield made


@pytest.fixture(scope="module")
def edge(service: Service, hosts: tuple[str, str]) -> Iterator[Edge]:
    """A host that joined the service, and runs."""
    home = Path(tempfile.mkdtemp(prefix="matinee-faults-edge-"))
    home.chmod(0o711)  # its nginx runs as another user
    invited = service.matinee("edge", "invite", NAME, "--url", EDGE_URL)
    token = _INVITED.search(invited.stdout)
    assert token is not None, invited.stdout + invited.stderr
    env = {**service.env, "MATINEE_HOME": str(home)}
    del env["MATINEE_ADDRESS"]
    join = [str(MATINEE), "edge", "join", service.url, "--token", token[1]]
    join += ["--url", EDGE_URL, "--listen", f"{THERE}:{EDGE_PORT}"]
    found = Edge(home / "edge.out")
    with found.log.open("wb") as log, inside(hosts[1]):
        child = subprocess.Popen(join, env=env, stdout=log, stderr=log)
    try:
        until(lambda: httpx.get(f"{EDGE_URL}/edge/health").is_success, found.log.read_text)
        yield found
    finally:
        child.terminate()
        child.wait(PATIENCE_S)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def trial(service: Service, edge: Edge, rows: list[Row]) -> Iterator[Trial]:
    """A household that is served by that edge alone."""
    assert edge.log.exists()
    with service.client(service.operator_token()) as owner:
        for other in owner.get("/api/delivery/edges").raise_for_status().json()["edges"]:
            if other["id"] != NAME:
                owner.delete(f"/api/delivery/edges/{other['id']}").raise_for_status()
    eventually("the edge in the plan", lambda: _leads_there(service))
    with lived_in(service, rows) as found:
        yield found


def _leads_there(service: Service) -> bool:
    someone = Viewer(service)
    title = someone.title("the-meadow")
    assert title is not None
    there = str(someone.play(title["id"])["dash_url"]).startswith(EDGE_URL)
    someone.http.close()
    return there


def test_an_edge_cannot_reach_its_service(trial: Trial, edge: Edge, hosts: tuple[str, str]) -> None:
    asking = trial.household.asking
    until(lambda: len(asking.since(0.0, "film")) > _WHOLE)
    rules = [
        (chain, way, HERE, "-p", "tcp", port, str(SERVICE_PORT), "-j", "DROP")
        for chain, way, port in (("OUTPUT", "-d", "--dport"), ("INPUT", "-s", "--sport"))
    ]
    answered = edge.said("answers again")

    def cut() -> None:
        for rule in rules:
            ip("netns", "exec", hosts[1], "iptables", "-A", *rule)
        began_s = max(one.ended_s for one in asking.since(0.0, "film"))
        until(lambda: edge.said("cannot report") > answered, edge.log.read_text)
        assert not [one for one in asking.bad(began_s, "film") if one.trouble]

    def mend() -> None:
        for rule in rules:
            ip("netns", "exec", hosts[1], "iptables", "-D", *rule)

    is_over = lambda: edge.said("answers again") > answered  # noqa: E731
    trial.of(Fault(GROUP, "between an edge and its service, mended", cut, is_over, undo=mend))
