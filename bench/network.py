"""Stalls in a real Chromium on a shaped network: Matinee's player beside Shaka Player's defaults.

Both watch the same film of the same service at the same time, each over a link of its
own, shaped by Chromium itself and again by the kernel (root only). What counts as a
stall comes from the video element. Shaka Player is set up by nobody: its own buffer,
its own choice of rungs.
"""

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench import shaping, viewing
from bench.figures import ROOT, Figure
from bench.shaping import Shaper
from bench.viewing import SLUG, Running
from matinee.kernel import clock, ids

NETWORK = Path(
    os.environ.get("MATINEE_BENCH_NETWORK") or ROOT.parent / "shared" / "data" / "network"
)
_SHAKA = ROOT / "web" / "node_modules" / "shaka-player" / "dist" / "shaka-player.dash-es2021.js"
OURS, PEER = "Matinee", "Shaka Player"
_FILM_S = 100
# How long a film may take beyond its own length before the watch is given up.
_PATIENCE_S = 60
_SEGMENT = re.compile(r"/([^/]+)/(\d+)\.m4s$")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]

# Begins a stall where the element waits or is held at no speed, ends it where the film moves again.
NOTES = """(() => {
  const notes = {
    pressed_ms: null, started_ms: null, stalls: 0, stalled_ms: 0, held: [], ended: false,
  };
  let since = null;
  window.notes = notes;
  const follow = (video) => {
    const held = () => {
      const meant = video.seeking || video.ended || video.paused;
      if (notes.started_ms === null || since || meant) return;
      const { buffered, currentTime } = video;
      const end = buffered.length ? buffered.end(buffered.length - 1) : 0;
      notes.held.push([currentTime, end - currentTime].map((x) => +x.toFixed(2)));
      // With seconds in the buffer it is the machine that does not keep up, not the network.
      if (end - currentTime > 1) return;
      since = { ms: performance.now(), at: currentTime };
      notes.stalls += 1;
    };
    video.addEventListener('waiting', held);
    video.addEventListener('ratechange', () => { if (video.playbackRate === 0) held(); });
    video.addEventListener('playing', () => { notes.started_ms ??= performance.now(); });
    video.addEventListener('ended', () => { notes.ended = true; });
    video.addEventListener('timeupdate', () => {
      if (!since || video.currentTime <= since.at + 0.05) return;
      notes.stalled_ms += performance.now() - since.ms;
      since = null;
    });
  };
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video:not([data-noted])')) {
      video.dataset.noted = 'yes';
      follow(video);
    }
  }).observe(document, { childList: true, subtree: true });
})();"""

_PLAY_BY_SHAKA = """async (address) => {
  document.body.replaceChildren();
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true });
  Object.assign(video.style, { position: 'fixed', inset: 0, width: '100vw', height: '100vh' });
  document.body.append(video);
  window.notes.pressed_ms = performance.now();
  window.player = new shaka.Player();
  window.player.addEventListener('error', ({ detail }) => (window.notes.error = detail.code));
  await window.player.attach(video);
  await window.player.load(address);
}"""


@dataclass
class Scenario:
    """How a connection goes: kbit/s for so many seconds, over and over; 0 is an outage."""

    name: str
    steps: list[tuple[float, float]]

    def kbps(self, at_s: float) -> float:
        """What it lets through at a moment."""
        at_s %= sum(seconds for _, seconds in self.steps)
        for kbps, seconds in self.steps:
            if at_s < seconds:
                return kbps
            at_s -= seconds
        return self.steps[-1][0]


@dataclass
class Watch:
    """One player on one film."""

    page: Page
    shaper: Shaper
    press: Callable[[], None]
    fetched: dict[int, str] = field(default_factory=dict)

    def note(self, url: str) -> None:
        """Remember of which rendition a segment was fetched last."""
        if (found := _SEGMENT.search(url)) and found[1].startswith("video"):
            self.fetched[int(found[2])] = found[1]

    def notes(self) -> dict[str, Any]:
        """What the page wrote down."""
        notes: dict[str, Any] = self.page.evaluate("window.notes")
        return notes


def scenarios() -> list[Scenario]:
    """The four of the aim; the 3G trace is the first of the folder."""
    traces = sorted((NETWORK / "3g").glob("*.json"))
    if not traces:
        raise SystemExit(f"no traces in {NETWORK}/3g; name a folder in MATINEE_BENCH_NETWORK")
    trace = json.loads(traces[0].read_text())
    return [
        Scenario("constant 1.5 Mb/s", [(1500, 1000)]),
        Scenario("10 → 0.8 → 10 Mb/s", [(10_000, 20), (800, 40), (10_000, 1000)]),
        Scenario("3G trace", [(p["bandwidth_kbps"], p["duration_ms"] / 1000) for p in trace]),
        Scenario("5 s outage at 4 Mb/s", [(4000, 40), (0, 5), (4000, 1000)]),
    ]


