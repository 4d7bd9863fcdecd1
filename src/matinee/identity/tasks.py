"""Periodic work of `identity`."""

from uuid import UUID

from celery import Task

from matinee.identity import actions
from matinee.identity.actions.api_tokens import api_tokens_prune
from matinee.identity.actions.authorizing import codes_prune
from matinee.identity.actions.known_devices import devices_prune
from matinee.identity.actions.televisions import devices_waiting_prune
from matinee.identity.actions.writing import LETTER_TASK, letter_write
from matinee.kernel import mailing
from matinee.kernel.tasks import app

_LETTER_TRIES = 6


@app.task(name="matinee.identity.prune_sessions", time_limit=120)
def prune_sessions() -> None:
    """Forget sessions and API tokens that have expired, and devices not seen for long."""
    actions.sessions_prune()
    api_tokens_prune()
    devices_prune()


@app.task(name="matinee.identity.prune_waiting", time_limit=120)
def prune_waiting() -> None:
    """Forget televisions and applications whose codes are over."""
    devices_waiting_prune()
    codes_prune()


@app.task(name=LETTER_TASK, bind=True, max_retries=_LETTER_TRIES, time_limit=120)
def write_letter(self: Task, kind: str, code: str) -> None:
    """Write a letter; tried again for as long as its code works."""
    try:
        letter_write(kind, code)
    except mailing.NOT_TAKEN as error:
        raise self.retry(exc=error, countdown=2**self.request.retries * 5) from error


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
    "identity.prune_waiting": {"task": "matinee.identity.prune_waiting", "schedule": 600.0},
    "identity.prune_sessions": {"task": "matinee.identity.prune_sessions", "schedule": 3600.0},
}
