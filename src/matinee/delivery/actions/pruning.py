"""Forgetting figures that nobody forecasts from any more."""

from datetime import timedelta

from matinee.delivery.models import DemandRecord, PackageRecord, PortionRecord, TrafficRecord
from matinee.kernel import clock

# Six weeks show the week's rhythm several times.
_DEMAND_KEPT = timedelta(days=42)
_TRAFFIC_KEPT = timedelta(days=14)
# Whoever began a film before it was encoded anew has ended by then.
_PACKAGES_KEPT = timedelta(days=7)


def figures_prune() -> int:
    """Remove what is old; how many rows went."""
    now = clock.now()
    gone = DemandRecord.objects.filter(hour__lt=now - _DEMAND_KEPT).delete()[0]
    gone += TrafficRecord.objects.filter(minute__lt=now - _TRAFFIC_KEPT).delete()[0]
    old = PackageRecord.objects.filter(newest=False, told_at__lt=now - _PACKAGES_KEPT)
    names = list(old.values_list("package", flat=True))
    PortionRecord.objects.filter(package__in=names).delete()
    # The row stays: a takedown must find what a title was ever served from.
    old.update(index=None, indexed_at=None)
    return gone
