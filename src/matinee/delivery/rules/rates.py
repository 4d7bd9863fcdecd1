"""How much is asked for now, from counters that grow within an hour."""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

# Agents count in turns; what is smoothed over this time follows a crowd within a minute.
SMOOTHING_S = 20.0
# After a longer break nothing is known of what was asked within it.
_BREAK_S = 300.0

# Less than this is nothing.
_LEAST_BPS = 1.0

# Bytes, or bits per second, by region and title class or package.
ByCell = Mapping[tuple[str, str], float]


def fresh_bytes(
    seen: Mapping[tuple[datetime, str, str], int], now: Mapping[tuple[datetime, str, str], int]
) -> dict[tuple[str, str], float]:
    """What counters by hour, edge and title class grew by since they were seen."""
    fresh: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (hour, *cell), amount in now.items():
        fresh[cell[0], cell[1]] += max(0, amount - seen.get((hour, cell[0], cell[1]), 0))
    return dict(fresh)


def rates_bps(
    before_bps: ByCell, fresh: ByCell, elapsed_s: float | None
) -> dict[tuple[str, str], float]:
    """Demand by cell, smoothed, from what was asked for since the last plan.

    After a break, or at the first time, what was asked in between tells no rate.
    """
    if elapsed_s is None or not 0 < elapsed_s <= _BREAK_S:
        return dict(before_bps)
    follows = 1.0 - math.exp(-elapsed_s / SMOOTHING_S)
    rates = {}
    for cell in before_bps.keys() | fresh.keys():
        before = before_bps.get(cell, 0.0)
        rate = before + follows * (fresh.get(cell, 0.0) * 8 / elapsed_s - before)
        if rate >= _LEAST_BPS:
            rates[cell] = rate
    return rates


def moved_to(
    rates: ByCell, asked: Mapping[str, float], before: Mapping[str, str], classes: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    """Rates by cell once packages are of other classes.

    A package takes its part of its old class's rate with it; `asked` is by package.
    """
    whole: defaultdict[str, float] = defaultdict(float)
    for package, amount in asked.items():
        whole[before[package]] += amount
    goes: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for package, amount in asked.items():
        old = before[package]
        if whole[old] > 0:
            goes[old][classes[package]] += amount / whole[old]
    moved: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (region, old), rate in rates.items():
        for new, part in (goes.get(old) or {old: 1.0}).items():
            moved[region, new] += rate * part
    return dict(moved)
