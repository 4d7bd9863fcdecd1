"""Telling players which pathway to take."""

import logging

from matinee.delivery import queries, settings, steering_files
from matinee.delivery.rules import steering
from matinee.kernel import settings as shared_settings

log = logging.getLogger(__name__)


def steering_publish() -> None:
    """Write every region's steering manifest; a full disk is logged and tried again next time."""
    edges = queries.edges_all()
    ttl_s = settings.get().steering_ttl_s
    manifests = {
        region: steering.steering(edges, region, ttl_s) for region in steering.regions(edges)
    }
    try:
        steering_files.write(shared_settings.get().home / "steering", manifests)
    except OSError as error:
        log.warning("steering manifests could not be written: %s", error)
