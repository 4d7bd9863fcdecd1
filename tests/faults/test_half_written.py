"""Files end in their middle, as an outage of power leaves them; or an upload does."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.test_poisoned import broker
from tests.faults.trial import Fault, Trial
from tests.patience import until

pytestmark = pytest.mark.engines

GROUP = "Half-written file"


def cut(path: Path) -> None:
    """Leave half of a file, as it was written long ago."""
    size = path.stat().st_size
    assert size > 1, path
    os.truncate(path, size // 2)


def cut_and_started(trial: Trial, *patterns: str) -> Callable[[], None]:
    """Everything is killed, and files that match are found cut."""

    def do() -> None:
        trial.service.kill_everything()
        for pattern in patterns:
            found = [path for path in trial.service.home.glob(pattern) if path.stat().st_size > 1]
            assert found, pattern
            for path in found:
                cut(path)

    return do


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("the supervisor's notes of what it started", ["run/pids/*.json"]),
        ("what beat remembers", ["run/beat*"]),
        (
            "nginx's configuration and its copy of the keys",
            ["run/edge/*.conf", "run/edge/*.json"],
        ),
        ("the end of Valkey's log", ["valkey/appendonlydir/*.incr.aof"]),
    ],
)
def test_it_is_found_at_the_next_start(trial: Trial, name: str, patterns: list[str]) -> None:
    do = cut_and_started(trial, *patterns)
    trial.of(Fault(GROUP, name, do, undo=trial.service.start))


def plays(trial: Trial) -> int:
    """How many plays the figures know of."""
    with trial.service.client(trial.service.operator_token()) as owner:
        answer = owner.get("/api/insights/studio/series", params={"metric": "plays"})
    return int(answer.raise_for_status().json()["lines"][0]["total"] or 0)


def test_figures_are_reckoned_anew(trial: Trial) -> None:
    """Files that lost their ends are left out, and made anew from what they were made of."""
    before = until(lambda: plays(trial))

    def do() -> None:
        for path in (trial.service.home / "insights" / "line").rglob("*.parquet"):
            cut(path)
        plays(trial)
        with broker(trial) as app:
            app.send_task("matinee.insights.keep_files")

    trial.of(Fault(GROUP, "what figures are reckoned from", do, lambda: plays(trial) >= before))


def test_steering_is_written_anew(trial: Trial) -> None:
    folder = trial.service.home / "steering"
    files = until(lambda: [path for path in folder.rglob("*.json") if path.stat().st_size > 1])

    def do() -> None:
        for path in files:
            cut(path)
        for mark in folder.rglob(".made-from"):
            os.utime(mark, (0, 0))

    def is_whole() -> bool:
        try:
            return all(json.loads(path.read_text()) for path in files if path.exists())
        except ValueError:
            return False

    trial.of(Fault(GROUP, "what players are steered by", do, is_whole))
