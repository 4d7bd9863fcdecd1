"""An edge host as it really is: nginx and the agent, in front of an origin."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from bench import ports
from matinee.contracts.delivery import InvitationDraft, TakedownDraft
from matinee.delivery import actions, settings
from matinee.delivery.actions import Placed
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder, Owner
from matinee.delivery.agent.joining import Wish, join
from matinee.delivery.agent.loop import Agent
from matinee.delivery.api import app
from matinee.delivery.models import DemandRecord, EdgeRecord, HoldingRecord, TrafficRecord
from matinee.kernel import ids
from matinee.kernel import settings as shared_settings
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.storage import FolderStorage
from matinee.run import edge_agent, edge_host, spawning
from tests.delivery.conftest import Origin, published
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.django_db(databases=["delivery"])

ALL = 63


class RunningEdge:
    """nginx in the foreground, and its agent turned by hand."""

    def __init__(self, root: Path) -> None:
        self.url = f"http://127.0.0.1:{ports.free()}"
        user = spawning.engine_user(shared_settings.get())
        owner = None if user is None else Owner(user.uid, user.gid)
        self.folder = EdgeFolder(root, owner)
        invited = actions.invitation_make(InvitationDraft(id="paris-1", base_url=self.url))
        wish = Wish("http://control.test", invited.token)
        self.identity = join(self.folder, wish, app.wsgi_app)
        self.nginx = edge_agent.Nginx(self.folder, self.identity, user)
        control = Control(self.folder, self.identity, app.wsgi_app)
        self.agent = Agent(self.folder, self.identity, self.nginx, control)
        configuration = self.folder.recall().configuration
        assert configuration is not None
        self.host = self.nginx.prepare(configuration)

    @property
    def edge(self) -> EdgeRecord:
        return EdgeRecord.objects.get(name="paris-1")

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        log = (self.folder.root / "nginx.log").open("wb")
        child = subprocess.Popen(
            edge_host.command(self.host), stdout=log, stderr=log, **spawning.options(None)
        )
        try:
            said = (self.folder.root / "nginx.log").read_text
            until(lambda: child.poll() is not None or self.nginx.is_serving(), said)
            assert child.poll() is None, said()
            self.agent.begin(fills=False)
            yield
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(PATIENCE_S)
            log.close()

    def get(self, package: str, file: str) -> httpx.Response:
        token, _ = MediaTokens(shared_settings.get().secrets).issue(ids.uuid7(), package)
        url = f"{self.url}/media/{token}/{package}/{file}"
        return httpx.get(url, trust_env=False, timeout=PATIENCE_S)


@pytest.fixture
def running(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEdge]:
    monkeypatch.setenv("MATINEE_DELIVERY_ORIGIN_URL", origin.url)
    settings.get.cache_clear()
    one = RunningEdge(shared_settings.get().home / f"edge-{ids.uuid7().hex}")
    with one.serving():
        yield one
    settings.get.cache_clear()


FILES = ("v720/1.m4s", "v360/11.m4s", "v360/2.m4s")


@pytest.fixture
def title_id(running: RunningEdge, origin: Origin, package: str, store: FolderStorage) -> UUID:
    """A film of which one range is held, one admitted, and the others neither."""
    found = published(package, store)
    placed = [
        Placed(package, "v720", fill=0b01, admit=0, remove=0),
        Placed(package, "v360", fill=0, admit=0b10, remove=0),
    ]
    actions.placements_put({running.edge.pk: placed})
    running.agent.turn()
    while not running.agent.filler.step():
        pass
    origin.asked.clear()
    return found


@pytest.mark.usefixtures("title_id")
def test_nginx_serves_what_is_held_and_stores_what_is_admitted(
    running: RunningEdge, origin: Origin, package: str
) -> None:
    there = shared_settings.get().home / "media" / "packages" / package
    for file in FILES:
        answer = running.get(package, file)
        assert (answer.status_code, answer.content) == (200, (there / file).read_bytes())
    assert origin.asked == [f"/fill/{package}/{file}" for file in FILES[1:]]
    # nginx names a file that it stores once it has sent it.
    until(running.folder.file(package, FILES[1]).exists)
    assert [running.folder.file(package, file).exists() for file in FILES] == [True, True, False]
    demand = DemandRecord.objects.order_by("folder", "range")
    wanted = [("v360", 0, 1), ("v360", 1, 1), ("v720", 0, 1)]

    def is_told() -> bool:
        running.agent.turn()
        return list(demand.values_list("folder", "range", "requests")) == wanted

    # nginx writes its log every second.
    until(is_told, demand.values)
    running.agent.turn()
    assert is_told(), "it was told twice"
    traffic = TrafficRecord.objects.order_by("minute")
    sums = [sum(getattr(row, name) for row in traffic) for name in ("held_bytes", "missed_bytes")]
    sizes = [(there / file).stat().st_size for file in FILES]
    assert sums == [sizes[0], sizes[1] + sizes[2]]
    assert {row.folder for row in HoldingRecord.objects.all()} == {"v720", "v360"}


def test_nginx_refuses_within_seconds_what_is_taken_down(
    running: RunningEdge, title_id: UUID, package: str
) -> None:
    assert [running.get(package, file).status_code for file in FILES] == [200] * 3
    actions.takedown_order(TakedownDraft(title_id=title_id))
    running.agent.turn()
    # nginx keeps files open for up to two seconds.
    until(lambda: {running.get(package, file).status_code for file in FILES} == {410})


def test_new_keys_reach_a_running_nginx(
    running: RunningEdge, package: str, store: FolderStorage
) -> None:
    published(package, store)
    running.agent.turn()
    assert running.get(package, "v720/1.m4s").status_code == 200
    MediaTokens(shared_settings.get().secrets).ring.rotate(at_once=True)
    assert running.get(package, "v720/1.m4s").status_code == 403
    running.agent.turn()
    # nginx starts new workers.
    until(lambda: running.get(package, "v720/1.m4s").status_code == 200)


def test_what_joining_left_is_enough_to_serve_without_a_control_plane(
    running: RunningEdge, package: str
) -> None:
    away = running.identity.model_copy(update={"control_url": "http://127.0.0.1:1"})
    control = Control(running.folder, away)
    agent = Agent(running.folder, running.identity, running.nginx, control)
    agent.begin(fills=False)
    agent.turn()
    assert running.get(package, "v720/1.m4s").status_code == 200
