"""Tables of `playback`: resume points, erasures, content keys, and what decides about playing."""

from django.db import models

from matinee.kernel.copies import Copy
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""


class TitleCopy(Copy):
    """What playing needs of a title; its id is the title's."""

    removed = models.BooleanField(default=False)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=300)
    status = models.CharField(max_length=12)
    maturity_age = models.PositiveSmallIntegerField(default=0)
    # From which age on boards let it be watched, by the codes of their systems.
    ratings = models.JSONField(default=dict)
    package = models.CharField(max_length=300, null=True)  # noqa: DJ001 - None: not playable yet
    # Of the package's content key; None where it is not encrypted.
    key_id = models.UUIDField(null=True)
    duration_s = models.FloatField(null=True)
    audio = models.JSONField(default=list)
    subtitles = models.JSONField(default=list)
    storyboard = models.JSONField(null=True)
    next_title_id = models.UUIDField(null=True)
    # `RightsWindow`s; none for everywhere and always.
    rights = models.JSONField(default=list)


class EntitlementCopy(Copy):
    """What an account may watch; its id is the account's."""

    streams_at_once = models.PositiveSmallIntegerField()
    height_max = models.PositiveIntegerField()
    plan = models.CharField(max_length=40, default="")
    ends_at = models.DateTimeField(null=True)


class TitleGrantCopy(Copy):
    """A title that an account has rented or bought."""

    account_id = models.UUIDField()
    title_id = models.UUIDField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "title_id"], name="title_granted_once")
        ]


class EdgeCopy(Copy):
    """An edge as the message that `delivery` told; `edge` is None once it was removed."""

    name = models.CharField(max_length=40, unique=True)
    edge = models.JSONField(null=True)


class RegionPlan(Copy):
    """What `delivery` plans for the viewers of a region; `orders` as in `RegionSteered`."""

    region = models.CharField(max_length=40, unique=True)
    orders = models.JSONField(default=dict)


class PackageClass(Copy):
    """The title class by which a package is steered."""

    package = models.CharField(max_length=300, unique=True)
    title_class = models.CharField(max_length=60)


class ExperimentsCopy(Copy):
    """What `insights` varies on viewers; its one row holds a `Running` of contracts."""

    name = models.CharField(max_length=20, unique=True)
    running = models.JSONField(default=dict)


class SealedKey(Record):
    """A title's content key, encrypted; its id is the key's id. See `vault`."""

    title_id = models.UUIDField(unique=True)
    sealed = models.BinaryField()
    # Which key-encryption key it was sealed with, to tell a wrong one from damage.
    sealed_with = models.CharField(max_length=16)


class Position(Record):
    """Where a profile is in a title, and the live session that moves it, if there is one."""

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    position_s = models.FloatField()
    duration_s = models.FloatField()
    finished = models.BooleanField()
    watched_at = models.DateTimeField()
    # The session as Valkey holds it, to go on from while Valkey is away; None once it was stopped.
    session = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "title_id"], name="position_once"),
            models.CheckConstraint(
                condition=models.Q(position_s__gte=0) & models.Q(duration_s__gte=0),
                name="position_is_not_negative",
            ),
        ]


class Erasure(Record):
    """What a profile wants forgotten: nothing watched until then may be kept or come back.

    `title_id` is all zeros for everything; `until` is the end of time for a
    profile that was removed.
    """

    profile_id = models.UUIDField()
    title_id = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "title_id"], name="erasure_once"),
        ]
