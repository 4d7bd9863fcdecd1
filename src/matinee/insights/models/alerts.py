"""Tables of alerts: rules, the times that they fired, and letters about that."""

from django.db import models
from django.db.models import Q

from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import SealedText


class AlertRule(Record):
    """A rule with its `rules.alerts.Watch`, all columns from `state` on.

    Who gets letters is sealed with a data key of the rule's own, which is destroyed with it.
    """

    name = models.CharField(max_length=80)
    metric = models.CharField(max_length=40)
    side = models.CharField(max_length=5)
    limit = models.FloatField()
    clear_at = models.FloatField()
    window_s = models.PositiveIntegerField()
    lasting_s = models.PositiveIntegerField()
    addresses = SealedText(owner="id")
    """One a line."""
    tells_webhooks = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    value = models.FloatField(null=True)
    state = models.CharField(max_length=7, default="fine")
    looked_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    back_since = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    worst = models.FloatField(null=True)


class AlertEpisode(Record):
    """One time that a rule fired; what it says of the rule is as it was then."""

    rule = models.ForeignKey(AlertRule, models.SET_NULL, null=True, related_name="episodes")
    name = models.CharField(max_length=80)
    metric = models.CharField(max_length=40)
    side = models.CharField(max_length=5)
    limit = models.FloatField()
    window_s = models.PositiveIntegerField()
    since = models.DateTimeField()
    fired_at = models.DateTimeField()
    worst = models.FloatField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(ended_at=None), name="alert_fires_once"
            )
        ]


class AlertLetter(Record):
    """A letter to one of a rule's addresses; `due_at` is None once it left or is given up.

    Without an episode it is a trial, which somebody asked for.
    """

    rule_id = models.UUIDField()
    episode = models.ForeignKey(AlertEpisode, models.CASCADE, null=True, related_name="letters")
    kind = models.CharField(max_length=8)
    address = SealedText(owner="rule_id")
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=80, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="alert_letter_due"
            )
        ]
