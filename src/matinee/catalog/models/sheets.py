"""Sheets that were sent."""

from django.db import models
from django.db.models import Q

from matinee.kernel.records import Record

STATES = ["waiting", "working", "done", "refused", "failed"]


class SheetImport(Record):
    """A sheet that was sent, and what came of it; its file lies in the spool until then."""

    file_name = models.CharField(max_length=200)
    is_trial = models.BooleanField(default=False)
    # Who sent it, until it is done: whose changes these are, and may be.
    account_id = models.UUIDField(null=True)
    publishes = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="waiting")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # The first `SheetError`s, and how many there are.
    errors = models.JSONField(default=list)
    errors_all = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="catalog_sheet_state"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "working"]),
                name="catalog_sheet_open",
            ),
        ]
