"""What can be rented and bought alone, and who has; what labels are called in other languages."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0008_experiments")]

    operations = [
        migrations.CreateModel(
            name="LabelsCopy",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
                ("version", models.BigIntegerField()),
                ("labels", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="OfferedTitle",
            fields=[
                ("title_id", models.UUIDField(primary_key=True, serialize=False)),
                ("offered", models.BooleanField()),
                ("as_of", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OwnTitle",
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
                ("account_id", models.UUIDField()),
                ("title_id", models.UUIDField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account_id", "title_id"), name="rec_own_once")
                ],
            },
        ),
    ]
