"""Deciding what lies where, again and again."""

from matinee.delivery import actions, settings
from matinee.kernel import stores
from matinee.kernel.tasks import app

_interval_s = settings.get().placement_interval_s
_LONGEST_S = 900.0


@app.task(name="matinee.delivery.place_titles", time_limit=_LONGEST_S, expires=_interval_s)
def place_titles() -> None:
    """Decide what is to lie on every edge, unless that is being decided."""
    with stores.alone("delivery:placing", _LONGEST_S) as is_alone:
        if is_alone:
            actions.placements_make()


SCHEDULE = {
    "delivery-place-titles": {
        "task": place_titles.name,
        "schedule": _interval_s,
        "options": {"expires": _interval_s},
    }
}
