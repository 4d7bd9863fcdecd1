"""The tables of `catalog`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from matinee.kernel import clock
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record

EPISODE = "episode"


class Outbox(OutboxTable):
    """Facts of `catalog` on their way out."""


class Inbox(InboxTable):
    """Facts that `catalog` has heard."""


class DeadLetter(DeadLetterTable):
    """What `catalog` could not do."""


class Title(Record):
    """A film, a series or an episode. Its `status` follows from the other columns."""

    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    tagline = models.CharField(max_length=200)
    description = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)
    maturity_age = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=35)
    genres = ArrayField(models.CharField(max_length=60))
    moods = ArrayField(models.CharField(max_length=60))

    series = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="episodes", db_index=False
    )
    season = models.PositiveSmallIntegerField(null=True)
    episode = models.PositiveSmallIntegerField(null=True)

    # `RightsWindow`s: where and when it may be watched; none for everywhere and always.
    rights = models.JSONField(default=list)

    status = models.CharField(max_length=10, default="draft")
    withdrawn = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=clock.now)

    poster_key = models.CharField(max_length=200, default="")
    backdrop_key = models.CharField(max_length=200, default="")
    # What a person has put there, a still never replaces.
    poster_chosen = models.BooleanField(default=False)
    backdrop_chosen = models.BooleanField(default=False)
    # Keys of further posters and backdrops, in pairs, cut from stills where nobody chose.
    other_looks = models.JSONField(default=list)

    # The upload whose film arrived last, and the newest encode known at that moment.
    film_upload_id = models.UUIDField(null=True)
    stale_encode_id = models.UUIDField(null=True)

    # The subtitle files were changed after the film was sent to be encoded.
    subtitles_wait = models.BooleanField(default=False)

    # What others were told last, so that they are told of changes only, and in order.
    announced_at = models.DateTimeField(null=True)
    announced_digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["film", "series", EPISODE]), name="catalog_title_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=EPISODE,
                    series__isnull=False,
                    season__isnull=False,
                    episode__isnull=False,
                )
                | (
                    ~Q(kind=EPISODE)
                    & Q(series__isnull=True, season__isnull=True, episode__isnull=True)
                ),
                name="catalog_title_place",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "processing", "published", "failed", "withdrawn"]),
                name="catalog_title_status",
            ),
            models.UniqueConstraint(
                fields=["series", "season", "episode"], name="catalog_episode_once"
            ),
        ]


class EditorialRow(Record):
    """A row that the operator puts on home pages; `window` is a `RightsWindow`."""

    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    title_ids = ArrayField(models.UUIDField())
    window = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(null=True)


class Programme(models.Model):
    """The moment at which the operator's rows were told last; its one row is locked by changes."""

    name = models.CharField(max_length=20, primary_key=True)
    announced_at = models.DateTimeField(null=True)


class Person(Record):
    """Somebody who made titles or is seen in them."""

    name = models.CharField(max_length=60, unique=True)


class Credit(Record):
    """What a person did for a title, in the order in which it is shown."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credits")
    role = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "person", "role"], name="catalog_credited_once"
            ),
        ]


class Encode(models.Model):
    """How far the newest encode of a title is, as `encoding` told."""

    title = models.OneToOneField(Title, primary_key=True, on_delete=models.CASCADE)
    encode_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    stage = models.CharField(max_length=12)
    fraction = models.FloatField()
    # Each stage that has work: {"stage": …, "fraction": …}, in order.
    stages = models.JSONField(default=list)
    error = models.TextField(null=True)  # noqa: DJ001 - None says that nothing is wrong


class EncodeAccount(models.Model):
    """What a title's newest encode chose, reached and took: an `EncodeReport`."""

    title = models.OneToOneField(Title, primary_key=True, on_delete=models.CASCADE)
    encode_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    report = models.JSONField()


class Package(models.Model):
    """What plays of a title: the best package of its newest encode that has one."""

    title = models.OneToOneField(Title, primary_key=True, on_delete=models.CASCADE)
    encode_id = models.UUIDField()
    complete = models.BooleanField()
    occurred_at = models.DateTimeField()
    prefix = models.CharField(max_length=300)
    # Of the content key; None where the package is not encrypted.
    key_id = models.UUIDField(null=True)
    duration_s = models.FloatField()
    height = models.PositiveIntegerField(null=True)
    audio = models.JSONField()
    subtitles = models.JSONField()
    storyboard = models.JSONField(null=True)
    stills = models.JSONField()
    # The encode whose stills were tried as artwork, with success or without.
    stills_tried_of = models.UUIDField(null=True)


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
