"""What was learnt: policies and fits."""

from django.db import models

from matinee.kernel.records import Record


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
