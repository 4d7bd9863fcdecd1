"""Where facts wait before they are files, which files there are, and whose rows are whose."""

from django.db import models

from matinee.kernel import ids
from matinee.kernel.records import Record


class Waiting(Record):
    """Facts of one kind that are in no file yet: a JSON object a line.

    Written in the transaction of what they tell, and deleted in the one that names their file.
    """

    kind = models.CharField(max_length=20)
    facts = models.PositiveIntegerField()
    body = models.TextField()


class Part(Record):
    """A file of facts of one kind and day (UTC). It is read if, and only if, it stands here.

    A file never changes: others replace it, and from `replaced_at` on nobody begins to read it.
    `is_folded` says of facts of plays that the lines of their day hold them.
    """

    kind = models.CharField(max_length=20)
    day = models.DateField()
    key = models.CharField(max_length=120, unique=True)
    rows = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    is_folded = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "day"],
                condition=models.Q(replaced_at=None),
                name="insights_part_read",
            ),
            models.Index(
                fields=["replaced_at"],
                condition=models.Q(replaced_at__isnull=False),
                name="insights_part_replaced",
            ),
        ]


class Alias(models.Model):
    """Whom files call a profile: an id that says nothing. Without this row they name nobody."""

    profile_id = models.UUIDField(primary_key=True)
    who = models.UUIDField(default=ids.random_uuid, unique=True)


class Unlinking(Record):
    """That files must call somebody nobody, of a title (None: of all) until then."""

    who = models.UUIDField()
    title_id = models.UUIDField(null=True)
    until = models.DateTimeField()
