"""Titles of every kind, and which stand in a collection."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from matinee.kernel import clock
from matinee.kernel.records import Record

EPISODE = "episode"
KINDS = ["film", "short", "series", EPISODE, "trailer", "extra", "collection"]
# Kinds that stand on the page of another title.
BELONGING = ["trailer", "extra"]
# Kinds that have no film of their own, and what of them has one.
HOLDING = {"series": "episodes", "collection": "titles"}
_FILM_STATUSES = ["draft", "processing", "published", "failed"]
STATUSES = [*_FILM_STATUSES, "review", "scheduled", "withdrawn"]
_PLACE = ("series", "season", "episode")


def _once(field: str) -> models.UniqueConstraint:
    """No two titles have the same number in somebody else's records."""
    return models.UniqueConstraint(
        fields=[field], condition=~Q(**{field: ""}), name=f"catalog_{field}_once"
    )


class Title(Record):
    """Anything in the catalogue. Its `status` follows from the other columns."""

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
    keywords = ArrayField(models.CharField(max_length=60), default=list)

    # `TitleText`s: its words in other languages.
    texts = models.JSONField(default=list)
    # `Rating`s with their ages, by the code of the system.
    ratings = models.JSONField(default=dict)

    # Its numbers in others' records; empty where it has none.
    eidr = models.CharField(max_length=34, default="", blank=True)
    imdb = models.CharField(max_length=12, default="", blank=True)
    tmdb = models.CharField(max_length=20, default="", blank=True)

    # What Studio's search looks through, folded: see `rules.search_text`.
    search_text = models.TextField(default="", blank=True)

    series = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="episodes", db_index=False
    )
    season = models.PositiveSmallIntegerField(null=True)
    episode = models.PositiveSmallIntegerField(null=True)

    # The title on whose page a trailer or an extra stands.
    belongs_to = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="extras"
    )

    # `RightsWindow`s: where and when it may be watched; none for everywhere and always.
    rights = models.JSONField(default=list)

    status = models.CharField(max_length=10, default="draft")
    # How far the staff has brought it, beside how far its film is.
    standing = models.CharField(max_length=10, default="released")
    # When it is to be published, while it is scheduled.
    publish_at = models.DateTimeField(null=True)
    # Who of the staff submitted it, while it is in review.
    submitted_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=clock.now)

    poster_key = models.CharField(max_length=200, default="")
    backdrop_key = models.CharField(max_length=200, default="")
    # What a person has put there, a still never replaces.
    poster_chosen = models.BooleanField(default=False)
    backdrop_chosen = models.BooleanField(default=False)
    # Keys of further posters and backdrops, in pairs, cut from stills where nobody chose.
    other_looks = models.JSONField(default=list)
    # Keys of artwork for one language: {"de": {"poster": …, "backdrop": …}}.
    local_artwork = models.JSONField(default=dict)

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
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="catalog_title_kind"),
            models.CheckConstraint(
                condition=Q(kind=EPISODE, **{f"{field}__isnull": False for field in _PLACE})
                | (~Q(kind=EPISODE) & Q(**{f"{field}__isnull": True for field in _PLACE})),
                name="catalog_title_place",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BELONGING, belongs_to__isnull=False)
                | (~Q(kind__in=BELONGING) & Q(belongs_to__isnull=True)),
                name="catalog_title_belongs",
            ),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="catalog_title_status"),
            models.CheckConstraint(
                condition=Q(standing__in=["draft", "review", "released", "withdrawn"])
                | Q(standing="scheduled", publish_at__isnull=False),
                name="catalog_title_standing",
            ),
            models.UniqueConstraint(
                fields=["series", "season", "episode"], name="catalog_episode_once"
            ),
            _once("eidr"),
            _once("imdb"),
            _once("tmdb"),
        ]
        indexes = [
            # Studio's list, newest first, of one status or of one kind.
            models.Index(fields=["status", "-id"], name="catalog_title_by_status"),
            models.Index(fields=["kind", "-id"], name="catalog_title_by_kind"),
            models.Index(
                fields=["publish_at"],
                name="catalog_title_due",
                condition=Q(standing="scheduled"),
            ),
            GinIndex(
                fields=["search_text"],
                opclasses=["gin_trgm_ops"],
                name="catalog_title_by_letters",
            ),
        ]


class CollectionEntry(models.Model):
    """A title's place in a collection."""

    collection = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="entries")
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="stands_in")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "title"], name="catalog_in_collection_once"
            ),
        ]
