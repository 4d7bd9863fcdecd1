"""The operator's rows on home pages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from matinee.kernel.records import Record


class EditorialRow(Record):
    """A row that the operator puts on home pages, or a hero.

    `window`, `hours` and `audience` are messages of contracts. Rows come by `position`; those that
    have the same in the order in which they were made.
    """

    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    shown_as = models.CharField(max_length=4, default="row")
    title_ids = ArrayField(models.UUIDField())
    window = models.JSONField(default=dict)
    hours = models.JSONField(null=True)
    audience = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shown_as__in=["row", "hero"]), name="editorial_row_shown_as"
            )
        ]


class Programme(models.Model):
    """The moment at which the operator's rows were told last; its one row is locked by changes."""

    name = models.CharField(max_length=20, primary_key=True)
    announced_at = models.DateTimeField(null=True)
