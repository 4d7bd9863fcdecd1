"""The table of data keys."""

from django.db import models
from django.db.models import Q

from matinee.kernel.records import Record


class DataKey(Record):
    """A data key of the account `owner`, wrapped; an empty one was destroyed, and stays so.

    `wrapped_with` names the key-encryption key. Texts name the `version` that they were sealed
    with; the newest seals.
    """

    owner = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField(null=True)
    wrapped_with = models.CharField(max_length=80)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "version"], name="data_key_version_once"),
            models.CheckConstraint(
                condition=Q(wrapped=None, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at=None),
                name="data_key_whole_or_destroyed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["wrapped_with"], condition=Q(destroyed_at=None), name="data_key_wrapped"
            )
        ]
