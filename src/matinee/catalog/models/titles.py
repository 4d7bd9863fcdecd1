"""Films, series and episodes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from matinee.kernel import clock
from matinee.kernel.records import Record

EPISODE = "episode"


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
