"""What genres, moods and keywords are called in other languages."""

from django.db import models

from matinee.kernel.records import Record


class LabelText(Record):
    """The names of one label; `key` is the label folded, under which it is the same everywhere."""

    kind = models.CharField(max_length=7)
    key = models.CharField(max_length=120)
    label = models.CharField(max_length=60)
    # `LabelName`s.
    names = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="catalog_label_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["genre", "mood", "keyword"]),
                name="catalog_label_kind",
            ),
        ]
