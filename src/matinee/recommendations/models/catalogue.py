"""What there is to show: the copy of the catalogue and of the operator's rows."""

from django.db import models

from matinee.kernel.records import Record


class KnownTitle(Record):
    """The newest that catalog told of a title; `id` is the title's.

    `version` is the catalogue's number at the change, so that a process can load what is newer
    than what it has. A removed title stays as an empty row, so that an older fact cannot bring it
    back.
    """

    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    removed = models.BooleanField(default=False)
    body = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["version"], name="rec_known_title_version")]


class Revision(models.Model):
    """A counter that grows with every change of what web processes hold in memory.

    Its row is locked by whoever changes the thing, so numbers commit in their order.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.BigIntegerField(default=0)


class LabelsCopy(models.Model):
    """What genres, moods and keywords are called in other languages, in one row; `LabelNames`.

    Like a title, `version` is the number at the change.
    """

    name = models.CharField(primary_key=True, max_length=20)
    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    labels = models.JSONField()


class OfferedTitle(models.Model):
    """Whether a title can be rented or bought alone, as told at `as_of`."""

    title_id = models.UUIDField(primary_key=True)
    offered = models.BooleanField()
    as_of = models.DateTimeField()


class Programme(models.Model):
    """The rows that the operator puts on home pages, all of them in one row; `EditorialRow`s.

    Like a title, `version` is the number at the change.
    """

    name = models.CharField(primary_key=True, max_length=20)
    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    rows = models.JSONField()
