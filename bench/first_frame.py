"""How long it takes from pressing Play to the first frame in a real Chromium, at 10 Mb/s and 40 ms.

Each run is a browser that was never here: no cache, nothing learned of the connection.
*Cold*: on the title's page, the mouse comes and presses at once. *Warm*: it rests on
Play for two seconds first. The film is an ordinary one: encrypted, with its whole
ladder. Shaka Player as it comes plays the same film by the same session and licence,
its library loaded beforehand. A frame counts when the browser expects it on the screen
(`requestVideoFrameCallback`). The web app must be built.
"""

import re
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from playwright.sync_api import Browser, Page, Route, sync_playwright

from bench import viewing
from bench.figures import ROOT, Figure
from bench.shaping import ByChromium
from matinee.kernel import ids

SHAKA = ROOT / "web/node_modules/shaka-player/dist/shaka-player.dash-es2021.js"
_KBPS = 10_000
_FILM_S = 30
_RUNS = 7
_IDLE_MS, _REST_MS, _PATIENCE_MS = 3_000, 2_000, 20_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

# Not measured on this machine, but quoted beside: the same network, a film of another service.
QUOTED = {"hls.js (quoted)": 1.03, "Shaka Player (quoted)": 1.43}

_WATCH = """
window.bench = { pressed_ms: null, shown_ms: null };
document.addEventListener("click", (event) => { bench.pressed_ms ??= event.timeStamp; }, true);
const { play } = HTMLVideoElement.prototype;
HTMLVideoElement.prototype.play = function () {
  this.requestVideoFrameCallback((_now, frame) => {
    bench.shown_ms ??= frame.expectedDisplayTime;
  });
  return play.call(this);
};
"""
_PEER_PAGE = """<!doctype html><title>peer</title><video muted></video><button>Play</button>
<script src="/peer/shaka.js"></script><script src="/peer/page.js"></script>"""
_PEER_SCRIPT = """
const video = document.querySelector("video");
document.querySelector("button").addEventListener("click", async () => {
  const headers = { "Content-Type": "application/json", Authorization: "Bearer TOKEN" };
  const body = JSON.stringify({ title_id: "TITLE" });
  const answer = await fetch("/api/playback/sessions", { method: "POST", headers, body });
  const session = await answer.json();
  const player = new shaka.Player();
  const servers = { "org.w3.clearkey": new URL(session.licence.clearkey_url, location).href };
  player.configure({ drm: { servers } });
  player.getNetworkingEngine().registerRequestFilter((type, request) => {
    const { LICENSE } = shaka.net.NetworkingEngine.RequestType;
    if (type === LICENSE) Object.assign(request.headers, headers);
  });
  await player.attach(video);
  await player.load(session.dash_url);
  await video.play();
});
"""


def measure() -> list[Figure]:
    """Medians of seconds; nothing else should run on the machine."""
    with viewing.running(_FILM_S, {}) as service, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=viewing.chromium(), args=_FLAGS)
        bench = _Bench(chromium, service.url)
        cold = bench.median(lambda page: bench.press(page, rest_ms=0))
        warm = bench.median(lambda page: bench.press(page, rest_ms=_REST_MS))
        peer = bench.median(bench.press_peer)
        chromium.close()
    anchors = {"Shaka Player as it comes": peer, **QUOTED}
    where = "time to first frame, 10 Mb/s, 40 ms"
    return [
        Figure(f"{where}: cold", cold, "s", "<= 1.0", anchors),
        Figure(f"{where}: warm (hovered)", warm, "s", "<= 0.3", anchors),
    ]


class _Bench:
    """Presses Play over and over, in a new browser context each time."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self._chromium = chromium
        self._url = url

    def median(self, once: Callable[[Page], float]) -> float:
        times = []
        for _ in range(_RUNS):
            with self._page() as page:
                times.append(once(page))
        return statistics.median(times)

    def press(self, page: Page, rest_ms: int) -> float:
        """Seconds to the first frame of our own player."""
        page.goto(f"/title/{viewing.SLUG}")
        play = page.get_by_role("link", name=re.compile("^Play")).first
        play.wait_for()
        page.wait_for_timeout(_IDLE_MS)
        _shape(page)
        if rest_ms:
            play.hover()
            page.wait_for_timeout(rest_ms)
        play.click()
        return _first_frame_s(page)

    def press_peer(self, page: Page) -> float:
        """Seconds to the first frame of Shaka Player with its defaults."""
        with viewing.viewer(self._url) as viewer:
            title = viewer.get(f"/api/catalog/titles/{viewing.SLUG}").raise_for_status().json()
            token = viewer.headers["Authorization"].removeprefix("Bearer ")
            script = _PEER_SCRIPT.replace("TOKEN", token).replace("TITLE", title["play_title_id"])
            _serve(page, "/peer/", "text/html", _PEER_PAGE)
            _serve(page, "/peer/shaka.js", "text/javascript", SHAKA.read_text())
            _serve(page, "/peer/page.js", "text/javascript", script)
            page.goto("/peer/")
            page.wait_for_timeout(_IDLE_MS)
            _shape(page)
            page.get_by_role("button", name="Play").click()
            return _first_frame_s(page)

    @contextmanager
    def _page(self) -> Iterator[Page]:
        context = self._chromium.new_context(
            base_url=self._url, viewport={"width": 1440, "height": 900}
        )
        context.add_init_script(_WATCH)
        page = context.new_page()
        _sign_up(page)
        yield page
        context.close()


def _sign_up(page: Page) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Bench")
    page.get_by_label("E-mail address").fill(f"{ids.uuid7().hex}@example.org")
    page.get_by_label("Password").fill(ids.secret())
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("navigation", name="Main").first.wait_for()
    # What a new account may watch is known a moment later.
    page.wait_for_timeout(1_000)


def _shape(page: Page) -> None:
    ByChromium(page.context.new_cdp_session(page)).set(_KBPS)


def _serve(page: Page, path: str, content_type: str, body: str) -> None:
    def answer(route: Route) -> None:
        route.fulfill(content_type=content_type, body=body)

    page.route(re.compile(f"{re.escape(path)}$"), answer)


def _first_frame_s(page: Page) -> float:
    for _ in range(_PATIENCE_MS // 100):
        page.wait_for_timeout(100)
        waited = page.evaluate("bench.shown_ms && bench.shown_ms - bench.pressed_ms")
        if waited:
            return cast("float", waited) / 1000
    raise SystemExit(f"no frame within {_PATIENCE_MS / 1000:.0f} s")
