"""Writes of `delivery`, one transaction each."""

from matinee.delivery.actions.edges import (
    checks_record,
    edge_put,
    edge_remove,
    edges_register,
    site_put,
    site_remove,
)
from matinee.delivery.actions.joining import (
    certificate_renew,
    edge_join,
    hashed,
    invitation_make,
    invitation_seen,
)
from matinee.delivery.actions.packages import packages_index, title_keep
from matinee.delivery.actions.placement import Placed, placement_put, placements_put
from matinee.delivery.actions.placing import placements_make
from matinee.delivery.actions.pruning import figures_prune
from matinee.delivery.actions.reports import own_edge_agent, report_take
from matinee.delivery.actions.steering import plan_make, steering_publish
from matinee.delivery.actions.takedowns import markers_write, takedown_order, title_forget

__all__ = [
    "Placed",
    "certificate_renew",
    "checks_record",
    "edge_join",
    "edge_put",
    "edge_remove",
    "edges_register",
    "figures_prune",
    "hashed",
    "invitation_make",
    "invitation_seen",
    "markers_write",
    "own_edge_agent",
    "packages_index",
    "placement_put",
    "placements_make",
    "placements_put",
    "plan_make",
    "report_take",
    "site_put",
    "site_remove",
    "steering_publish",
    "takedown_order",
    "title_forget",
    "title_keep",
]
