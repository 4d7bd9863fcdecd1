"""Writes of `delivery`, one transaction each."""

from matinee.delivery.actions.edges import (
    checks_record,
    edge_put,
    edge_remove,
    edges_register,
    site_put,
    site_remove,
)
from matinee.delivery.actions.steering import steering_publish

__all__ = [
    "checks_record",
    "edge_put",
    "edge_remove",
    "edges_register",
    "site_put",
    "site_remove",
    "steering_publish",
]
