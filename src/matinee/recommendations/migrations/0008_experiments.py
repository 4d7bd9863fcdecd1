"""What is varied on viewers, and of whom it was told that they were shown their variant."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0007_account_plans")]

    operations = [
        migrations.CreateModel(
            name="ExperimentsCopy",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
                ("version", models.BigIntegerField()),
                ("running", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("profile_id", models.UUIDField()),
                ("experiment_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["experiment_id"], name="rec_shown_experiment")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("profile_id", "experiment_id"), name="rec_shown_once"
                    )
                ],
            },
        ),
    ]
