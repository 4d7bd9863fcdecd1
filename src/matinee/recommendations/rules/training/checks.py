"""Looks at what a fit would learn from, before it does.

A half of a database that was restored, a clock gone wrong or a robot must not quietly become
everybody's home page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matinee.contracts.training import CheckOutcome, DataCheck, TrainingData
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.candidates.popularity import DAY_S

# Each bound was chosen so that an ordinary week of a small service stays well within it.
_LOST = 0.5
_COUNTED_FROM = 1_000
_UNKNOWN = 0.5
_FUTURE = 0.01
_HOUR_S = 3600.0
_ONE_VIEWER = 0.5
_BURST = 20.0
_DAYS_MIN = 7


@dataclass(frozen=True)
class Collected:
    """What was read for a fit.

    `unknown` counts plays of titles that the catalogue does not have, `bounded` whether older plays
    were left out because there are more than a fit takes.
    """

    plays: Plays
    titles: int
    unknown: int
    bounded: bool


def checked(
    collected: Collected, served: TrainingData | None, *, erased: bool = False
) -> list[DataCheck]:
    """Every check, beside what the fit in service learnt from.

    `erased` says that somebody has since wanted history forgotten: fewer plays are ordinary then.
    """
    return [
        _amount(collected, served, erased=erased),
        _titles(collected, served),
        _known(collected),
        _times(collected.plays),
        _viewers(collected.plays),
        _bursts(collected.plays),
    ]


def stops(checks: list[DataCheck]) -> Iterator[DataCheck]:
    """Those that keep a training from going on."""
    return (check for check in checks if check.outcome == "stop")


def _amount(collected: Collected, served: TrainingData | None, *, erased: bool) -> DataCheck:
    count = len(collected.plays.items)
    told = f"{count:,} plays"
    if collected.bounded:
        told += ", the newest; older ones are left out"
    if served is None or served.plays < _COUNTED_FROM or count >= _LOST * served.plays:
        return _said("Plays", "well", f"{told}.")
    was = f"{told}, while the fit in service had {served.plays:,}"
    if erased:
        return _said("Plays", "note", f"{was}; viewers have erased history since.")
    return _said(
        "Plays", "stop", f"{was}: see whether a database was restored or facts were not heard."
    )


def _titles(collected: Collected, served: TrainingData | None) -> DataCheck:
    told = f"{collected.titles:,} titles"
    few = served is not None and served.titles >= 20 and collected.titles < _LOST * served.titles  # noqa: PLR2004
    if served is None or not few:
        return _said("Titles", "well", f"{told}.")
    return _said(
        "Titles",
        "stop",
        f"{told}, while the fit in service had {served.titles:,}: see whether the catalogue is"
        " whole.",
    )


def _known(collected: Collected) -> DataCheck:
    total = len(collected.plays.items) + collected.unknown
    share = collected.unknown / total if total else 0.0
    told = f"{share:.1%} of the plays are of titles that are not published."
    if share <= _UNKNOWN or total < _COUNTED_FROM:
        return _said("Known titles", "well", told)
    return _said("Known titles", "stop", f"{told} See whether the catalogue is whole.")


def _times(plays: Plays) -> DataCheck:
    ahead = int(np.sum(plays.watched_at_s > plays.now_s + _HOUR_S))
    if not ahead:
        return _said("Times", "well", "No play lies in the future.")
    told = f"{ahead:,} plays lie in the future: see whether a clock is wrong."
    few = ahead < _FUTURE * len(plays.items)
    return _said("Times", "note" if few else "stop", told)


def _viewers(plays: Plays) -> DataCheck:
    counts = np.bincount(plays.viewers)
    total = len(plays.items)
    told = f"{int(np.sum(counts > 0)):,} viewers; the busiest has {int(counts.max(initial=0)):,}."
    alone = total >= _COUNTED_FROM and counts.max(initial=0) > _ONE_VIEWER * total
    return _said("Viewers", "note" if alone else "well", told)


def _bursts(plays: Plays) -> DataCheck:
    """Days by their plays: one that towers over the others may be a robot's."""
    days = np.unique(plays.watched_at_s // DAY_S, return_counts=True)[1]
    if len(days) < _DAYS_MIN:
        return _said("Days", "well", f"Plays on {len(days)} days.")
    usual, most = float(np.median(days)), int(days.max())
    told = f"Plays on {len(days)} days, {usual:,.0f} on the middle one, {most:,} on the busiest."
    odd = most >= _COUNTED_FROM and most > _BURST * usual
    return _said("Days", "note" if odd else "well", told)


def _said(name: str, outcome: CheckOutcome, sentence: str) -> DataCheck:
    return DataCheck(name=name, outcome=outcome, sentence=sentence)
