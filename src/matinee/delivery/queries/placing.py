"""What placement is decided from: sizes, demand, disks, and what lies where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Q, Sum

from matinee.delivery.models import (
    DemandRecord,
    EdgeRecord,
    HoldingRecord,
    PackageRecord,
    PortionRecord,
    TrafficRecord,
)
from matinee.delivery.queries.media import packages_refused
from matinee.delivery.rules import quiet
from matinee.delivery.rules.admission import RECKONED_DAYS
from matinee.delivery.rules.listing import Floats, Listing, PortionName

# Packages whose release is not further off than this may be brought before it.
RELEASE_SOON_DAYS = 2


@dataclass(frozen=True)
class Reckoned:
    """What an edge served and wrote within the last days, in bytes."""

    served: float = 0.0
    written: float = 0.0


def edges_placed() -> list[EdgeRecord]:
    """The edges whose agents do what placement says, by name.

    The service's own edge is none of them: it serves from the origin's folder.
    """
    told = EdgeRecord.objects.filter(removed=False, base_url__gt="", role="edge")
    return list(
        told.filter(agent__disk_size_bytes__gt=0).select_related("site", "agent").order_by("name")
    )


def listing_now(now: datetime) -> tuple[Listing, dict[str, float]]:
    """All portions that may be placed, and how many days each package's title has been out.

    Less than none for those that will be soon.
    """
    soon = now + timedelta(days=RELEASE_SOON_DAYS)
    rows = PackageRecord.objects.filter(newest=True, indexed_at__isnull=False).filter(
        Q(published=True) | Q(published_at__gt=now, published_at__lte=soon)
    )
    refused = packages_refused()
    released = {
        package: (now - at).total_seconds() / 86_400 if at else RELEASE_SOON_DAYS
        for package, at in rows.values_list("package", "published_at")
        if package not in refused
    }
    portions = PortionRecord.objects.values_list("package", "folder", "range", "files", "bytes")
    listing = Listing.of(
        (PortionName(package, folder, number), files, size)
        for package, folder, number, files, size in portions.iterator(chunk_size=10_000)
        if package in released
    )
    return listing, released


def by_package(listing: Listing, of_titles: Mapping[UUID, float]) -> Floats | None:
    """What is known of titles, in the order of a listing's packages; None where nothing is."""
    if not of_titles:
        return None
    rows = PackageRecord.objects.filter(newest=True, title_id__in=of_titles)
    found = {
        package: of_titles[title] for package, title in rows.values_list("package", "title_id")
    }
    return np.array([found.get(package, 0.0) for package in listing.packages])


def demand_in(hour: datetime) -> dict[str, dict[PortionName, float]]:
    """How many files of each portion viewers asked for within an hour, by edges' region."""
    rows = (
        DemandRecord.objects.filter(hour=hour)
        .values_list("edge__region", "package", "folder", "range")
        .annotate(total=Sum("requests"))
        .order_by()
    )
    found: dict[str, dict[PortionName, float]] = defaultdict(dict)
    for region, package, folder, number, total in rows.iterator(chunk_size=10_000):
        found[region][PortionName(package, folder, number)] = float(total)
    return found


def reckoned(now: datetime) -> dict[str, Reckoned]:
    """What every edge served and wrote lately, by its name."""
    rows = (
        TrafficRecord.objects.filter(minute__gte=now - timedelta(days=RECKONED_DAYS))
        .values("edge__name")
        .annotate(
            held=Sum("held_bytes"),
            cached=Sum("cached_bytes"),
            missed=Sum("missed_bytes"),
            written=Sum("written_bytes"),
            filled=Sum("filled_bytes"),
        )
        .order_by()
    )
    return {
        row["edge__name"]: Reckoned(
            float(row["held"] + row["cached"] + row["missed"]),
            float(row["written"] + row["filled"]),
        )
        for row in rows
    }


def holdings(edges: Iterable[EdgeRecord]) -> dict[str, dict[tuple[str, str], int]]:
    """The ranges that each edge holds of each folder, as a set of bits."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = HoldingRecord.objects.filter(edge__in=[edge.pk for edge in edges])
    for name, package, folder, ranges in rows.values_list(
        "edge__name", "package", "folder", "ranges"
    ).iterator(chunk_size=10_000):
        found[name][package, folder] = ranges
    return found


def store_bytes(edge: EdgeRecord) -> int:
    """What an edge's store may take, as its agent reckons it."""
    agent = edge.agent
    used = agent.disk_used_bytes or 0
    size, free = agent.disk_size_bytes or 0, agent.disk_free_bytes or 0
    return max(0, used + quiet.room_bytes(edge.disk_bytes, size, free, used))
