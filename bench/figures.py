"""What a benchmark measures, how it is kept, and how it is shown.

A benchmark is a file of this folder with a function `measure() -> list[Figure]`.
`bin/bench NAME` runs it, prints its table and keeps `results/NAME.json`; the
page `docs/figures.md` is written from those files and from nothing else.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from matinee.kernel import clock

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
_WHOLE_FROM = 100


@dataclass(frozen=True)
class Figure:
    """One measured value beside its aim and its peers, measured in the same run.

    `aim` reads like "<= 60" or ">= 800"; `anchors` maps a peer's name to its value
    in the same unit.
    """

    what: str
    value: float
    unit: str
    aim: str | None = None
    anchors: dict[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        """Whether the value meets the aim; None where there is no aim."""
        if self.aim is None:
            return None
        sign, _, bound = self.aim.partition(" ")
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)

    def ratios(self) -> dict[str, float]:
        """Our value as a multiple of each peer's."""
        return {peer: self.value / value for peer, value in self.anchors.items() if value}


def machine() -> str:
    """The machine in a few words: processor, cores, memory, system, and Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "?")
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    on = f"{platform.system()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, {on}"


def keep(name: str, figures: Iterable[Figure]) -> Path:
    """Write `results/NAME.json`; returns its path."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the machine's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    body = {
        "name": name,
        "date": clock.now().date().isoformat(),
        "commit": commit,
        "machine": machine(),
        "figures": [{**asdict(figure), "holds": figure.holds} for figure in figures],
    }
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    return path


def load(path: Path) -> tuple[dict[str, Any], list[Figure]]:
    """A kept result: its heading and its figures."""
    body = json.loads(path.read_text())
    figures = [
        Figure(**{key: value for key, value in entry.items() if key != "holds"})
        for entry in body["figures"]
    ]
    return body, figures


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table of figures with the ratios to their peers."""
    lines = [
        "| what | measured | aim | holds | peers (ours as a multiple) |",
        "|---|---|---|---|---|",
    ]
    for figure in figures:
        peers = ", ".join(
            f"{peer} {_short(figure.anchors[peer])} ({ratio:.2f}×)"
            for peer, ratio in figure.ratios().items()
        )
        mark = {True: "yes", False: "**no**", None: "–"}[figure.holds]
        aim = (figure.aim or "–").replace("<=", "≤").replace(">=", "≥")
        lines.append(
            f"| {figure.what} | {_short(figure.value)} {figure.unit} | {aim} | {mark} "
            f"| {peers or '–'} |"
        )
    return "\n".join(lines) + "\n"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:.3g}"


def summary() -> str:
    """Every kept result as one Markdown text."""
    parts = []
    for path in sorted(RESULTS.glob("*.json")):
        body, figures = load(path)
        heading = f"**{body['name']}** – {body['date']}, {body['commit']}, {body['machine']}"
        parts.append(f"{heading}\n\n{table(figures)}")
    return "\n".join(parts)


def page() -> str:
    """The page of all kept results."""
    return f"{_HEAD}\n{summary()}"


_HEAD = """# Figures

What `bin/bench` measured last, each beside its peers and its aim; it also writes this page. A
figure says of which day, commit and machine it is; `bin/bench NAME` measures it again.
"""
