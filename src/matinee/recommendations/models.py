"""Tables of recommendations: its copies of other services' facts, and the fitted models."""

from django.db import models

from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""


class KnownTitle(Record):
    """The newest that catalog told of a title; `id` is the title's.

    `version` is the catalogue's number at the change, so that a process can load what is newer
    than what it has. A removed title stays as an empty row, so that an older fact cannot bring it
    back.
    """

    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    removed = models.BooleanField(default=False)
    body = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["version"], name="rec_known_title_version")]


class Revision(models.Model):
    """A counter that grows with every change of what web processes hold in memory.

    Its row is locked by whoever changes the thing, so numbers commit in their order.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.BigIntegerField(default=0)


class Viewer(models.Model):
    """A profile: its row is locked by every change to what is known of it.

    `revision` grows with each change; facts that happened until `erased_until` are ignored, and all
    of them once it is removed. `language` and `is_kids` are as identity told at `profile_as_of`,
    `country` is where something was played last; each is empty while it is not known.
    """

    profile_id = models.UUIDField(primary_key=True)
    revision = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()
    erased_until = models.DateTimeField(null=True)
    removed = models.BooleanField(default=False)
    language = models.CharField(max_length=35, default="")
    is_kids = models.BooleanField(default=False)
    profile_as_of = models.DateTimeField(null=True)
    country = models.CharField(max_length=2, default="")
    country_as_of = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="rec_viewer_changed")]


class Programme(models.Model):
    """The rows that the operator puts on home pages, all of them in one row; `EditorialRow`s.

    Like a title, `version` is the number at the change.
    """

    name = models.CharField(primary_key=True, max_length=20)
    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    rows = models.JSONField()


class Play(Record):
    """How far a profile got with a film or an episode, by the newest fact.

    `finished_at` is when it last came to the end, which a later start does not undo.
    """

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    position_s = models.FloatField()
    duration_s = models.FloatField()
    finished = models.BooleanField()
    watched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "title_id"], name="rec_one_play_a_title"),
            models.CheckConstraint(
                condition=models.Q(position_s__gte=0, duration_s__gte=0), name="rec_play_times"
            ),
        ]
        indexes = [
            models.Index(fields=["profile_id", "-watched_at"], name="rec_play_by_profile"),
            models.Index(fields=["-watched_at"], name="rec_play_by_time"),
        ]


class Thumb(Record):
    """What a profile thinks of a title; a taken-back thumb stays with an empty value."""

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    value = models.CharField(max_length=4, blank=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "title_id"], name="rec_one_thumb_a_title"
            ),
            models.CheckConstraint(
                condition=models.Q(value__in=["", "up", "down"]), name="rec_thumb_values"
            ),
        ]


class ListEntry(Record):
    """Whether a title is in a profile's list; one taken off stays, with `listed` false."""

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    listed = models.BooleanField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "title_id"], name="rec_one_entry_a_title")
        ]


class Dismissal(Record):
    """Whether a title stays out of a row (none: the row off the page) that a profile sees.

    What was put back stays, with `dismissed` false.
    """

    profile_id = models.UUIDField()
    row = models.CharField(max_length=160)
    title_id = models.UUIDField(null=True)
    dismissed = models.BooleanField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "row", "title_id"],
                name="rec_one_dismissal_a_row",
                nulls_distinct=False,
            )
        ]


class Erasure(Record):
    """Until when a profile wants one title's plays forgotten."""

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "title_id"], name="rec_one_erasure_a_title"
            )
        ]


class Impression(Record):
    """That a title was really in view of a profile on one day, and whether it was taken then.

    `slot` is where: a card of a row, the hero, a search, or more like a title; `row` is the row's
    kind, `line` and `place` count rows and cards from zero, as seen last. `visits` counts looks
    apart in time. `begun` says that the profile had begun the title before it was seen. The rest is
    set where a policy chose what was shown: its version, which of the arms (whose ids `among` is a
    digest of), with what probability, and what the policy was told.
    """

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    slot = models.CharField(max_length=10)
    day = models.PositiveIntegerField()
    row = models.CharField(max_length=120)
    line = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    visits = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    begun = models.BooleanField()
    taken_at = models.DateTimeField(null=True)
    policy = models.PositiveIntegerField(null=True)
    arm = models.PositiveSmallIntegerField(null=True)
    among = models.PositiveIntegerField(null=True)
    propensity = models.FloatField(null=True)
    context = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile_id", "title_id", "slot", "day"], name="rec_one_impression_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(propensity__isnull=True)
                | models.Q(propensity__gt=0, propensity__lte=1),
                name="rec_impression_propensity",
            ),
        ]
        indexes = [
            models.Index(fields=["profile_id", "-last_at"], name="rec_impression_by_profile"),
            models.Index(fields=["last_at"], name="rec_impression_by_time"),
        ]


class Policy(Record):
    """A way of choosing pictures (`slot` "card") or the hero that was learnt, and its judgement.

    It is `served` until the next one is, `held_back` if it might be worse than what is served, and
    `withdrawn` once choosing nothing turned out to be better. `body` holds its beliefs as
    compressed NumPy arrays, of titles only, never of a profile; None once it is not served.
    """

    version = models.PositiveIntegerField(unique=True)
    slot = models.CharField(max_length=10)
    learnt_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    report = models.JSONField()
    body = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["served", "replaced", "held_back", "withdrawn"]),
                name="rec_policy_states",
            ),
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(state="served"), name="rec_one_policy_serves"
            ),
        ]


class Fit(Record):
    """One training and what came of it, numbered by `version`.

    `body` holds the fitted models: compressed NumPy arrays that speak of titles only, never of a
    profile; None while it trains, if it came to none, or once it is too old to be kept. Plays were
    read until `started_at`. `format` names the arrays, so that no release reads what it does not
    know. `report` is a `TrainingReport` of the contracts.
    """

    version = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=12, default="running")
    started_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    duration_s = models.FloatField(default=0.0)
    catalogue_version = models.BigIntegerField()
    plays = models.IntegerField(default=0)
    format = models.CharField(max_length=16, default="")
    report = models.JSONField(default=dict)
    body = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "running",
                        "published",
                        "held_back",
                        "refused",
                        "failed",
                        "withdrawn",
                    ]
                ),
                name="rec_fit_states",
            )
        ]


class PublishingHold(Record):
    """While its one row stands, no new fit is published: somebody rolled back."""

    only = models.BooleanField(default=True, unique=True)
