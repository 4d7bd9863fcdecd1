"""What viewers ask while something is broken, and for how long they notice it."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from matinee.kernel import clock

# A viewer looks at the screen for so long before it is a wait.
SLOW_S = 2.0
_EVERY_S = 0.25
# So many in a row, and what was asked of goes well again.
_WELL_IN_A_ROW = 3


@dataclass(frozen=True)
class Asked:
    """One thing that was asked, and how it went."""

    began_s: float
    ended_s: float
    trouble: str = ""
    slow_s: float = SLOW_S

    @property
    def went_well(self) -> bool:
        """Whether a viewer would have noticed nothing."""
        return not self.trouble and self.ended_s - self.began_s < self.slow_s


class Askers:
    """Asks each kind of thing again and again, each in a thread of its own, until the end."""

    def __init__(self, slow_s: float = SLOW_S) -> None:
        self._slow_s = slow_s
        self._asked: dict[str, list[Asked]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.broken: list[str] = []
        """What was found not to be as it was promised."""

    def begin(self, kind: str, ask: Callable[[], None]) -> None:
        """Ask this from now on; `ask` raises what a viewer would notice."""
        self._asked[kind] = []
        thread = threading.Thread(target=self._go_round, args=(kind, ask), name=kind, daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def kinds(self) -> list[str]:
        """What is asked."""
        return list(self._asked)

    def end(self, within_s: float) -> None:
        """Ask no more."""
        self._over.set()
        for thread in self._threads:
            thread.join(within_s)

    def since(self, began_s: float, kind: str) -> list[Asked]:
        """What of a kind was under way at a moment, or came later."""
        with self._lock:
            own = self._asked[kind]
            return own[bisect_left(own, began_s, key=lambda one: one.ended_s) :]

    def bad(self, began_s: float, kind: str) -> list[Asked]:
        """What of a kind went wrong since a moment."""
        return [one for one in self.since(began_s, kind) if not one.went_well]

    def are_well(self, began_s: float) -> bool:
        """Whether each kind goes well again, by what was asked after a moment."""
        return all(self._is_well(kind, began_s) for kind in self.kinds)

    def outages(self, began_s: float) -> Iterator[tuple[str, float]]:
        """Of each kind with trouble since a moment: until how long after it the trouble lasted."""
        for kind in self.kinds:
            asked = self.since(began_s, kind)
            bad = [number for number, one in enumerate(asked) if not one.went_well]
            if bad:
                # What is asked first after the last trouble shows that it is over.
                until = asked[bad[-1] + 1] if bad[-1] + 1 < len(asked) else asked[-1]
                yield kind, until.ended_s - began_s

    def troubles(self, began_s: float) -> set[str]:
        """What viewers were told in words since a moment."""
        every = (one for kind in self.kinds for one in self.since(began_s, kind))
        return {one.trouble for one in every if one.trouble}

    def _is_well(self, kind: str, began_s: float) -> bool:
        later = [one for one in self.since(began_s, kind) if one.began_s >= began_s]
        last = later[-_WELL_IN_A_ROW:]
        return len(last) == _WELL_IN_A_ROW and all(one.went_well for one in last)

    def _go_round(self, kind: str, ask: Callable[[], None]) -> None:
        while not self._over.is_set():
            began_s, trouble = clock.monotonic_s(), ""
            try:
                ask()
            except (httpx.HTTPError, KeyError, ValueError) as error:
                trouble = _told(error)
            except AssertionError as error:
                trouble = str(error)
                self.broken.append(f"{kind}: {error}")
            with self._lock:
                asked = Asked(began_s, clock.monotonic_s(), trouble, self._slow_s)
                self._asked[kind].append(asked)
            self._over.wait(_EVERY_S)


def _told(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        answer = error.response
        code = answer.json().get("code", "") if "json" in answer.headers["content-type"] else ""
        return f"{answer.status_code} {code}".strip()
    return type(error).__name__
