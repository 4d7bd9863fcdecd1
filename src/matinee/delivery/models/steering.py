"""What players are told, by region, and the demand that it was made from."""

from django.db import models

from matinee.kernel.records import Record


class RegionPlanRecord(Record):
    """The plan in force for a region's viewers.

    `orders` are those of `RegionSteered`: pathways, best first, by lane and title class.
    `demand_bps` is what was planned for, by title class, and `why` what staff is shown of it.
    `told_at` is when the others last heard of a change. `links` is what players measured of each
    pathway: `rules.links.Link` as a list.
    """

    region = models.CharField(max_length=40, unique=True)
    orders = models.JSONField(default=dict)
    demand_bps = models.JSONField(default=dict)
    why = models.JSONField(default=dict)
    links = models.JSONField(default=dict)
    ttl_s = models.PositiveSmallIntegerField(default=30)
    method = models.CharField(max_length=8, default="order")
    planned_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method__in=["lp", "greedy", "order"]),
                name="delivery_plan_method_known",
            ),
        ]


class DemandSeenRecord(models.Model):
    """How much of an hour's demand an earlier plan had seen, so that the next sees the rest."""

    hour = models.DateTimeField()
    edge = models.CharField(max_length=40)
    title_class = models.CharField(max_length=40)
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "edge", "title_class"], name="delivery_demand_seen_once"
            ),
        ]
