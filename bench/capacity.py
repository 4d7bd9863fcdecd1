"""How many home pages, presses of play and segments one machine answers, and what each costs.

A whole installation (`matinee up`) with a made-up town in it, asked through its edge by k6, which
computes on the same cores, one of them at a time where it asks so many times a second. CPU is that
of everything but k6: web, edge, engines, workers. The same is asked of a town a hundredth as
large. People who look at their page again find it as it was made; what making it costs is told by
itself, and so is a crowd of whom some need a new one. Nobody presses play who did not look around
before: whoever rests on a title has the web app ask what may be fetched ahead, and so all do here,
with the token that they press play with.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from bench import k6, processes
from bench.figures import Figure
from bench.installation import started
from bench.k6 import Crowd, Seen
from bench.town import PACKAGE, Town, grow, title_id, tokens, touch, untold
from matinee.kernel import clock, ids
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import get

NOBODY = Town(accounts=0, titles=0, plays_each=10)
SMALL = Town(accounts=200, titles=200, plays_each=10)
LARGE = Town(accounts=20_000, titles=20_000, plays_each=10)
# So many look around at once, each again and again.
LOOKING, CHANGED = 1_000, 200
HOME = "/api/recommendations/home"
WARM, PLAY = "/api/playback/warm", "/api/playback/sessions"
PAGES_PER_S, PLAYS_PER_S = 1_500, 800
_MAKING = 4
_LASTS_S, _WARM_S, _SETTLE_S = 10, 120, 3.0
_SEGMENT_BYTES = 100_000
# Workers come after viewers, so what plays tell waits for them.
_HEARD_S = 120.0
_MEDIACMS = {"MediaCMS, list of 50": 30.0}
_SETTINGS = {
    # All ask from one address.
    "MATINEE_ADDRESS_REQUESTS_PER_SECOND": "1000000",
    "MATINEE_PLAYBACK_STARTS_PER_MINUTE": "10000",
    # Models are fitted to what a town has watched, but not just while it is asked.
    "MATINEE_RECOMMENDATIONS_FIT_CHECK_S": "3600",
    # What is asked is how much this many processes do.
    "MATINEE_SCALING": "off",
    "MATINEE_LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Spent:
    """What a crowd saw, and the CPU of each part for it."""

    seen: Seen
    parts_s: dict[str, float]

    @property
    def told_s(self) -> float:
        """Of whoever tells others of it and has them hear it; databases not counted."""
        return sum(self.parts_s.get(part, 0.0) for part in ("relay", "worker"))

    @property
    def ms_each(self) -> float:
        """CPU milliseconds a request, of everything but k6."""
        return 1000 * sum(self.parts_s.values()) / max(1, self.seen.requests)


def measure() -> list[Figure]:
    """Requests a second, waits in milliseconds, CPU in milliseconds a request."""
    with _installation() as service:
        grow(NOBODY, SMALL)
        small = service.pages(SMALL)
        pressed_in_small = service.plays(SMALL)
        service.settle()
        grow(SMALL, LARGE)
        large = service.pages(LARGE)
        again = service.pages_again()
        segments = service.segments()
        pressed = service.plays(LARGE)
        told_s = pressed.told_s + service.settle()
        pressed_again = service.plays_again(LARGE)
    return [
        *_of_pages(large, again),
        _grown("home pages", large.offered, small.offered),
        *_of_plays(pressed, pressed_again),
        Figure("… CPU for what others are told", 1000 * told_s / pressed.seen.requests, "ms"),
        _grown("plays", pressed, pressed_in_small),
        *_of_segments(segments),
    ]


@dataclass(frozen=True)
class Pages:
    """Pages that were made, and then asked for again."""

    made: Spent
    offered: Spent


@dataclass(frozen=True)
class PagesAgain:
    """Pages asked for as fast as they come, and while some of them change."""

    crowded: Spent
    mixed: Spent


@dataclass(frozen=True)
class Service:
    """A running installation; `pid` is its supervisor's."""

    url: str
    pid: int
    secrets: Path

    def pages(self, town: Town) -> Pages:
        """Ask for the pages of a town that was just made."""
        crowd = self._looking(town)
        self._until_known(crowd.tokens[0], town)
        # So few at once that nobody waits until only a spare page is given.
        made = self._spent(lambda: k6.once(crowd, _WARM_S, _MAKING))
        if made.seen.spare or made.seen.failed:
            raise SystemExit(f"not all pages were made: {made.seen}")
        return Pages(made, self._spent(lambda: k6.opened(crowd, PAGES_PER_S, _LASTS_S)))

    def pages_again(self) -> PagesAgain:
        """Ask for the same pages, and then while some people's change."""
        crowd = self._looking(LARGE)
        crowded = self._spent(lambda: k6.closed(crowd, _LASTS_S))
        touch(0, CHANGED)
        return PagesAgain(crowded, self._spent(lambda: k6.opened(crowd, PAGES_PER_S, _LASTS_S)))

    def plays(self, town: Town) -> Spent:
        """Have everybody press play, one after the other.

        As the web app does, each has asked before what may be fetched ahead, with the same token.
        """
        crowd = self._pressing(town)
        k6.once(replace(crowd, paths=[WARM]), _WARM_S)
        k6.once(replace(crowd, tokens=crowd.tokens[:LOOKING]), _WARM_S)
        return self._spent(lambda: k6.opened(crowd, PLAYS_PER_S, _LASTS_S))

    def plays_again(self, town: Town) -> Spent:
        """The same, as fast as they are answered."""
        return self._spent(lambda: k6.closed(self._pressing(town), _LASTS_S))

    def segments(self) -> Spent:
        """Ask for segments of a film, each viewer with a media token of their own."""
        folder = get().home / "media" / "packages" / PACKAGE / "v1"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(LOOKING):
            (folder / f"{number}.m4s").write_bytes(os.urandom(_SEGMENT_BYTES))
        issuing = MediaTokens(self.secrets)
        paths = [
            f"/media/{issuing.issue(ids.uuid7(), PACKAGE)[0]}/{PACKAGE}/v1/{number}.m4s"
            for number in range(LOOKING)
        ]
        return self._spent(lambda: k6.closed(Crowd(self.url, ["none"], paths), _LASTS_S))

    def settle(self) -> float:
        """Wait until everybody heard what was told; the CPU seconds that it took."""
        before_s = sum(processes.cpu_s(self.pid).values())
        end_s = clock.monotonic_s() + _HEARD_S
        while untold() and clock.monotonic_s() < end_s:
            clock.pause(1.0)
        return sum(processes.cpu_s(self.pid).values()) - before_s

    def _looking(self, town: Town) -> Crowd:
        return Crowd(self.url, tokens(self.secrets, 0, min(LOOKING, town.accounts)), [HOME])

    def _pressing(self, town: Town) -> Crowd:
        bodies = [{"title_id": str(title_id(number))} for number in range(town.titles)]
        return Crowd(self.url, tokens(self.secrets, 0, town.accounts), [PLAY], "POST", bodies)

    def _until_known(self, token: str, town: Town) -> None:
        """Wait until the web process has the whole catalogue in memory."""
        headers = {"Authorization": f"Bearer {token}"}
        end_s = clock.monotonic_s() + _WARM_S
        while clock.monotonic_s() < end_s:
            answer = httpx.get(f"{self.url}{HOME}", headers=headers, timeout=_WARM_S)
            if answer.is_success and answer.json()["version"] == str(town.titles):
                return
            clock.pause(1.0)
        raise SystemExit(f"the home page does not know {town.titles} titles: {answer.text[:300]}")

    def _spent(self, asking: Callable[[], Seen]) -> Spent:
        clock.pause(_SETTLE_S)
        before = processes.cpu_s(self.pid)
        seen = asking()
        after = processes.cpu_s(self.pid)
        return Spent(seen, {part: spent - before.get(part, 0.0) for part, spent in after.items()})


