"""Keeping up with packages, takedowns and old figures."""

from contextlib import suppress

from redis.exceptions import LockNotOwnedError

from matinee.delivery import actions, bell
from matinee.kernel import settings as shared_settings
from matinee.kernel import stores
from matinee.kernel.storage import open_storage
from matinee.kernel.tasks import app

_INDEX_EVERY_S = 15.0
_INDEX_LONGEST_S = 900.0
_PRUNE_EVERY_S = 3600.0


@app.task(name="matinee.delivery.index_packages", time_limit=3600, expires=_INDEX_EVERY_S)
def index_packages() -> None:
    """Read what new packages consist of, and let the origin refuse what titles' removal took."""
    if actions.markers_write():
        bell.ring()
    lock = stores.connect().lock("delivery:indexing", timeout=_INDEX_LONGEST_S)
    if not lock.acquire(blocking=False):
        return  # a long film is being read
    try:
        actions.packages_index(open_storage(shared_settings.get()))
    finally:
        with suppress(LockNotOwnedError):  # it took longer, and another worker has begun
            lock.release()


@app.task(name="matinee.delivery.prune_figures", time_limit=600, expires=_PRUNE_EVERY_S)
def prune_figures() -> None:
    """Forget figures that nobody needs any more."""
    actions.figures_prune()


SCHEDULE = {
    "delivery-index-packages": {
        "task": index_packages.name,
        "schedule": _INDEX_EVERY_S,
        "options": {"expires": _INDEX_EVERY_S},
    },
    "delivery-prune-figures": {"task": prune_figures.name, "schedule": _PRUNE_EVERY_S},
}
