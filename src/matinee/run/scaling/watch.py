"""Looks every few seconds how everything goes, and decides how many copies of it there are to be.

What cannot be seen is left as it is: without the store, reports or a supervisor nothing starts
or ends.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from redis import RedisError

from matinee.kernel import clock, tasks
from matinee.run import control
from matinee.run.scaling import copies, loads
from matinee.run.scaling.copies import Copies, Decided
from matinee.run.scaling.foresight import Foresight
from matinee.run.scaling.hands import Hand
from matinee.run.scaling.measuring import Measuring, Peak
from matinee.run.scaling.roles import Role
from matinee.run.scaling.rules import wanted
from matinee.run.scaling.rules.wanted import Course, Pace

log = logging.getLogger(__name__)

REMEMBERS_EVERY_S = 300.0


class Watch:
    """One look after another at what a hand can start and end."""

    def __init__(
        self, hand: Hand, premieres: Callable[[datetime], list[datetime]], pace: Pace | None = None
    ) -> None:
        self._hand = hand
        self._pace = pace or Pace()
        self._measuring = Measuring()
        self._foresight = Foresight(premieres)
        self._peak = Peak()
        self._courses: dict[str, Course] = {}
        self._remembered_at_s: float | None = None
        self._trouble = ""
        self.decided: Decided | None = None
        """What the last look came to; None before the first."""
        self._went_round_at_s = clock.monotonic_s()

    @property
    def silent_s(self) -> float:
        """Since when it has not even tried to look."""
        return clock.monotonic_s() - self._went_round_at_s

    def go_on(self, stopping: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stopping.wait(loads.EVERY_S):
            self._went_round_at_s = clock.monotonic_s()
            try:
                self.look(clock.monotonic_s())
            except (OSError, RedisError, control.NotRunningError, control.RefusedError) as error:
                self._complain(str(error))
            else:
                self._trouble = ""

    def look(self, now_s: float) -> Decided:
        """Look once, and have done what is decided; `now_s` counts as `clock.monotonic_s` does."""
        now = clock.now()
        for gone in self._measuring.hear(loads.told(), now_s):
            loads.forget(*gone)
        running = self._hand.running()
        if running is not None:
            # Somebody else starts and ends copies, too: from what there is it goes on.
            self._courses = {
                name: replace(course, copies=running.get(name, course.copies))
                for name, course in self._courses.items()
            }
        found = {}
        for name, role in self._hand.roles().items():
            alive = len(self._measuring.alive(name, now_s))
            decided = self._decide(role, alive if running is None else running[name], now_s, now)
            found[name] = decided
            if running is not None and decided.wanted != running[name]:
                self._say(name, decided)
                self._hand.bring(name, decided.wanted)
        self._remember(now_s, now)
        self.decided = Decided(at=now, copies=found)
        copies.publish(self.decided)
        return self.decided

    def _decide(self, role: Role, running: int, now_s: float, now: datetime) -> Copies:
        waiting = sum(tasks.waiting(queue) for queue in role.queues)
        need = self._measuring.need(role, waiting, now_s)
        course = self._courses.get(role.name) or wanted.begun(running, now_s)
        foreseen = 0.0
        if need is not None:
            self._peak.add([(role.name, need)])
            foreseen = self._foresight.foreseen(role.name, now, need) if role.for_viewers else 0.0
            most = max(need, foreseen)
            course = wanted.further(course, most, role.bounds, now_s, self._pace)
        self._courses[role.name] = course
        return Copies(
            wanted=role.bounds.hold(course.copies),
            running=running,
            least=role.bounds.least,
            most=role.bounds.most,
            needed=round(need or 0.0, 2),
            foreseen=round(foreseen, 2),
        )

    def _remember(self, now_s: float, now: datetime) -> None:
        since_s = self._remembered_at_s
        if since_s is None or now_s - since_s >= REMEMBERS_EVERY_S:
            self._foresight.remember(self._peak.take() if since_s is not None else {}, now)
            self._remembered_at_s = now_s

    def _say(self, name: str, decided: Copies) -> None:
        log.info(
            "%s: %d copies instead of %d (needed %.2f, foreseen %.2f, at most %d)",
            *(name, decided.wanted, decided.running),
            *(decided.needed, decided.foreseen, decided.most),
        )

    def _complain(self, what: str) -> None:
        if what != self._trouble:
            log.warning("copies stay as they are: %s", what)
        self._trouble = what
