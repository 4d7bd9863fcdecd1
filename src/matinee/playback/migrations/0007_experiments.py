"""What is varied on viewers."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("playback", "0006_plans")]

    operations = [
        migrations.CreateModel(
            name="ExperimentsCopy",
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
                ("heard_at", models.DateTimeField()),
                ("heard_id", models.UUIDField()),
                ("name", models.CharField(max_length=20, unique=True)),
                ("running", models.JSONField(default=dict)),
            ],
            options={"abstract": False},
        ),
    ]
