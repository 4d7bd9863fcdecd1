"""Subtitle files beside films."""

from django.db import models

from matinee.catalog.models.titles import Title
from matinee.kernel.records import Record


class SubtitleFile(Record):
    """A subtitle file that a person put beside a title's film."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="subtitle_files")
    language = models.CharField(max_length=35)
    label = models.CharField(max_length=60)
    forced = models.BooleanField()
    file_name = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    source_key = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "language", "label", "forced"], name="catalog_subtitles_once"
            ),
        ]
