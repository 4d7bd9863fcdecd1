"""Periodic work of `identity`."""

from matinee.identity import actions
from matinee.kernel.tasks import app


@app.task(name="matinee.identity.prune_sessions", time_limit=120)
def prune_sessions() -> None:
    """Forget sessions that have expired."""
    actions.sessions_prune()


SCHEDULE = {
    "identity.prune_sessions": {"task": "matinee.identity.prune_sessions", "schedule": 3600.0}
}
