"""Deciding what is to lie on every edge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from matinee.delivery import asking, queries
from matinee.delivery.actions.forecasts import outlooks_learn
from matinee.delivery.actions.placement import Placed, placements_put
from matinee.delivery.models import EdgeRecord
from matinee.delivery.queries.placing import Reckoned
from matinee.delivery.rules import admission, outlook, placement
from matinee.delivery.rules.listing import Floats, Listing, folder_sets
from matinee.delivery.rules.outlook import Outlook
from matinee.delivery.rules.placement import Store
from matinee.delivery.rules.spread import Site, site_parts, spread
from matinee.kernel import clock


def placements_make() -> int:
    """Decide anew what lies on every edge that has an agent; on how many that changed.

    Where nothing was asked for yet nothing is placed.
    """
    now = clock.now()
    edges = queries.edges_placed()
    if not edges:
        return 0
    listing, released = queries.listing_now(now)
    if not listing.names:
        return 0
    ages = np.array([released[package] for package in listing.packages])
    known = outlooks_learn({edge.region for edge in edges}, listing, ages, now)
    served = queries.reckoned(now)
    shown = queries.by_package(listing, asking.shown_next())
    decided: dict[UUID, Sequence[Placed]] = {}
    for region, one in known.items():
        expected = replace(one, shown=shown)
        asked = outlook.requests_an_hour(expected, listing.portions, ages)
        for part, site in _sites(edges, region, served):
            decided |= _site_placed(site, listing, part * asked, (one, served))
    return placements_put(decided)


def _sites(
    edges: Sequence[EdgeRecord], region: str, served: Mapping[str, Reckoned]
) -> list[tuple[float, list[EdgeRecord]]]:
    """A region's edges by site, each with its part of the region's traffic.

    An edge without a site stands alone.
    """
    sites: defaultdict[object, list[EdgeRecord]] = defaultdict(list)
    for edge in edges:
        if edge.region == region:
            sites[edge.site_id or edge.pk].append(edge)
    bytes_of = [sum(served.get(e.name, Reckoned()).served for e in site) for site in sites.values()]
    return list(zip(site_parts(bytes_of), sites.values(), strict=True))


def _site_placed(
    edges: list[EdgeRecord],
    listing: Listing,
    asked: Floats,
    known: tuple[Outlook, Mapping[str, Reckoned]],
) -> dict[UUID, Sequence[Placed]]:
    one, served = known
    holdings = queries.holdings(edges)
    held = [listing.held(holdings[edge.name]) for edge in edges]
    title = listing.portions.title
    load = np.bincount(title, asked * listing.portions.bytes, len(listing.packages))
    capacity = np.array([edge.capacity_bps or 0 for edge in edges], dtype=np.float64)
    weight = capacity if capacity.all() else np.ones(len(edges))
    site = Site(
        names=[edge.name for edge in edges],
        weight=weight / weight.sum(),
        holds=np.array([np.bincount(title, there, len(listing.packages)) > 0 for there in held]),
    )
    parts = spread(site, listing.packages, load / max(load.sum(), 1e-9))
    found: dict[UUID, Sequence[Placed]] = {}
    for edge, part, there in zip(edges, parts, held, strict=True):
        lately = served.get(edge.name, Reckoned())
        price = admission.price(lately.written, lately.served)
        store = Store(queries.store_bytes(edge), there, price, one.is_settled)
        plan = placement.placed(listing.portions, asked * part[title], store)
        sets = folder_sets(listing, plan.order, plan.fill, plan.wanted)
        found[edge.pk] = [Placed(s.package, s.folder, s.fill, s.admit, 0) for s in sets]
    return found
