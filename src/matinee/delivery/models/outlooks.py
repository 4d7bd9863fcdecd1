"""What was learnt of regions' viewers."""

from django.db import models

from matinee.kernel.records import Record


class OutlookRecord(Record):
    """What is remembered of a region's demand, whole hours up to `learnt_until`.

    Without a name it is that of all regions together.
    `body` is what `rules.remembering` packs: a compressed archive of arrays.
    """

    region = models.CharField(max_length=40, unique=True, blank=True)
    learnt_until = models.DateTimeField()
    body = models.BinaryField()
