"""Rebuffering and bitrate of our choice of rungs on recorded networks, beside its peers.

Runs `web/abr-simulator` under Node: the very rule that ships, and the code of hls.js,
dash.js and Shaka Player as they ship, on real traces. `MATINEE_BENCH_NETWORK` names
another folder of films and traces. The peers come from npm once, for this benchmark only.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench.figures import ROOT, Figure

NETWORK = Path(
    os.environ.get("MATINEE_BENCH_NETWORK") or ROOT.parent / "shared" / "data" / "network"
)
SIMULATOR = ROOT / "web" / "abr-simulator"
OURS = "Matinee"
PEERS = ("hls.js", "dash.js", "Shaka Player")
_BESIDE = ("BOLA 60 s", "BOLA 25 s", "throughput 25 s", "lowest rung 60 s", "lowest rung")
_INSTALL_S, _RUN_S = 300, 1800


class Row(NamedTuple):
    """What a player came to, as means over the traces of a set."""

    film: str
    set: str
    part: str
    player: str
    traces: int
    rebuffer_percent: float
    bitrate_kbps: float
    switches: float
    startup_s: float
    stalls: float
    abandoned: float
    wasted_percent: float


def measure() -> list[Figure]:
    """Rebuffer ratio and mean bitrate of every film on every set, and the published order."""
    rows = simulate()
    print(_table(rows))
    return [*_contests(rows), *_order(rows)]


def simulate() -> list[Row]:
    """Every player over every trace; seconds of one core."""
    if not any(NETWORK.glob("*/*.json")):
        raise SystemExit(f"no traces in {NETWORK}; name a folder in MATINEE_BENCH_NETWORK")
    peers = SIMULATOR / "peers"
    if not (peers / "node_modules").is_dir():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=peers, check=True, timeout=_INSTALL_S)
    done = subprocess.run(
        ["node", str(SIMULATOR / "run.mjs"), str(NETWORK), str(peers)],  # noqa: S607
        cwd=ROOT / "web",
        check=True,
        timeout=_RUN_S,
        stdout=subprocess.PIPE,
    )
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return [Row(**row) for row in answer]


def _players(rows: list[Row], part: str = "all") -> Iterator[dict[str, Row]]:
    """The players of each film on each set."""
    some = [row for row in rows if row.part == part]
    for film, name in sorted({(row.film, row.set) for row in some}):
        yield {row.player: row for row in some if (row.film, row.set) == (film, name)}


def _contests(rows: list[Row]) -> Iterator[Figure]:
    for players in _players(rows):
        ours = players[OURS]
        what = f"{ours.film} on {ours.set}"
        stalled = {name: players[name].rebuffer_percent for name in (*PEERS, *_BESIDE)}
        rates = {name: players[name].bitrate_kbps for name in PEERS}
        least = min(stalled[name] for name in PEERS)
        # What is the same to a hundredth of a percent is the same.
        aim = f"<= {least + 0.005:.3f}"
        yield Figure(f"rebuffer ratio: {what}", ours.rebuffer_percent, "%", aim, stalled)
        aim = f">= {max(rates.values()):.0f}"
        yield Figure(f"mean bitrate: {what}", ours.bitrate_kbps, "kbit/s", aim, rates)


def _order(rows: list[Row]) -> Iterator[Figure]:
    """The published order, without which no figure above would mean anything."""
    for players in _players(rows):
        first = players[OURS]
        if (first.film, first.set) == ("bbb", "sd_fs"):
            throughput = players["throughput 25 s"].rebuffer_percent
            bola = players["BOLA 60 s"].rebuffer_percent
            what = "order as published (MMSys 2018): BOLA 60 s stalls less than a throughput rule"
            yield Figure(what, bola, "%", f"<= {throughput:.3f}", {"throughput 25 s": throughput})


def _table(rows: list[Row]) -> str:
    """Everything, for reading: also of the traces that the rule was not tuned on."""
    lines = []
    for part in ("all", "held"):
        kind = "all traces" if part == "all" else "traces held back while the rule was tuned"
        lines += ["", f"{kind}: rebuffer ratio in %, mean bitrate in kbit/s, switches, start in s"]
        for players in _players(rows, part):
            some = next(iter(players.values()))
            lines.append(f"{some.film} on {some.set}, {some.traces} traces")
            lines += [
                f"  {name:18}{row.rebuffer_percent:8.3f}{row.bitrate_kbps:9.0f}"
                f"{row.switches:7.1f}{row.startup_s:7.2f}"
                for name, row in players.items()
            ]
    return "\n".join(lines)