def measure() -> list[Figure]:
    """Stalls, stalled time, start-up and mean bitrate by scenario and way of shaping."""
    if why := shaping.missing():
        print(f"Not shaped by the kernel: {why}.")
    figures: list[Figure] = []
    with viewing.running(_FILM_S) as service, sync_playwright() as playwright:
        for way in ("Chromium",) if why else ("Chromium", "kernel"):
            for scenario in scenarios():
                seen = _both(playwright, service, way, scenario)
                figures += _figures(f"{scenario.name}, shaped by {way}", seen)
                print(f"{scenario.name}, {way}: {seen}", flush=True)
    return figures


def _figures(what: str, seen: dict[str, dict[str, float]]) -> list[Figure]:
    def figure(key: str, unit: str, aim: str | None = None) -> Figure:
        return Figure(f"{key}: {what}", seen[OURS][key], unit, aim, {PEER: seen[PEER][key]})

    return [
        figure("stalls", "", "<= 0"),
        figure("stalled", "s"),
        figure("start-up", "s"),
        figure("mean bitrate", "kbit/s"),
    ]


def _both(
    playwright: Playwright, service: Running, way: str, scenario: Scenario
) -> dict[str, dict[str, float]]:
    """One scenario for both players at once."""
    with contextlib.ExitStack() as stack:
        watches = {
            name: stack.enter_context(_watch(playwright, service, way, name))
            for name in (OURS, PEER)
        }
        for watch in watches.values():
            watch.shaper.set(scenario.kbps(0))
        began_s = clock.monotonic_s()
        for watch in watches.values():
            watch.press()
        _follow(list(watches.values()), scenario, began_s)
        bitrates = viewing.bitrates(service)
        return {name: _seen(watch, bitrates) for name, watch in watches.items()}


def _follow(watches: list[Watch], scenario: Scenario, began_s: float) -> None:
    """Turn the shapers as time goes by, until both films are over or patience is."""
    last = scenario.kbps(0)
    while (at_s := clock.monotonic_s() - began_s) < _FILM_S + _PATIENCE_S:
        kbps = scenario.kbps(at_s)
        for watch in watches:
            if kbps != last:
                watch.shaper.set(kbps)
            watch.page.wait_for_timeout(50)
        last = kbps
        if all(watch.notes()["ended"] for watch in watches):
            return


def _seen(watch: Watch, bitrates: dict[str, float]) -> dict[str, float]:
    notes = watch.notes()
    if notes["started_ms"] is None:
        raise SystemExit(f"nothing was played: {notes}")
    rates = [bitrates[folder] for folder in watch.fetched.values()]
    return {
        "stalls": notes["stalls"],
        "stalled": round(notes["stalled_ms"] / 1000, 2),
        "start-up": round((notes["started_ms"] - notes["pressed_ms"]) / 1000, 2),
        "mean bitrate": round(sum(rates) / max(1, len(rates)) / 1000),
        "held by the machine": len(notes["held"]) - notes["stalls"],
        "played to the end": float(notes["ended"]),
    }


@contextlib.contextmanager
def _watch(playwright: Playwright, service: Running, way: str, name: str) -> Iterator[Watch]:
    """A browser with a link of its own, ready to press play."""
    chromium = os.environ.get("MATINEE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("no Chromium: run bin/test, which brings one, or set MATINEE_CHROMIUM")
    with contextlib.ExitStack() as stack:
        link = None
        program = Path(chromium)
        if way == "kernel":
            space = f"matinee-{os.getpid()}-{name[:2].lower()}"
            link = stack.enter_context(shaping.namespace(space, service.port))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            program = shaping.launcher(folder, space, chromium)
        browser = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        stack.callback(browser.close)
        page = _page(browser, service)
        press = _ours(page, service) if name == OURS else _theirs(page, service)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        watch = Watch(page, link or shaping.ByChromium(session), press)
        page.on("requestfinished", lambda request: watch.note(request.url))
        yield watch


def _page(browser: Browser, service: Running) -> Page:
    context = browser.new_context(
        base_url=service.url, viewport={"width": 1280, "height": 720}, bypass_csp=True
    )
    context.add_init_script(NOTES)
    page: Page = context.new_page()
    return page


def _ours(page: Page, service: Running) -> Callable[[], None]:
    """Signed up, on the title's page; the press is a click, as a viewer's."""
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Bench")
    page.get_by_label("E-mail address").fill(f"{ids.uuid7().hex}@example.org")
    page.get_by_label("Password").fill(ids.secret())
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(lambda url: "sign-up" not in url)
    page.goto(f"{service.url}/title/{SLUG}")
    play = page.get_by_role("link", name=re.compile("^Play")).first
    play.wait_for()

    def press() -> None:
        page.evaluate("window.notes.pressed_ms = performance.now()")
        play.click()

    return press


def _theirs(page: Page, service: Running) -> Callable[[], None]:
    """An empty page with Shaka Player in it and nothing configured."""
    page.goto("/robots.txt")
    page.add_script_tag(path=str(_SHAKA))
    address = viewing.dash_url(service)

    def press() -> None:
        page.evaluate(f"address => void ({_PLAY_BY_SHAKA})(address)", address)

    return press
