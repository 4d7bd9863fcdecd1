"""Viewers who press play, watch for a while and begin again, and what they notice meanwhile.

Each fetches a film's segments as a player does: ahead of what is shown, a piece that failed again
after a moment. When what was fetched is shown before the next piece is there, that is a rebuffer.
"""

import contextlib
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from bench import viewing
from bench.figures import Figure
from matinee.kernel import clock

_DASH = {"": "urn:mpeg:dash:schema:mpd:2011"}
# A film is watched for so long before the next press of play.
_WATCHED_S = 6.0
_BEATS_EVERY_S = 2.0
_AHEAD_S = 4.0
_AGAIN_AFTER_S = 0.3
_LOOKS_EVERY_S = 0.05


@dataclass
class Tally:
    """What viewers asked, and what went wrong."""

    asked: int = 0
    failed: int = 0
    plays: int = 0
    refused: int = 0
    rebuffers: int = 0
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, answer: httpx.Response | httpx.HTTPError) -> None:
        """Count one request; errors of the network and of the service are failures."""
        is_bad = isinstance(answer, httpx.HTTPError) or answer.is_error
        with self._lock:
            self.asked += 1
            self.failed += is_bad
            self.plays += what == "play"
            self.refused += is_bad and what == "play"
            if is_bad:
                self.wrong.append(f"{what}: {answer!r}")

    def stalled(self) -> None:
        """Count a picture that stood still."""
        with self._lock:
            self.rebuffers += 1


def watched(url: str, slug: str, viewers: int, done: Callable[[], None]) -> Tally:
    """What so many viewers notice of the film while something is done."""
    tally, over = Tally(), threading.Event()
    # One after the other: how many can sign up at once is another question.
    clients = [viewing.viewer(url) for _ in range(viewers)]
    film = viewing.title_of(clients[0], slug)
    for client in clients:
        _until_entitled(client, film)
    watching = [
        threading.Thread(target=_watch, args=(client, film, tally, over)) for client in clients
    ]
    for one in watching:
        one.start()
    try:
        clock.pause(_WATCHED_S)
        done()
        clock.pause(_WATCHED_S)
    finally:
        over.set()
        for one in watching:
            one.join()
    for line in tally.wrong[:10]:
        print(line)
    return tally


def figures(what: str, tally: Tally) -> list[Figure]:
    """What is told of it."""
    return [
        Figure(f"{what}: requests", tally.asked, ""),
        Figure("… of which failed", tally.failed, "", "<= 0"),
        Figure("… presses of play", tally.plays, ""),
        Figure("… of which were refused", tally.refused, "", "<= 0"),
        Figure("… rebuffers", tally.rebuffers, "", "<= 0"),
    ]


def _until_entitled(client: httpx.Client, film: str) -> None:
    """What a new account may watch is known a moment later."""
    end_s = clock.monotonic_s() + 60
    while client.post("/api/playback/sessions", json={"title_id": film}).is_error:
        if clock.monotonic_s() > end_s:
            raise SystemExit("a new viewer may not press play")
        clock.pause(0.2)


def _watch(client: httpx.Client, film: str, tally: Tally, over: threading.Event) -> None:
    ask = partial(_asked, client, tally)
    with contextlib.closing(client):
        while not over.is_set():
            pressed = ask("play", "POST", "/api/playback/sessions", json={"title_id": film})
            manifest = pressed and ask("manifest", "GET", pressed.json()["dash_url"])
            if not pressed or not manifest:
                over.wait(_AGAIN_AFTER_S)
                continue
            ask("home", "GET", "/api/recommendations/home")
            session = pressed.json()
            own = f"/api/playback/sessions/{session['session_id']}"
            shown_s = _Showing(ask, own, tally).shown(_segments(session["dash_url"], manifest.text))
            ask("end", "POST", f"{own}/stop", json={"position_s": shown_s, "state": "playing"})


class _Showing:
    """One play: what was fetched of it, and what of that was shown."""

    def __init__(self, ask: Callable[..., httpx.Response | None], own: str, tally: Tally) -> None:
        self._ask = ask
        self._own = own
        self._tally = tally
        self._begun_s = clock.monotonic_s()
        self._told_s = self._begun_s
        self._fetched_s = 0.0
        self._stood_s = 0.0

    def shown(self, segments: list[tuple[str, float]]) -> float:
        """Show so much of a film as one viewer watches at once, in seconds of it."""
        for url, duration_s in segments:
            if self._position_s() > _WATCHED_S:
                break
            while self._ask("segment", "GET", url) is None:
                clock.pause(_AGAIN_AFTER_S)
            self._fetched(duration_s)
            while self._fetched_s - self._position_s() > _AHEAD_S:
                self._beat()
                clock.pause(_LOOKS_EVERY_S)
        return min(self._position_s(), self._fetched_s)

    def _position_s(self) -> float:
        return clock.monotonic_s() - self._begun_s - self._stood_s

    def _fetched(self, duration_s: float) -> None:
        late_s = self._position_s() - self._fetched_s
        if late_s > 0 and duration_s:
            # Until the first piece is there, a play starts; after that it stands still.
            if self._fetched_s:
                self._tally.stalled()
            self._stood_s += late_s
        self._fetched_s += duration_s

    def _beat(self) -> None:
        if clock.monotonic_s() - self._told_s > _BEATS_EVERY_S:
            self._told_s = clock.monotonic_s()
            now = {"position_s": self._position_s(), "state": "playing"}
            self._ask("heartbeat", "POST", f"{self._own}/heartbeat", json=now)


def _segments(manifest_url: str, manifest: str) -> list[tuple[str, float]]:
    """Address and seconds of every segment of the first picture; the first one has no picture."""
    base = manifest_url.rpartition("/")[0]
    root = ET.fromstring(manifest)  # noqa: S314 - our own
    found: list[tuple[str, float]] = []
    for representation in root.iterfind(".//Representation", _DASH):
        template = representation.find(".//SegmentTemplate", _DASH)
        if template is not None and representation.get("height"):
            name = representation.get("id", "")
            found.append((f"{base}/{template.get('initialization', '')}", 0.0))
            found += [(f"{base}/{each}", long_s) for each, long_s in _timeline(template)]
            return [(url.replace("$RepresentationID$", name), long_s) for url, long_s in found]
    raise SystemExit(f"{manifest_url} has no picture")


def _timeline(template: ET.Element) -> list[tuple[str, float]]:
    number, scale = int(template.get("startNumber", "1")), int(template.get("timescale", "1"))
    found = []
    for entry in template.iterfind(".//S", _DASH):
        for _ in range(int(entry.get("r", "0")) + 1):
            media = template.get("media", "").replace("$Number$", str(number))
            found.append((media, int(entry.get("d", "0")) / scale))
            number += 1
    return found


def _asked(
    client: httpx.Client, tally: Tally, what: str, method: str, url: str, **more: Any
) -> httpx.Response | None:
    """The answer, where it is a good one."""
    try:
        answer = client.request(method, url, **more)
    except httpx.HTTPError as error:
        tally.add(what, error)
        return None
    tally.add(what, answer)
    return answer if answer.is_success else None
