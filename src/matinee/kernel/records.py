"""The base of every record; importable only once Django's apps are being loaded."""

from django.db import models

from matinee.kernel import clock, ids


class Record(models.Model):
    """A row with an id that sorts by the time it was made."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
