"""A viewer without a browser: signs up, presses play, fetches segments, sends heartbeats."""

import base64
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from matinee.kernel import ids
from tests.journeys.service import Service
from tests.patience import PATIENCE_S

T = TypeVar("T")
RENEWAL_S = 10.0
# What a new account may do is told by a worker, which may have to come back first.
ENTITLED_S = 180.0
MPD = {"": "urn:mpeg:dash:schema:mpd:2011"}


def eventually(what: str, look: Callable[[], T | None], within_s: float = PATIENCE_S) -> T:
    """The first thing found; what was awaited is named when it does not come."""
    deadline = time.monotonic() + within_s
    last: Exception | None = None
    while time.monotonic() < deadline:
        try:
            found = look()
        except (httpx.HTTPError, KeyError) as error:
            found, last = None, error
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {within_s} s ({last!r})")


class Viewer:
    """One account with one profile."""

    def __init__(self, service: Service) -> None:
        self.email = f"viewer-{ids.uuid7().hex}@example.org"
        self.password = ids.secret()
        self.http = httpx.Client(base_url=service.url, timeout=PATIENCE_S)
        form = {"email": self.email, "password": self.password, "profile_name": "Vera"}
        try:
            self._take(self.post("/api/identity/sign-up", form))
        except BaseException:
            self.http.close()
            raise

    def renew(self) -> None:
        # Who asks for the answer again long after it got lost is taken for a thief.
        answer = self.http.post("/api/identity/refresh", json={}, timeout=RENEWAL_S)
        self._take(answer.raise_for_status().json())

    def is_signed_out(self) -> bool:
        """Whether the service has ended the session."""
        return self.http.post("/api/identity/refresh", json={}).status_code == 401

    def _take(self, session: dict[str, Any]) -> None:
        self.http.headers["Authorization"] = f"Bearer {session['access_token']}"
        self.profile_id = session["profile_id"]

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.http.post(path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def title(self, slug: str) -> dict[str, Any] | None:
        answer = self.http.get(f"/api/catalog/titles/{slug}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def search(self, words: str) -> dict[str, Any]:
        """What comes up for words; a profile may only search so often within a minute."""
        asked = self.http.get("/api/recommendations/search", params={"q": words})
        page: dict[str, Any] = asked.raise_for_status().json()
        return page

    def play(self, title_id: str) -> dict[str, Any]:
        """A play session; a new account's entitlement may be a moment away."""

        # Named, as by the web app: one that was begun without an answer holds no stream then.
        body = {"title_id": title_id, "press": ids.uuid7().hex}

        def press() -> dict[str, Any] | None:
            answer = self.http.post("/api/playback/sessions", json=body)
            return answer.json() if answer.status_code == httpx.codes.CREATED else None

        return eventually("pressing play", press, ENTITLED_S)

    def beat(self, session: dict[str, Any], position_s: float, state: str = "playing") -> Any:
        path = f"/api/playback/sessions/{session['session_id']}/heartbeat"
        return self.post(path, {"position_s": position_s, "state": state})

    def segments(self, session: dict[str, Any]) -> list[str]:
        """The address of every initialisation and media segment of one rendition a kind."""
        base = session["dash_url"].rpartition("/")[0]
        manifest = ET.fromstring(self.http.get(session["dash_url"]).raise_for_status().text)  # noqa: S314 - our own
        found = []
        for adaptation in manifest.iterfind(".//AdaptationSet", MPD):
            found += [f"{base}/{name}" for name in _names(adaptation)]
        return found


def _names(adaptation: ET.Element) -> list[str]:
    """Segment names of an adaptation set's first representation, by its template."""
    representation = adaptation.find("Representation", MPD)
    template = adaptation.find(".//SegmentTemplate", MPD)
    if representation is None or template is None:
        return []
    number, names = int(template.get("startNumber", "1")), []
    if initial := template.get("initialization"):
        names.append(initial)
    for entry in template.iterfind(".//S", MPD):
        for _ in range(int(entry.get("r", "0")) + 1):
            names.append(template.get("media", "").replace("$Number$", str(number)))
            number += 1
    return [name.replace("$RepresentationID$", representation.get("id", "")) for name in names]


def metadata(**values: str) -> str:
    """The Upload-Metadata header of tus."""
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())
