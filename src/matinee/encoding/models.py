"""Encodes, their steps, and the packages that they published."""

from django.db import models
from django.db.models import Q

from matinee.encoding.rules import turns
from matinee.kernel.events import tables
from matinee.kernel.records import Record


class Outbox(tables.OutboxTable):
    """What encoding has to tell."""


class Inbox(tables.InboxTable):
    """What encoding has heard."""


class DeadLetter(tables.DeadLetterTable):
    """What encoding could not do."""


class Encode(Record):
    """One film file on its way to being streams."""

    class Status(models.TextChoices):
        """Only an active one has work to do."""

        ACTIVE = "active"
        DONE = "done"
        FAILED = "failed"
        # Its title is gone, or a newer encode of the same title has begun.
        CANCELLED = "cancelled"
        # The operator wanted it to end; what it published stays.
        STOPPED = "stopped"

    title_id = models.UUIDField(db_index=True)
    # None once another encode of the same upload has taken its place.
    upload_id = models.UUIDField(null=True)
    source_key = models.CharField(max_length=500)
    file_name = models.CharField(max_length=500)
    # When the upload was completed, or last asked to be encoded: the newest of a title wins.
    uploaded_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    stage = models.CharField(max_length=12, default="queued")
    fraction = models.FloatField(default=0.0)
    revision = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    # `Tally` of the rules: what there is to do by kind of step, and what of it is done.
    tally = models.JSONField(default=dict)
    # `Source` and `Plan` of the rules, once known.
    source = models.JSONField(null=True)
    plan = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload_id"], name="encoding_once_an_upload"),
            models.CheckConstraint(
                condition=Q(fraction__gte=0) & Q(fraction__lte=1), name="encoding_fraction"
            ),
        ]
        indexes = [
            models.Index(
                fields=["uploaded_at"], condition=Q(status="active"), name="encoding_active"
            )
        ]


class Step(Record):
    """One piece of work of an encode, done at least once and counted once."""

    class Status(models.TextChoices):
        """A running one belongs to the holder of its lease."""

        WAITING = "waiting"
        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        # Its encode ended without it.
        DROPPED = "dropped"

    encode = models.ForeignKey(Encode, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40)
    # Steps that others wait for together, such as all chunks; its own name for one by itself.
    group = models.CharField(max_length=40)
    # The order in which steps are taken, within a turn: what makes films playable first, then
    # film by film.
    rank = models.PositiveSmallIntegerField()
    queued_at = models.DateTimeField()
    position = models.PositiveIntegerField()
    # Of its title's priority: 0 before all others, 2 after them.
    turn = models.PositiveSmallIntegerField(default=turns.USUAL)
    weight = models.FloatField()
    # The groups that must be done before.
    needs = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    fraction = models.FloatField(default=0.0)
    # How often it was begun, and how often it ended in an error of its own.
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    cpu_s = models.FloatField(default=0.0)
    wall_s = models.FloatField(default=0.0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["encode", "name"], name="encoding_step_once"),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(lease__isnull=False, lease_until__isnull=False),
                name="encoding_running_is_leased",
            ),
        ]
        indexes = [
            # However many steps a film has, nobody reads more than those that are under way.
            models.Index(
                fields=["turn", "rank", "queued_at", "encode", "position"],
                condition=Q(status="ready"),
                name="encoding_step_ready",
            ),
            models.Index(
                fields=["encode"], condition=Q(status="running"), name="encoding_step_running"
            ),
            models.Index(
                fields=["encode"], condition=Q(status="waiting"), name="encoding_step_waiting"
            ),
        ]


class Package(Record):
    """A folder in the media store that viewers may be playing from."""

    encode = models.ForeignKey(Encode, on_delete=models.CASCADE, related_name="packages")
    title_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=60, unique=True)
    complete = models.BooleanField()
    stills = models.JSONField(default=list)
    # When it may go; None while it is its title's newest.
    remove_at = models.DateTimeField(null=True, db_index=True)


class Cancellation(Record):
    """A title that is gone, so that an upload heard of later than that starts nothing."""

    title_id = models.UUIDField(unique=True)
    cancelled_at = models.DateTimeField()


class Priority(Record):
    """How urgent a title's film is, as the operator said last; none for the usual."""

    title_id = models.UUIDField(unique=True)
    turn = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()


class Sidecars(Record):
    """The subtitle files that lie beside a title's film, as last told: the whole list."""

    title_id = models.UUIDField(unique=True)
    files = models.JSONField(default=list)
    changed_at = models.DateTimeField()
