"""Load made by k6 beside what it asks, on the same cores, and what it saw."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import ports

CONNECTIONS = 64
_SCRIPT = Path(__file__).with_name("load.js")
_OVER_S = 60
# It computes on the cores of what it asks: memory is there, so its garbage may lie for longer.
_FRUGAL = {"GOGC": "400"}
_UNREPORTED = {"K6_NO_USAGE_REPORT": "true"}
# Who asks by the clock has a part of a core to do. On a second one its threads would mostly look
# for more in vain, and that takes as long as the asking.
_BY_THE_CLOCK = {"GOMAXPROCS": "1"}


@dataclass(frozen=True)
class Crowd:
    """Who asks what: turn by turn the next token, path and body."""

    url: str
    tokens: Sequence[str]
    paths: Sequence[str]
    method: str = "GET"
    bodies: Sequence[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What a crowd saw: times in milliseconds, `failed` of `requests`."""

    requests: int
    per_s: float
    failed: int
    median_ms: float
    p99_ms: float
    missed: int
    """Turns that were due while every connection still waited for an answer."""
    spare: int
    """Answers that were a page made before, given because there was too much to do."""


def closed(crowd: Crowd, lasts_s: int) -> Seen:
    """Each of `CONNECTIONS` asks again as soon as it was answered."""
    scenario = {"executor": "constant-vus", "vus": CONNECTIONS, "duration": f"{lasts_s}s"}
    return _asked(crowd, scenario, lasts_s)


def opened(crowd: Crowd, per_s: int, lasts_s: int) -> Seen:
    """So many ask in a second, whether those before were answered or not; over `CONNECTIONS`."""
    scenario = {
        "executor": "constant-arrival-rate",
        "rate": per_s,
        "timeUnit": "1s",
        "duration": f"{lasts_s}s",
        "preAllocatedVUs": CONNECTIONS,
        "maxVUs": CONNECTIONS,
    }
    return _asked(crowd, scenario, lasts_s, _BY_THE_CLOCK)


def once(crowd: Crowd, within_s: int, connections: int = CONNECTIONS) -> Seen:
    """Each token asks once."""
    scenario = {
        "executor": "shared-iterations",
        "vus": min(connections, len(crowd.tokens)),
        "iterations": len(crowd.tokens),
        "maxDuration": f"{within_s}s",
    }
    return _asked(crowd, scenario, within_s)


def _asked(
    crowd: Crowd, scenario: dict[str, Any], lasts_s: int, how: Mapping[str, str] | None = None
) -> Seen:
    with tempfile.TemporaryDirectory(prefix="matinee-load-") as name:
        folder = Path(name)
        # In files of their own, which k6 reads once for all of its connections.
        tokens, bodies = folder / "tokens.json", folder / "bodies.json"
        tokens.write_text(json.dumps(list(crowd.tokens)))
        bodies.write_text(json.dumps([json.dumps(body) for body in crowd.bodies]))
        plan = {
            "url": crowd.url,
            "tokens": str(tokens),
            "paths": list(crowd.paths),
            "method": crowd.method,
            "bodies": str(bodies),
            "scenario": scenario,
        }
        (folder / "plan.json").write_text(json.dumps(plan))
        done = subprocess.run(
            _command(folder / "plan.json"),
            cwd=folder,
            env={**os.environ, **_FRUGAL, **(how or {}), **_UNREPORTED, "HOME": name},
            capture_output=True,
            text=True,
            timeout=lasts_s + _OVER_S,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"k6 failed: {done.stderr[-2000:]}")
    return _seen(json.loads(done.stdout))


def _command(plan: Path) -> list[str]:
    program = Path(sys.executable).with_name("k6")
    if not program.exists():
        raise SystemExit("There is no k6: bin/test or bin/bench installs what development needs.")
    quiet = ("--quiet", "--no-usage-report", "--address", f"127.0.0.1:{ports.free()}")
    return [str(program), "run", *quiet, "--env", f"PLAN={plan}", str(_SCRIPT)]


def _seen(metrics: dict[str, Any]) -> Seen:
    asked, took = metrics["http_reqs"]["values"], metrics["http_req_duration"]["values"]
    return Seen(
        requests=int(asked["count"]),
        per_s=asked["rate"],
        failed=int(metrics["http_req_failed"]["values"]["passes"]),
        median_ms=took["med"],
        p99_ms=took["p(99)"],
        missed=_count(metrics, "dropped_iterations"),
        spare=_count(metrics, "spare"),
    )


def _count(metrics: dict[str, Any], name: str) -> int:
    """What was counted; what never was, is not there."""
    return int(metrics[name]["values"]["count"]) if name in metrics else 0
