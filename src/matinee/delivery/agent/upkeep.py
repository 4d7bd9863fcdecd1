"""Keeping a store right between orders: what nginx put there, and that the disk suffices."""

import logging
from collections.abc import Iterator
from itertools import chain

from matinee.contracts.agents import PlacementOrders, Portion
from matinee.delivery.agent import obedience
from matinee.delivery.agent.control import Control
from matinee.delivery.agent.folder import EdgeFolder, Memory
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.room import room
from matinee.delivery.agent.sources import is_whole
from matinee.kernel import clock

log = logging.getLogger(__name__)

_SCAN_EVERY_S = 900.0


class Upkeep:
    """What is due whether there are new orders or not."""

    def __init__(self, folder: EdgeFolder, holdings: Holdings, control: Control) -> None:
        self._folder = folder
        self._holdings = holdings
        self._control = control
        self._scanned_at_s = clock.monotonic_s()
        self._admitted: int | None = None

    def turn(self, memory: Memory, stored: set[tuple[str, str]]) -> None:
        """Look after everything once; `stored` are files that nginx kept, and is emptied."""
        while stored:
            self._check(*stored.pop())
        if clock.monotonic_s() - self._scanned_at_s > _SCAN_EVERY_S:
            self._scanned_at_s = clock.monotonic_s()
            self._holdings.scan()
            self._forget(memory.placement)
        self.keep_room(memory)
        self._folder.make_all()

    def keep_room(self, memory: Memory) -> None:
        """Let nginx store what is admitted while there is room, and nothing when there is none."""
        if memory.placement is None or memory.configuration is None:
            return
        over_bytes = -room(self._folder, self._holdings, memory.configuration)
        if over_bytes <= 0:
            if self._admitted != memory.placement.revision:
                obedience.admit(self._folder, memory.placement)
                self._admitted = memory.placement.revision
            return
        obedience.admit_nothing(self._folder)
        self.readmit()
        for gone in self._expendable(memory.placement):
            over_bytes -= obedience.remove(self._folder, self._holdings, gone)
            if over_bytes <= 0:
                return

    def readmit(self) -> None:
        """Look at every marker of admission when there is room next."""
        self._admitted = None

    def _forget(self, placement: PlacementOrders | None) -> None:
        """Let go of what is known about packages that neither lie here nor will."""
        told = (*placement.fill, *placement.admit) if placement else ()
        here = {package for package, _ in self._holdings.keys_held()}
        self._control.keep_indexes_of(here | {one.package for one in told})

    def _expendable(self, placement: PlacementOrders) -> Iterator[Portion]:
        """Everything, in the order in which it goes when the disk is too full."""
        least = obedience.least_worth(self._holdings.keys_held(), placement)
        fill = (Portion(**one.model_dump()) for one in reversed(placement.fill))
        return chain(least, fill)

    def _check(self, package: str, path: str) -> None:
        """Remove a stored file that is not what was encoded."""
        index = self._control.index(package)
        if index is not None:
            self._holdings.learn(index)
            file = next((one for one in index.files if one.path == path), None)
            place = self._folder.file(package, path)
            if file is None or (place.is_file() and not is_whole(place, file)):
                log.warning("%s/%s was stored wrong and is removed", package, path)
                place.unlink(missing_ok=True)
        self._holdings.look(package, path.rpartition("/")[0])
