"""Periodic tasks go on when the clock is set back."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery

from matinee.run import readiness
from matinee.run.beating import Scheduler


class Sent(Scheduler):
    """Notes what it would send."""

    def apply_async(self, entry: object, **_more: object) -> None:
        sent.append(str(entry))


sent: list[str] = []
EVERY = timedelta(seconds=30)


@pytest.fixture
def scheduler(tmp_path: Path) -> Sent:
    app = Celery("beat", broker="memory://")
    app.conf.beat_schedule = {"one": {"task": "one", "schedule": EVERY}}
    sent.clear()
    return Sent(app, schedule_filename=str(tmp_path / "beat"))


def last_sent(scheduler: Sent, ago: timedelta) -> None:
    """Let the task have been sent so long ago, or at a moment that is yet to come."""
    entry = scheduler.schedule["one"]
    entry.last_run_at = entry.default_now() - ago
    scheduler.schedule["one"] = entry
    scheduler._heap = None


def until_due_s(scheduler: Sent) -> float:
    entry = scheduler.schedule["one"]
    return float(entry.is_due()[1])


def test_a_clock_that_was_set_back_is_not_waited_for(scheduler: Sent) -> None:
    last_sent(scheduler, -timedelta(hours=1))
    assert until_due_s(scheduler) > EVERY.total_seconds()
    scheduler.tick()
    assert sent == []
    assert until_due_s(scheduler) <= EVERY.total_seconds()


def test_what_is_due_is_sent(scheduler: Sent) -> None:
    last_sent(scheduler, EVERY)
    scheduler.tick()
    assert len(sent) == 1


def test_it_says_that_it_lives(
    scheduler: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(readiness.FILE_VARIABLE, str(tmp_path / "ready"))
    assert scheduler.tick() <= readiness.SAID_EVERY_S
    assert (tmp_path / "ready").exists()
