"""How plays went by the events of their players."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Measured",
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
                ("told_at", models.DateTimeField(default=matinee.kernel.clock.now)),
                ("startup_s", models.FloatField(null=True)),
                ("played_s", models.FloatField(default=0)),
                ("stalled_s", models.FloatField(default=0)),
                ("stalls", models.PositiveIntegerField(default=0)),
                ("bitrate_bps", models.PositiveIntegerField(null=True)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("error_code", models.CharField(max_length=40, null=True)),
                ("has_failed", models.BooleanField(default=False)),
                ("experience", models.JSONField(default=dict)),
            ],
            options={"indexes": [models.Index(fields=["told_at"], name="measured_age")]},
        ),
    ]
