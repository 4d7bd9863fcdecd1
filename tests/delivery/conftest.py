"""A control plane without a network, edge hosts in folders, and an origin that gives files."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest

from matinee.contracts.agents import EdgeConfiguration, JoinRequest
from matinee.contracts.delivery import InvitationDraft
from matinee.delivery import actions, events, settings
from matinee.delivery.actions import Placed
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder, Identity
from matinee.delivery.agent.loop import Agent
from matinee.delivery.api import app
from matinee.delivery.models import EdgeRecord
from matinee.kernel import asking, ids
from matinee.kernel import settings as shared_settings
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.storage import FolderStorage, Storage
from tests.patience import PATIENCE_S
from tests.playback.conftest import title_event

assert events  # registers what `delivery` hears
BASE = "http://edge.test"
ALL = 63
NOW_S = 1_795_000_000


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was said in this process before: other services are not here."""
    monkeypatch.setattr(asking._Known, "way", None)


class Nginx:
    """Stands where nginx would: remembers what it was told."""

    def __init__(self) -> None:
        self.configurations: list[EdgeConfiguration] = []
        self.reopened = 0
        self.serves = True

    def configure(self, configuration: EdgeConfiguration) -> None:
        self.configurations.append(configuration)

    def reopen_logs(self) -> None:
        self.reopened += 1

    def is_serving(self) -> bool:
        return self.serves


class Origin:
    """A real HTTP server that gives files of a folder to whoever shows a fill token."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                origin.asked.append(self.path)
                file = folder / self.path.removeprefix("/fill/")
                is_good = self.path.startswith("/fill/") and file.is_file()
                if not is_good or not self.headers.get("X-Matinee-Fill"):
                    self.send_error(404)
                    return
                body = file.read_bytes()
                if self.path in origin.broken:
                    body = body[:-1] + b"!"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)


class Host:
    """An edge host with its agent, which a test turns by hand."""

    def __init__(self, root: Path, identity: Identity) -> None:
        self.folder = EdgeFolder(root)
        self.identity = identity
        self.start()

    def start(self) -> None:
        """As after `kill -9`: nothing is left but the folder."""
        self.folder.prepare()
        self.nginx = Nginx()
        control = Control(self.folder, self.identity, app.wsgi_app)
        self.agent = Agent(self.folder, self.identity, self.nginx, control)
        self.agent.begin(fills=False)

    @property
    def row(self) -> EdgeRecord:
        return EdgeRecord.objects.select_related("agent").get(name=self.identity.name)

    def fill(self, steps: int = 20) -> None:
        """What the fill thread does, here."""
        for _ in range(steps):
            if self.agent.filler.step():
                return

    def logs(self, *lines: str) -> None:
        with self.folder.log.open("a") as log:
            log.writelines(f"{line}\n" for line in lines)


Join = Callable[..., Host]


@pytest.fixture
def store() -> Storage:
    return FolderStorage(shared_settings.get().home / "media")


@pytest.fixture
def origin() -> Iterator[Origin]:
    one = Origin(shared_settings.get().home / "media" / "packages")
    yield one
    one.close()


@pytest.fixture
def join(tmp_path: Path) -> Join:
    def joined(name: str = "paris-1", url: str = BASE, **invited: str) -> Host:
        token = actions.invitation_make(InvitationDraft(id=name, **invited)).token
        answer = actions.edge_join(JoinRequest(token=token, base_url=url, agent_version="1"))
        identity = Identity(
            control_url="http://control.test",
            edge_id=UUID(str(answer.edge_id)),
            name=name,
            base_url=url,
            listen="127.0.0.1:0",
            secret=answer.secret,
        )
        return Host(tmp_path / name, identity)

    return joined


@pytest.fixture
def package() -> str:
    """A package of two renditions, of 12 segments each, in the media store."""
    name = str(ids.uuid7())
    root = shared_settings.get().home / "media" / "packages" / name
    for folder in ("v360", "v720"):
        (root / folder).mkdir(parents=True)
        (root / folder / "init.mp4").write_bytes(folder.encode())
        for number in range(1, 13):
            (root / folder / f"{number}.m4s").write_bytes(f"{folder} {number} ".encode() * 100)
    (root / "manifest.mpd").write_text("<MPD/>")
    return name


@pytest.fixture
def from_origin(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """The origin, as agents are told of it."""
    monkeypatch.setenv("MATINEE_DELIVERY_ORIGIN_URL", origin.url)
    settings.get.cache_clear()
    yield origin
    settings.get.cache_clear()


def tell(event: Event) -> None:
    """Let `delivery` hear an event as the relay's task does."""
    assert hear("delivery", event.type, event.model_dump(mode="json"))


def published(package: str, store: Storage) -> UUID:
    """A title that is played from the package, which was read."""
    event = title_event(package=f"packages/{package}", status="published", duration_s=72.0)
    tell(event)
    assert actions.packages_index(store) == 1
    return event.title.id


def place(host: Host, *placed: Placed) -> None:
    actions.placements_put({host.row.pk: placed})


def line(package: str, file: str, **changes: object) -> str:
    """A line of the log as nginx writes it."""
    values = {"t": NOW_S, "s": 200, "b": 1000, "d": 0.1, "c": "held", "v": "a", "r": "viewer"}
    return json.dumps(values | {"p": f"/{package}/{file}"} | changes)
