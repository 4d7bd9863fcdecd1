"""What `encoding` told of a title's film."""

from django.db import models
from django.db.models import Q

from matinee.catalog.models.titles import Title


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
    # When it was first heard of, and when it ended.
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # How far it was at some moments, as `rules.pace` keeps them.
    paces = models.JSONField(default=list)
    # An `EncodeOutlook`: what it has tried and chosen so far.
    outlook = models.JSONField(null=True)
    outlook_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Studio asks for these every few seconds, however many titles there are.
            models.Index(
                fields=["title"],
                name="catalog_encode_running",
                condition=~Q(stage__in=["done", "failed", "stopped"]),
            ),
            models.Index(fields=["-ended_at"], name="catalog_encode_ended"),
        ]


class Priority(models.Model):
    """How urgent a title's film is, as the operator said last; none for the usual."""

    title = models.OneToOneField(Title, primary_key=True, on_delete=models.CASCADE)
    priority = models.CharField(max_length=5)
    announced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__in=["first", "usual", "last"]), name="catalog_priority"
            )
        ]


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
