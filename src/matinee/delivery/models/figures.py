"""What edges served: demand by hour and traffic by minute."""

from django.db import models

from matinee.delivery.models.edges import EdgeRecord


class DemandRecord(models.Model):
    """What was asked of a range through an edge within an hour; see `contracts.agents.DemandCount`.

    Many and short-lived, so that they have a number instead of an id.
    """

    edge = models.ForeignKey(EdgeRecord, on_delete=models.CASCADE)
    hour = models.DateTimeField()
    package = models.CharField(max_length=100)
    folder = models.CharField(max_length=100, blank=True)
    range = models.PositiveSmallIntegerField()
    region = models.CharField(max_length=40)
    requests = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "edge", "package", "folder", "range", "region"],
                name="delivery_demand_once",
            ),
        ]
        indexes = [models.Index(fields=["package", "hour"], name="delivery_demand_of_package")]


class TrafficRecord(models.Model):
    """What an edge served within a minute; see `contracts.agents.TrafficCount`."""

    edge = models.ForeignKey(EdgeRecord, on_delete=models.CASCADE)
    minute = models.DateTimeField()
    requests = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    held_bytes = models.PositiveBigIntegerField(default=0)
    cached_bytes = models.PositiveBigIntegerField(default=0)
    missed_bytes = models.PositiveBigIntegerField(default=0)
    written_bytes = models.PositiveBigIntegerField(default=0)
    filled_bytes = models.PositiveBigIntegerField(default=0)
    sessions = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minute", "edge"], name="delivery_traffic_once"),
        ]
