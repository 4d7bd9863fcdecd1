"""Keeping up with packages, takedowns and old figures."""

from matinee.delivery import actions, bell
from matinee.delivery.own_edge import OwnEdge
from matinee.kernel import settings as shared_settings
from matinee.kernel import stores
from matinee.kernel.storage import open_storage
from matinee.kernel.tasks import app

_INDEX_EVERY_S = 15.0
_INDEX_LONGEST_S = 900.0
_COUNT_EVERY_S = 10.0
_COUNT_LONGEST_S = 120.0
_REPORTS_AT_ONCE = 20
_PRUNE_EVERY_S = 3600.0


@app.task(name="matinee.delivery.index_packages", time_limit=3600, expires=_INDEX_EVERY_S)
def index_packages() -> None:
    """Read what new packages consist of, and let the origin refuse what titles' removal took."""
    if actions.markers_write():
        bell.ring()
    with stores.alone("delivery:indexing", _INDEX_LONGEST_S) as is_alone:
        if is_alone:  # else a long film is being read
            actions.packages_index(open_storage(shared_settings.get()))


@app.task(name="matinee.delivery.count_own_edge", time_limit=120, expires=_COUNT_EVERY_S)
def count_own_edge() -> None:
    """Count what the service's own edge served, where it runs on this machine."""
    own = OwnEdge()
    secret_hash = actions.own_edge_agent() if own.is_here else None
    if secret_hash is None:
        return
    with stores.alone("delivery:counting", _COUNT_LONGEST_S) as is_alone:
        for _ in range(_REPORTS_AT_ONCE if is_alone else 0):
            own.taken(actions.report_take(secret_hash, own.due()).sequence)
            if not own.is_behind:
                return


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
    "delivery-count-own-edge": {
        "task": count_own_edge.name,
        "schedule": _COUNT_EVERY_S,
        "options": {"expires": _COUNT_EVERY_S},
    },
    "delivery-prune-figures": {"task": prune_figures.name, "schedule": _PRUNE_EVERY_S},
}
