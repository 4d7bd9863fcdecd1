"""Periodic work of `identity`."""

from uuid import UUID

from matinee.identity import actions
from matinee.kernel.tasks import app


@app.task(name="matinee.identity.prune_sessions", time_limit=120)
def prune_sessions() -> None:
    """Forget sessions that have expired."""
    actions.sessions_prune()


@app.task(name="matinee.identity.make_export", time_limit=300)
def make_export(export_id: str) -> None:
    """Make a copy that somebody asked for."""
    actions.export_make(UUID(export_id))


@app.task(name="matinee.identity.sign_checkpoint", time_limit=60)
def sign_checkpoint() -> None:
    """Sign the newest entry of the audit log."""
    actions.checkpoint_sign()


@app.task(name="matinee.identity.tidy_privacy", time_limit=300)
def tidy_privacy() -> None:
    """Remove old copies, and finish erasures that something interrupted."""
    actions.exports_prune()
    actions.erasures_finish()


SCHEDULE = {
    "sign_checkpoint": {"task": "matinee.identity.sign_checkpoint", "schedule": 60.0},
    "tidy_privacy": {"task": "matinee.identity.tidy_privacy", "schedule": 600.0},
    "identity.prune_sessions": {"task": "matinee.identity.prune_sessions", "schedule": 3600.0},
}
