"""Threads that step back behind others, and only they."""

import os
import platform
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from matinee.kernel import yielding
from matinee.kernel.yielding import step_back


class Thread(NamedTuple):
    """How one is scheduled; `turn_ns` is None where nobody tells."""

    nice: int
    turn_ns: int | None


def aside(*acts: Callable[[], object]) -> Thread:
    """What becomes of a thread that does so."""

    def look() -> Thread:
        for act in acts:
            act()
        mine = threading.get_native_id()
        told = Path(f"/proc/self/task/{mine}/sched")
        lines = told.read_text().splitlines() if told.exists() else []
        turns = [int(line.rpartition(":")[2]) for line in lines if line.startswith("se.slice ")]
        return Thread(os.getpriority(os.PRIO_PROCESS, mine), next(iter(turns), None))

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()


def grants_long_turns() -> bool:
    """Whether this kernel has them, and lets us ask for some."""
    granted: list[bool] = []
    aside(lambda: granted.append(yielding._takes_turns(100, 19, 0)))
    major, minor, *_ = platform.release().split(".")
    return granted[0] and (int(major), int(minor.partition("-")[0])) >= (6, 12)


def test_a_thread_steps_back_and_leaves_the_others_where_they_are() -> None:
    before = aside()
    stood_back = aside(lambda: step_back(10))
    assert stood_back.nice == max(10, before.nice)
    if before.turn_ns is not None and grants_long_turns():
        assert stood_back.turn_ns == 100_000_000 >= before.turn_ns
        assert aside(lambda: step_back(10, turn_ms=20)).turn_ns == 20_000_000
    assert aside() == before


def test_who_stands_further_back_stays_there() -> None:
    assert aside(lambda: step_back(15), lambda: step_back(5)).nice >= 15


def test_without_long_turns_the_priority_is_lower(monkeypatch: pytest.MonkeyPatch) -> None:
    before = aside()
    monkeypatch.setattr("platform.machine", lambda: "another")
    assert aside(lambda: step_back(12)) == (max(12, before.nice), before.turn_ns)
