"""Tables of `viewing`."""

from typing import get_args

from django.db import models
from django.db.models import Q

from matinee.contracts.viewing import ThumbValue
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record


class Viewer(Record):
    """A profile, by id only; its row is locked while anything of it changes.

    `erased_until`: what was watched up to then is forgotten, and stays so.
    `removed_at`: the profile is gone; the row only keeps late facts from bringing it back.
    """

    profile_id = models.UUIDField(unique=True)
    erased_until = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["removed_at"], condition=~Q(removed_at=None), name="viewer_removed"
            )
        ]


class TitleErasure(Record):
    """A title that a viewer wants forgotten as watched up to then."""

    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="erasures")
    title_id = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "title_id"], name="title_erasure_once")
        ]
        indexes = [models.Index(fields=["until"], name="title_erasure_age")]


class ResumePoint(Record):
    """Where a viewer stopped in a title; `event_id` is the progress that said so."""

    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="resume_points")
    title_id = models.UUIDField()
    position_s = models.FloatField()
    duration_s = models.FloatField()
    finished = models.BooleanField()
    watched_at = models.DateTimeField()
    event_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "title_id"], name="resume_point_once"),
            models.CheckConstraint(
                condition=Q(position_s__gte=0, duration_s__gte=0), name="resume_point_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["viewer", "-watched_at", "-title_id"], name="history_newest"),
            models.Index(fields=["title_id"], name="resume_point_title"),
        ]


class ListedTitle(Record):
    """A title that a viewer put aside."""

    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="listed_titles")
    title_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "title_id"], name="listed_title_once")
        ]
        indexes = [models.Index(fields=["title_id"], name="listed_title_title")]


class Thumb(Record):
    """What a viewer thinks of a title."""

    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="thumbs")
    title_id = models.UUIDField()
    value = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "title_id"], name="thumb_once"),
            models.CheckConstraint(
                condition=Q(value__in=get_args(ThumbValue)), name="thumb_up_or_down"
            ),
        ]
        indexes = [models.Index(fields=["title_id"], name="thumb_title")]


class Dismissal(Record):
    """A title that a viewer does not want in a row again, or without one, the row itself."""

    viewer = models.ForeignKey(Viewer, models.CASCADE, related_name="dismissals")
    row = models.CharField(max_length=160)
    title_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "row", "title_id"], name="dismissal_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["title_id"], name="dismissal_title")]


class RemovedTitle(Record):
    """A title that is gone from the catalogue; keeps late facts from bringing it back."""

    title_id = models.UUIDField(unique=True)
    removed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["removed_at"], name="removed_title_age")]


class Outbox(OutboxTable):
    """Facts of `viewing` on their way."""


class Inbox(InboxTable):
    """What `viewing` has heard."""


class DeadLetter(DeadLetterTable):
    """What `viewing` could not do."""
