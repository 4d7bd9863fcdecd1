"""A simulated year of subscribers at a gateway that fails in every way it can.

Time is turned a day at a time. Each day people leave, come back, change plans, get money back and
new cards; the periodic work runs as workers run it. Answers get lost, charges are declined
or take a day, holders dispute, news come twice, late, in any order or never; and the worker,
the process that hears news and the gateway are killed (SIGKILL) at random.

At the end the books are held against the gateway's own: they must agree to the unit, in every
currency; nobody was charged twice; everybody who has paid was told so; and hearing all news
of the year again changes nothing.
"""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable

from bench.billing.houses import Houses
from bench.figures import Figure
from bench.installation import installation

DAYS = 365
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
_KILL_WITHIN_S = 0.4
_PLANS = (("basic", 799, "EUR"), ("gold", 1599, "EUR"), ("yen", 980, "JPY"), ("dinar", 3250, "KWD"))


def figures(count: int, days: int = DAYS) -> list[Figure]:
    """Live a year with so many subscribers, then audit it."""
    from matinee.kernel import clock  # noqa: PLC0415 - only once the installation is there

    with installation({}) as home:
        houses = Houses(home)
        begun_s = clock.monotonic_s()
        with houses.open():
            killed = _live(houses, count, days)
            took_s = clock.monotonic_s() - begun_s
            return [*_audit(houses), *_story(killed, count, took_s)]


def _live(houses: Houses, count: int, days: int) -> Counter[str]:
    from bench.billing import habits  # noqa: PLC0415 - imports tables

    chance = random.Random(_SEED)  # noqa: S311 - a simulation
    houses.at(0)
    houses.work(lambda: habits.people_come(houses, count, _PLANS))
    houses.control("PUT", "faults", _FAULTS)
    killed: Counter[str] = Counter()
    for day in range(1, days + 1):
        houses.at(day)
        killed.update(_day(houses, chance, lambda: habits.day_passes(_SEED, day)))  # noqa: B023 - called at once
    houses.control("PUT", "faults", {})
    for day in range(days + 1, days + 1 + _DRAIN_DAYS):
        houses.at(day)
        houses.work(habits.work_is_done)
    return killed


def _day(houses: Houses, chance: random.Random, work: Callable[[], None]) -> Counter[str]:
    """A day's work, begun anew by another worker as often as one is killed."""
    killed: Counter[str] = Counter()
    for name in ("web", "gateway"):
        if chance.random() < _KILLED[name]:
            houses.kill(name)
            killed[name] += 1
    while chance.random() < _KILLED["worker"]:
        killed["worker"] += houses.work(work, kill_after_s=chance.random() * _KILL_WITHIN_S)
    houses.work(work)
    return killed


def _audit(houses: Houses) -> list[Figure]:
    from bench.billing import audit  # noqa: PLC0415 - imports tables

    houses.at(DAYS + _DRAIN_DAYS)
    before = audit.books()
    unbalanced = sum(abs(amount) for amount in audit.sums(before).values())
    apart = audit.apart_from_gateway(before, houses.control("GET", "totals"))
    houses.work(audit.hear_all_again)
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


def _story(killed: Counter[str], count: int, took_s: float) -> list[Figure]:
    return [
        Figure(f"a year of {count:,} subscribers", took_s / 60, "min", "<= 10"),
        *(Figure(f"{name} killed", times, "times") for name, times in sorted(killed.items())),
    ]


def measure() -> list[Figure]:
    """As many subscribers as `MATINEE_BENCH_SUBSCRIBERS` says, or 1,000."""
    return figures(int(os.environ.get("MATINEE_BENCH_SUBSCRIBERS", "1000")))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for figure in measure():
        print(figure)
