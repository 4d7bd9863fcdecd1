"""Celery edge: fits models when something has changed."""

from matinee.kernel.tasks import app
from matinee.recommendations import settings
from matinee.recommendations.actions import fits, impressions

# A training that takes longer than this has met something that it was not made for.
_TIME_LIMIT_S = 1800


@app.task(name="matinee.recommendations.fit", time_limit=_TIME_LIMIT_S)
def fit(*, even_if_fresh: bool = False, even_if_worse: bool = False) -> None:
    """Train if the models are stale; see `models_fit` for what an operator may order."""
    fits.models_fit(even_if_fresh=even_if_fresh, even_if_worse=even_if_worse)


@app.task(name="matinee.recommendations.forget_old_impressions", time_limit=300)
def forget_old_impressions() -> None:
    """Forget what was seen too long ago; the next run takes what one run leaves."""
    impressions.old_impressions_forget()


SCHEDULE = {
    "recommendations-fit": {
        "task": "matinee.recommendations.fit",
        "schedule": settings.get().fit_check_s,
        # What was not begun before the next is due need not be begun at all.
        "options": {"expires": settings.get().fit_check_s},
    },
    "recommendations-forget-old-impressions": {
        "task": "matinee.recommendations.forget_old_impressions",
        "schedule": 3600.0,
    },
}
