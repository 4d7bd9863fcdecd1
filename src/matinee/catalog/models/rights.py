"""Rights windows as rows, and what decides whom they cover."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from matinee.catalog.models.titles import Title
from matinee.kernel.records import Record


class TitleWindow(Record):
    """One of the `rights` of a title, once more, so that time and place can be searched.

    Written with `Title.rights` and never alone; empty lists are for everybody, None is for ever.
    """

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="windows")
    territories = ArrayField(models.CharField(max_length=2))
    plans = ArrayField(models.CharField(max_length=40))
    platforms = ArrayField(models.CharField(max_length=10))
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["starts_at"], name="catalog_window_starts"),
            models.Index(fields=["ends_at"], name="catalog_window_ends"),
        ]


class AccountPlan(models.Model):
    """What an account has subscribed to, as told at `as_of`; it entitles until `ends_at`."""

    account_id = models.UUIDField(primary_key=True)
    plan = models.CharField(max_length=40)
    ends_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()


class OfferedTitle(models.Model):
    """Whether a title can be rented or bought alone, as told at `as_of`."""

    title_id = models.UUIDField(primary_key=True)
    offered = models.BooleanField()
    as_of = models.DateTimeField()


class OwnTitle(Record):
    """A title that an account has rented or bought, as told at `as_of`."""

    account_id = models.UUIDField()
    title_id = models.UUIDField()
    ends_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "title_id"], name="catalog_own_once")
        ]
