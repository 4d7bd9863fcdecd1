"""Who watches, and what each profile did."""

from django.db import models

from matinee.kernel.records import Record


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


class AccountPlan(models.Model):
    """What an account has subscribed to, as told at `as_of`; it entitles until `ends_at`."""

    account_id = models.UUIDField(primary_key=True)
    plan = models.CharField(max_length=40)
    ends_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()


class OwnTitle(Record):
    """A title that an account has rented or bought, as told at `as_of`."""

    account_id = models.UUIDField()
    title_id = models.UUIDField()
    ends_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "title_id"], name="rec_own_once")
        ]


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
