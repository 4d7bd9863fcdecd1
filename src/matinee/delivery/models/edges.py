"""Edges and the sites that they stand in."""

from django.db import models

from matinee.kernel.records import Record

_HEALTHS = ["up", "down", "unknown"]
_ROLES = ["edge", "shield", "commercial"]


class SiteRecord(Record):
    """A place with edges that reach each other cheaply, in a network (ASN) of a region.

    The place on the map is in degrees, north and east positive.
    """

    name = models.CharField(max_length=40, unique=True)
    region = models.CharField(max_length=40)
    asn = models.PositiveBigIntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)


class EdgeRecord(Record):
    """A host that serves media, or served it: a removed one keeps its name, not to come back alone.

    `failures` and `successes` count the last checks in a row that went one way.
    `told_latency_ms` is what was announced last. `disk_bytes` and `fill_bps` bound what the
    store takes of the disk and fill of the link (0: a share of the disk, no bound). Quiet hours
    are in UTC. `load_shed` is the part of its capacity that may be planned, which grows slowly
    after an outage. A commercial network has a price in millionths of the service's currency per
    10^9 bytes, and a commitment that is paid for anyway.
    """

    name = models.CharField(max_length=40, unique=True)
    base_url = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=40)
    site = models.ForeignKey(SiteRecord, null=True, on_delete=models.SET_NULL)
    role = models.CharField(max_length=10, choices=[(r, r) for r in _ROLES], default="edge")
    removed = models.BooleanField(default=False)

    health = models.CharField(max_length=8, choices=[(h, h) for h in _HEALTHS])
    failures = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    latency_ms = models.FloatField(null=True)
    told_latency_ms = models.FloatField(null=True)
    checked_at = models.DateTimeField(null=True)

    capacity_bps = models.PositiveBigIntegerField(null=True)
    load_shed = models.FloatField(default=1.0)
    disk_bytes = models.PositiveBigIntegerField(default=0)
    fill_bps = models.PositiveBigIntegerField(default=0)
    quiet_from_hour = models.PositiveSmallIntegerField(default=0)
    quiet_hours = models.PositiveSmallIntegerField(default=24)
    price_micros_per_gb = models.PositiveBigIntegerField(default=0)
    commitment_bps = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(health__in=_HEALTHS), name="edge_health_known"
            ),
            models.CheckConstraint(condition=models.Q(role__in=_ROLES), name="edge_role_known"),
            models.CheckConstraint(
                condition=models.Q(quiet_from_hour__lte=23, quiet_hours__lte=24),
                name="edge_quiet_hours_of_a_day",
            ),
        ]
