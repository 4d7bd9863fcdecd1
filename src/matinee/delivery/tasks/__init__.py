"""Work of `delivery` that comes again and again."""

from matinee.delivery.tasks.health import SCHEDULE as _HEALTH
from matinee.delivery.tasks.health import check_edges
from matinee.delivery.tasks.media import SCHEDULE as _MEDIA
from matinee.delivery.tasks.media import index_packages, prune_figures

__all__ = ["SCHEDULE", "check_edges", "index_packages", "prune_figures"]

SCHEDULE = {**_HEALTH, **_MEDIA}
