"""One fault after the other, done to an installation that is being used."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from matinee.kernel import clock
from matinee.run import control
from tests.faults.household import Household
from tests.faults.recording import Row, told
from tests.journeys.service import Service
from tests.patience import until

# What went well last counts when it was asked so lately, as after the fault before.
_AT_REST_S = 3.0


@dataclass(frozen=True)
class Fault:
    """What is done; `undo` ends it, where it does not end by itself."""

    group: str
    name: str
    do: Callable[[], object]
    is_over: Callable[[], bool] = lambda: True
    """Whether the service has done its part; asked after `undo`."""
    undo: Callable[[], object] | None = None


@dataclass
class Trial:
    """An installation, those who use it, and what was found so far."""

    service: Service
    household: Household
    rows: list[Row]
    began_s: float = 0.0
    """When the last fault was done, or ended."""
    is_spoilt: bool = False
    """Whether the last fault was not got over, or something was lost by it."""

    def of(self, fault: Fault) -> Row:
        """Do it, wait until everything goes well again, and see what was lost."""
        asking, self.is_spoilt = self.household.asking, True
        quiet_s = clock.monotonic_s() - _AT_REST_S
        until(lambda: asking.are_well(quiet_s), lambda: asking.troubles(quiet_s))
        self.began_s = clock.monotonic_s()
        fault.do()
        if fault.undo is not None:
            fault.undo()
            # What was away as long as the fault was is no fault of ours.
            self.began_s = clock.monotonic_s()
        # An upgrade takes its time, but that is no outage: those who use it meanwhile tell of one.
        done_s = clock.monotonic_s()
        until(fault.is_over, self.status)
        self.household.somebody_comes()
        came_s = clock.monotonic_s() - done_s
        until(lambda: asking.are_well(self.began_s), lambda: asking.troubles(self.began_s))
        outages = list(asking.outages(self.began_s))
        lost = self.household.lost()
        well_s = max([came_s, *(until_s for _, until_s in outages)])
        row = Row(fault.group, fault.name, told(outages), well_s, "; ".join(lost) or "nothing")
        self.rows.append(row)
        assert not lost, lost
        self.is_spoilt = False
        return row

    def status(self) -> list[dict[str, object]]:
        """What the supervisor says of its processes; nothing while there is none."""
        try:
            asked = control.ask(self.service.home / "run" / control.SOCKET_NAME, {"do": "status"})
        except control.NotRunningError:
            return []
        return list(asked["processes"])

    def pid(self, name: str) -> int:
        """The process of this name, as soon as there is one; the first of several."""
        return int(str(until(lambda: self._pids(name), self.status)[0]))

    def comes_back(self, name: str) -> Callable[[], bool]:
        """Asks whether another process has taken the place of the one that there is now."""
        before = self.pid(name)

        def is_back() -> bool:
            found = [one for one in self.status() if _is_named(one, name)]
            return any(one["state"] == "ready" and one["pid"] != before for one in found)

        return is_back

    def _pids(self, name: str) -> list[object]:
        return [one["pid"] for one in self.status() if _is_named(one, name) and one["pid"]]

    def family(self, name: str) -> list[psutil.Process]:
        """A process and all below it."""
        leader = psutil.Process(self.pid(name))
        return [leader, *leader.children(recursive=True)]

    def kill(self, name: str) -> None:
        """End a process, and what runs in its group, without a word."""
        os.killpg(self.pid(name), signal.SIGKILL)

    def freeze(self, name: str) -> None:
        """Let a process and all below it stand still: they take connections, and do not answer."""
        for member in self.family(name):
            member.suspend()


def _is_named(status: dict[str, object], name: str) -> bool:
    return str(status["name"]).partition(".")[0] == name
