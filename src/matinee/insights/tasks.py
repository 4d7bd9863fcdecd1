"""Work of `insights`: forgetting what is too old."""

from matinee.insights import actions
from matinee.kernel.tasks import app

_EVERY_S = 3600.0
_ROUNDS_MAX = 100


@app.task(name="matinee.insights.forget_old_rows", time_limit=600, expires=_EVERY_S)
def forget_old_rows() -> None:
    """Remove rows that are older than is kept, a bounded number at a time."""
    for _ in range(_ROUNDS_MAX):
        if actions.old_rows_forget() == 0:
            return


SCHEDULE = {
    "insights-forget-old-rows": {
        "task": forget_old_rows.name,
        "schedule": _EVERY_S,
        "options": {"expires": _EVERY_S},
    }
}
