"""Deciding what lies where, again and again."""

from contextlib import suppress

from redis.exceptions import LockNotOwnedError

from matinee.delivery import actions, settings
from matinee.kernel import stores
from matinee.kernel.tasks import app

_interval_s = settings.get().placement_interval_s
_LONGEST_S = 900.0


@app.task(name="matinee.delivery.place_titles", time_limit=_LONGEST_S, expires=_interval_s)
def place_titles() -> None:
    """Decide what is to lie on every edge, unless that is being decided."""
    lock = stores.connect().lock("delivery:placing", timeout=_LONGEST_S)
    if not lock.acquire(blocking=False):
        return
    try:
        actions.placements_make()
    finally:
        with suppress(LockNotOwnedError):  # it took too long
            lock.release()


SCHEDULE = {
    "delivery-place-titles": {
        "task": place_titles.name,
        "schedule": _interval_s,
        "options": {"expires": _interval_s},
    }
}
