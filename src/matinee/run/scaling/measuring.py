"""From what processes say of themselves to what each role needs."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matinee.run.scaling.roles import Role
from matinee.run.scaling.rules import demand
from matinee.run.scaling.rules.demand import Rates, Report

# The middle of so many looks counts.
_LOOKS = 3
# Three reports that did not come.
SILENT_AFTER_S = 15.0
FORGOTTEN_AFTER_S = 60.0

Key = tuple[str, str]


@dataclass
class _Copy:
    report: Report
    heard_at_s: float
    rates: Rates = field(default_factory=Rates)


class Measuring:
    """Keeps what copies said before, so that what they say now can be read."""

    def __init__(self) -> None:
        self._copies: dict[Key, _Copy] = {}
        self._needs: dict[str, deque[float]] = {}

    def hear(self, told: Mapping[Key, Report], now_s: float) -> list[Key]:
        """Take in all that was told; the copies that have been silent for long, to be forgotten."""
        for key, report in told.items():
            known = self._copies.get(key)
            if known is None:
                self._copies[key] = _Copy(report, now_s)
            elif report != known.report:
                # A copy that began anew under the same name is watched from there.
                seen = demand.rates(known.report, report) or Rates(slots=report.slots)
                self._copies[key] = _Copy(report, now_s, seen)
        for key in set(self._copies) - set(told):
            del self._copies[key]
        gone = [
            key for key, copy in self._copies.items() if now_s - copy.heard_at_s > FORGOTTEN_AFTER_S
        ]
        for key in gone:
            del self._copies[key]
        return gone

    def alive(self, role: str, now_s: float) -> list[Rates]:
        """How those copies of a role go that were heard lately."""
        return [
            copy.rates
            for (name, _), copy in self._copies.items()
            if name == role and now_s - copy.heard_at_s <= SILENT_AFTER_S
        ]

    def need(self, role: Role, waiting: int, now_s: float) -> float | None:
        """The copies' worth of work of a role over the last looks; None while nobody says anything.

        Tasks that wait are seen even where no copy runs.
        """
        copies = self.alive(role.name, now_s)
        if not copies and not role.queues:
            self._needs.pop(role.name, None)
            return None
        now = (
            demand.of_tasks(copies, waiting, role.takes)
            if role.queues
            else demand.of_answers(copies, role.takes)
        )
        looks = self._needs.setdefault(role.name, deque(maxlen=_LOOKS))
        looks.append(now)
        return demand.steady(looks)


class Peak:
    """The highest mean of a role's needs over some minutes: what a forecast remembers."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, needs: Iterable[tuple[str, float]]) -> None:
        """Take in one look."""
        for role, need in needs:
            total, count = self._sums.get(role, (0.0, 0))
            self._sums[role] = (total + need, count + 1)

    def take(self) -> dict[str, float]:
        """The means by role since this was last asked."""
        means = {role: total / count for role, (total, count) in self._sums.items()}
        self._sums.clear()
        return means
