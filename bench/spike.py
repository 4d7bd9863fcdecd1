"""A crowd that comes at once: who gets to play, what is left out, and how soon all is well again.

A whole installation (`matinee up`) whose web process may use a tenth of a core, so that this
machine can be short of capacity and get more: first it is measured how many visits a second it
answers, then a fifth of that comes, and within five seconds twenty times as many. After a while
further web processes are started (`matinee scale web`), each with a tenth of a core of its own.

Visitors do what the web app does (`bench.crowd`), through the service's edge, and compute on the
same cores.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench import slices
from bench.crowd import HOME, Tally, Visitors
from bench.figures import Figure
from bench.installation import started
from bench.start import READY_S
from bench.town import Town, grow, title_id, tokens
from matinee.kernel import clock
from matinee.kernel.settings import get
from matinee.run import control

TOWN = Town(accounts=500, titles=300, plays_each=10)
# Of a core, for each web process; how many there are once capacity has come.
PART, COPIES = 0.1, 6
FIFTH, SPIKE = 1 / 5, 20
CALM_S, RISE_S, LONGEST_S, CLEAN_S = 8.0, 5.0, 75.0, 5.0
# Those who are turned away have come again several times by then: all that they bring is there.
SHORT_S = 40.0
_TRIAL_S = 8.0
_ROUNDS = 20_000
_HELD_EVERY_S = 0.1
_SETTINGS = {
    "MATINEE_ADDRESS_REQUESTS_PER_SECOND": "1000000",
    "MATINEE_PLAYBACK_STARTS_PER_MINUTE": "10000",
    "MATINEE_PLAYBACK_WARMS_PER_MINUTE": "10000",
    "MATINEE_RECOMMENDATIONS_SEARCHES_PER_MINUTE": "10000",
    "MATINEE_RECOMMENDATIONS_FIT_CHECK_S": "3600",
    "MATINEE_SCALING": "off",
    "MATINEE_LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Service:
    """A running installation, whose web processes are held to their parts."""

    url: str
    socket: Path
    groups: list[Path]

    def hold(self) -> list[dict[str, Any]]:
        """Put each web process that has begun into a group of its own; what each of them does."""
        status = control.ask(self.socket, {"do": "status"})["processes"]
        web = [one for one in status if one["name"].partition(".")[0] == "web"]
        for group, one in zip(self.groups, web, strict=False):
            if one["pid"] is not None:
                slices.add_family(group, one["pid"])
        return web

    def grow(self) -> None:
        """Start further web processes, as `matinee scale` does, until all of them serve.

        A new one is held to its part while it starts, too, as a machine of its own would be.
        """
        control.ask(self.socket, {"do": "scale", "name": "web", "count": COPIES})
        end_s = clock.monotonic_s() + READY_S
        while any(one["state"] != "ready" for one in self.hold()):
            if clock.monotonic_s() > end_s:
                raise SystemExit("the further web processes did not start; their logs say why")
            clock.pause(_HELD_EVERY_S)

    def restarts(self) -> int:
        """How often a web process had to be started again."""
        return sum(int(one["restarts"]) for one in self.hold())


@dataclass(frozen=True)
class Ridden:
    """How a spike went: when it began, when capacity was asked for and had come, and the end."""

    tally: Tally
    visits_per_s: float
    began_s: float
    asked_s: float
    came_s: float
    restarts: int

    @property
    def recovery_s(self) -> float:
        """From when capacity had come until nothing was turned away or kept any more."""
        return max(0.0, self.tally.troubled_until_s() - self.came_s)


def measure() -> list[Figure]:
    """Shares in percent, times in seconds, the door's cost in microseconds of CPU."""
    if not slices.available():
        raise SystemExit(
            "This benchmark needs control groups that it may write to; run it as root."
        )
    with _installation() as service:
        ridden = asyncio.run(_ride(service))
    return [
        *_of_plays(ridden),
        *_of_others(ridden),
        Figure("the door, idle", door_us(), "µs", "<= 20"),
    ]


async def _ride(service: Service) -> Ridden:
    titles = [str(title_id(number)) for number in range(TOWN.titles)]
    visitors = Visitors(service.url, tokens(get().secrets, 0, TOWN.accounts), titles)
    try:
        await visitors.closed(_TRIAL_S)  # pages are made, connections and statements prepared
        per_s = await visitors.closed(_TRIAL_S) * FIFTH
        visitors.tally = Tally()
        began_s = clock.monotonic_s() + CALM_S
        over = asyncio.Event()
        crowd = asyncio.create_task(visitors.opened(lambda: _rate(per_s, began_s, over)))
        await asyncio.sleep(CALM_S + RISE_S + SHORT_S)
        asked_s = clock.monotonic_s()
        await asyncio.to_thread(service.grow)
        came_s = clock.monotonic_s()
        while not over.is_set():
            await asyncio.sleep(0.5)
            now_s = clock.monotonic_s()
            if now_s > came_s + LONGEST_S or _is_clean(visitors.tally, came_s, now_s):
                over.set()
        await crowd
    finally:
        await visitors.leave()
    for trouble, times in visitors.tally.troubles.most_common():
        print(f"{times} × {trouble}")
    restarts = await asyncio.to_thread(service.restarts)
    return Ridden(visitors.tally, per_s, began_s, asked_s, came_s, restarts)


