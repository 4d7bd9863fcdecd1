"""Bringing what orders name, in its quiet hours and within its bounds, most worth first."""

import logging
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from matinee.contracts.agents import (
    EdgeConfiguration,
    FillPortion,
    FillProgress,
    FillState,
    PackageFile,
    PlacementOrders,
)
from matinee.delivery.agent import obedience
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.room import room
from matinee.delivery.agent.sources import Fetcher, NoRoomError, NotBroughtError, Source, sources_of
from matinee.delivery.rules import portions, quiet
from matinee.kernel import clock

log = logging.getLogger(__name__)

_AT_ONCE = 4
_IDLE_S = 5.0
# What nobody could give is not asked for again at once.
_AGAIN_AFTER_S = 60.0


class Wanted(NamedTuple):
    """What fill works to: orders and configuration that go together."""

    configuration: EdgeConfiguration
    placement: PlacementOrders


class Filler:
    """Fills in a thread of its own until it is told to stop."""

    def __init__(
        self, folder: EdgeFolder, holdings: Holdings, control: Control, fetcher: Fetcher
    ) -> None:
        self._folder = folder
        self._holdings = holdings
        self._control = control
        self._fetcher = fetcher
        self.wanted: Wanted | None = None
        self._state: FillState = "idle"
        self._detail = ""
        self._failures = 0
        self._not_before_s: dict[tuple[str, str], float] = {}
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fill", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the files in hand."""
        self._stopping.set()
        self._news.set()
        self._thread.join(30)

    def want(self, wanted: Wanted) -> None:
        """Work to these from now on."""
        self.wanted = wanted
        self._not_before_s.clear()
        self._news.set()

    def progress(self) -> FillProgress:
        """How far it has come."""
        fill = self.wanted.placement.fill if self.wanted else []
        expected = self._holdings.expected_bytes
        lying = self._holdings.bytes_of
        return FillProgress(
            state=self._state,
            wanted_bytes=sum(expected(p.package, p.folder, p.ranges) for p in fill),
            held_bytes=sum(lying(p.package, p.folder, p.ranges) for p in fill),
            failures=self._failures,
            by_source=dict(self._fetcher.by_source),
            detail=self._detail[:300],
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                is_done = self.step()
            except Exception as error:  # an agent that cannot fill still reports and obeys
                log.exception("fill failed")
                self._enter("stuck", f"{type(error).__name__}: {error}")
                is_done = True
            if is_done:
                self._news.wait(_IDLE_S)
                self._news.clear()

    def step(self) -> bool:
        """Bring the next portion that lacks something; True when there is nothing to do now."""
        wanted = self.wanted
        missing = self._next(wanted.placement.fill) if wanted else None
        if wanted is None or missing is None:
            if self._state != "stuck" or not self._not_before_s:
                self._enter("idle")
            return True
        told = wanted.configuration
        if not quiet.is_quiet(clock.now(), told.quiet_from_hour, told.quiet_hours):
            self._enter("waiting", "It fills in its quiet hours.")
            return True
        self._enter("filling")
        return not self._bring(missing, wanted)

    def _next(self, fill: Iterable[FillPortion]) -> FillPortion | None:
        now_s = clock.monotonic_s()
        for one in fill:
            key = (one.package, one.folder)
            if self._not_before_s.get(key, 0.0) > now_s or self._folder.is_refused(one.package):
                continue
            lacking = self._holdings.lacking(one.package, one.folder, one.ranges)
            if lacking or (lacking is None and self._files(one)):
                return one
        return None

    def _files(self, one: FillPortion) -> list[PackageFile]:
        """The files of a portion that are not there."""
        index = self._control.index(one.package)
        if index is None:
            self._put_off(one, f"What {one.package} consists of is not known yet.")
            return []
        self._holdings.learn(index)
        lacking = self._holdings.lacking(one.package, one.folder, one.ranges) or 0
        return [
            file
            for file in index.files
            if (place := portions.place_of(file.path)).folder == one.folder
            and portions.bit(place.range) & lacking
            and not self._folder.file(one.package, file.path).is_file()
        ]

    def _bring(self, one: FillPortion, wanted: Wanted) -> bool:
        """Whether all of the portion came."""
        files = self._files(one)
        if not self._make_room(sum(file.bytes for file in files), wanted):
            self._put_off(one, "The disk is full: what is wanted more lies there already.")
            return False
        sources = sources_of(wanted.configuration, one.neighbours)
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch")
        try:
            fetches = [pool.submit(self._fetch, one.package, file, sources) for file in files]
            for fetch in fetches:
                fetch.result()
        except (NotBroughtError, NoRoomError) as error:
            self._failures += 1
            self._put_off(one, str(error))
            return False
        finally:
            # Where one failed, the others wait for the next try with it.
            pool.shutdown(cancel_futures=True)
            self._holdings.look(one.package, one.folder)
        return True

    def _fetch(self, package: str, file: PackageFile, sources: Sequence[Source]) -> None:
        if not self._stopping.is_set() and not self._folder.is_refused(package):
            self._fetcher.fetch(package, file, sources)

    def _make_room(self, needed_bytes: int, wanted: Wanted) -> bool:
        """Whether there is room now; what is wanted less goes for it."""
        lacking = needed_bytes - room(self._folder, self._holdings, wanted.configuration)
        if lacking <= 0:
            return True
        for gone in obedience.least_worth(self._holdings.keys_held(), wanted.placement):
            lacking -= obedience.remove(self._folder, self._holdings, gone)
            if lacking <= 0:
                return True
        return False

    def _put_off(self, one: FillPortion, why: str) -> None:
        self._not_before_s[one.package, one.folder] = clock.monotonic_s() + _AGAIN_AFTER_S
        self._enter("stuck", why)

    def _enter(self, state: FillState, detail: str = "") -> None:
        self._state, self._detail = state, detail
