"""Reads of `delivery`."""

from matinee.delivery.queries.edges import edge_of, edges_all, site_row, sites_all

__all__ = ["edge_of", "edges_all", "site_row", "sites_all"]
