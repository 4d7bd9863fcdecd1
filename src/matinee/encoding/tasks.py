"""The Celery edge of encoding: take a step, and the sweep that mends what was lost."""

import logging
from typing import Any
from uuid import UUID

from matinee.encoding import actions, cleaning, queries
from matinee.encoding.steps.work import work_once
from matinee.kernel.tasks import ENCODE_QUEUE, app, waiting

log = logging.getLogger(__name__)

SWEEP_S = 15.0


# Calls name the queue themselves; see `actions.work_send`.
@app.task(name="matinee.encoding.work")
def work() -> None:
    """Do the most urgent step, if any is free."""
    work_once()


@app.task(name="matinee.encoding.sweep", time_limit=120)
def sweep() -> None:
    """Call for hands where steps are waiting; remove what nobody needs any more."""
    unattended = queries.unattended(actions.CALLS_MAX)
    if unattended:
        # No more calls than steps, however long the encoders are busy.
        actions.work_send(max(0, unattended - waiting(ENCODE_QUEUE)))
    cleaning.sweep_rooms()
    cleaning.sweep_packages()


@app.task(name="matinee.encoding.retry")
def retry(encode_id: str) -> None:
    """Go on with an encode that failed by a fault of ours; sent from the dead letters."""
    actions.encode_retry(UUID(encode_id))


SCHEDULE: dict[str, dict[str, Any]] = {
    "encoding-sweep": {"task": "matinee.encoding.sweep", "schedule": SWEEP_S},
}
