"""Packages, where they lie, and what was taken down."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

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
    """The newest orders, newest first; as many queries for fifty as for one."""
    rows = TakedownRecord.objects.order_by("-asked_at").values_list("title_id", "asked_at")
    return _takedowns(list(rows.distinct()[:_SHOWN]))


def takedown_of(title_id: UUID, asked_at: datetime) -> Takedown:
    """An order about a title, and how far it has come."""
    (found,) = _takedowns([(title_id, asked_at)])
    return found


def _takedowns(orders: Sequence[tuple[UUID, datetime]]) -> list[Takedown]:
    """Some orders, each of one title at one moment, as they were asked for."""
    rows = TakedownRecord.objects.filter(
        title_id__in={title_id for title_id, _ in orders}, asked_at__in={at for _, at in orders}
    )
    of_order: dict[tuple[UUID, datetime], list[TakedownRecord]] = defaultdict(list)
    for row in rows.order_by("serial"):
        of_order[row.title_id, row.asked_at].append(row)
    lasts = [of_order[order][-1].serial for order in orders]
    done = TakedownDoneRecord.objects.filter(takedown__in=lasts).values_list("takedown")
    done_at = dict(done.annotate(last=Max("done_at")).values_list("takedown", "last"))
    # The service's own edge has the origin's markers and needs no order.
    edges = AgentRecord.objects.filter(edge__removed=False).exclude(edge__base_url="")
    serials = list(edges.values_list("takedown_serial", flat=True))
    return [
        Takedown(
            title_id=title_id,
            lifted=of_order[title_id, asked_at][0].lifted,
            reason=of_order[title_id, asked_at][0].reason,
            asked_at=asked_at,
            packages=sorted(row.package for row in of_order[title_id, asked_at]),
            edges=len(serials),
            obeyed=sum(serial >= last for serial in serials),
            last_obeyed_at=done_at.get(last),
        )
        for (title_id, asked_at), last in zip(orders, lasts, strict=True)
    ]
