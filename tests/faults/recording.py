"""What was measured of each fault, and the page that is made of it."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.tidy.house import ROOT

PAGE = ROOT / "docs" / "faults.md"
AIM_S = 15.0
_HEAD = """# Faults

What viewers notice of each fault, what is lost, and after how long everything goes well again;
measured by `bin/faults` on {cores} cores ({machine}). A handful of
viewers played, went on where they were, liked, opened home pages, renewed sessions and signed up
meanwhile; whatever had been acknowledged was asked for again afterwards. "Away" says until how long
after the fault something failed or took longer than two seconds.

"""
_TABLE = """## {group}

| fault | viewers notice | lost | well after |
|---|---|---|---|
{lines}
"""


@dataclass(frozen=True)
class Row:
    """One fault, and what came of it."""

    group: str
    fault: str
    noticed: str
    recovered_s: float | None
    lost: str = "nothing"

    def line(self) -> str:
        """The row of its table."""
        if self.recovered_s is None:
            well = "-"
        else:
            well = f"{self.recovered_s:.1f} s" + (" (!)" if self.recovered_s > AIM_S else "")
        return f"| {self.fault} | {self.noticed} | {self.lost} | {well} |"


def page(rows: Iterable[Row], skipped: Iterable[str]) -> str:
    """The whole page."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row.line())
    head = _HEAD.format(cores=len(os.sched_getaffinity(0)), machine=platform.machine())
    tables = [_TABLE.format(group=name, lines="\n".join(own)) for name, own in groups.items()]
    left_out = [f"- {why}\n" for why in skipped]
    ends = ["## Not tried here\n\n", *left_out] if left_out else []
    return head + "\n".join(tables) + "".join(["\n", *ends] if ends else [])


def keep(rows: Iterable[Row], skipped: Iterable[str], path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(rows, skipped))


def told(outages: Iterable[tuple[str, float]]) -> str:
    """What viewers noticed, the longest first."""
    longest = sorted(outages, key=lambda each: -each[1])
    return ", ".join(f"{kind} away {until_s:.1f} s" for kind, until_s in longest) or "nothing"
