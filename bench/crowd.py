"""Visitors who do what the web app does, as many as are wanted, and what became of what they asked.

They open the page, fetch ahead what they may play, search, press play and go on; what was turned
away they send again after the time that they were told, as often as the web app does.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx
import numpy as np

from matinee.contracts import worths
from matinee.kernel import clock, ids

HOME, SEARCH = worths.KEPT, "/api/recommendations/search?q=wort7"
WARM, PLAY = "/api/playback/warm", "/api/playback/sessions"
AHEAD_EACH, BEATS, BEAT_S = 2, 2, 2.0
SEARCHES, PRESSES = 0.25, 0.5
# As in web/src/api/crowd.ts, and for a press of play that meets a restart in player/press.ts.
TRIES_MAX, SPREAD = 8, 0.25
_PRESSED_MAX, _BROKEN_MAX, _BROKEN_S = 6, 2, 0.5
_TRIED_BY = 8
_AT_ONCE_MAX = 4_000
_CONNECTIONS = 1_500
_TIMEOUT_S = 20.0


@dataclass
class Tally:
    """What became of everything that visitors asked for; moments of the process's clock."""

    answers: list[tuple[float, str, str]] = field(default_factory=list)
    """When, what, and how: well, kept, away (turned away or failed)."""
    presses: list[tuple[float, float, bool]] = field(default_factory=list)
    """When, after how many seconds it was settled, and whether the play began."""
    missed: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    """What was answered instead, by what was asked."""

    def share(self, what: str, how: str, since_s: float, until_s: float) -> float:
        """Of answers of a kind within a time, so many percent were such."""
        found = [had for at_s, of, had in self.answers if of == what and since_s <= at_s < until_s]
        return 100 * found.count(how) / len(found) if found else float("nan")

    def troubled_until_s(self) -> float:
        """When something was turned away, or answered from memory, last."""
        return max((at_s for at_s, _, had in self.answers if had != "well"), default=0.0)


class Visitors:
    """Those whose tokens these are, in front of these titles."""

    def __init__(self, url: str, tokens: Sequence[str], titles: Sequence[str]) -> None:
        limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
        self._http = httpx.AsyncClient(base_url=url, limits=limits, timeout=_TIMEOUT_S)
        self._tokens, self._titles = tokens, titles
        self._drawn = np.random.default_rng(7)
        self.tally = Tally()

    async def visit(self, *, pauses: bool = True) -> None:
        """What one visitor does."""
        number = int(self._drawn.integers(len(self._tokens)))
        film = {"title_id": self._titles[int(self._drawn.integers(len(self._titles)))]}
        await self._in_turn(number, "home", "GET", HOME)
        for _ in range(AHEAD_EACH):
            await self._once(number, "ahead", ("POST", WARM), film)
        if self._drawn.random() < SEARCHES:
            await self._in_turn(number, "search", "GET", SEARCH)
        if self._drawn.random() < PRESSES:
            await self._play(number, film, BEAT_S if pauses else 0.0)

    async def _play(self, number: int, film: dict[str, str], beat_s: float) -> None:
        pressed_s = clock.monotonic_s()
        answer = await self._pressed(number, {**film, "press": ids.uuid7().hex})
        begun = answer is not None and answer.is_success
        self.tally.presses.append((pressed_s, clock.monotonic_s() - pressed_s, begun))
        if answer is None or not begun:
            return
        own = f"{PLAY}/{answer.json()['session_id']}"
        now = {"position_s": 1.0, "state": "playing"}
        for _ in range(BEATS):
            await asyncio.sleep(beat_s)
            await self._once(number, "going on", ("POST", f"{own}/heartbeat"), now)
        await self._once(number, "going on", ("POST", f"{own}/stop"), now)

    async def _pressed(self, number: int, press: dict[str, str]) -> httpx.Response | None:
        for tried in range(1, _PRESSED_MAX + 1):
            asked_s = clock.monotonic_s()
            answer = await self._in_turn(number, "play", "POST", PLAY, press)
            if answer is not None and _code(answer) != "starting":
                break
            took_long = clock.monotonic_s() - asked_s >= _TIMEOUT_S
            if answer is None and (took_long or tried >= _BROKEN_MAX):
                break
            await asyncio.sleep(_BROKEN_S if answer is None else _wait_s(answer))
        return answer

    async def _in_turn(
        self, number: int, what: str, method: str, path: str, body: object = None
    ) -> httpx.Response | None:
        """As the web app's `inTurn`."""
        for _ in range(TRIES_MAX):
            answer = await self._once(number, what, (method, path), body)
            if answer is None or _code(answer) != "busy":
                return answer
            await asyncio.sleep(_wait_s(answer) * (1 + SPREAD * self._drawn.random()))
        return answer

    async def _once(
        self, number: int, what: str, asked: tuple[str, str], body: object = None
    ) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self._tokens[number]}"}
        try:
            answer = await self._http.request(*asked, json=body, headers=headers)
        except httpx.HTTPError as error:
            self.tally.troubles[f"{what}: {type(error).__name__}"] += 1
            self.tally.answers.append((clock.monotonic_s(), what, "away"))
            return None
        had = "kept" if worths.KEPT_HEADER in answer.headers else "well"
        had = had if answer.is_success else "away"
        if had == "away":
            self.tally.troubles[f"{what}: {_code(answer)}"] += 1
        self.tally.answers.append((clock.monotonic_s(), what, had))
        return answer

    async def closed(self, lasts_s: float) -> float:
        """Visits a second when a few come again and again."""
        end_s, visits = clock.monotonic_s() + lasts_s, 0

        async def again() -> None:
            nonlocal visits
            while clock.monotonic_s() < end_s:
                await self.visit(pauses=False)
                visits += 1

        await asyncio.gather(*(again() for _ in range(_TRIED_BY)))
        return visits / lasts_s

    async def opened(self, rate: Callable[[], float]) -> None:
        """Visits that begin as often a second as `rate` says, until it says nought."""
        under_way: set[asyncio.Task[None]] = set()
        next_s = clock.monotonic_s()
        while per_s := rate():
            next_s += float(self._drawn.exponential(1 / per_s))
            await asyncio.sleep(max(0.0, next_s - clock.monotonic_s()))
            if len(under_way) >= _AT_ONCE_MAX:
                self.tally.missed += 1
                continue
            visit = asyncio.create_task(self.visit())
            under_way.add(visit)
            visit.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)

    async def leave(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()


def _wait_s(answer: httpx.Response) -> float:
    """For how long whoever was answered so is to wait."""
    return float(answer.headers.get("Retry-After", 2))


def _code(answer: httpx.Response) -> str:
    """The code of a problem; else its status."""
    is_json = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    return str(answer.json().get("code")) if is_json else str(answer.status_code)
