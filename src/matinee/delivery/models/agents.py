"""The agents beside edges: how they came, what they reported last, what they were told."""

from django.db import models

from matinee.delivery.models.edges import EdgeRecord, SiteRecord
from matinee.kernel.records import Record


class InvitationRecord(Record):
    """Lets one host join under this name until it expires; only the token's hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=40)
    region = models.CharField(max_length=40)
    site = models.ForeignKey(SiteRecord, null=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=10)
    base_url = models.CharField(max_length=200, blank=True, default="")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AgentRecord(Record):
    """The agent of an edge: its secret's hash, and its last report.

    `sequence` is that of the last report that was counted. `placement_revision` is what it is
    to have, the `reported_…` ones are what it said that it has. Figures are None until it said
    something.
    """

    edge = models.OneToOneField(EdgeRecord, on_delete=models.CASCADE, related_name="agent")
    secret_hash = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=40, blank=True)
    certificate_ends_at = models.DateTimeField(null=True)

    sequence = models.PositiveBigIntegerField(default=0)
    reported_at = models.DateTimeField(null=True)
    is_serving = models.BooleanField(default=False)
    remarks = models.JSONField(default=list)

    placement_revision = models.PositiveBigIntegerField(default=0)
    reported_placement = models.PositiveBigIntegerField(default=0)
    reported_configuration = models.PositiveBigIntegerField(default=0)
    takedown_serial = models.PositiveBigIntegerField(default=0)
    holdings_known = models.BooleanField(default=False)

    egress_bps = models.FloatField(null=True)
    first_byte_ms_p50 = models.FloatField(null=True)
    first_byte_ms_p95 = models.FloatField(null=True)
    throughput_bps_p10 = models.FloatField(null=True)
    throughput_bps_p50 = models.FloatField(null=True)

    disk_size_bytes = models.PositiveBigIntegerField(null=True)
    disk_free_bytes = models.PositiveBigIntegerField(null=True)
    disk_used_bytes = models.PositiveBigIntegerField(null=True)
    disk_tier = models.CharField(max_length=8, blank=True)

    fill_state = models.CharField(max_length=8, default="idle")
    fill_wanted_bytes = models.PositiveBigIntegerField(default=0)
    fill_held_bytes = models.PositiveBigIntegerField(default=0)
    fill_failures = models.PositiveBigIntegerField(default=0)
    fill_detail = models.CharField(max_length=300, blank=True)
