"""Packages: what there is of each, where it lies, where it is to lie, and what was taken down."""

from django.db import models

from matinee.contracts.delivery import ANY_CLASS
from matinee.delivery.models.edges import EdgeRecord
from matinee.kernel.records import Record


class PackageRecord(Record):
    """A package as the events tell, and what lies in it.

    `index` is a compressed `contracts.agents.PackageIndex`, None until the files were read.
    `newest` is what its title is played from now. `title_class` is how steering sees it: those
    that the same edges hold are steered alike.
    """

    package = models.CharField(max_length=100, unique=True)
    key = models.CharField(max_length=200)
    title_id = models.UUIDField(db_index=True)
    newest = models.BooleanField(default=True)
    published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    duration_s = models.FloatField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    index = models.BinaryField(null=True)
    indexed_at = models.DateTimeField(null=True)
    title_class = models.CharField(max_length=40, default=ANY_CLASS)


class PortionRecord(models.Model):
    """How much a range of a folder of a package comes to."""

    package = models.CharField(max_length=100)
    folder = models.CharField(max_length=100, blank=True)
    range = models.PositiveSmallIntegerField()
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "folder", "range"], name="delivery_portion_once"
            ),
        ]


class HoldingRecord(models.Model):
    """What lies on an edge of a folder, as its agent said; `ranges` has a bit per range."""

    edge = models.ForeignKey(EdgeRecord, on_delete=models.CASCADE)
    package = models.CharField(max_length=100)
    folder = models.CharField(max_length=100, blank=True)
    ranges = models.PositiveSmallIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "folder", "edge"], name="delivery_holding_once"
            ),
        ]


class PlacementRecord(models.Model):
    """What is to lie on an edge of a folder.

    `fill` is brought, `admit` stays once a viewer asked for it, `remove` goes; each has a bit
    per range. `rank` orders what is brought first.
    """

    edge = models.ForeignKey(EdgeRecord, on_delete=models.CASCADE)
    package = models.CharField(max_length=100)
    folder = models.CharField(max_length=100, blank=True)
    fill = models.PositiveSmallIntegerField(default=0)
    admit = models.PositiveSmallIntegerField(default=0)
    remove = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edge", "package", "folder"], name="delivery_placement_once"
            ),
        ]


class TakedownRecord(models.Model):
    """An order that a package is not served any more, or with `lifted` that it is again.

    Its number is the serial that agents count by.
    """

    serial = models.BigAutoField(primary_key=True)
    package = models.CharField(max_length=100)
    lifted = models.BooleanField(default=False)
    title_id = models.UUIDField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)


class TakedownDoneRecord(models.Model):
    """An edge has obeyed a takedown."""

    edge = models.ForeignKey(EdgeRecord, on_delete=models.CASCADE)
    takedown = models.ForeignKey(TakedownRecord, on_delete=models.CASCADE)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["takedown", "edge"], name="delivery_done_once"),
        ]
