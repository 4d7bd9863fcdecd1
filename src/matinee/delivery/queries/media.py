"""Packages, where they lie, and what was taken down."""

import zlib
from datetime import datetime
from uuid import UUID

from matinee.contracts.agents import PackageIndex
from matinee.contracts.delivery import Takedown
from matinee.delivery.models import AgentRecord, PackageRecord, TakedownDoneRecord, TakedownRecord
from matinee.kernel import problems

_SHOWN = 50


def index_of(package: str) -> PackageIndex:
    """Every file of a package; NotFound until it was read."""
    row = PackageRecord.objects.filter(package=package).only("index").first()
    if row is None or row.index is None:
        raise problems.NotFound("unknown_package", "This package is not known, or not read yet.")
    return PackageIndex.model_validate_json(zlib.decompress(bytes(row.index)))


def packages_refused() -> set[str]:
    """What is taken down: the newest order about each package counts."""
    newest = TakedownRecord.objects.order_by("package", "-serial").distinct("package")
    return {row.package for row in newest if not row.lifted}


def takedowns_newest() -> list[Takedown]:
    """The newest orders, newest first."""
    rows = TakedownRecord.objects.order_by("-asked_at").values_list("title_id", "asked_at")
    return [takedown_of(*order) for order in rows.distinct()[:_SHOWN]]


def takedown_of(title_id: UUID, asked_at: datetime) -> Takedown:
    """An order about a title, and how far it has come."""
    rows = list(TakedownRecord.objects.filter(title_id=title_id, asked_at=asked_at))
    last = max(row.serial for row in rows)
    done = TakedownDoneRecord.objects.filter(takedown_id=last)
    # The service's own edge has the origin's markers and needs no order.
    edges = AgentRecord.objects.filter(edge__removed=False).exclude(edge__base_url="")
    return Takedown(
        title_id=title_id,
        lifted=rows[0].lifted,
        reason=rows[0].reason,
        asked_at=asked_at,
        packages=sorted(row.package for row in rows),
        edges=edges.count(),
        obeyed=edges.filter(takedown_serial__gte=last).count(),
        last_obeyed_at=max(done.values_list("done_at", flat=True), default=None),
    )
