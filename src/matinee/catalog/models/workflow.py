"""What the members of the staff did with titles."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from matinee.catalog.models.titles import Title
from matinee.kernel import clock
from matinee.kernel.records import Record


class Deed(Record):
    """One thing that somebody did with a title, or said of it; never changed afterwards.

    `before` and `after` hold the fields that it changed, by their names in messages; `account_id`
    is None for the machine itself, and for somebody whose account was erased.
    """

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="deeds", db_index=False)
    account_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=12)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    words = models.TextField(blank=True, default="")
    # The deed that this one takes back.
    undoes = models.ForeignKey("self", null=True, on_delete=models.CASCADE, db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["title", "-id"], name="catalog_deeds_of_title"),
            models.Index(fields=["account_id"], name="catalog_deeds_of_account"),
        ]


class Amendment(models.Model):
    """Changes of a title that wait to be approved; all that is proposed goes into one.

    `before` and `after` are as a `Deed`'s; whoever approves it must be none of `account_ids`, where
    two persons are needed.
    """

    title = models.OneToOneField(Title, primary_key=True, on_delete=models.CASCADE)
    account_ids = ArrayField(models.UUIDField(), default=list)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    words = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(default=clock.now)
