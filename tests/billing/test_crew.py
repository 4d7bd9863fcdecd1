"""The simulated year's workers: who dies does its work from the beginning, beside the others."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.billing.crew import Crew


def forked(run: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        run()
    finally:
        os._exit(1)


def note(path: Path) -> int:
    """Note that something was begun; how often it was by now."""
    with path.open("ab") as file:
        file.write(b".")
    return path.stat().st_size


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """Two workers, the first of which dies in its first work."""

    def mortal() -> None:
        if note(tmp_path / "mortal") == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    def plain() -> None:
        note(tmp_path / "plain")

    with contextlib.closing(Crew(forked, [mortal, plain])) as crew:
        yield crew


def test_who_dies_is_begun_anew_and_the_others_are_not(crew: Crew, tmp_path: Path) -> None:
    assert crew.work() == 0, "nobody was killed from outside"
    assert (tmp_path / "mortal").stat().st_size == 2
    assert (tmp_path / "plain").stat().st_size == 1
    assert crew.work() == 0
    assert (tmp_path / "mortal").stat().st_size == 3
    assert (tmp_path / "plain").stat().st_size == 2


def test_who_is_killed_does_its_work_all_the_same(crew: Crew, tmp_path: Path) -> None:
    assert crew.work([(1, 0.0)]) == 1
    assert (tmp_path / "plain").stat().st_size >= 1
    assert crew.work([(1, 3600.0)]) == 0, "the day is over before"


def test_a_worker_that_fails_ends_the_year() -> None:
    def fails() -> None:
        os._exit(1)

    with (
        contextlib.closing(Crew(forked, [fails])) as crew,
        pytest.raises(SystemExit, match="failed"),
    ):
        crew.work()
