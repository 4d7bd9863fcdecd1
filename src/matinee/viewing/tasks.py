"""Periodic work of `viewing`."""

from matinee.kernel.tasks import app
from matinee.viewing import actions


@app.task(name="matinee.viewing.prune_traces", time_limit=120)
def prune_traces() -> None:
    """Forget what only kept late facts away; the next run takes what one run leaves."""
    actions.traces_prune()


SCHEDULE = {"viewing.prune_traces": {"task": "matinee.viewing.prune_traces", "schedule": 3600.0}}
