from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishingHold",
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
                ("only", models.BooleanField(default=True, unique=True)),
            ],
            options={"abstract": False},
        ),
        # Fits of the first release are those that were served.
        migrations.AddField(
            "fit", "state", models.CharField(default="published", max_length=12), False
        ),
        migrations.AlterField("fit", "state", models.CharField(default="running", max_length=12)),
        migrations.AddField("fit", "published_at", models.DateTimeField(null=True)),
        migrations.AddField("fit", "format", models.CharField(default="", max_length=16)),
        migrations.AddField("fit", "report", models.JSONField(default=dict)),
        migrations.AlterField("fit", "body", models.BinaryField(null=True)),
        migrations.AlterField("fit", "duration_s", models.FloatField(default=0.0)),
        migrations.AlterField("fit", "plays", models.IntegerField(default=0)),
        migrations.AddConstraint(
            "fit",
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["running", "published", "held_back", "refused", "failed", "withdrawn"],
                    )
                ),
                name="rec_fit_states",
            ),
        ),
    ]
