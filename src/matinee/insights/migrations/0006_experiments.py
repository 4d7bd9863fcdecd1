"""Experiments, who was shown what in them, and what came of it."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

_RECORD: "list[tuple[str, models.Field[Any, Any]]]" = [
    (
        "id",
        models.UUIDField(
            default=matinee.kernel.ids.uuid7,
            editable=False,
            primary_key=True,
            serialize=False,
        ),
    ),
    ("created_at", models.DateTimeField(default=matinee.kernel.clock.now, editable=False)),
]


def _experiment() -> "tuple[str, models.Field[Any, Any]]":
    key = models.ForeignKey("insights.experiment", on_delete=django.db.models.deletion.CASCADE)
    return ("experiment", key)


class Migration(migrations.Migration):
    dependencies = [("insights", "0005_alerts")]

    operations = [
        migrations.CreateModel(
            name="ExperimentBoard",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("announced_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AdoptedSetting",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("experiment_id", models.UUIDField()),
                ("adopted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Experiment",
            fields=[
                *_RECORD,
                ("state", models.CharField(default="draft", max_length=10)),
                ("layer", models.CharField(max_length=10)),
                ("plan", models.JSONField()),
                ("variants", models.JSONField()),
                ("buckets", models.JSONField(default=list)),
                ("shown", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(default="", max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "running", "ended"])),
                        name="experiment_states",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                *_RECORD,
                ("profile_id", models.UUIDField()),
                ("variant", models.CharField(max_length=2)),
                ("shown_at", models.DateTimeField()),
                ("quality_due_at", models.DateTimeField(null=True)),
                ("outcome_due_at", models.DateTimeField(null=True)),
                _experiment(),
            ],
            options={
                "indexes": [
                    models.Index(fields=["profile_id"], name="exposure_profile"),
                    models.Index(
                        condition=models.Q(("quality_due_at__isnull", False)),
                        fields=["quality_due_at"],
                        name="exposure_quality_due",
                    ),
                    models.Index(
                        condition=models.Q(("outcome_due_at__isnull", False)),
                        fields=["outcome_due_at"],
                        name="exposure_outcome_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("experiment", "profile_id"), name="exposed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VariantTally",
            fields=[
                *_RECORD,
                ("variant", models.CharField(max_length=2)),
                ("measure", models.CharField(max_length=20)),
                ("n", models.PositiveBigIntegerField(default=0)),
                ("mean", models.FloatField(default=0.0)),
                ("squares", models.FloatField(default=0.0)),
                _experiment(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("experiment", "variant", "measure"), name="tallied_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExperimentLook",
            fields=[
                *_RECORD,
                ("at", models.DateTimeField()),
                ("estimates", models.JSONField()),
                _experiment(),
            ],
            options={
                "indexes": [models.Index(fields=["experiment", "-at"], name="look_newest")],
            },
        ),
    ]
