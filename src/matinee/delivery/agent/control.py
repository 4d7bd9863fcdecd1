"""Asking the control plane, and other edges: one client each, typed and bounded."""

import ssl
from pathlib import Path

import httpx
from pydantic import ValidationError

from matinee.contracts.agents import Bell, EdgeOrders, EdgeReport, PackageIndex
from matinee.delivery.agent.folder import EdgeFolder, Identity, write_whole
from matinee.kernel import problems
from matinee.kernel.clients import Client

BELL_PATH = "/edge/bell"
_API = "/api/delivery/agents"
_INDEXES_IN_MEMORY = 16


class Control:
    """The control plane, as the agent of one edge sees it."""

    def __init__(self, folder: EdgeFolder, identity: Identity) -> None:
        self._folder = folder
        self._client = Client(identity.control_url, token=identity.secret)
        self._client.http.close()
        self._client.http = httpx.Client(
            base_url=identity.control_url,
            headers={"Authorization": f"Bearer {identity.secret}"},
            timeout=httpx.Timeout(10.0, connect=3.0),
            verify=trust(folder.authority),
            trust_env=False,
        )
        self._known: dict[str, PackageIndex] = {}

    def report(self, report: EdgeReport) -> EdgeOrders:
        """Tell, and hear; a Problem where that fails."""
        body = report.model_dump_json()
        headers = {"Content-Type": "application/json"}
        return self._client.ask(EdgeOrders, "POST", f"{_API}/report", content=body, headers=headers)

    def bell(self) -> int | None:
        """The serial that nginx of the control plane serves; None where it does not."""
        try:
            answer = self._client.http.get(BELL_PATH, timeout=2.0)
            return Bell.model_validate_json(answer.content).serial if answer.is_success else None
        except (httpx.HTTPError, ValidationError):
            return None

    def index(self, package: str) -> PackageIndex | None:
        """What a package consists of; None where nobody can say. Kept on disk: it never changes."""
        known = self._known.get(package) or self._kept(package)
        if known is None:
            try:
                known = self._client.ask(PackageIndex, "GET", f"{_API}/packages/{package}")
            except problems.Problem:
                return None
            write_whole(self._path(package), known.model_dump_json())
        if len(self._known) >= _INDEXES_IN_MEMORY:
            self._known.pop(next(iter(self._known)))
        self._known[package] = known
        return known

    def forget(self, package: str) -> None:
        """Keep a package's index no longer."""
        self._known.pop(package, None)
        self._path(package).unlink(missing_ok=True)

    def kept_indexes(self) -> list[str]:
        """The packages whose index lies here."""
        return sorted(path.stem for path in self._folder.indexes.glob("*.json"))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

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
