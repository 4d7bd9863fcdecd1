"""Two real edges and a real Chromium: what a viewer notices when the serving edge dies or suffers.

Our player and hls.js watch the same film, one after the other. The edge that brings it is
killed (`kill -9` of all that runs there), throttled for all its viewers, or its disk is filled
while the film is not in its cache. A stall counts as in `bench.network`.
"""

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import viewing
from bench.delivery.edge_homes import Home, joined
from bench.figures import ROOT, Figure
from bench.network import FLAGS, NOTES
from bench.viewing import Running
from matinee.kernel import clock, ids
from matinee.kernel.tokens import AccessTokens, Caller

_HLS = ROOT / "web/abr-simulator/peers/node_modules/hls.js/dist/hls.min.js"
_SMALL = {**viewing.FAST, "MATINEE_ENCODING_RUNG_HEIGHT_MAX": "360"}
_FILM_S = 180
_THROTTLED_BPS = 300_000
# Played before it happens, and watched after it.
_BEFORE_S, _AFTER_S = 10.0, 40.0
_SETTLED_S = 120.0
_PIECE = re.compile(r"/media/.*\.m4s")

# As docs/operator.md advises: at once elsewhere instead of again and again at the same edge.
_PLAY_BY_HLS = """(address) => {
  document.body.replaceChildren();
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true });
  document.body.append(video);
  const once = { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 500 };
  const policy = {
    default: {
      maxTimeToFirstByteMs: 3000, maxLoadTimeMs: 5000, timeoutRetry: null, errorRetry: once,
    },
  };
  window.player = new Hls({ fragLoadPolicy: policy, maxBufferLength: 60 });
  window.player.on(Hls.Events.ERROR, (_, { fatal, details }) => {
    if (fatal) window.notes.error = details;
  });
  window.player.loadSource(address);
  window.player.attachMedia(video);
}"""


class Seen(NamedTuple):
    """What a viewer noticed: stalls, and seconds until a piece came from elsewhere.

    `moved_s` is zero for an edge that went on bringing what it was asked for.
    """

    stalls: int
    moved_s: float
    went_on: bool


class Event(NamedTuple):
    """Something that happens to an edge, and how it is made good again."""

    name: str
    happen: Callable[[Home], None]
    mend: Callable[[Home], None]


def _throttle(home: Home) -> None:
    home.gate.bps = _THROTTLED_BPS


def _open(home: Home) -> None:
    home.gate.bps = None


EVENTS = (
    Event("killed", Home.kill, Home.start),
    Event("throttled to 300 kb/s", _throttle, _open),
    Event("disk filled", Home.fill_disk, Home.free_disk),
)


def measure() -> list[Figure]:
    """Stalls and time to move by player and event."""
    with viewing.running(_FILM_S, _SMALL) as service:
        return failures(service)


def failures(service: Running) -> list[Figure]:
    """The same on a service that runs."""
    if not _HLS.is_file():
        raise SystemExit("hls.js is missing: run `npm ci` in web/abr-simulator/peers.")
    figures = []
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matinee-edges-")))
        root.chmod(0o711)
        homes = [stack.enter_context(joined(service, root, number)) for number in (1, 2)]
        leave_it_to(service, homes)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=viewing.chromium(), args=FLAGS)
        stack.callback(browser.close)
        for event in EVENTS:
            if event.happen is Home.fill_disk and not all(home.has_own_disk for home in homes):
                print("Disks are not filled: that needs root, for a small disk of their own.")
                continue
            for name, play in PLAYERS.items():
                until_settled(service, homes)
                with _watching(browser, service, play) as watch:
                    seen = watch.through(event, homes)
                print(f"{event.name}, {name}: {seen}", flush=True)
                figures += _figures(f"{name}, serving edge {event.name}", seen)
    return figures


def _figures(what: str, seen: Seen) -> list[Figure]:
    return [
        Figure(f"stalls: {what}", seen.stalls, "", "<= 0"),
        Figure(f"moved after: {what}", seen.moved_s, "s", "<= 10"),
        Figure(f"session goes on: {what}", float(seen.went_on), "", ">= 1"),
    ]


