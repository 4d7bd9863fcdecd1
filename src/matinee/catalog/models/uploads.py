"""Film files on their way in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from matinee.catalog.models.titles import Title
from matinee.kernel.records import Record


class Upload(Record):
    """A film file on its way in; all bytes before `offset_bytes` are safe on disk."""

    RECEIVING: ClassVar[str] = "receiving"
    RECEIVED: ClassVar[str] = "received"  # whole, but not yet in the media store
    STORED: ClassVar[str] = "stored"  # in the media store, and announced

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=200)
    # As the client sent it, which the protocol wants repeated.
    metadata = models.CharField(max_length=2000)
    size_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default=RECEIVING)
    expires_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    source_key = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offset_bytes__gte=0, offset_bytes__lte=F("size_bytes")),
                name="catalog_upload_offset",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["receiving", "received", "stored"]),
                name="catalog_upload_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "expires_at"],
                name="catalog_upload_open",
                condition=~Q(state="stored"),
            )
        ]
