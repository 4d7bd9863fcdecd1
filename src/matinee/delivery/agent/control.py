"""Asking the control plane, and other edges: one client each, typed and bounded."""

import ssl
import threading
from collections.abc import Collection
from pathlib import Path

import httpx
from pydantic import ValidationError

from matinee.contracts.agents import Bell, EdgeOrders, EdgeReport, PackageIndex
from matinee.delivery.agent.folder import EdgeFolder, Identity, write_whole
from matinee.kernel import problems
from matinee.kernel.clients import Client, WsgiApp

BELL_PATH = "/edge/bell"
API = "/api/delivery/agents"
# Orders of a whole placement take the control plane a moment. Whoever cannot be reached is tried
# again soon: a system that waits to connect asks ever less often.
_REPORT_TIMEOUT = httpx.Timeout(30.0, connect=2.0)
_INDEXES_IN_MEMORY = 16


class Control:
    """The control plane, as the agent of one edge sees it."""

    def __init__(self, folder: EdgeFolder, identity: Identity, app: WsgiApp | None = None) -> None:
        self._folder = folder
        self._client = Client(
            identity.control_url, app=app, token=identity.secret, trust=trust(folder.authority)
        )
        self._known: dict[str, PackageIndex] = {}
        self._lock = threading.Lock()

    def report(self, report: EdgeReport) -> EdgeOrders:
        """Tell, and hear; a Problem where that fails."""
        return self._client.ask(
            EdgeOrders, "POST", f"{API}/report", body=report, timeout=_REPORT_TIMEOUT
        )

    def bell(self) -> Bell | None:
        """What nginx of the control plane serves; None where it does not."""
        try:
            answer = self._client.http.get(BELL_PATH, timeout=2.0)
            return Bell.model_validate_json(answer.content) if answer.is_success else None
        except (httpx.HTTPError, ValidationError):
            return None

    def index(self, package: str) -> PackageIndex | None:
        """What a package consists of; None where nobody can say. Kept on disk: it never changes."""
        with self._lock:
            known = self._known.get(package) or self._kept(package) or self._asked(package)
            if known is not None and package not in self._known:
                if len(self._known) >= _INDEXES_IN_MEMORY:
                    self._known.pop(next(iter(self._known)))
                self._known[package] = known
            return known

    def keep_indexes_of(self, packages: Collection[str]) -> None:
        """Keep those of these packages only."""
        for package in set(self.kept_indexes()) - set(packages):
            self._path(package).unlink(missing_ok=True)

    def kept_indexes(self) -> list[str]:
        """The packages whose index lies here."""
        return sorted(path.stem for path in self._folder.indexes.glob("*.json"))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _asked(self, package: str) -> PackageIndex | None:
        try:
            found = self._client.ask(PackageIndex, "GET", f"{API}/packages/{package}")
        except problems.Problem:
            return None
        write_whole(self._path(package), found.model_dump_json())
        return found

    def _kept(self, package: str) -> PackageIndex | None:
        try:
            return PackageIndex.model_validate_json(self._path(package).read_text())
        except (OSError, ValidationError):
            return None

    def _path(self, package: str) -> Path:
        return self._folder.indexes / f"{package}.json"


def trust(authority: Path) -> ssl.SSLContext:
    """Whom an edge believes: the world's authorities, and the service's own where it has one."""
    context = ssl.create_default_context()
    if authority.is_file():
        context.load_verify_locations(authority)
    return context
