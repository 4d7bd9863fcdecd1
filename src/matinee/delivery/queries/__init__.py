"""Reads of `delivery`."""

from matinee.delivery.queries.edges import draft_of, edge_of, edges_all, site_row, sites_all
from matinee.delivery.queries.media import (
    index_of,
    packages_refused,
    takedown_of,
    takedowns_newest,
)
from matinee.delivery.queries.orders import (
    agent_of,
    configuration_of,
    placement_of,
    takedowns_after,
    takedowns_rung,
)
from matinee.delivery.queries.overview import overview, title_placement
from matinee.delivery.queries.placing import (
    by_package,
    demand_in,
    edges_placed,
    holdings,
    listing_now,
    reckoned,
    store_bytes,
)
from matinee.delivery.queries.steering import facts_now, plans_all
from matinee.delivery.queries.what_if import what_would_be

__all__ = [
    "agent_of",
    "by_package",
    "configuration_of",
    "demand_in",
    "draft_of",
    "edge_of",
    "edges_all",
    "edges_placed",
    "facts_now",
    "holdings",
    "index_of",
    "listing_now",
    "overview",
    "packages_refused",
    "placement_of",
    "plans_all",
    "reckoned",
    "site_row",
    "sites_all",
    "store_bytes",
    "takedown_of",
    "takedowns_after",
    "takedowns_newest",
    "takedowns_rung",
    "title_placement",
    "what_would_be",
]
