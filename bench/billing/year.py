"""A simulated year of subscribers at a gateway that fails in every way it can.

Time is turned a day at a time. Each day people leave, come back, change plans, get money back and
new cards; the periodic work runs as two workers run it. Answers get lost, charges are declined
or take a day, holders dispute, news come twice, late, in any order or never; and the workers,
the process that hears news and the gateway are killed (SIGKILL) at random. Each is begun anew at
once, as in an installation: a worker with its day's work from the beginning, beside the other one.

After the year the gateway is well again, until nothing is under way any more. Then the books are
held against the gateway's own: they must agree to the unit, in every currency; nobody was charged
twice; everybody who has paid was told so; and hearing all news of the year again changes nothing.
"""

import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from bench.billing.crew import Crew
from bench.billing.houses import Houses
from bench.figures import Figure
from bench.installation import installation
from bench.processes import cpu_s
from matinee.kernel import clock

DAYS = 365
# Unpaid subscriptions are given up after 28 days, disputes are decided after 35.
_DRAIN_DAYS = 45
_SEED = 7
_FAULTS = {
    "seed": _SEED,
    "declined": 0.05,
    "processing": 0.03,
    "disputed": 0.003,
    "lost_before": 0.02,
    "lost_after": 0.02,
    "doubled": 0.2,
    "dropped": 0.05,
    "late_s_max": 36 * 3600,
}
# How likely each process is killed on a day.
_KILLED = {"worker": 0.10, "web": 0.05, "gateway": 0.05}
# The first time; afterwards as long as the day before took.
_KILL_WITHIN_S = 0.4
_WORKERS = 2
# A day takes two seconds: what the server looks after once a minute, it would see once a month.
_SERVER = {"autovacuum_naptime": "10s"}
_PLANS = (("basic", 799, "EUR"), ("gold", 1599, "EUR"), ("yen", 980, "JPY"), ("dinar", 3250, "KWD"))


@dataclass
class Story:
    """Who was killed how often, and what each part took: seconds, and seconds of CPU."""

    killed: Counter[str] = field(default_factory=Counter)
    took_s: dict[str, float] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Something that happens, of which is told how long it took."""
        begun_s, used_s = clock.monotonic_s(), _all_cpu_s()
        yield
        self.took_s[name] = clock.monotonic_s() - begun_s
        self.cpu_s[name] = _all_cpu_s() - used_s


def figures(count: int, days: int = DAYS) -> list[Figure]:
    """Live a year with so many subscribers, then audit it."""
    with installation({}, postgres=_SERVER) as home:
        houses, story = Houses(home), Story()
        with houses.open():
            _live(houses, count, days, story)
            with story.part("audit"):
                found = _audit(houses, days)
        return [*found, *_told(story, count)]


def _live(houses: Houses, count: int, days: int, story: Story) -> None:
    from bench.billing import habits  # noqa: PLC0415 - imports tables

    houses.at(0)
    with story.part("coming"):
        houses.work(lambda _: habits.people_come(houses.bank(), count, _PLANS))
    houses.control("PUT", "faults", _FAULTS)
    people, chance = habits.People(_SEED, count, houses.use), random.Random(_SEED)  # noqa: S311 - a simulation
    days_of = [partial(habits.worker_day, people, one) for one in range(_WORKERS)]
    with story.part("year"), contextlib.closing(houses.crew(*days_of)) as crew:
        took_s = _KILL_WITHIN_S
        for day in range(1, days + 1):
            houses.at(day)
            begun_s = clock.monotonic_s()
            story.killed.update(_day(houses, chance, crew, took_s))
            took_s = clock.monotonic_s() - begun_s
    houses.control("PUT", "faults", {})
    rest = [lambda _: habits.work_is_done()] * _WORKERS
    with story.part("drain"), contextlib.closing(houses.crew(*rest)) as crew:
        for day in range(days + 1, days + 1 + _DRAIN_DAYS):
            houses.at(day)
            crew.work()


def _day(houses: Houses, chance: random.Random, crew: Crew, took_s: float) -> Counter[str]:
    """A day's work; who is killed, at any point of it, begins it anew beside the others."""
    killed: Counter[str] = Counter()
    for name in ("web", "gateway"):
        if chance.random() < _KILLED[name]:
            houses.kill(name)
            killed[name] += 1
    kills = []
    while chance.random() < _KILLED["worker"]:
        kills.append((chance.randrange(_WORKERS), chance.random() * took_s))
    killed["worker"] += crew.work(kills)
    return killed


def _audit(houses: Houses, days: int) -> list[Figure]:
    from bench.billing import audit  # noqa: PLC0415 - imports tables

    houses.at(days + _DRAIN_DAYS)
    before = audit.books()
    unbalanced = sum(abs(amount) for amount in audit.sums(before).values())
    apart = audit.apart_from_gateway(before, houses.control("GET", "totals"))
    houses.work(lambda _: audit.hear_all_again())
    again = audit.books()
    return [
        Figure("what the ledger is off balance", unbalanced, "minor units", "<= 0"),
        Figure("books less the gateway's own", apart, "minor units", "<= 0"),
        Figure("invoices charged twice", audit.charged_twice(), "", "<= 0"),
        Figure("entitlements lost", audit.entitlements_lost(), "", "<= 0"),
        Figure("changed by hearing all again", float(before != again), "", "<= 0"),
        Figure("left without an answer", audit.unanswered(), "payments", "<= 0"),
        Figure("payments made", audit.payments_made(), "", ">= 1"),
    ]


def _told(story: Story, count: int) -> list[Figure]:
    return [
        Figure(f"a year of {count:,} subscribers", story.took_s["year"] / 60, "min", "<= 10"),
        *(Figure(f"CPU: {part}", used_s, "s of CPU") for part, used_s in story.cpu_s.items()),
        *(Figure(f"{name} killed", times, "times") for name, times in sorted(story.killed.items())),
    ]


def _all_cpu_s() -> float:
    """CPU seconds that all processes of the year have used so far, PostgreSQL's too."""
    return sum(cpu_s(os.getpid()).values())


def measure() -> list[Figure]:
    """As many subscribers as `MATINEE_BENCH_SUBSCRIBERS` says, or 100,000."""
    return figures(int(os.environ.get("MATINEE_BENCH_SUBSCRIBERS", "100000")))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for figure in measure():
        print(figure)
