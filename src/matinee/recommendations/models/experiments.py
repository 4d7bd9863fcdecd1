"""What is varied on viewers, and of whom it was told that they were shown their variant."""

from django.db import models

from matinee.kernel.records import Record


class ExperimentsCopy(models.Model):
    """What `insights` varies on viewers, all of it in one row; a `Running` of contracts.

    Like a title, `version` is the number at the change.
    """

    name = models.CharField(primary_key=True, max_length=20)
    as_of = models.DateTimeField()
    version = models.BigIntegerField()
    running = models.JSONField()


class Shown(Record):
    """That a profile was shown its variant of an experiment that goes on, and this was told."""

    profile_id = models.UUIDField()
    experiment_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile_id", "experiment_id"], name="rec_shown_once")
        ]
        indexes = [models.Index(fields=["experiment_id"], name="rec_shown_experiment")]
