"""The operator's rows on home pages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from matinee.kernel.records import Record


class EditorialRow(Record):
    """A row that the operator puts on home pages; `window` is a `RightsWindow`."""

    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    title_ids = ArrayField(models.UUIDField())
    window = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(null=True)


class Programme(models.Model):
    """The moment at which the operator's rows were told last; its one row is locked by changes."""

    name = models.CharField(max_length=20, primary_key=True)
    announced_at = models.DateTimeField(null=True)
