"""Celery edge: fits models when something has changed."""

from celery import Task

from matinee.kernel.tasks import app
from matinee.recommendations import settings
from matinee.recommendations.actions import fits, impressions, policies, traces

# A training that takes longer than this has met something that it was not made for; the longest
# is that of a history of millions of viewers on Spark.
_TIME_LIMIT_S = 4 * 3600
# An order waits for a training that goes on already, as long as that may take.
_ORDER_AGAIN_S = 5
_ORDER_TRIES = _TIME_LIMIT_S // _ORDER_AGAIN_S


@app.task(name="matinee.recommendations.fit", time_limit=_TIME_LIMIT_S)
def fit() -> None:
    """Train if the models are stale."""
    fits.models_fit()


@app.task(
    name="matinee.recommendations.train",
    time_limit=_TIME_LIMIT_S,
    bind=True,
    max_retries=_ORDER_TRIES,
)
def train(self: Task, *, even_if_worse: bool = False) -> None:
    """Train because an operator wants it; if another training goes on, once that has ended."""
    if fits.models_fit(even_if_fresh=True, even_if_worse=even_if_worse) is None:
        raise self.retry(countdown=_ORDER_AGAIN_S)


@app.task(name="matinee.recommendations.forget_old_impressions", time_limit=300)
def forget_old_impressions() -> None:
    """Forget what was seen too long ago; the next run takes what one run leaves."""
    impressions.old_impressions_forget()


@app.task(name="matinee.recommendations.prune_traces", time_limit=300)
def prune_traces() -> None:
    """Forget what only kept late facts away; the next run takes what one run leaves."""
    traces.traces_prune()


@app.task(name="matinee.recommendations.learn_policies", time_limit=_TIME_LIMIT_S)
def learn_policies() -> None:
    """Learn anew which pictures and heroes to choose."""
    policies.policies_learn()


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
    "recommendations-prune-traces": {
        "task": "matinee.recommendations.prune_traces",
        "schedule": 6 * 3600.0,
    },
    "recommendations-learn-policies": {
        "task": "matinee.recommendations.learn_policies",
        # As long as it takes to know whether what was shown was taken.
        "schedule": 6 * 3600.0,
    },
}