@contextlib.contextmanager
def _installation() -> Iterator[Service]:
    with started(**_SETTINGS) as (url, pid):
        yield Service(url, pid, get().secrets)


def _of_pages(large: Pages, again: PagesAgain) -> Iterator[Figure]:
    seen = large.offered.seen
    yield Figure("home pages a second that were offered and answered", seen.per_s, "1/s", ">= 1480")
    yield from _not_begun(seen)
    yield Figure("… given a spare page", seen.spare, "", "<= 0")
    yield Figure("… p99", seen.p99_ms, "ms", "<= 50")
    yield Figure("… CPU a page", large.offered.ms_each, "ms", "<= 1.2", _MEDIACMS)
    yield from _by_part("… of which", large.offered)
    closed = again.crowded.seen
    yield Figure("home pages a second, 64 who ask again at once", closed.per_s, "1/s", ">= 1500")
    yield Figure("… p99", closed.p99_ms, "ms")
    yield Figure("a page made anew, CPU", large.made.ms_each, "ms")
    mixed = f"{CHANGED} of {LOOKING} pages made anew meanwhile: p99"
    yield Figure(mixed, again.mixed.seen.p99_ms, "ms")


def _of_plays(pressed: Spent, again: Spent) -> Iterator[Figure]:
    seen = pressed.seen
    yield Figure("plays a second that were offered and begun", seen.per_s, "1/s", ">= 790")
    yield from _not_begun(seen)
    yield Figure("… p99", seen.p99_ms, "ms", "<= 50")
    yield Figure("… CPU a play", pressed.ms_each, "ms")
    yield from _by_part("… of which", pressed)
    yield Figure("plays a second, 64 who press again at once", again.seen.per_s, "1/s", ">= 800")
    yield Figure("… p99", again.seen.p99_ms, "ms")


def _not_begun(seen: Seen) -> Iterator[Figure]:
    yield Figure("… refused", seen.failed, "", "<= 0")
    yield Figure("… due while all 64 connections waited", seen.missed, "", "<= 0")


def _of_segments(spent: Spent) -> Iterator[Figure]:
    anchor = {"MediaCMS": 1.2}
    yield Figure("a segment through its authorisation, CPU", spent.ms_each, "ms", "<= 1.2", anchor)
    yield Figure("segments a second", spent.seen.per_s, "1/s", None, {"MediaCMS": 1380.0})
    yield Figure("… p99", spent.seen.p99_ms, "ms")


def _by_part(what: str, spent: Spent) -> Iterator[Figure]:
    each = 1000 / max(1, spent.seen.requests)
    for part, spent_s in sorted(spent.parts_s.items(), key=lambda pair: -pair[1]):
        yield Figure(f"{what} {part}", spent_s * each, "ms")


def _grown(what: str, large: Spent, small: Spent) -> Figure:
    ratio = large.seen.p99_ms / small.seen.p99_ms
    return Figure(f"{what}: p99 with 100 times the accounts, titles, history", ratio, "×", "<= 1.3")
