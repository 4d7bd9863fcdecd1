"""A whole installation with a made-up town in it, asked by crowds; and a second one beside it.

A machine that is shared is slower for seconds now and then. So what two towns are asked by the
clock they are asked in turns, in spells: both have the same minutes, and one that was slow is told
by itself. While one is asked, nobody asks the other.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx

from bench import k6, processes
from bench.installation import started
from bench.k6 import Crowd, Seen
from bench.town import PACKAGE, Town, grow, title_id, tokens, touch, untold
from matinee.kernel import clock, ids
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import get

_NOBODY = Town(accounts=0, titles=0, plays_each=10)
# So many look around at once, each again and again.
LOOKING, CHANGED = 1_000, 200
_HOME = "/api/recommendations/home"
_WARM, _PLAY = "/api/playback/warm", "/api/playback/sessions"
_PAGES_PER_S, _PLAYS_PER_S = 1_500, 800
_MAKING = 4
_LASTS_S, _WITHIN_S, _SETTLE_S = 10, 120, 3.0
# In so many spells of so long nobody of a large town presses play twice.
SPELLS, _SPELL_S = 5, 5
_SEGMENT_BYTES = 100_000
# Workers come after viewers, so what plays tell waits for them.
_HEARD_S = 120.0
_BESIDE_S = 600.0
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
    after_s: float = 0.0
    """CPU seconds from then until everybody had heard of it."""

    @property
    def told_s(self) -> float:
        """Of whoever tells others of it and has them hear it; databases only of what came after."""
        return self.after_s + sum(self.parts_s.get(part, 0.0) for part in ("relay", "worker"))

    @property
    def ms_each(self) -> float:
        """CPU milliseconds a request, of everything but k6."""
        return 1000 * sum(self.parts_s.values()) / max(1, self.seen.requests)


@dataclass(frozen=True)
class Offered:
    """What came of the spells in which the same was offered by the clock."""

    spells: Sequence[Spent]

    @property
    def middle(self) -> Spent:
        """The spell of the median p99."""
        return sorted(self.spells, key=lambda spent: spent.seen.p99_ms)[len(self.spells) // 2]

    @property
    def worst_ms(self) -> float:
        """The p99 of the spell with the highest."""
        return max(spent.seen.p99_ms for spent in self.spells)

    def sum(self, of: Callable[[Spent], float]) -> float:
        """What all spells come to together."""
        return sum(of(spent) for spent in self.spells)


@dataclass(frozen=True)
class Service:
    """A running installation with a town; `pid` is its supervisor's."""

    town: Town
    url: str
    pid: int
    secrets: Path

    def make_pages(self) -> Spent:
        """Have the pages of a town made that has just grown."""
        crowd = self._lookers
        self._until_known(crowd.tokens[0])
        # So few at once that nobody waits until only a spare page is given.
        made = self._spent(lambda: k6.once(crowd, _WITHIN_S, _MAKING))
        if made.seen.spare or made.seen.failed:
            raise SystemExit(f"not all pages were made: {made.seen}")
        return made

    def look(self, spell: int) -> Spent:
        """Ask for those pages by the clock."""
        crowd = _from(spell * _PAGES_PER_S * _SPELL_S, self._lookers)
        return self._spent(lambda: k6.opened(crowd, _PAGES_PER_S, _SPELL_S))

    def look_at_once(self) -> Spent:
        """Ask for them as fast as they come."""
        crowd = self._looking()
        return self._spent(lambda: k6.closed(crowd, _LASTS_S))

    def look_while_changing(self) -> Spent:
        """Ask for them by the clock while some people's change."""
        crowd = self._looking()
        touch(0, CHANGED)
        return self._spent(lambda: k6.opened(crowd, _PAGES_PER_S, _LASTS_S))

    def look_around(self) -> None:
        """Have everybody ask what may be fetched ahead, as the web app does, and some press play.

        Each does so with the token that they press play with later.
        """
        crowd = self._pressers
        k6.once(replace(crowd, paths=[_WARM]), _WITHIN_S)
        k6.once(replace(crowd, tokens=crowd.tokens[:LOOKING]), _WITHIN_S)
        self._settle_s()

    def press(self, spell: int) -> Spent:
        """Have people press play by the clock, and wait until everybody has heard of it."""
        crowd = _from(spell * _PLAYS_PER_S * _SPELL_S, self._pressers)
        spent = self._spent(lambda: k6.opened(crowd, _PLAYS_PER_S, _SPELL_S))
        return replace(spent, after_s=self._settle_s())

    def press_at_once(self) -> Spent:
        """The same, as fast as they are answered."""
        crowd = self._pressing()
        return self._spent(lambda: k6.closed(crowd, _LASTS_S))

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

    @cached_property
    def _lookers(self) -> Crowd:
        return self._looking()

    @cached_property
    def _pressers(self) -> Crowd:
        return self._pressing()

    def _settle_s(self) -> float:
        """Wait until everybody heard what was told; the CPU seconds that it took."""
        before_s = sum(processes.cpu_s(self.pid).values())
        end_s = clock.monotonic_s() + _HEARD_S
        while untold() and clock.monotonic_s() < end_s:
            clock.pause(1.0)
        return sum(processes.cpu_s(self.pid).values()) - before_s

    def _looking(self) -> Crowd:
        count = min(LOOKING, self.town.accounts)
        return Crowd(self.url, tokens(self.secrets, 0, count), [_HOME])

    def _pressing(self) -> Crowd:
        bodies = [{"title_id": str(title_id(number))} for number in range(self.town.titles)]
        everybody = tokens(self.secrets, 0, self.town.accounts)
        return Crowd(self.url, everybody, [_PLAY], "POST", bodies)

    def _until_known(self, token: str) -> None:
        """Wait until the web process has the whole catalogue in memory."""
        headers = {"Authorization": f"Bearer {token}"}
        end_s = clock.monotonic_s() + _WITHIN_S
        while clock.monotonic_s() < end_s:
            answer = httpx.get(f"{self.url}{_HOME}", headers=headers, timeout=_WITHIN_S)
            if answer.is_success and answer.json()["version"] == str(self.town.titles):
                return
            clock.pause(1.0)
        raise SystemExit(
            f"the home page does not know {self.town.titles} titles: {answer.text[:300]}"
        )

    def _spent(self, asking: Callable[[], Seen]) -> Spent:
        clock.pause(_SETTLE_S)
        before = processes.cpu_s(self.pid)
        seen = asking()
        after = processes.cpu_s(self.pid)
        return Spent(seen, {part: spent - before.get(part, 0.0) for part, spent in after.items()})