class Watch:
    """A page that plays, and where its pieces came from."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pieces: list[tuple[float, str, bool]] = []
        page.on("response", self._note)
        page.on("requestfailed", lambda request: self._failed(request.url))

    def _note(self, response: Response) -> None:
        if _PIECE.search(response.url):
            # What is asked for is there before what is answered ends.
            self.pieces.append((clock.monotonic_s(), _host(response.url), response.ok))

    def _failed(self, url: str) -> None:
        if _PIECE.search(url):
            self.pieces.append((clock.monotonic_s(), _host(url), False))

    def position_s(self) -> float:
        """Where the film is."""
        found: float = self.page.evaluate("document.querySelector('video')?.currentTime ?? 0")
        return found

    def through(self, event: Event, homes: list[Home]) -> Seen:
        """Let it happen to the edge that serves, look on, and make it good again."""
        self._play_until(_BEFORE_S)
        serving = self.pieces[-1][1]
        home = next(home for home in homes if _host(home.gate.url) == serving)
        before = self.page.evaluate("({ ...window.notes })")
        position_s, began_s = self.position_s(), clock.monotonic_s()
        try:
            event.happen(home)
            self.page.wait_for_timeout(_AFTER_S * 1000)
            notes = self.page.evaluate("({ ...window.notes })")
            went_s = self.position_s() - position_s
        finally:
            event.mend(home)
        stalls = int(notes["stalls"] - before["stalls"])
        went_on = went_s > _AFTER_S / 2 and not notes.get("error")
        return Seen(stalls, self._moved_s(serving, began_s), went_on)

    def _moved_s(self, serving: str, since_s: float) -> float:
        later = [piece for piece in self.pieces if piece[0] > since_s]
        elsewhere = [at_s for at_s, host, ok in later if host != serving and ok]
        if elsewhere:
            return round(elsewhere[0] - since_s, 2)
        return 0.0 if any(ok for _, _, ok in later) else _AFTER_S

    def _play_until(self, position_s: float) -> None:
        end_s = clock.monotonic_s() + 90
        while self.position_s() < position_s or not self.pieces:
            if clock.monotonic_s() > end_s:
                raise SystemExit(f"nothing plays: {self.page.evaluate('window.notes')}")
            self.page.wait_for_timeout(200)


@contextlib.contextmanager
def _watching(
    browser: Browser, service: Running, play: Callable[[Page, Running], None]
) -> Iterator[Watch]:
    # Our player keeps to the pages' security policy; a page with another player is none of ours.
    context = browser.new_context(base_url=service.url, bypass_csp=play is _hls)
    context.add_init_script(NOTES)
    try:
        watch = Watch(context.new_page())
        play(watch.page, service)
        yield watch
    finally:
        context.close()


def _ours(page: Page, service: Running) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Bench")
    page.get_by_label("E-mail address").fill(f"{ids.uuid7().hex}@example.org")
    page.get_by_label("Password").fill(ids.secret())
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(lambda url: "sign-up" not in url)
    page.goto(f"/title/{service.slug}")
    page.get_by_role("link", name=re.compile("^Play")).first.click()


def _hls(page: Page, service: Running) -> None:
    page.goto("/robots.txt")
    page.add_script_tag(path=str(_HLS))
    page.evaluate(_PLAY_BY_HLS, viewing.play_session(service)["hls_url"])


PLAYERS: dict[str, Callable[[Page, Running], None]] = {"Matinee": _ours, "hls.js": _hls}


def leave_it_to(service: Running, homes: list[Home]) -> None:
    """Let the two edges serve all, not the service's own."""
    with owner_of(service) as owner:
        names = {home.name for home in homes}
        for edge in owner.get("/api/delivery/edges").raise_for_status().json()["edges"]:
            if edge["id"] not in names:
                owner.delete(f"/api/delivery/edges/{edge['id']}").raise_for_status()


def until_settled(service: Running, homes: list[Home]) -> None:
    """Wait until both edges are well and both are in the plan."""
    names = {home.name for home in homes}
    end_s = clock.monotonic_s() + _SETTLED_S
    with owner_of(service) as owner:
        while clock.monotonic_s() < end_s:
            found = owner.get("/api/delivery/overview").raise_for_status().json()
            up = {row["edge"]["id"] for row in found["edges"] if row["edge"]["health"] == "up"}
            if up == names and {way["id"] for way in _pathways(service)} == names:
                return
            clock.pause(2)
    raise SystemExit(f"the edges are not well again within {_SETTLED_S:.0f} s")


def _pathways(service: Running) -> list[dict[str, str]]:
    ways: list[dict[str, str]] = viewing.play_session(service)["pathways"]
    return ways


@contextlib.contextmanager
def owner_of(service: Running) -> Iterator[httpx.Client]:
    """A client that may do all that staff may."""
    secrets = Path(service.env["MATINEE_HOME"]) / "secrets"
    who = Caller(UUID(int=0), ids.uuid7(), None, 18, frozenset({"owner"}))
    token, _ = AccessTokens(secrets).issue(who)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=20) as client:
        yield client


def _host(url: str) -> str:
    return urlsplit(url).netloc
