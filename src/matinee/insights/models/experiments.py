"""Experiments, who was shown what in them, and what came of it."""

from django.db import models

from matinee.kernel.records import Record


class ExperimentBoard(models.Model):
    """When experiments were told last; its one row is locked by every change of one."""

    name = models.CharField(max_length=20, primary_key=True)
    announced_at = models.DateTimeField(null=True)


class Experiment(Record):
    """An experiment. `plan` is its draft without the variants, which are `Variant`s of contracts.

    `buckets` are its ranges of its layer while it goes on. `shown` is, once it has ended, how many
    profiles were shown each variant; until then that is counted.
    """

    state = models.CharField(max_length=10, default="draft")
    layer = models.CharField(max_length=10)
    plan = models.JSONField()
    variants = models.JSONField()
    buckets = models.JSONField(default=list)
    shown = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "running", "ended"]),
                name="experiment_states",
            )
        ]


class Exposure(Record):
    """That a profile was shown its variant, while the experiment goes on.

    `quality_due_at` and `outcome_due_at` are when it is known what came of it; None once that was
    counted, which leaves only sums.
    """

    experiment = models.ForeignKey(Experiment, models.CASCADE)
    profile_id = models.UUIDField()
    variant = models.CharField(max_length=2)
    shown_at = models.DateTimeField()
    quality_due_at = models.DateTimeField(null=True)
    outcome_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["experiment", "profile_id"], name="exposed_once"),
        ]
        indexes = [
            models.Index(fields=["profile_id"], name="exposure_profile"),
            models.Index(
                fields=["quality_due_at"],
                name="exposure_quality_due",
                condition=models.Q(quality_due_at__isnull=False),
            ),
            models.Index(
                fields=["outcome_due_at"],
                name="exposure_outcome_due",
                condition=models.Q(outcome_due_at__isnull=False),
            ),
        ]


class VariantTally(Record):
    """One measure of all profiles of a variant that were counted: `rules.experiments.tallies`."""

    experiment = models.ForeignKey(Experiment, models.CASCADE)
    variant = models.CharField(max_length=2)
    measure = models.CharField(max_length=20)
    n = models.PositiveBigIntegerField(default=0)
    mean = models.FloatField(default=0.0)
    squares = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "variant", "measure"], name="tallied_once"
            ),
        ]


class ExperimentLook(Record):
    """What was known at a moment of the measure that decides: `Estimate`s of contracts."""

    experiment = models.ForeignKey(Experiment, models.CASCADE)
    at = models.DateTimeField()
    estimates = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["experiment", "-at"], name="look_newest")]


class AdoptedSetting(models.Model):
    """A variable that holds for everybody as an experiment's variant had it."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()
    experiment_id = models.UUIDField()
    adopted_at = models.DateTimeField()
