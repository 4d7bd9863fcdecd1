"""Celery's scheduler of periodic tasks, which also lives with a clock that is set back."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

from matinee.run import readiness

# Clocks that are kept by a time server differ by less, and are not set back for it.
_SET_BACK = timedelta(seconds=5)


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Looks at the schedule every few seconds, and says each time that it lives."""

    max_interval = readiness.SAID_EVERY_S

    def tick(self, *arguments: Any, **more: Any) -> float:
        """See Celery's; nothing waits until a clock that was set back has caught up."""
        readiness.announce()
        ahead = [entry for entry in self.schedule.values() if _is_ahead(entry)]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
            self.schedule[entry.name] = entry
        if ahead:
            self._heap = None
        pause_s: float = super().tick(*arguments, **more)
        return pause_s


def _is_ahead(entry: Any) -> bool:
    """Whether a task was last sent at a moment that is yet to come."""
    last = entry.last_run_at
    return last is not None and last - entry.default_now() > _SET_BACK
