"""Work of `delivery` that comes again and again."""

from matinee.delivery.tasks.health import SCHEDULE as _HEALTH
from matinee.delivery.tasks.health import check_edges

__all__ = ["SCHEDULE", "check_edges"]

SCHEDULE = {**_HEALTH}
