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
)
from matinee.delivery.queries.overview import overview, title_placement
from matinee.delivery.queries.steering import facts_now, market_now, plans_all
from matinee.delivery.queries.what_if import what_would_be

__all__ = [
    "agent_of",
    "configuration_of",
    "draft_of",
    "edge_of",
    "edges_all",
    "facts_now",
    "index_of",
    "market_now",
    "overview",
    "packages_refused",
    "placement_of",
    "plans_all",
    "site_row",
    "sites_all",
    "takedown_of",
    "takedowns_after",
    "takedowns_newest",
    "title_placement",
    "what_would_be",
]