def _from(turn: int, crowd: Crowd) -> Crowd:
    """The same people in the same order, from whose turn it is."""
    first = turn % len(crowd.tokens)
    return replace(crowd, tokens=[*crowd.tokens[first:], *crowd.tokens[:first]])


@contextlib.contextmanager
def with_town(town: Town) -> Iterator[Service]:
    """An installation in which that many live."""
    with started(**_SETTINGS) as (url, pid):
        grow(_NOBODY, town)
        yield Service(town, url, pid, get().secrets)


@dataclass(frozen=True)
class Beside:
    """A service that another process of this benchmark asks."""

    process: ProcessPoolExecutor

    def asked(self, what: str, *told: int) -> Any:
        """What comes of one of `Service`'s methods there."""
        return self.process.submit(_asked, what, *told).result(_BESIDE_S)


@contextlib.contextmanager
def beside(town: Town) -> Iterator[Beside]:
    """Another installation. It comes first, as a process reads the settings of one alone."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        process.submit(_open, town).result(_BESIDE_S)
        try:
            yield Beside(process)
        finally:
            process.submit(_close).result(_BESIDE_S)


# Of the other process.
_kept_open = contextlib.ExitStack()
_services: list[Service] = []


def _open(town: Town) -> None:
    _services.append(_kept_open.enter_context(with_town(town)))


def _asked(what: str, *told: int) -> Any:
    return getattr(_services[0], what)(*told)


def _close() -> None:
    _kept_open.close()


def in_turns(
    ours: Callable[[int], Spent], theirs: Callable[[int], Spent]
) -> tuple[Offered, Offered]:
    """The spells of one and of the other, which begins every second time."""
    spells: dict[Callable[[int], Spent], list[Spent]] = {ours: [], theirs: []}
    for number in range(SPELLS):
        for ask in (ours, theirs) if number % 2 else (theirs, ours):
            spells[ask].append(ask(number))
    return Offered(spells[ours]), Offered(spells[theirs])
