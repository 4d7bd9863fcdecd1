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
    # Who sent it; None for the machine, and for somebody whose account was erased.
    account_id = models.UUIDField(null=True)
    # Since when another film plays, whole, in place of this one.
    replaced_at = models.DateTimeField(null=True)
    # Sent to be encoded, and nothing heard of it yet.
    encode_awaited = models.BooleanField(default=False)

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
            ),
            models.Index(
                fields=["title"], name="catalog_upload_awaited", condition=Q(encode_awaited=True)
            ),
            models.Index(
                fields=["replaced_at"],
                name="catalog_upload_replaced",
                condition=Q(replaced_at__isnull=False),
            ),
        ]


class WatchedPlace(models.Model):
    """A folder or bucket that was looked into for films."""

    url = models.CharField(max_length=500, primary_key=True)
    looked_at = models.DateTimeField(null=True)
    # Why it could not be looked into last.
    problem = models.TextField(blank=True, default="")


class Arrival(Record):
    """A file that lies in a watched place: what it is taken for, and what became of it."""

    # Of place and path, which are longer than what an index holds.
    digest = models.CharField(max_length=64, unique=True)
    place = models.CharField(max_length=500)
    path = models.CharField(max_length=1000)
    size_bytes = models.BigIntegerField()
    # Tells one content of the file from another: when it was changed, or what a bucket calls it.
    version = models.CharField(max_length=200)
    # Since when it is as it is.
    steady_since = models.DateTimeField()
    state = models.CharField(max_length=10)
    # Why it waits or was refused, for the person who reads it.
    note = models.TextField(blank=True, default="")
    # What a person said it is, instead of what its name says: an `ArrivalDraft`.
    decided = models.JSONField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Whether an older content of the same file was taken.
    was_taken = models.BooleanField(default=False)
    title = models.ForeignKey(Title, null=True, on_delete=models.SET_NULL, related_name="arrivals")
    upload_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["settling", "asking", "waiting", "taking", "taken", "refused"]
                ),
                name="catalog_arrival_state",
            )
        ]
        indexes = [
            models.Index(fields=["place", "path"], name="catalog_arrival_place"),
            models.Index(
                fields=["created_at"],
                name="catalog_arrival_open",
                condition=~Q(state="taken"),
            ),
        ]