def _rate(per_s: float, began_s: float, over: asyncio.Event) -> float:
    if over.is_set():
        return 0.0
    risen = min(1.0, max(0.0, (clock.monotonic_s() - began_s) / RISE_S))
    return per_s * (1 + (SPIKE - 1) * risen)


def _is_clean(tally: Tally, came_s: float, now_s: float) -> bool:
    return now_s > max(came_s, tally.troubled_until_s()) + CLEAN_S


def _of_plays(ridden: Ridden) -> Iterator[Figure]:
    spiked = [one for one in ridden.tally.presses if one[0] >= ridden.began_s]
    begun = [took_s for _, took_s, has_begun in spiked if has_begun]
    short = [one for one in spiked if one[0] < ridden.came_s]
    yield Figure("visits a second before the spike", ridden.visits_per_s, "1/s")
    yield Figure("presses of play in the spike", len(spiked), "")
    yield Figure("… begun", 100 * len(begun) / len(spiked), "%", ">= 99.4", {"Netflix": 99.4})
    begun_short = 100 * sum(has_begun for *_, has_begun in short) / len(short)
    yield Figure("… begun, of those pressed while capacity was short", begun_short, "%", ">= 99.4")
    yield Figure("… median time until begun", float(np.median(begun)), "s")
    yield Figure("… p99", float(np.quantile(begun, 0.99)), "s")
    yield Figure("recovery after capacity had come", ridden.recovery_s, "s", "<= 30")
    yield Figure("… which took to start", ridden.came_s - ridden.asked_s, "s")
    yield Figure("web processes that had to be started again", ridden.restarts, "", "<= 0")


def _of_others(ridden: Ridden) -> Iterator[Figure]:
    tally = ridden.tally
    span = (ridden.began_s + RISE_S, ridden.asked_s)
    yield Figure("fetched ahead, of what was asked for", tally.share("ahead", "well", *span), "%")
    yield Figure("searches answered at once", tally.share("search", "well", *span), "%")
    yield Figure("home pages made as ever", tally.share("home", "well", *span), "%")
    yield Figure("home pages answered from memory", tally.share("home", "kept", *span), "%")
    yield Figure("heartbeats answered", tally.share("going on", "well", *span), "%")
    yield Figure("visits that the benchmark itself could not make", tally.missed, "", "<= 0")


def door_us() -> float:
    """What a request costs at the door of a process that has nothing else to do."""
    from matinee.kernel.load.door import Door  # noqa: PLC0415 - the figure of this alone
    from matinee.run.shedding import shedding  # noqa: PLC0415

    def bare(_environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [])
        return []

    behind = shedding(bare, Door(is_one_clock=True))
    costs = []
    for app in (bare, behind):
        before_s = clock.worked_s()
        for _ in range(_ROUNDS):
            arrived = f"{clock.unix_s():.3f}"
            app({"PATH_INFO": HOME, "HTTP_X_ARRIVED_AT": arrived}, lambda *_: None)
        costs.append(clock.worked_s() - before_s)
    return 1e6 * (costs[1] - costs[0]) / _ROUNDS


@contextlib.contextmanager
def _installation() -> Iterator[Service]:
    with contextlib.ExitStack() as groups, started(**_SETTINGS) as (url, _):
        grow(Town(0, 0, TOWN.plays_each), TOWN)
        made = [groups.enter_context(slices.sliced(f"web-{n}", PART)) for n in range(COPIES)]
        service = Service(url, get().run_folder / control.SOCKET_NAME, made)
        _until_known(url)
        service.hold()
        yield service


def _until_known(url: str) -> None:
    """Wait until the web process has the catalogue in memory."""
    headers = {"Authorization": f"Bearer {tokens(get().secrets, 0, 1)[0]}"}
    end_s = clock.monotonic_s() + READY_S
    while clock.monotonic_s() < end_s:
        answer = httpx.get(f"{url}{HOME}", headers=headers, timeout=READY_S)
        if answer.is_success and answer.json()["version"] == str(TOWN.titles):
            return
        clock.pause(1.0)
    raise SystemExit("the home page does not know the town's titles")
