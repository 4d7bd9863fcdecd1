"""Planning which pathways players take, again and again."""

from matinee.delivery import actions, settings
from matinee.kernel import stores
from matinee.kernel.tasks import app

_interval_s = settings.get().plan_interval_s
_LONGEST_S = 120.0


@app.task(name="matinee.delivery.plan_steering", time_limit=_LONGEST_S, expires=_interval_s)
def plan_steering() -> None:
    """Make the plan, unless it is being made."""
    with stores.alone("delivery:planning", _LONGEST_S) as is_alone:
        if is_alone:
            actions.plan_make()


SCHEDULE = {
    "delivery-plan-steering": {
        "task": plan_steering.name,
        "schedule": _interval_s,
        "options": {"expires": _interval_s},
    }
}
