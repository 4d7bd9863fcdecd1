"""Work of `delivery` that comes again and again."""

from matinee.delivery.tasks.health import SCHEDULE as _HEALTH
from matinee.delivery.tasks.health import check_edges
from matinee.delivery.tasks.media import SCHEDULE as _MEDIA
from matinee.delivery.tasks.media import count_own_edge, index_packages, prune_figures
from matinee.delivery.tasks.placing import SCHEDULE as _PLACING
from matinee.delivery.tasks.placing import place_titles
from matinee.delivery.tasks.steering import SCHEDULE as _STEERING
from matinee.delivery.tasks.steering import plan_steering

__all__ = [
    "SCHEDULE",
    "check_edges",
    "count_own_edge",
    "index_packages",
    "place_titles",
    "plan_steering",
    "prune_figures",
]

SCHEDULE = {**_HEALTH, **_MEDIA, **_PLACING, **_STEERING}
