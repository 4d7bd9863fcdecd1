"""Titles that accounts have rented or bought."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("playback", "0004_steering")]

    operations = [
        migrations.CreateModel(
            name="TitleGrantCopy",
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
                ("account_id", models.UUIDField()),
                ("title_id", models.UUIDField()),
                ("ends_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "title_id"), name="title_granted_once"
                    )
                ]
            },
        )
    ]
